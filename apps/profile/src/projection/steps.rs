//! The chain of steps that made a profile what it is: updates, claims and releases, newest first.
//!
//! Always: after an erasure every row is what it would be had the erased bodies never been read.

use std::collections::HashSet;

use imajin_dfos::cbor::{encode, from_dag_json, to_dag_json};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value};
use imajin_ledger::Applied;
use rusqlite::{Connection, params};
use serde_json::Value as Json;

use super::{Row, load, move_claim, save};
use crate::members::{Members, NAMES};
use crate::ops;

const UPDATE: i64 = 0;
const CLAIM: i64 = 1;
const RELEASE: i64 = 2;

struct Step {
    step: i64,
    kind: i64,
    body_cid: Option<Vec<u8>>,
    value: Option<String>,
}

/// An entry's offset as SQLite has it. There are never more than 2^63 entries.
pub(super) fn offset(entry: &Applied<'_>) -> i64 {
    i64::try_from(entry.offset.0).unwrap_or(i64::MAX)
}

/// Takes an update, a claim or a release into the row. An erased body does nothing.
pub(super) fn take(db: &Connection, entry: &Applied<'_>, row: &mut Row) -> rusqlite::Result<()> {
    let before = row.claimed.clone();
    let at = offset(entry);
    let (kind, value) = match (entry.op, entry.body) {
        (ops::UPDATE, Some(body)) => {
            row.members.set(body);
            (UPDATE, Some(known_members(body)))
        }
        (ops::HANDLE_CLAIM, Some(body)) => {
            let handle = body.get_str("handle").map(str::to_owned);
            row.claim(handle.clone(), at);
            (CLAIM, handle)
        }
        (ops::HANDLE_RELEASE, _) => {
            row.claim(None, at);
            (RELEASE, None)
        }
        _ => return Ok(()),
    };
    let body_cid = entry
        .body
        .map(|body| dag_cbor_cid(&encode(body)).to_bytes());
    let sql = "INSERT INTO steps (step, owner_did, previous, kind, body_cid, value) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    db.prepare_cached(sql)?.execute(params![
        at,
        entry.did.as_str(),
        row.last_step,
        kind,
        body_cid,
        value
    ])?;
    row.last_step = Some(at);
    if before != row.claimed {
        let new = row.claimed.as_deref().map(|handle| (handle, row.since));
        move_claim(db, entry.did.as_str(), before.as_deref(), new)?;
    }
    Ok(())
}

/// The members of a body that this service knows, as they are kept.
fn known_members(body: &Value) -> String {
    let known = NAMES.iter().filter_map(|name| {
        Some((
            (*name).to_owned(),
            to_dag_json(body.get(name)?).unwrap_or(Json::Null),
        ))
    });
    Json::Object(known.collect()).to_string()
}

impl Row {
    /// The handle counts from the first of the claims to it that follow each other.
    fn claim(&mut self, handle: Option<String>, at: i64) {
        if self.claimed != handle {
            self.claimed = handle;
            self.since = at;
        }
    }
}

/// Forgets what erased bodies said.
pub(super) fn erase(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let bodies = entry
        .body
        .and_then(|body| body.get("bodies"))
        .and_then(Value::as_list)
        .unwrap_or_default();
    let erased: HashSet<Vec<u8>> = bodies
        .iter()
        .filter_map(Value::as_link)
        .map(Cid::to_bytes)
        .collect();
    let Some(row) = load(db, did)? else {
        return Ok(());
    };
    let steps = chain(db, row.last_step)?;
    let is_erased = |step: &Step| {
        step.body_cid
            .as_ref()
            .is_some_and(|cid| erased.contains(cid))
    };
    if !steps.iter().any(is_erased) {
        return Ok(());
    }
    let mut after = Row {
        members: Members::default(),
        claimed: None,
        since: 0,
        last_step: None,
        ..row.clone()
    };
    for step in &steps {
        if is_erased(step) {
            db.prepare_cached("DELETE FROM steps WHERE step = ?1")?
                .execute([step.step])?;
            continue;
        }
        db.prepare_cached("UPDATE steps SET previous = ?2 WHERE step = ?1 AND previous IS NOT ?2")?
            .execute(params![step.step, after.last_step])?;
        replay(step, &mut after);
        after.last_step = Some(step.step);
    }
    let new = after.claimed.as_deref().map(|handle| (handle, after.since));
    move_claim(db, did, row.claimed.as_deref(), new)?;
    save(db, did, &after, false)
}

fn replay(step: &Step, row: &mut Row) {
    match step.kind {
        UPDATE => {
            let json = step
                .value
                .as_deref()
                .and_then(|value| serde_json::from_str::<Json>(value).ok());
            if let Some(body) = json.and_then(|json| from_dag_json(&json).ok()) {
                row.members.set(&body);
            }
        }
        CLAIM => row.claim(step.value.clone(), step.step),
        _ => row.claim(None, step.step),
    }
}

/// All steps, oldest first.
fn chain(db: &Connection, last: Option<i64>) -> rusqlite::Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut statement = db.prepare_cached(
        "SELECT step, kind, body_cid, value, previous FROM steps WHERE step = ?1",
    )?;
    let mut next = last;
    while let Some(step) = next {
        next = statement.query_row([step], |row| {
            steps.push(Step {
                step: row.get(0)?,
                kind: row.get(1)?,
                body_cid: row.get(2)?,
                value: row.get(3)?,
            });
            row.get(4)
        })?;
    }
    steps.reverse();
    Ok(steps)
}
