//! Reads the typed values of a projection's row, and runs the statements that change rows. Only this program writes projections, so a value of another form is damage.

use imajin_dfos::Timestamp;
use imajin_protocol::{Currency, Did, IdText, Minor};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Error, Params, Result, Row};

/// Runs a statement.
pub fn run(db: &Connection, sql: &str, params: impl Params) -> Result<()> {
    db.prepare_cached(sql)?.execute(params).map(drop)
}

/// Converts to SQLite's integers, which are signed; those of the format are below 2^53.
pub fn int(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// A type that a column can have.
pub trait Column: Sized {
    /// Reads the value in a column.
    fn read(row: &Row<'_>, column: usize) -> Result<Self>;
}

/// Reads types as functions over a row and a column do.
macro_rules! columns {
    ($($type:ty => $read:expr),+ $(,)?) => {
        $(impl Column for $type {
            fn read(row: &Row<'_>, column: usize) -> Result<Self> {
                $read(row, column)
            }
        })+
    };
}

columns! {
    String => Row::get,
    i64 => Row::get,
    bool => Row::get,
    u32 => Row::get,
    u64 => count,
    usize => size,
    Vec<u8> => Row::get,
    Timestamp => time,
    Did => did,
    Currency => currency,
    Minor => minor,
    IdText => id,
}

impl<const N: usize> Column for [u8; N] {
    fn read(row: &Row<'_>, column: usize) -> Result<Self> {
        row.get(column)
    }
}

impl<T: Column> Column for Option<T> {
    fn read(row: &Row<'_>, column: usize) -> Result<Self> {
        match row.get_ref(column)? {
            ValueRef::Null => Ok(None),
            _ => T::read(row, column).map(Some),
        }
    }
}

/// Reads the first column of a row.
pub fn first<T: Column>(row: &Row<'_>) -> Result<T> {
    T::read(row, 0)
}

/// Reads the first two columns of a row.
///
/// # Errors
/// A column has something else.
pub fn pair<A: Column, B: Column>(row: &Row<'_>) -> Result<(A, B)> {
    Ok((A::read(row, 0)?, B::read(row, 1)?))
}

/// Reads a DID.
pub fn did(row: &Row<'_>, column: usize) -> Result<Did> {
    parsed(row, column, |text| Did::parse(text).ok())
}

/// Reads an id.
pub fn id(row: &Row<'_>, column: usize) -> Result<IdText> {
    parsed(row, column, |text| IdText::parse(text).ok())
}

/// Reads a number that is never below zero.
fn count(row: &Row<'_>, column: usize) -> Result<u64> {
    row.get(column).map(i64::unsigned_abs)
}

/// Reads the number of things that fit into memory.
fn size(row: &Row<'_>, column: usize) -> Result<usize> {
    Ok(count(row, column)?.try_into().unwrap_or(usize::MAX))
}

/// Reads a time in milliseconds; a number that is none means the earliest time.
fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    Ok(Timestamp::from_millis(row.get(column)?).unwrap_or(Timestamp::MIN))
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
