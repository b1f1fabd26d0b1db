//! People who ended letters by the link in one, without a session: so the stop is in no record. A later choice of theirs
//! overrides the stop.

use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use rusqlite::params;

/// Whether a person unsubscribed by a link.
pub(crate) fn is_stopped(node: &Node, person: &Did) -> Result<bool, Problem> {
    node.secrets().exists("SELECT 1 FROM notify_stopped WHERE did = ?1", [person.as_str()])
}

/// Ends letters to a person, until they change their choices.
pub(crate) async fn stop(node: &Node, person: Did) -> Result<(), Problem> {
    let now = node.now().as_millis();
    let sql = "INSERT OR IGNORE INTO notify_stopped (did, at) VALUES (?1, ?2)";
    let stop = move |db: &rusqlite::Transaction<'_>| {
        db.execute(sql, params![person.as_str(), now]).map(drop)
    };
    node.secrets().write(stop).await
}

/// Removes the stop after the person changed their choices. Waits for the disk on this thread, if letters were stopped.
pub(crate) fn begin_again(node: &Node, person: &Did) -> Result<(), Problem> {
    if !is_stopped(node, person)? {
        return Ok(());
    }
    let sql = "DELETE FROM notify_stopped WHERE did = ?1";
    node.secrets().write_blocking(|db| db.execute(sql, [person.as_str()]).map(drop))
}
