//! Who may see an event. Everyone may see an event without a group. An event of a group is visible to its organiser, to
//! members as long as the organiser is a member, too (so that people can't push events to groups they don't belong to),
//! and, by its address, to people with a ticket.
//!
//! Always: lists ([`sight_of`]) and lookups by name ([`sees`]) both use [`is_for`].

use imajin_app::capabilities::{Existence, RecordOwner};
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::Did;

use crate::Events;
use crate::queries::{self, Event, Sight};

/// Builds the 404 for an event that doesn't exist or is hidden from the viewer.
pub(crate) fn missing() -> Problem {
    Problem::not_found("There is no such event on this box.")
}

/// Returns the group events that a viewer finds in lists; none for a visitor who isn't signed in.
pub(crate) fn sight_of(node: &Node, viewer: Option<&Did>) -> Answer<Sight> {
    sight_among(node, viewer, None)
}

/// Returns those of one organiser's group events, or of everyone's, that a viewer finds in lists.
pub(crate) fn sight_among(
    node: &Node,
    viewer: Option<&Did>,
    organiser: Option<&Did>,
) -> Answer<Sight> {
    let Some(viewer) = viewer else {
        return Ok(Sight::default());
    };
    let mut sight = Sight::own(viewer);
    for (group, organiser) in queries::read(node, |db| queries::circles(db, organiser))? {
        if is_for(node, &group, &organiser, viewer)? {
            sight.circles.push((group, organiser));
        }
    }
    Ok(sight)
}

/// Returns the group events that two people find in lists.
pub(crate) fn sight_of_both(node: &Node, viewer: &Did, other: &Did) -> Answer<Sight> {
    let mut sight = Sight::default();
    for (group, organiser) in sight_of(node, Some(viewer))?.circles {
        if node.group_role(&group, other)?.is_some() {
            sight.circles.push((group, organiser));
        }
    }
    Ok(sight)
}

/// Whether both this member and the organiser belong to the group.
fn is_for(node: &Node, group: &Did, organiser: &Did, member: &Did) -> Answer<bool> {
    Ok(node.group_role(group, member)?.is_some() && node.group_role(group, organiser)?.is_some())
}

impl RecordOwner for Events {
    fn existence(&self, node: &Node, did: &Did) -> Answer<Option<Existence>> {
        let event = queries::read(node, |db| queries::event(db, did.as_str()))?;
        let Some(event) = event else {
            return Ok(None);
        };
        Ok(Some(if event.is_public() { Existence::Public } else { Existence::Private }))
    }

    fn public_things(&self, node: &Node) -> Answer<Vec<Did>> {
        queries::read(node, queries::public)
    }
}

/// Whether a viewer may see an event. Only the organiser sees a draft. People with a ticket see a group's event, too,
/// even if the ticket was passed on to them.
pub(crate) fn sees(node: &Node, event: &Event, viewer: Option<&Did>) -> Answer<bool> {
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
    let comes =
        || queries::read(node, |db| queries::attends(db, viewer.as_str(), event.did.as_str()));
    Ok(is_for(node, group, organiser, viewer)? || comes()?)
}

/// Refuses (404) an event that the viewer may not see.
pub(crate) fn check_sees(node: &Node, event: &Event, viewer: &Did) -> Answer<()> {
    if sees(node, event, Some(viewer))? { Ok(()) } else { Err(missing()) }
}
