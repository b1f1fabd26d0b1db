//! What leaves a box: totals while it is open, everything at its close.
//!
//! Always: what was entered before a crash is *done*, and the rest follows. The box is destroyed once its end is entered.

use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::Did;
use imajin_service::operation::{Int, ItemId, Line, List, Operation, Paragraphs};
use imajin_service::{Node, Problem, blocking, random};

use super::{Boxes, path};
use crate::ballots::{BallotBox, Released};
use crate::operations::{AnswersText, Ballot, ReceiptText, Received, Roll, Row, Totals};
use crate::queries::{self, Survey};
use crate::sums::{STEP, Sums};
use crate::survey::{End, Mode};

/// A count as an entry has it.
fn int<const MIN: i64, const MAX: i64>(number: usize) -> Int<MIN, MAX> {
    Int(i64::try_from(number).unwrap_or(MAX))
}

/// Enters the node's word about a survey; if it was entered before, or can't ever be, that is as good.
async fn enter<O: Operation>(node: &Node, owner: &Did, operation: &O) -> Result<(), Problem> {
    match node.record(owner.clone(), operation).await {
        Ok(_) | Err(SubmitError::ReadOnly { .. }) => Ok(()),
        Err(SubmitError::Refused(refusal)) if refusal.kind != RefusalKind::Stored => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Does something with a box on a thread that may wait for the disk; `None` if there is no box.
async fn with<T: Send + 'static>(
    node: &Node,
    (owner, survey): (&Did, &str),
    work: impl FnOnce(&mut BallotBox) -> rusqlite::Result<T> + Send + 'static,
) -> Result<Option<T>, Problem> {
    let (node, owner, survey) = (node.clone(), owner.clone(), survey.to_owned());
    let done = blocking::run(move || node.state::<Boxes>().with(&node, (&owner, &survey), work));
    Ok(done.await??.transpose()?)
}

/// Enters the sums of a box with totals that have come to a step.
///
/// # Errors
/// They can't be entered now.
pub(crate) async fn publish(node: &Node, owner: &Did, survey: &Survey) -> Result<(), Problem> {
    let id = survey.item.id.as_str();
    let sums = with(node, (owner, id), |open| open.sums()).await?.flatten();
    let Some(sums) = sums else { return Ok(()) };
    let sums: Sums = serde_json::from_str(&sums).map_err(Problem::internal)?;
    let (step, published) = node.read(queries::SERVICE, |db| {
        let db = db.into();
        Ok((
            queries::step(db, owner.as_str(), id)?,
            queries::published(db, owner.as_str(), id)?,
        ))
    })?;
    let due = sums.due(&survey.form()?, &published);
    if due.is_empty() {
        return Ok(());
    }
    let rows = due.into_iter().map(|row| Row {
        of: row.key.0,
        name: Line(row.key.1),
        n: Int(i64::try_from(row.n).unwrap_or(i64::MAX)),
        sums: Paragraphs(row.sums),
    });
    let totals = Totals {
        survey: survey.id()?,
        step: Int(step + 1),
        rows: List(rows.collect()),
    };
    enter(node, owner, &totals).await
}

/// Releases the box of a survey if that has closed.
///
/// # Errors
/// Something can't be entered now: it is tried again.
pub(super) async fn release(node: &Node, owner: &Did, id: &str) -> Result<(), Problem> {
    let Some(survey) = queries::survey(node, owner, id)? else {
        return Ok(());
    };
    let is_there = with(node, (owner, id), |_| Ok(())).await?.is_some();
    if !is_there {
        return end(node, owner, &survey, End::Lost).await;
    }
    if survey.state.is_open(&survey.item, node.now()) {
        return Ok(());
    }
    let (seed, has_roll) = (random::bytes()?, survey.item.own.roll);
    let sealed = with(node, (owner, id), move |open| {
        open.seal(seed, has_roll)?;
        open.ballots()
    });
    let ballots = sealed.await?.unwrap_or(0);
    if ballots.unsigned_abs() < STEP {
        end(node, owner, &survey, End::Few).await?;
    } else {
        if has_roll {
            roll(node, owner, &survey).await?;
        }
        match survey.item.own.mode {
            Mode::Totals => {
                publish(node, owner, &survey).await?;
                end(node, owner, &survey, End::Whole).await?;
            }
            _ => parts(node, owner, &survey).await?,
        }
    }
    let (node, path) = (node.clone(), path(node, owner, id));
    blocking::run(move || node.state::<Boxes>().destroy(&path)).await?
}

/// Enters the end of a box without answers.
async fn end(node: &Node, owner: &Did, survey: &Survey, end: End) -> Result<(), Problem> {
    let received = Received {
        survey: survey.id()?,
        part: Int(0),
        n: Int(0),
        end: Some(end),
        answers: List(Vec::new()),
    };
    enter(node, owner, &received).await
}

async fn roll(node: &Node, owner: &Did, survey: &Survey) -> Result<(), Problem> {
    let who = with(node, (owner, &survey.item.id), |open| open.roll()).await?;
    let who: Vec<Did> = who
        .unwrap_or_default()
        .iter()
        .filter_map(|did| Did::parse(did).ok())
        .collect();
    let roll = Roll {
        survey: survey.id()?,
        n: int(who.len()),
        who: List(who),
    };
    enter(node, owner, &roll).await
}

/// Enters all ballots, part by part; with the last one the end.
async fn parts(node: &Node, owner: &Did, survey: &Survey) -> Result<(), Problem> {
    let (mut from, mut part) = (0, 0);
    let next = |from: usize| {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        with(node, (owner, &survey.item.id), move |open| {
            open.released(from)
        })
    };
    let mut ballots = next(0).await?.unwrap_or_default();
    while !ballots.is_empty() {
        from += ballots.len();
        let after = next(from).await?.unwrap_or_default();
        let received = Received {
            survey: survey.id()?,
            part: int(part),
            n: int(ballots.len()),
            end: after.is_empty().then_some(End::Whole),
            answers: List(ballots.into_iter().map(ballot).collect()),
        };
        enter(node, owner, &received).await?;
        (ballots, part) = (after, part + 1);
    }
    Ok(())
}

fn ballot(released: Released) -> Ballot {
    Ballot {
        receipt: ReceiptText(released.receipt),
        answers: AnswersText(released.words),
    }
}

impl Survey {
    /// Its id, for an entry.
    fn id(&self) -> Result<ItemId, Problem> {
        let id = ItemId::parse(&self.item.id);
        id.ok_or_else(|| Problem::internal("the table of surveys has no id"))
    }
}
