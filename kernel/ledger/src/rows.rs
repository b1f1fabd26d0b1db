//! Reads the typed values of a projection's row. Only this program writes projections, so a value of another form is damage.

use imajin_protocol::{Currency, Did, Minor};
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};

/// Reads a DID.
///
/// # Errors
/// The column has something else, here and below.
pub fn did(row: &Row<'_>, column: usize) -> Result<Did> {
    parsed(row, column, |text| Did::parse(text).ok())
}

/// Reads a currency.
pub fn currency(row: &Row<'_>, column: usize) -> Result<Currency> {
    parsed(row, column, |text| Currency::parse(text).ok())
}

/// Reads an amount of money, in minor units.
pub fn minor(row: &Row<'_>, column: usize) -> Result<Minor> {
    let units = row.get(column)?;
    Minor::new(units)
        .map_err(|error| Error::FromSqlConversionFailure(column, Type::Integer, error.into()))
}

/// Reads a text that `parse` understands.
pub fn parsed<T>(row: &Row<'_>, column: usize, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| {
        let why = format!("{text:?} has another form").into();
        Error::FromSqlConversionFailure(column, Type::Text, why)
    })
}
