//! Queries about connected computers.

use imajin_app::FromRow;
use imajin_ledger::{Reader, rows};
use rusqlite::Result;

/// A computer that a person connected.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Device {
    /// The CID of the delegation to its key.
    pub(crate) delegation: String,
    /// The owner's name for it; `None` if the words were erased.
    pub(crate) label: Option<String>,
    pub(crate) at_ms: i64,
}

/// A person's computers, the newest first.
pub(crate) fn devices(db: Reader<'_>, owner: &str) -> Result<Vec<Device>> {
    let sql = "SELECT delegation, label, at_ms FROM devices WHERE owner_did = ?1 ORDER BY at_ms DESC, delegation";
    db.rows(sql, [owner], Device::read)
}

/// Whether a person named a computer by this delegation.
pub(crate) fn has_device(db: Reader<'_>, owner: &str, delegation: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM devices WHERE owner_did = ?1 AND delegation = ?2", [owner, delegation])
}

pub(crate) fn count_devices(db: Reader<'_>, owner: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM devices WHERE owner_did = ?1";
    Ok(db.row(sql, [owner], rows::first)?.unwrap_or_default())
}
