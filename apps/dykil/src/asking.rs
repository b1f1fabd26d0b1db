//! Access to surveys: whether a viewer may see a survey, whether it takes answers now, and which ticket answers.
//!
//! Always: only its owner sees a draft. Events are looked up through `Occasions`; without that app, surveys that need
//! an event take no answers.

use imajin_app::{Answer, Catalogue, Icon, Node, Problem, args, refuse_if};
use imajin_items::{ItemPages, ItemView, visible_item, visible_items};
use imajin_ledger::Reader;
use imajin_occasions::Occasions;
use imajin_protocol::Did;

use crate::Dykil;
use crate::boxes;
use crate::manifest::TEXTS;
use crate::queries::{self, Survey};
use crate::survey::{Each, End, Item, Status, When};

impl ItemPages for Dykil {
    const ICON: Icon = Icon::Chart;
    const TEXTS: &'static Catalogue = &TEXTS;
    const NOT_FOUND: &'static str = "no-such-survey";

    fn list(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Item>> {
        Ok(all(node, owner, viewer)?.into_iter().map(|survey| survey.item).collect())
    }

    fn find(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<ItemView<Item>> {
        let item = seen(node, owner, viewer, name)?.item;
        let within = Vec::new();
        Ok(ItemView { item, within })
    }
}

/// Returns a survey by its id or slug, as far as the viewer may see it.
/// Errors: 404 if it doesn't exist or is hidden from the viewer: only its owner sees a draft.
pub(crate) fn seen(node: &Node, owner: &Did, viewer: Option<&Did>, name: &str) -> Answer<Survey> {
    let entry = visible_item::<Dykil>(node, owner, viewer, name)?;
    let item = entry.ok_or_else(Dykil::not_found)?.item;
    let survey = queries::read(node, |db| with_state(node, db, owner, item))?;
    refuse_if!(survey.state.status == Status::Draft && viewer != Some(owner), Dykil::not_found());
    Ok(survey)
}

/// Returns all surveys in a person's list, as far as the viewer may see them.
pub(crate) fn all(node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Survey>> {
    let items = visible_items::<Dykil>(node, owner, viewer)?;
    let mut all = queries::read(node, |db| {
        let items = items.into_iter();
        items.map(|item| with_state(node, db, owner, item)).collect::<rusqlite::Result<Vec<_>>>()
    })?;
    if viewer != Some(owner) {
        all.retain(|survey| survey.state.status != Status::Draft);
    }
    Ok(all)
}

/// Returns an organiser's open surveys about an event, as far as the viewer may see them.
pub(crate) fn at_event(
    node: &Node,
    event: &Did,
    organiser: &Did,
    viewer: Option<&Did>,
) -> Answer<Vec<Survey>> {
    let mut items = visible_items::<Dykil>(node, organiser, viewer)?;
    items.retain(|item| item.own.event.as_deref() == Some(event.as_str()));
    first_open(node, organiser, items, usize::MAX)
}

/// Returns a person's surveys that take answers now, as far as the viewer may see them: the first ones of the list, at most
/// `limit`.
pub(crate) fn open(
    node: &Node,
    owner: &Did,
    viewer: Option<&Did>,
    limit: usize,
) -> Answer<Vec<Survey>> {
    let items = visible_items::<Dykil>(node, owner, viewer)?;
    first_open(node, owner, items, limit)
}

fn first_open(node: &Node, owner: &Did, items: Vec<Item>, limit: usize) -> Answer<Vec<Survey>> {
    let now = node.now();
    queries::read(node, |db| {
        let mut open = Vec::new();
        for item in items {
            if open.len() == limit {
                break;
            }
            let survey = with_state(node, db, owner, item)?;
            if survey.state.is_open(&survey.item, now) {
                open.push(survey);
            }
        }
        Ok(open)
    })
}

/// Adds the state to a survey. An open survey whose box is missing has lost it, even before its owner's record says so.
fn with_state(node: &Node, db: Reader<'_>, owner: &Did, item: Item) -> rusqlite::Result<Survey> {
    // Look before reading the record: the end of a box is entered before the box is destroyed.
    let has_box = !item.own.mode.is_boxed() || boxes::path(node, owner, &item.id).exists();
    let mut survey = queries::of_item(db, owner.as_str(), item)?;
    if survey.state.status == Status::Open && !has_box {
        survey.state.ended.get_or_insert(End::Lost);
    }
    Ok(survey)
}

/// Checks whether a person belongs to the survey's audience.
/// Errors: 403 for others.
pub(crate) fn check_audience(node: &Node, each: Each, person: &Did) -> Answer<()> {
    let is_asked = match each.least() {
        Some(least) => node.is_at_least(person, least)?,
        None => true,
    };
    let id = match each {
        Each::Member => "members-only",
        _ => "no-strangers",
    };
    if is_asked { Ok(()) } else { Err(Problem::forbidden(TEXTS.say(id, args![])).slug("audience")) }
}

/// Checks whether a survey takes answers now.
/// Errors: 410 if it is a draft or closed, 403 if it is too early or too late for its event or the event is unknown.
pub(crate) fn check_time(node: &Node, survey: &Survey) -> Answer<()> {
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

/// Returns the seat of a person's ticket for the event of a survey.
/// Errors: 403 if the person has no ticket.
pub(crate) fn seat_of(node: &Node, survey: &Survey, did: &Did) -> Answer<String> {
    let seat = match (node.get::<dyn Occasions>(), &survey.item.own.event) {
        (Some(events), Some(event)) => events.ticket_of(node, event, did)?,
        _ => None,
    };
    seat.ok_or_else(|| Problem::forbidden(TEXTS.say("no-ticket", args![])))
}
