//! Who sees an event. One of no group is everybody's. A group's is its organiser's, and its members' for as long as the organiser is one of them, so
//! that nobody puts an event before a group that they don't belong to; and, by its address, of people with a ticket.
//!
//! Always: what a list shows ([`of`]) and what a name opens ([`sees`]) follow from the same question, [`is_for`].

use imajin_protocol::Did;
use imajin_service::capabilities::{Existence, RecordOwner};
use imajin_service::{Node, Problem};

use crate::Events;
use crate::manifest::MANIFEST;
use crate::queries::{self, Event, Sight};

/// There is no such event, or its viewer may not see it.
pub(crate) fn missing() -> Problem {
    Problem::not_found("There is no such event on this box.")
}

/// Which events of groups somebody finds in lists; none who isn't signed in.
pub(crate) fn of(node: &Node, viewer: Option<&Did>) -> Result<Sight, Problem> {
    let Some(viewer) = viewer else {
        return Ok(Sight::default());
    };
    let mut sight = Sight::own(viewer);
    for (group, organiser) in node.read(MANIFEST.name, queries::circles)? {
        if is_for(node, &group, &organiser, viewer)? {
            sight.circles.push((group, organiser));
        }
    }
    Ok(sight)
}

/// Whether an event of a group is for this member of it.
fn is_for(node: &Node, group: &Did, organiser: &Did, member: &Did) -> Result<bool, Problem> {
    Ok(node.group_role(group, member)?.is_some() && node.group_role(group, organiser)?.is_some())
}

impl RecordOwner for Events {
    fn existence(&self, node: &Node, did: &Did) -> Result<Option<Existence>, Problem> {
        let event = node.read(MANIFEST.name, |db| queries::event(db, did.as_str()))?;
        let Some(event) = event else {
            return Ok(None);
        };
        Ok(Some(if event.is_public() {
            Existence::Public
        } else {
            Existence::Private
        }))
    }

    fn public_things(&self, node: &Node) -> Result<Vec<Did>, Problem> {
        node.read(MANIFEST.name, queries::public)
    }
}

/// Whether somebody may look at an event. Only its organiser sees a draft. Everybody with a ticket sees a group's event, too, also if it was
/// passed on to them.
pub(crate) fn sees(node: &Node, event: &Event, viewer: Option<&Did>) -> Result<bool, Problem> {
    let organiser = &event.organiser;
    if viewer == Some(organiser) || event.is_public() {
        return Ok(true);
    }
    let (Some(group), Some(viewer)) = (&event.group, viewer) else {
        return Ok(false);
    };
    if event.status == "draft" {
        return Ok(false);
    }
    let comes = || {
        node.read(MANIFEST.name, |db| {
            queries::comes(db, viewer.as_str(), event.did.as_str())
        })
    };
    Ok(is_for(node, group, organiser, viewer)? || comes()?)
}

/// Refuses (404) an event that somebody may not see.
pub(crate) fn check_sees(node: &Node, event: &Event, viewer: &Did) -> Result<(), Problem> {
    if sees(node, event, Some(viewer))? {
        Ok(())
    } else {
        Err(missing())
    }
}
