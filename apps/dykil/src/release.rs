//! The release of boxes: totals while a box is open, everything at its close. A worker looks for boxes to release.
//!
//! Always: entries made before a crash are refused as *done*, and the remaining ones follow. The box is destroyed after
//! its end was entered.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::operation::{Int, ItemId, Line, List, Operation, Paragraphs};
use imajin_app::{Answer, Node, Problem, args, blocking};
use imajin_dfos::order;
use imajin_form::AnswersText;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_host::rounds::Rounds;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::Did;

use crate::ballots::{BallotBox, Released};
use crate::boxes::{self, Boxes, files, path};
use crate::manifest::{MANIFEST, TEXTS};
use crate::operations::{Ballot, ReceiptText, Received, Roll, Row, Totals};
use crate::queries::{self, Survey};
use crate::sums::{STEP, Sums};
use crate::survey::{End, Mode};

/// Pause between two rounds while there are boxes, or after a change of the surveys.
const NAP: Duration = Duration::from_secs(1);

pub(crate) fn started(node: &Node) {
    node.begin(Releases { boxes: node.state(), is_first: true, is_done: false });
}

struct Releases {
    boxes: Arc<Boxes>,
    is_first: bool,
    /// Whether the last round left no box, and no survey that waits for its owner's record.
    is_done: bool,
}

impl Rounds for Releases {
    const NAME: &'static str = "ballot boxes";
    const EVERY: Duration = NAP;
    const TABLES: Option<&'static str> = Some(MANIFEST.name);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        // Also after a failure: surveys are opened from now on.
        let is_first = std::mem::take(&mut self.is_first);
        let waits = round(node, is_first).await?;
        self.is_done = !waits && files(node)?.is_empty();
        Ok(())
    }

    async fn woken(&mut self) {
        self.boxes.bell.notified().await;
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

/// Releases the boxes of closed surveys and destroys boxes without a survey. In the first round no survey is being
/// opened, so boxes of drafts are destroyed, too. Boxes of open surveys that are missing count as lost. Returns whether
/// a survey waits for its owner's record to take entries again, for example after a restore.
/// Errors: a box can't be released now; the others were.
async fn round(node: &Node, is_first: bool) -> Answer<bool> {
    let (mut kept, mut waits) = (BTreeSet::new(), false);
    let mut outcome = Ok(());
    for (owner, survey) in queries::opened(node)? {
        kept.insert(path(node, &owner, &survey));
        match release_if_writable(node, &owner, &survey).await {
            Ok(is_writable) => waits |= !is_writable,
            Err(problem) => outcome = Err(problem),
        }
    }
    let mut others = files(node)?;
    others.retain(|file| !kept.contains(file));
    if !others.is_empty() && !is_first {
        let drafts = queries::boxed_drafts(node)?.into_iter();
        let drafts = drafts.map(|(owner, survey)| path(node, &owner, &survey));
        // A survey may have opened in the meantime.
        let surveys = queries::opened(node)?.into_iter();
        let surveys = surveys.map(|(owner, survey)| path(node, &owner, &survey));
        let kept: BTreeSet<PathBuf> = order::set(drafts.chain(surveys));
        others.retain(|file| !kept.contains(file));
    }
    for file in others {
        node.state::<Boxes>().destroy(&file)?;
    }
    outcome.map(|()| waits)
}

/// Releases the box of a survey whose owner's record is kept here and takes entries. Returns false if the record will
/// take entries later.
async fn release_if_writable(node: &Node, owner: &Did, survey: &str) -> Answer<bool> {
    let status = node.status(owner)?;
    let home = status.filter(|status| !status.deleted && status.home.node == *node.did());
    match home.map(|status| status.read_only) {
        Some(None) => release(node, owner, survey).await.map(|()| true),
        Some(Some(_)) => Ok(false),
        None => Ok(true),
    }
}

/// Refuses a person's move while they have a box that has not ended, since boxes can't move.
/// Errors: 409 while the person has such a box.
pub(crate) fn may_move(node: &Node, did: &Did) -> Answer<()> {
    let mut surveys = queries::opened(node)?.into_iter();
    if surveys.any(|(owner, _)| owner == *did) {
        Err(Problem::conflict(TEXTS.say("boxes-open", args![])).slug("boxes"))
    } else {
        Ok(())
    }
}

/// Converts a count for an entry.
fn int<const MIN: i64, const MAX: i64>(number: usize) -> Int<MIN, MAX> {
    Int(i64::try_from(number).unwrap_or(MAX))
}

/// Makes an entry about a survey. A final refusal counts as success: the entry exists already or will never be possible.
/// Errors: the entry may be possible later, so its box must stay.
async fn enter<O: Operation>(node: &Node, owner: &Did, operation: &O) -> Answer<()> {
    match node.record(owner.clone(), operation).await {
        Err(error) if !is_final(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether an entry that was refused like this will be refused always. A record that is read-only takes entries again
/// once its newest copy is here.
fn is_final(error: &SubmitError) -> bool {
    match error {
        SubmitError::Refused(refusal) => {
            !matches!(refusal.kind, RefusalKind::Stored | RefusalKind::Unavailable)
        }
        _ => false,
    }
}

/// Reads a box; `None` if it doesn't exist.
async fn read_box<T: Send + 'static>(
    node: &Node,
    whose: (&Did, &str),
    work: impl FnOnce(&mut BallotBox) -> rusqlite::Result<T> + Send + 'static,
) -> Answer<Option<T>> {
    Ok(boxes::with_box(node, whose, work).await?.transpose()?)
}

/// Enters the sums of a box with totals that have reached a new step.
/// Errors: the sums can't be entered now.
pub(crate) async fn publish(node: &Node, owner: &Did, survey: &Survey) -> Answer<()> {
    let id = survey.item.id.as_str();
    let sums = read_box(node, (owner, id), |open| open.sums()).await?.flatten();
    let Some(sums) = sums else { return Ok(()) };
    let sums: Sums = serde_json::from_str(&sums).map_err(Problem::internal)?;
    let (step, published) = queries::read(node, |db| {
        Ok((queries::step(db, owner.as_str(), id)?, queries::published(db, owner.as_str(), id)?))
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
    let totals = Totals { survey: survey.id()?, step: Int(step + 1), rows: List(rows.collect()) };
    enter(node, owner, &totals).await
}

/// Releases the box of a survey if the survey has closed.
/// Errors: an entry can't be made now; the worker retries.
async fn release(node: &Node, owner: &Did, id: &str) -> Answer<()> {
    let Some(survey) = queries::survey(node, owner, id)? else {
        return Ok(());
    };
    let is_there = read_box(node, (owner, id), |_| Ok(())).await?.is_some();
    if !is_there {
        return end(node, owner, &survey, End::Lost).await;
    }
    if survey.state.is_open(&survey.item, node.now()) {
        return Ok(());
    }
    let (seed, has_roll) = (random::bytes()?, survey.item.own.roll);
    let sealed = read_box(node, (owner, id), move |open| {
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
async fn end(node: &Node, owner: &Did, survey: &Survey, end: End) -> Answer<()> {
    let received = Received {
        survey: survey.id()?,
        part: Int(0),
        n: Int(0),
        end: Some(end),
        answers: List(Vec::new()),
    };
    enter(node, owner, &received).await
}

async fn roll(node: &Node, owner: &Did, survey: &Survey) -> Answer<()> {
    let who = read_box(node, (owner, &survey.item.id), |open| open.roll()).await?;
    let who = who.unwrap_or_default();
    let who: Vec<Did> = who.iter().filter_map(|did| Did::parse(did).ok()).collect();
    let roll = Roll { survey: survey.id()?, n: int(who.len()), who: List(who) };
    enter(node, owner, &roll).await
}

/// Enters all ballots in parts; the last part has the end of the box.
async fn parts(node: &Node, owner: &Did, survey: &Survey) -> Answer<()> {
    let (mut from, mut part) = (0, 0);
    let next = |from: usize| {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        read_box(node, (owner, &survey.item.id), move |open| open.released(from))
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
    Ballot { receipt: ReceiptText(released.receipt), answers: AnswersText::known(released.words) }
}

impl Survey {
    fn id(&self) -> Answer<ItemId> {
        let id = ItemId::parse(&self.item.id);
        id.ok_or_else(|| Problem::internal("the table of surveys has no id"))
    }
}

#[cfg(test)]
mod tests {
    use imajin_ledger::Refusal;

    use super::*;

    #[test]
    fn a_box_outlives_every_refusal_that_passes() {
        let refused = |kind| SubmitError::Refused(Refusal::new(kind, "no"));
        for kind in [RefusalKind::Conflict, RefusalKind::NotFound, RefusalKind::Gone] {
            assert!(is_final(&refused(kind)), "{kind:?}");
        }
        let did = Did::from_key(&[1; 32]);
        let frozen = SubmitError::ReadOnly { did, reason: "behind".to_owned(), newer: None };
        let passing = [refused(RefusalKind::Unavailable), refused(RefusalKind::Stored), frozen];
        for error in passing.into_iter().chain([SubmitError::Full, SubmitError::Busy]) {
            assert!(!is_final(&error), "{error}");
        }
    }
}
