//! The tables of this service.

use imajin_app::entries_table;
use imajin_app::operation::read_operation;
use imajin_ledger::{ProjectionSpec, rows};
use imajin_log::Applied;
use rusqlite::{Connection, params};

use crate::fields::DelegationCid;
use crate::manifest::MANIFEST;
use crate::operations::{NameHelper, NoteReading};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 1,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        "
CREATE TABLE helpers (
    owner_did TEXT NOT NULL,
    delegation TEXT NOT NULL,         -- CID
    label TEXT,                       -- null once it was erased
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, delegation)
) STRICT, WITHOUT ROWID;
CREATE TABLE readings (
    owner_did TEXT NOT NULL,
    delegation TEXT NOT NULL,
    day TEXT NOT NULL,                -- YYYY-MM-DD, UTC
    service TEXT NOT NULL,
    PRIMARY KEY (owner_did, delegation, day, service)
) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        NameHelper::NAME => name(db, entry),
        NoteReading::NAME => note(db, entry),
        _ => Ok(()),
    }
}

fn name(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(delegation) = entry.reference.and_then(DelegationCid::parse) else {
        return Ok(());
    };
    let label = read_operation::<NameHelper>(entry).map(|read| read.operation.label.0);
    let sql = "INSERT INTO helpers (owner_did, delegation, label, at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET label = ?3";
    let params = params![entry.did.as_str(), delegation.as_str(), label, entry.at.as_millis()];
    rows::run(db, sql, params)
}

fn note(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<NoteReading>(entry) else {
        return Ok(());
    };
    let reading = read.operation;
    let sql = "INSERT OR IGNORE INTO readings (owner_did, delegation, day, service) VALUES (?1, ?2, ?3, ?4)";
    let params = params![
        entry.did.as_str(),
        reading.delegation.as_str(),
        reading.day.as_str(),
        reading.service.as_str()
    ];
    rows::run(db, sql, params)
}
