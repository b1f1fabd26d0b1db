//! Surveys as others find them: whether one is there for a viewer, whether it takes answers now, and whose ticket answers.
//!
//! Always: only its owner sees a draft. An event is asked through `Occasions`, and where there is none nobody answers.

use imajin_ledger::Reader;
use imajin_occasions::Occasions;
use imajin_protocol::Did;
use imajin_service::{Node, Problem, args};

use crate::boxes;
use crate::manifest::TEXTS;
use crate::queries::{self, Survey};
use crate::survey::{Each, End, Item, Status, When};

/// The answer for a survey that isn't there, or isn't for this visitor.
pub(crate) fn none() -> Problem {
    Problem::not_found(TEXTS.say("no-such-survey", args![]))
}

/// A survey that a viewer names by its id or its slug.
///
/// # Errors
/// 404 if it isn't there for them: only its owner sees a draft.
pub(crate) fn seen(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    name: &str,
) -> Result<Survey, Problem> {
    let found = imajin_items::seen::<crate::Dykil>(node, owner, viewer, name)?;
    let item = found.ok_or_else(none)?.item;
    let survey = node.read(queries::SERVICE, |db| {
        with_state(node, db.into(), owner, item)
    })?;
    if survey.state.status == Status::Draft && viewer != Some(owner) {
        Err(none())
    } else {
        Ok(survey)
    }
}

/// All of somebody's surveys that a viewer finds in their list.
pub(crate) fn all(node: &Node, owner: &Did, viewer: Option<&Did>) -> Result<Vec<Survey>, Problem> {
    let items = imajin_items::shown::<crate::Dykil>(node, owner, viewer)?;
    let mut all = with_states(node, owner, items)?;
    if viewer != Some(owner) {
        all.retain(|survey| survey.state.status != Status::Draft);
    }
    Ok(all)
}

/// The open surveys about an event that its organiser shows a viewer.
pub(crate) fn at_event(
    node: &Node,
    event: &Did,
    organiser: &Did,
    viewer: Option<&Did>,
) -> Result<Vec<Survey>, Problem> {
    let mut items = imajin_items::shown::<crate::Dykil>(node, organiser, viewer)?;
    items.retain(|item| item.own.event.as_deref() == Some(event.as_str()));
    let mut all = with_states(node, organiser, items)?;
    all.retain(|survey| survey.state.is_open(&survey.item, node.now()));
    Ok(all)
}

fn with_states(node: &Node, owner: &Did, items: Vec<Item>) -> Result<Vec<Survey>, Problem> {
    node.read(queries::SERVICE, |db| {
        let items = items.into_iter();
        items
            .map(|item| with_state(node, db.into(), owner, item))
            .collect()
    })
}

/// A survey whose box isn't there has lost it, also before its owner's record takes that.
fn with_state(node: &Node, db: Reader<'_>, owner: &Did, item: Item) -> rusqlite::Result<Survey> {
    // Looked at before the record is read, which has the end of a box before the box goes.
    let has_box = !item.own.mode.is_boxed() || boxes::path(node, owner, &item.id).exists();
    let mut survey = queries::of_item(db, owner.as_str(), item)?;
    if survey.state.status == Status::Open && !has_box {
        survey.state.ended.get_or_insert(End::Lost);
    }
    Ok(survey)
}

/// Checks whether a person is one of those who answer a survey, each once.
///
/// # Errors
/// 403 for others.
pub(crate) fn check_audience(node: &Node, each: Each, person: &Did) -> Result<(), Problem> {
    let is_asked = match each.least() {
        Some(least) => node.is_at_least(person, least)?,
        None => true,
    };
    let id = match each {
        Each::Member => "members-only",
        _ => "no-strangers",
    };
    if is_asked {
        Ok(())
    } else {
        Err(Problem::forbidden(TEXTS.say(id, args![])).slug("audience"))
    }
}

/// Whether a survey takes answers at this time.
///
/// # Errors
/// 410 if it is closed, 403 if it is too early or too late by its event.
pub(crate) fn check_time(node: &Node, survey: &Survey) -> Result<(), Problem> {
    let now = node.now();
    if !survey.state.is_open(&survey.item, now) {
        let id = match survey.state.status {
            Status::Draft => "not-open",
            _ => "is-closed",
        };
        return Err(Problem::gone(TEXTS.say(id, args![])).slug("closed"));
    }
    let (Some(when), Some(event)) = (survey.item.own.when, &survey.item.own.event) else {
        return Ok(());
    };
    let times = match node.get::<dyn Occasions>() {
        Some(events) => events.times(node, event)?,
        None => None,
    };
    let times = times.ok_or_else(|| Problem::forbidden(TEXTS.say("no-event", args![])))?;
    match when {
        When::Before if now >= times.starts => {
            Err(Problem::forbidden(TEXTS.say("event-began", args![])))
        }
        When::After if now < times.ends => {
            Err(Problem::forbidden(TEXTS.say("event-not-over", args![])))
        }
        _ => Ok(()),
    }
}

/// The place of somebody's ticket for the event of a survey.
///
/// # Errors
/// 403 if they have none.
pub(crate) fn seat_of(node: &Node, survey: &Survey, did: &Did) -> Result<String, Problem> {
    let seat = match (node.get::<dyn Occasions>(), &survey.item.own.event) {
        (Some(events), Some(event)) => events.ticket_of(node, event, did)?,
        _ => None,
    };
    seat.ok_or_else(|| Problem::forbidden(TEXTS.say("no-ticket", args![])))
}
