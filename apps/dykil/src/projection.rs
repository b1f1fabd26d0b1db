//! The tables of this service.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An answer whose words were erased has no row.

use imajin_app::entries_table;
use imajin_app::operation::{Choice, read_operation};
use imajin_items::{Put, Remove, items_tables};
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::Dykil;
use crate::manifest::MANIFEST;
use crate::operations::{
    Answer, PutSurvey, Received, ReceivedAnswer, Roll, SetStatus, Totals, Withdraw,
};
use crate::survey::{Kind, Own, Status};

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 2,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        items_tables!(),
        "
CREATE TABLE forms (owner_did TEXT NOT NULL, survey TEXT NOT NULL, form TEXT NOT NULL, PRIMARY KEY (owner_did, survey)) STRICT, WITHOUT ROWID;
CREATE TABLE states (
    owner_did TEXT NOT NULL,
    survey TEXT NOT NULL,
    status TEXT NOT NULL,
    opened_ms INTEGER,
    ended TEXT,                       -- how its box ended
    PRIMARY KEY (owner_did, survey)
) STRICT, WITHOUT ROWID;
CREATE TABLE given (                  -- the answers that a person gave with their name
    owner_did TEXT NOT NULL,
    of_did TEXT NOT NULL,
    survey TEXT NOT NULL,
    answers TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, of_did, survey)
) STRICT, WITHOUT ROWID;
CREATE TABLE named (                  -- the newest answer of each person or ticket
    owner_did TEXT NOT NULL,
    survey TEXT NOT NULL,
    by_key TEXT NOT NULL,             -- the ticket's place, else the DID
    by_did TEXT NOT NULL,
    answers TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, survey, by_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE ballots (
    owner_did TEXT NOT NULL,
    survey TEXT NOT NULL,
    receipt TEXT NOT NULL,
    answers TEXT NOT NULL,
    part INTEGER NOT NULL,
    place INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, survey, receipt)
) STRICT, WITHOUT ROWID;
CREATE TABLE parts (owner_did TEXT NOT NULL, survey TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (owner_did, survey, part)) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
    owner_did TEXT NOT NULL,
    survey TEXT NOT NULL,
    of_kind TEXT NOT NULL,
    name TEXT NOT NULL,
    n INTEGER NOT NULL,
    sums TEXT NOT NULL,               -- JSON
    step INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, survey, of_kind, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE rolls (owner_did TEXT NOT NULL, survey TEXT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (owner_did, survey)) STRICT, WITHOUT ROWID;
CREATE TABLE hanging (                -- entries with words about a survey, besides its own
    owner_did TEXT NOT NULL,
    survey TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (owner_did, survey, seq)
) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutSurvey::NAME => put(db, entry),
        SetStatus::NAME => status(db, entry),
        Answer::NAME => answer(db, entry),
        Withdraw::NAME => withdraw(db, entry),
        ReceivedAnswer::NAME => answered(db, entry),
        Received::NAME => received(db, entry),
        Totals::NAME => totals(db, entry),
        Roll::NAME => roll(db, entry),
        _ => {
            imajin_items::apply(db, entry, 1)?;
            if entry.op == <Remove<Dykil>>::NAME { removed(db, entry) } else { Ok(()) }
        }
    }
}

/// Removes everything about a survey except its item.
fn removed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    for table in ["forms", "states", "named", "ballots", "parts", "totals", "rolls"] {
        let sql = format!("DELETE FROM {table} WHERE owner_did = ?1 AND survey = ?2");
        run(db, &sql, params![entry.did.as_str(), entry.reference])?;
    }
    Ok(())
}

fn seq(entry: &Applied<'_>) -> i64 {
    i64::try_from(entry.seq.0).unwrap_or(i64::MAX)
}

fn put(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(put) = read_operation::<PutSurvey>(entry) {
        let sql = "INSERT OR REPLACE INTO forms (owner_did, survey, form) VALUES (?1, ?2, ?3)";
        let put = put.operation;
        run(db, sql, params![entry.did.as_str(), put.survey.as_str(), put.form.as_str()])?;
    }
    imajin_items::put(db, entry, version)
}

fn version(put: PutSurvey) -> (Put, Own) {
    let own = Own {
        mode: put.mode,
        each: put.each,
        show: put.show,
        roll: put.roll.is_some_and(|roll| roll.0 == 1),
        event: put.event.map(|event| event.as_str().to_owned()),
        when: put.when,
        closes: put.closes.map(|at| at.0),
        groups: put.groups.map(|groups| groups.0).unwrap_or_default(),
    };
    (imajin_items::version!(put, survey, Kind::Survey), own)
}

/// Stores a survey's status; an unknown status of a later version counts as closed.
fn status(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let status =
        read_operation::<SetStatus>(entry).map_or(Status::Closed, |read| read.operation.status);
    let opened = (status == Status::Open).then(|| entry.at.as_millis());
    let sql = "INSERT INTO states (owner_did, survey, status, opened_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (owner_did, survey) DO UPDATE SET status = excluded.status, opened_ms = coalesce(opened_ms, excluded.opened_ms)
        WHERE status <> 'closed'";
    run(db, sql, params![entry.did.as_str(), entry.reference, status.name(), opened])
}

fn answer(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(answer) = read_operation::<Answer>(entry).map(|read| read.operation) else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO given (owner_did, of_did, survey, answers, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)";
    for of in &answer.dids.0 {
        let params = params![
            entry.did.as_str(),
            of.as_str(),
            answer.survey.as_str(),
            answer.answers.as_str(),
            entry.at.as_millis()
        ];
        run(db, sql, params)?;
    }
    Ok(())
}

fn withdraw(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(withdrawn) = read_operation::<Withdraw>(entry).map(|read| read.operation) else {
        return Ok(());
    };
    let sql = "DELETE FROM given WHERE owner_did = ?1 AND of_did = ?2 AND survey = ?3";
    for of in &withdrawn.dids.0 {
        run(db, sql, [entry.did.as_str(), of.as_str(), withdrawn.survey.as_str()])?;
    }
    Ok(())
}

/// Records an entry with words about a survey.
fn hang(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if entry.body.is_none() {
        return Ok(());
    }
    let sql = "INSERT INTO hanging (owner_did, survey, seq) VALUES (?1, ?2, ?3)";
    run(db, sql, params![entry.did.as_str(), entry.reference, seq(entry)])
}

fn answered(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    hang(db, entry)?;
    let Some(read) = read_operation::<ReceivedAnswer>(entry).filter(|read| !read.has_more) else {
        return Ok(());
    };
    let answered = read.operation;
    let key = match &answered.seat {
        Some(seat) => seat.as_str(),
        None => answered.by.as_str(),
    };
    let sql = "INSERT OR REPLACE INTO named (owner_did, survey, by_key, by_did, answers, seq, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let params = params![
        entry.did.as_str(),
        answered.survey.as_str(),
        key,
        answered.by.as_str(),
        answered.answers.as_str(),
        seq(entry),
        entry.at.as_millis()
    ];
    run(db, sql, params)
}

fn received(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    hang(db, entry)?;
    let sql = "INSERT OR IGNORE INTO parts (owner_did, survey, part) VALUES (?1, ?2, ?3)";
    let part = entry.int("part").unwrap_or(0);
    run(db, sql, params![entry.did.as_str(), entry.reference, part])?;
    // The end counts even if the words of the entry were erased.
    if let Some(end) = entry.id("end") {
        let sql = "INSERT INTO states (owner_did, survey, status, ended) VALUES (?1, ?2, 'closed', ?3)
            ON CONFLICT (owner_did, survey) DO UPDATE SET status = 'closed', ended = excluded.ended";
        run(db, sql, params![entry.did.as_str(), entry.reference, end])?;
    }
    let Some(received) = read_operation::<Received>(entry).map(|read| read.operation) else {
        return Ok(());
    };
    let sql = "INSERT OR IGNORE INTO ballots (owner_did, survey, receipt, answers, part, place, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    // Answers that were entered one by one are ordered by their entries.
    for (place, ballot) in (seq(entry)..).zip(&received.answers.0) {
        let params = params![
            entry.did.as_str(),
            received.survey.as_str(),
            ballot.receipt.0,
            ballot.answers.as_str(),
            received.part.0,
            place,
            entry.at.as_millis()
        ];
        run(db, sql, params)?;
    }
    Ok(())
}

fn totals(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    hang(db, entry)?;
    let Some(totals) = read_operation::<Totals>(entry).map(|read| read.operation) else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO totals (owner_did, survey, of_kind, name, n, sums, step, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for row in &totals.rows.0 {
        let params = params![
            entry.did.as_str(),
            totals.survey.as_str(),
            row.of.name(),
            row.name.0,
            row.n.0,
            row.sums.0,
            totals.step.0,
            entry.at.as_millis()
        ];
        run(db, sql, params)?;
    }
    Ok(())
}

fn roll(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    hang(db, entry)?;
    let Some(roll) = read_operation::<Roll>(entry).map(|read| read.operation) else {
        return Ok(());
    };
    let who: Vec<&str> = roll.who.0.iter().map(Did::as_str).collect();
    let sql = "INSERT OR REPLACE INTO rolls (owner_did, survey, who) VALUES (?1, ?2, ?3)";
    let who = serde_json::Value::from(who).to_string();
    run(db, sql, params![entry.did.as_str(), roll.survey.as_str(), who])
}
