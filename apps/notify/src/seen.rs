//! How far somebody has looked: as their record says, and since, in memory.
//!
//! Always: a record has a mark every ten minutes at most; what was seen after it is known until the node stops, so that badges go at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{CommandRequest, Node, Problem, Session};

use crate::manifest::MANIFEST;
use crate::operations::{MARKS_EVERY_MS, See};
use crate::queries;

/// People whose marks are in memory, at most: beyond this a mark waits for its entry.
const PEOPLE_MAX: usize = 4_096;

/// The marks in memory.
#[derive(Default)]
struct Marks(Mutex<HashMap<Did, i64>>);

/// Everything until then was seen, in milliseconds; 0 for nothing.
pub(crate) fn upto(node: &Node, person: &Did) -> Result<i64, Problem> {
    let mark = node.read(MANIFEST.name, |db| queries::mark(db, person.as_str()))?;
    let marks = node.state::<Marks>();
    let marks = marks.0.lock().unwrap_or_else(PoisonError::into_inner);
    let since = marks.get(person).copied().unwrap_or(0);
    Ok(mark.map_or(0, |mark| mark.upto).max(since))
}

/// Notes that somebody has seen everything until a moment; in their record, if it is time for a mark there.
pub(crate) async fn see(node: &Node, session: &Session, upto: Timestamp) -> Result<(), Problem> {
    let person = &session.did;
    let before = self::upto(node, person)?;
    if upto.as_millis() <= before {
        return Ok(());
    }
    let mark = node.read(MANIFEST.name, |db| queries::mark(db, person.as_str()))?;
    let now = node.now().as_millis();
    if mark.is_none_or(|mark| now.saturating_sub(mark.at) >= MARKS_EVERY_MS) {
        let request = CommandRequest::of(person.clone(), &See { upto })?;
        // Somebody whose record takes nothing now has looked all the same.
        if let Err(problem) = node.submit_custodial(session, request).await {
            tracing::debug!("how far {person} looked is not in their record: {problem}");
        }
    }
    remember(node, person, upto.as_millis());
    Ok(())
}

fn remember(node: &Node, person: &Did, upto: i64) {
    let marks = node.state::<Marks>();
    let mut marks = marks.0.lock().unwrap_or_else(PoisonError::into_inner);
    if marks.len() >= PEOPLE_MAX && !marks.contains_key(person) {
        // Records have what is older.
        marks.clear();
    }
    let mark = marks.entry(person.clone()).or_default();
    *mark = (*mark).max(upto);
}
