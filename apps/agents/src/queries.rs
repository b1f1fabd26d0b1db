//! Queries about helpers and their readings.

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::Result;

use crate::manifest::MANIFEST;

/// Maximum number of readings that a page shows of a helper.
const READINGS_SHOWN: i64 = 50;

imajin_app::read_tables!(MANIFEST);

/// A program that a person named.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Helper {
    /// The CID of the delegation to its key.
    pub(crate) delegation: String,
    /// The owner's name for it; `None` if the words were erased.
    pub(crate) label: Option<String>,
}

/// A service that a helper read on a day.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Reading {
    /// In UTC, as `YYYY-MM-DD`.
    pub(crate) day: String,
    pub(crate) service: String,
}

/// Returns a person's helpers, the newest first.
pub(crate) fn helpers(db: Reader<'_>, owner: &Did) -> Result<Vec<Helper>> {
    let sql = "SELECT delegation, label FROM helpers WHERE owner_did = ?1 ORDER BY at_ms DESC, delegation";
    db.rows(sql, [owner.as_str()], Helper::read)
}

/// Returns whether a person named a helper by this delegation.
pub(crate) fn has_helper(db: Reader<'_>, owner: &Did, delegation: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM helpers WHERE owner_did = ?1 AND delegation = ?2";
    db.exists(sql, [owner.as_str(), delegation])
}

/// Returns the newest readings of a helper.
pub(crate) fn readings(db: Reader<'_>, owner: &Did, delegation: &str) -> Result<Vec<Reading>> {
    let sql = "SELECT day, service FROM readings WHERE owner_did = ?1 AND delegation = ?2
        ORDER BY day DESC, service LIMIT ?3";
    db.rows(sql, (owner.as_str(), delegation, READINGS_SHOWN), Reading::read)
}

/// Returns whether a reading of a helper is noted.
pub(crate) fn is_noted(
    db: Reader<'_>,
    owner: &Did,
    delegation: &str,
    reading: &Reading,
) -> Result<bool> {
    let sql = "SELECT 1 FROM readings WHERE owner_did = ?1 AND delegation = ?2 AND day = ?3 AND service = ?4";
    let Reading { day, service } = reading;
    db.exists(sql, [owner.as_str(), delegation, day, service])
}
