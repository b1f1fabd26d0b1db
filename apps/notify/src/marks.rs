//! Marks of how far a person has looked: at everything, in their record and since then in memory; and at the pages of each app.
//!
//! Always: a record has a mark every ten minutes at most; what was seen after it is known until the node stops, so that badges go at once.
//! Looks at the pages of an app are in `secrets.sqlite`, since no record tells who looked at a page.

use std::collections::{BTreeMap, HashMap};

use imajin_app::{CommandRequest, Node, Problem, Session};
use imajin_dfos::Timestamp;
use imajin_dfos::order;
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_ledger::rows::pair;
use imajin_protocol::Did;
use parking_lot::Mutex;
use rusqlite::{Connection, params};

use crate::operations::{MARKS_EVERY_MS, See};
use crate::queries;

/// People whose marks are in memory, at most: beyond this a mark waits for its entry.
const PEOPLE_MAX: usize = 4_096;

/// The marks in memory.
#[derive(Default)]
struct Marks(Mutex<HashMap<Did, i64>>);

/// Everything until then was seen, in milliseconds; 0 for nothing.
pub(crate) fn upto(node: &Node, person: &Did) -> Result<i64, Problem> {
    let mark = queries::read(node, |db| queries::mark(db, person))?;
    let marks = node.state::<Marks>();
    let since = marks.0.lock().get(person).copied().unwrap_or(0);
    Ok(mark.map_or(0, |mark| mark.upto).max(since))
}

/// Marks everything until a moment as seen, also in the person's record if the last mark there is old enough.
pub(crate) async fn see(node: &Node, session: &Session, upto: Timestamp) -> Result<(), Problem> {
    let person = &session.did;
    let before = self::upto(node, person)?;
    if upto.as_millis() <= before {
        return Ok(());
    }
    let mark = queries::read(node, |db| queries::mark(db, person))?;
    let now = node.now().as_millis();
    if mark.is_none_or(|mark| now.saturating_sub(mark.at) >= MARKS_EVERY_MS) {
        let request = CommandRequest::from_operation(person.clone(), &See { upto })?;
        // A mark counts even if the person's record takes no entry now.
        if let Err(problem) = node.submit_custodial(session, request).await {
            tracing::debug!("how far {person} looked is not in their record: {problem}");
        }
    }
    remember(node, person, upto.as_millis());
    Ok(())
}

/// The times of a person's last look at the page of each app, in milliseconds.
pub(crate) type Looks = BTreeMap<String, i64>;

/// A person's last looks.
pub(crate) fn looks(node: &Node, person: &Did) -> Result<Looks, Problem> {
    let sql = "SELECT app, upto FROM notify_looks WHERE did = ?1";
    let read = |db: &Connection| Reader::from(db).rows(sql, [person.as_str()], pair);
    Ok(order::map(node.secrets().read(read)?))
}

/// Notes a look at the page of an app.
pub(crate) async fn look(node: &Node, person: &Did, app: &'static str) -> Result<(), Problem> {
    let (did, now) = (person.to_string(), node.now().as_millis());
    let sql = "INSERT OR REPLACE INTO notify_looks (did, app, upto) VALUES (?1, ?2, ?3)";
    let put = move |db: &rusqlite::Transaction<'_>| db.execute(sql, params![did, app, now]);
    node.secrets().write(put).await.map(drop)
}

fn remember(node: &Node, person: &Did, upto: i64) {
    let marks = node.state::<Marks>();
    let mut marks = marks.0.lock();
    if marks.len() >= PEOPLE_MAX && !marks.contains_key(person) {
        // Records have what is older.
        marks.clear();
    }
    let mark = marks.entry(person.clone()).or_default();
    *mark = (*mark).max(upto);
}
