//! `auth.readmitted`: a link that the node's owner passed on let a guest in again. The owner could have followed it
//! themselves, so it ends all sessions of the guest and stays in their record.

use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::NAME;
use crate::operations::ReadmitGuest;

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO readmissions VALUES (?1, ?2)";
    run(db, sql, params![entry.did.as_str(), entry.at.as_millis()])
}

/// Returns the time of a person's latest readmission, in milliseconds.
pub(crate) fn last(node: &Node, did: &Did) -> Result<Option<i64>, Problem> {
    let sql = "SELECT at FROM readmissions WHERE owner_did = ?1";
    node.read(NAME, |db| Reader::from(db).row(sql, [did.as_str()], |row| row.get(0)))
}

/// Enters it and ends all sessions; to be done before the link's session begins.
pub(crate) async fn enter(node: &Node, did: &Did) -> Result<(), Problem> {
    node.record(did.clone(), &ReadmitGuest {}).await?;
    node.use_reserve();
    node.sessions().end_all(did)
}
