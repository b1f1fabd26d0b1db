//! Names that people without an account gave for an event's guest list.
//!
//! Always: a name is in `secrets.sqlite` and in no record, since it is unsigned. It is forgotten 30 days after the event.

use std::collections::BTreeMap;

use imajin_app::{Answer, Node};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use rusqlite::params;

use crate::queries::Event;

/// Time for which a name is kept after its event is over, in milliseconds.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// Keeps the name of a guest of an event, and forgets those of events that are long over.
pub(crate) async fn keep(node: &Node, event: &Event, holder: &Did, name: String) -> Answer<()> {
    let now = node.now().as_millis();
    let until = event.over_at.unwrap_or(now).saturating_add(KEPT_MS);
    let (event, holder) = (event.did.to_string(), holder.to_string());
    let write = node.secrets().write(move |db| {
        db.execute("DELETE FROM events_guests WHERE until < ?1", [now])?;
        let sql = "INSERT OR REPLACE INTO events_guests (event, holder, name, until) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![event, holder, name, until]).map(drop)
    });
    write.await
}

/// Returns the kept names of an event's guests, by their DIDs.
pub(crate) fn names(node: &Node, event: &Did) -> Answer<BTreeMap<String, String>> {
    node.secrets().read(|db| {
        let sql = "SELECT holder, name FROM events_guests WHERE event = ?1";
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map([event.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    })
}

/// Forgets the names that a person gave.
pub(crate) fn forget(node: &Node, holder: &Did) -> Answer<()> {
    let sql = "DELETE FROM events_guests WHERE holder = ?1";
    node.secrets().execute(sql, [holder.as_str()]).map(drop)
}
