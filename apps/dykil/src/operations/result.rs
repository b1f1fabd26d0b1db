//! Entries that the node makes for surveys without names: answers, sums, and the roll of participants.
//!
//! Always: no entry links a sender to an answer. An entry made before is refused as *done*, so none is made twice.

use imajin_app::operation::{
    Context, Decide, Decision, FieldError, Int, ItemId, Line, List, Operation, Paragraphs, Reasons,
    Record,
};
use imajin_app::{refuse_if, text_field};
use imajin_form::{AnswersText, TITLE_CHARS_MAX};
use imajin_protocol::Did;
use serde_json::json;

use crate::ballots::BALLOTS_MAX;
use crate::queries;
use crate::sums::{Of, STEP};
use crate::survey::{End, Mode};

/// Maximum number of answers in one entry.
const ANSWERS_MAX: usize = BALLOTS_MAX as usize;
/// Maximum number of rows in one entry.
const ROWS_MAX: usize = 2_000;
/// Maximum length of a row's sums, in characters of JSON.
const SUMS_CHARS_MAX: usize = 400_000;

/// A ballot's receipt: 32 lowercase hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceiptText(pub(crate) String);

impl ReceiptText {
    fn parse(text: &str) -> Option<Self> {
        let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 32 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

text_field!(
    ReceiptText,
    "must be 32 of 0-9 a-f",
    json!({ "type": "string", "pattern": "^[0-9a-f]{32}$" }),
    |_| "00000000000000000000000000000001",
);

/// A ballot.
#[derive(Debug, Clone, PartialEq, Record)]
pub(crate) struct Ballot {
    /// The receipt by which its voter finds it.
    pub(crate) receipt: ReceiptText,
    /// The answers by the names of the questions, as JSON.
    pub(crate) answers: AnswersText,
}

/// Answers came whose authors are not known: one, or after the close of a box all of its, in parts.
#[derive(Debug, Clone, Operation)]
#[operation(name = "dykil.received", authority = Node, erasable_by = Author, refusal = ReceivedRefusal)]
pub(crate) struct Received {
    /// The survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// The number of the part of a box, from 0; 0 of an open survey, too.
    #[fact]
    pub(crate) part: Int<0, { BALLOTS_MAX }>,
    /// How many answers.
    #[fact]
    pub(crate) n: Int<0, { BALLOTS_MAX }>,
    /// With the last part of a box: `whole`, or without answers, which were too `few` or `lost`.
    #[fact]
    pub(crate) end: Option<End>,
    /// The answers, in an order of chance.
    pub(crate) answers: List<Ballot, 0, ANSWERS_MAX>,
}

#[derive(Debug, Reasons)]
pub(crate) enum ReceivedRefusal {
    /// There is no such survey.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This was entered before.
    #[refused(Conflict, reason = "done")]
    Done,
    /// This survey has 10 000 answers, and takes no more.
    #[refused(Conflict, reason = "full")]
    Full,
    /// This survey takes no answers now.
    #[refused(Gone)]
    Closed,
}

impl Decide for Received {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReceivedRefusal> {
        let (db, owner, id) = (ctx.reader(), ctx.owner().as_str(), self.survey.as_str());
        let item = queries::item(db, owner, id)?.ok_or(ReceivedRefusal::Unknown)?;
        let state = queries::state(db, owner, id)?;
        if item.own.mode.is_boxed() {
            let is_done = state.ended.is_some() || queries::has_part(db, owner, (id, self.part.0))?;
            return if is_done { Err(ReceivedRefusal::Done.into()) } else { Ok(()) };
        }
        let is_closed = item.own.mode != Mode::Open || !state.is_open(&item, ctx.now());
        refuse_if!(is_closed, ReceivedRefusal::Closed);
        for ballot in &self.answers.0 {
            let before = queries::ballot(db, owner, (id, &ballot.receipt.0))?;
            refuse_if!(before.is_some(), ReceivedRefusal::Done);
        }
        refuse_if!(queries::received(db, owner, id)? >= BALLOTS_MAX, ReceivedRefusal::Full);
        Ok(())
    }
}

/// A row of totals.
#[derive(Debug, Clone, PartialEq, Record)]
pub(crate) struct Row {
    /// The people whose answers are counted: `all`, the households of a `group`, or those at a place (`postal`).
    pub(crate) of: Of,
    /// The group or place; empty for all.
    pub(crate) name: Line<TITLE_CHARS_MAX>,
    /// How many answers.
    pub(crate) n: Int<0, { BALLOTS_MAX }>,
    /// The sums, as JSON: of a survey `{people, questions: {name: {n, by}}}`, of spending `{households, members, totals, means}`,
    /// of a place `{}`.
    pub(crate) sums: Paragraphs<SUMS_CHARS_MAX>,
}

/// Sums of the answers that came until now. A row has at least five answers more than before.
#[derive(Debug, Clone, Operation)]
#[operation(name = "dykil.totals", authority = Node, erasable_by = Author, refusal = TotalsRefusal, check)]
pub(crate) struct Totals {
    /// The survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// Counts the entries of these of a survey, from 1.
    #[fact]
    pub(crate) step: Int<1, { BALLOTS_MAX }>,
    /// The rows that have changed.
    pub(crate) rows: List<Row, 1, ROWS_MAX>,
}

#[derive(Debug, Reasons)]
pub(crate) enum TotalsRefusal {
    /// There is no such survey with totals.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// These totals were entered before.
    #[refused(Conflict, reason = "done")]
    Done,
    /// Totals come in steps of at least five answers.
    #[refused(Conflict, reason = "few", field = "rows")]
    Few,
}

impl Totals {
    fn check(&self) -> Result<(), FieldError> {
        let mut keys: Vec<_> = self.rows.0.iter().map(|row| (row.of, &row.name.0)).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|two| two.first() == two.last()) {
            let text = "rows must not name the same twice.";
            Err(FieldError::new("rows", text))
        } else {
            Ok(())
        }
    }
}

impl Decide for Totals {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TotalsRefusal> {
        let (db, owner, id) = (ctx.reader(), ctx.owner().as_str(), self.survey.as_str());
        let item = queries::item(db, owner, id)?;
        refuse_if!(item.is_none_or(|item| item.own.mode != Mode::Totals), TotalsRefusal::Unknown);
        let state = queries::state(db, owner, id)?;
        let is_done = state.ended.is_some() || self.step.0 != queries::step(db, owner, id)? + 1;
        refuse_if!(is_done, TotalsRefusal::Done);
        let before = queries::published(db, owner, id)?;
        let is_step = |row: &Row| {
            let key = (row.of, row.name.0.clone());
            row.n.0.unsigned_abs() >= before.get(&key).copied().unwrap_or(0) + STEP
        };
        if self.rows.0.iter().all(is_step) { Ok(()) } else { Err(TotalsRefusal::Few.into()) }
    }
}

/// Says who took part in a survey, after its close, and not their answers.
#[derive(Debug, Clone, Operation)]
#[operation(name = "dykil.roll", authority = Node, erasable_by = Author, refusal = RollRefusal)]
pub(crate) struct Roll {
    /// The survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// How many.
    #[fact]
    pub(crate) n: Int<0, { BALLOTS_MAX }>,
    /// The people, in the order of their DIDs.
    pub(crate) who: List<Did, 0, ANSWERS_MAX>,
}

#[derive(Debug, Reasons)]
pub(crate) enum RollRefusal {
    /// There is no such survey with a roll.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// The roll was entered before.
    #[refused(Conflict, reason = "done")]
    Done,
}

impl Decide for Roll {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RollRefusal> {
        let (db, owner, id) = (ctx.reader(), ctx.owner().as_str(), self.survey.as_str());
        let item = queries::item(db, owner, id)?;
        let has_roll = item.is_some_and(|item| item.own.roll && item.own.mode.is_boxed());
        refuse_if!(!has_roll, RollRefusal::Unknown);
        if queries::roll(db, owner, id)?.is_some() { Err(RollRefusal::Done.into()) } else { Ok(()) }
    }
}
