//! Queries of this service's tables.

use std::collections::BTreeMap;

use imajin_app::operation::Choice;
use imajin_app::{Answer, FromRow, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_dfos::order;
use imajin_items::store;
use imajin_ledger::{Reader, rows};
use imajin_protocol::Did;
use rusqlite::{Result, params};

use crate::Dykil;
use crate::forms::{SurveyForm, groups_of};
use crate::manifest::MANIFEST;
use crate::sums::{Key, Of, Published};
use crate::survey::{End, Item, Status};

imajin_app::read_tables!(MANIFEST);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) status: Status,
    /// The time of opening, in milliseconds since 1970.
    pub(crate) opened: Option<i64>,
    /// The end of its box, if it has ended.
    pub(crate) ended: Option<End>,
}

impl State {
    /// Whether the survey takes answers at this time, apart from the limits of its event.
    pub(crate) fn is_open(&self, item: &Item, now: Timestamp) -> bool {
        let is_before = |at: Option<i64>| at.is_none_or(|at| now.as_millis() < at);
        self.status == Status::Open
            && self.ended.is_none()
            && is_before(item.own.closes)
            && is_before(item.until)
    }

    /// Returns the status to show: an open survey that takes no more answers is shown as closed.
    pub(crate) fn visible_status(&self, item: &Item, now: Timestamp) -> Status {
        match self.status {
            Status::Open if !self.is_open(item, now) => Status::Closed,
            status => status,
        }
    }
}

/// A survey with its questions.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    pub(crate) item: Item,
    pub(crate) state: State,
    pub(crate) form_text: String,
}

impl Survey {
    /// Parses the survey's questions.
    /// Errors: another version of the program wrote a form that this version can't read.
    pub(crate) fn form(&self) -> Answer<SurveyForm> {
        let groups = groups_of(&self.item.own.groups);
        SurveyForm::parse(&self.form_text, &groups).map_err(Problem::internal)
    }
}

/// Returns one of a person's surveys, without questions and state.
pub(crate) fn item(db: Reader<'_>, owner: &str, id: &str) -> Result<Option<Item>> {
    store::item::<Dykil>(db, owner, id)
}

/// Returns the state of a survey: a draft if it has no status yet.
pub(crate) fn state(db: Reader<'_>, owner: &str, id: &str) -> Result<State> {
    let sql = "SELECT status, opened_ms, ended FROM states WHERE owner_did = ?1 AND survey = ?2";
    let state = db.row(sql, [owner, id], |row| {
        let (status, ended): (String, Option<String>) = (row.get(0)?, row.get(2)?);
        Ok(State {
            status: Status::from_name(&status).unwrap_or(Status::Closed),
            opened: row.get(1)?,
            ended: ended.map(|end| End::from_name(&end).unwrap_or(End::Lost)),
        })
    })?;
    Ok(state.unwrap_or(State { status: Status::Draft, opened: None, ended: None }))
}

/// Returns a survey with its questions and state.
pub(crate) fn survey(node: &Node, owner: &Did, id: &str) -> Answer<Option<Survey>> {
    read(node, |db| {
        let Some(item) = item(db, owner.as_str(), id)? else {
            return Ok(None);
        };
        of_item(db, owner.as_str(), item).map(Some)
    })
}

/// Adds questions and state to an item.
pub(crate) fn of_item(db: Reader<'_>, owner: &str, item: Item) -> Result<Survey> {
    let sql = "SELECT form FROM forms WHERE owner_did = ?1 AND survey = ?2";
    let form = db.row(sql, [owner, &item.id], |row| row.get(0))?;
    Ok(Survey { state: state(db, owner, &item.id)?, form_text: form.unwrap_or_default(), item })
}

/// Returns surveys opened after `after` (milliseconds) and after the person first followed something of their owner,
/// newest first.
pub(crate) fn followed(
    db: Reader<'_>,
    person: &str,
    (after, limit): (i64, usize),
) -> Result<Vec<(Did, String)>> {
    let sql = "SELECT states.owner_did, survey FROM (SELECT of_did, min(since_ms) AS since FROM follows WHERE owner_did = ?1 GROUP BY of_did)
        CROSS JOIN states ON states.owner_did = of_did
        WHERE status = 'open' AND ended IS NULL AND opened_ms > max(since, ?2) ORDER BY opened_ms DESC, survey LIMIT ?3";
    db.rows(sql, params![person, after, limit as i64], |row| Ok((rows::did(row, 0)?, row.get(1)?)))
}

/// Returns all opened surveys with a box that has not ended, with their owners.
pub(crate) fn opened(node: &Node) -> Answer<Vec<(Did, String)>> {
    let sql = "SELECT states.owner_did, survey FROM states CROSS JOIN items ON items.owner_did = states.owner_did AND id = survey
        WHERE ended IS NULL AND own ->> '$.mode' IN ('totals', 'secret')";
    read_surveys(node, sql)
}

/// Returns drafts of boxed surveys, with their owners.
pub(crate) fn boxed_drafts(node: &Node) -> Answer<Vec<(Did, String)>> {
    let sql = "SELECT owner_did, id FROM items WHERE own ->> '$.mode' IN ('totals', 'secret')
        AND NOT EXISTS (SELECT 1 FROM states WHERE states.owner_did = items.owner_did AND survey = id)";
    read_surveys(node, sql)
}

fn read_surveys(node: &Node, sql: &str) -> Answer<Vec<(Did, String)>> {
    read(node, |db| db.rows(sql, [], |row| Ok((rows::did(row, 0)?, row.get(1)?))))
}

/// Whether a person answered a survey with their name.
pub(crate) fn has_answered(
    db: Reader<'_>,
    author: &str,
    (owner, survey): (&str, &str),
) -> Result<bool> {
    let sql = "SELECT 1 FROM given WHERE owner_did = ?1 AND of_did = ?2 AND survey = ?3";
    db.exists(sql, [author, owner, survey])
}

/// A named answer that a person gave.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct OwnAnswer {
    /// The survey's owner.
    pub(crate) of: String,
    pub(crate) survey: String,
    pub(crate) answers: String,
    pub(crate) at: i64,
}

/// Returns the named answers of a person, newest first.
pub(crate) fn given(db: Reader<'_>, author: &str) -> Result<Vec<OwnAnswer>> {
    let sql = "SELECT of_did, survey, answers, at_ms FROM given WHERE owner_did = ?1 ORDER BY at_ms DESC, of_did, survey";
    db.rows(sql, [author], OwnAnswer::read)
}

/// An answer in the record of a survey's owner.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct AnswerRow {
    /// The person's DID, if the answer has a name.
    pub(crate) by: Option<String>,
    /// The receipt, if the answer has no name.
    pub(crate) receipt: Option<String>,
    pub(crate) answers: String,
    /// The time of the answer; for a box, the time of its release. In milliseconds.
    pub(crate) at: i64,
}

/// Returns all answers to a survey in the order of arrival, or in the box's release order.
pub(crate) fn list_answers(db: Reader<'_>, owner: &str, survey: &str) -> Result<Vec<AnswerRow>> {
    let sql = "SELECT by_did, NULL, answers, at_ms, 0 AS part, seq AS place FROM named WHERE owner_did = ?1 AND survey = ?2
        UNION ALL SELECT NULL, receipt, answers, at_ms, part, place FROM ballots WHERE owner_did = ?1 AND survey = ?2
        ORDER BY part, place";
    db.rows(sql, [owner, survey], AnswerRow::read)
}

/// Whether a part of a box was entered.
pub(crate) fn has_part(db: Reader<'_>, owner: &str, (survey, part): (&str, i64)) -> Result<bool> {
    let sql = "SELECT 1 FROM parts WHERE owner_did = ?1 AND survey = ?2 AND part = ?3";
    db.exists(sql, params![owner, survey, part])
}

/// Returns the answers of the ballot with this receipt, as JSON.
pub(crate) fn ballot(
    db: Reader<'_>,
    owner: &str,
    (survey, receipt): (&str, &str),
) -> Result<Option<String>> {
    let sql = "SELECT answers FROM ballots WHERE owner_did = ?1 AND survey = ?2 AND receipt = ?3";
    db.row(sql, [owner, survey, receipt], |row| row.get(0))
}

/// Returns the number of answers without names.
pub(crate) fn received(db: Reader<'_>, owner: &str, survey: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM ballots WHERE owner_did = ?1 AND survey = ?2";
    Ok(db.row(sql, [owner, survey], |row| row.get(0))?.unwrap_or(0))
}

/// Returns the number of answers to a survey and the time of the newest in milliseconds, as far as the record shows.
pub(crate) fn came(db: Reader<'_>, owner: &str, survey: &str) -> Result<Option<(i64, i64)>> {
    let sql = "SELECT sum(n), max(at_ms) FROM (
        SELECT count(*) AS n, max(at_ms) AS at_ms FROM named WHERE owner_did = ?1 AND survey = ?2
        UNION ALL SELECT count(*), max(at_ms) FROM ballots WHERE owner_did = ?1 AND survey = ?2
        UNION ALL SELECT sum(n), max(at_ms) FROM totals WHERE owner_did = ?1 AND survey = ?2 AND of_kind <> 'postal')";
    let came = db.row(sql, [owner, survey], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(came.and_then(|(n, at): (Option<i64>, Option<i64>)| Some((n?, at?))))
}

/// Returns the step of the newest totals, or 0.
pub(crate) fn step(db: Reader<'_>, owner: &str, survey: &str) -> Result<i64> {
    let sql = "SELECT max(step) FROM totals WHERE owner_did = ?1 AND survey = ?2";
    Ok(db.row(sql, [owner, survey], |row| row.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
}

/// Returns the newest rows of totals.
pub(crate) fn totals(db: Reader<'_>, owner: &str, survey: &str) -> Result<Vec<Published>> {
    let sql = "SELECT of_kind, name, n, sums FROM totals WHERE owner_did = ?1 AND survey = ?2 ORDER BY of_kind, name";
    db.rows(sql, [owner, survey], |row| {
        let (of, name, n): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Published {
            key: (Of::from_name(&of).unwrap_or(Of::All), name),
            n: n.unsigned_abs(),
            sums: row.get(3)?,
        })
    })
}

/// Returns the number of published answers of each row.
pub(crate) fn published(db: Reader<'_>, owner: &str, survey: &str) -> Result<BTreeMap<Key, u64>> {
    let rows = totals(db, owner, survey)?;
    Ok(order::map(rows.into_iter().map(|row| (row.key, row.n))))
}

/// Returns the participants, as a JSON list of DIDs.
pub(crate) fn roll(db: Reader<'_>, owner: &str, survey: &str) -> Result<Option<String>> {
    let sql = "SELECT who FROM rolls WHERE owner_did = ?1 AND survey = ?2";
    db.row(sql, [owner, survey], |row| row.get(0))
}
