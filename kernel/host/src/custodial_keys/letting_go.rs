//! Letting go of DIDs whose keys the node keeps and that were never used.
//!
//! Always: a log that has anything but the beginning of an identity has an owner, and stays. An interruption loses
//! nothing: the key is removed last, and the app asks again.

use imajin_dfos::{Timestamp, Value};
use imajin_ledger::StoredEntry;
use imajin_log::ops;
use imajin_protocol::Did;
use rusqlite::params;

use imajin_app::{CommandRequest, Node, Problem};

use crate::prelude::*;

/// Entries of a log that was never used, at most: its beginning, and a new address of its home for each move of the box.
const UNUSED_ENTRIES_MAX: usize = 100;

/// The DIDs of a sort whose keys were made before a time, each with the person it is for, oldest first. An app
/// searches them for DIDs that it never used.
pub fn kept_before(node: &Node, what: &str, time: Timestamp) -> Result<Vec<(Did, Did)>, Problem> {
    let sql = "SELECT did, whose FROM kept_keys WHERE what = ?1 AND at < ?2 ORDER BY at, did";
    let params = params![what, time.as_millis()];
    let rows: Vec<(String, String)> = node.secrets().rows(sql, params, |row| row.try_into())?;
    Ok(super::pairs(&rows))
}

/// Lets go of a DID that was never used: its record ends, and its key is destroyed, so that no one ever speaks for
/// it.
///
/// # Errors
/// 404 if the node keeps no key of it; 409 `used` if anything but its beginning is in its record, and if something is
/// written there at the same time.
pub async fn let_go_of_kept(node: &Node, did: &Did) -> Result<(), Problem> {
    super::own_kept(node, did)?;
    if let Some(status) = node.status(did)?
        && !status.deleted
    {
        check_unused(node, did)?;
        let nothing = Value::map([("counts", Value::map::<&str>([]))]);
        let wish = CommandRequest::new(did.clone(), ops::DELETE).body(nothing);
        node.perform_kept(wish, Vec::new()).await?;
    }
    node.forget_kept(did)
}

fn check_unused(node: &Node, did: &Did) -> Result<(), Problem> {
    let entries = node.ledger().entries(did, None, UNUSED_ENTRIES_MAX + 1)?;
    let is_beginning = |entry: &StoredEntry| {
        let op = entry.decoded.op.as_str();
        matches!(op, ops::IDENTITY_CREATE | ops::IDENTITY_UPDATE)
    };
    let is_unused = entries.len() <= UNUSED_ENTRIES_MAX && entries.iter().all(is_beginning);
    if is_unused {
        Ok(())
    } else {
        Err(Problem::conflict(format!("The record of {did} is in use.")).slug("used"))
    }
}
