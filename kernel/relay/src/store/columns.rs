//! Conversions between rows of the store and their types.

use imajin_ledger::rows::Column;
use rusqlite::Row;

use crate::store::{
    Authored, GrantRow, Kind, LogRow, MailRow, OperationRow, Origin, PendingRow, StoreError,
    kind_code,
};

/// The error for a row that this program wrote and can't read.
pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Failed(format!("a stored row is damaged: {what}"))
}

pub(super) fn kind(code: i64) -> rusqlite::Result<Kind> {
    let kind = Kind::ALL.into_iter().find(|kind| kind_number(*kind) == code);
    kind.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, code))
}

/// The number of a kind of operation in the store.
pub(super) fn kind_number(kind: Kind) -> i64 {
    size(kind_code(kind))
}

pub(super) fn origin_code(origin: Origin) -> i64 {
    match origin {
        Origin::Direct => 0,
        Origin::Peer => 1,
        Origin::Own => 2,
    }
}

impl Column for Origin {
    fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        Ok(match row.get::<_, i64>(column)? {
            0 => Self::Direct,
            2 => Self::Own,
            _ => Self::Peer,
        })
    }
}

impl MailRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            cid: row.get(0)?,
            token: row.get(1)?,
            subject: row.get(2)?,
            expires_at: row.get(3)?,
            deposited_at: row.get(4)?,
            declined: row.get(5)?,
            response: row.get(6)?,
        })
    }
}

impl PendingRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            cid: row.get(1)?,
            origin: Column::read(row, 2)?,
            wanted: row.get(3)?,
            token: row.get(4)?,
        })
    }
}

pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(super) fn size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn operation(row: &Row<'_>) -> rusqlite::Result<OperationRow> {
    let signer: Option<String> = row.get(8)?;
    let authored = match signer {
        None => None,
        Some(signer) => Some(Authored {
            signer,
            document: row.get(9)?,
            is_delete: row.get(10)?,
            length: count(row.get(11)?),
        }),
    };
    Ok(OperationRow {
        seq: row.get(0)?,
        cid: row.get(1)?,
        token: row.get(2)?,
        origin: Column::read(row, 3)?,
        ingested_at: row.get(4)?,
        kind: kind(row.get(5)?)?,
        chain_id: row.get(6)?,
        created_at: row.get(7)?,
        authored,
    })
}

pub(super) fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        cid: row.get(0)?,
        token: row.get(1)?,
        kind: kind(row.get(2)?)?,
        chain_id: row.get(3)?,
    })
}

/// A grant's row holds its lists as JSON: they are small, and always read with the row.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    at: usize,
) -> rusqlite::Result<T> {
    let text: String = row.get(at)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
    })
}

pub(super) fn grant(row: &Row<'_>) -> rusqlite::Result<GrantRow> {
    Ok(GrantRow {
        cid: row.get(0)?,
        token: row.get(1)?,
        issuer: row.get(2)?,
        root: row.get(3)?,
        expires_at_secs: row.get(4)?,
        scope: json(row, 5)?,
        through: json(row, 6)?,
    })
}
