//! What routes and pages look up: an event for its viewer, a ticket for its holder, a person's card.

use imajin_protocol::Did;
use imajin_service::{Card, Node, Problem};

use crate::manifest::MANIFEST;
use crate::queries::{self, Event, Held};
use crate::sight::sees;

/// There is no such event, or its viewer may not see it.
pub(crate) fn missing() -> Problem {
    Problem::not_found("There is no such event on this box.")
}

/// The event of a name that this viewer may see.
pub(crate) fn find(node: &Node, name: &str, viewer: Option<&Did>) -> Result<Event, Problem> {
    let found = node.read(MANIFEST.name, |db| queries::find(db, name))?;
    let found = found.ok_or_else(missing)?;
    match sees(node, &found, viewer)? {
        true => Ok(found),
        false => Err(missing()),
    }
}

/// Refuses (404) an event that somebody may not see.
pub(crate) fn check_sees(node: &Node, event: &Event, viewer: &Did) -> Result<(), Problem> {
    match sees(node, event, Some(viewer))? {
        true => Ok(()),
        false => Err(missing()),
    }
}

/// The event of a name, for its organiser.
pub(crate) fn find_own(node: &Node, name: &str, viewer: &Did) -> Result<Event, Problem> {
    let found = find(node, name, Some(viewer))?;
    match found.organiser == *viewer {
        true => Ok(found),
        false => Err(Problem::forbidden(
            "Only the organiser of this event may see that.",
        )),
    }
}

/// A ticket, for its holder.
pub(crate) fn own_ticket(node: &Node, did: &Did, id: &str) -> Result<Held, Problem> {
    let held = node.read(MANIFEST.name, |db| queries::ticket(db, did.as_str(), id))?;
    held.filter(|held| held.holder == *did)
        .ok_or_else(|| Problem::not_found("You have no such ticket."))
}

/// A person, as everybody may see them.
pub(crate) fn card(node: &Node, did: &Did) -> Result<Card, Problem> {
    let card = node.card(did)?;
    Ok(card.unwrap_or_else(|| Card::unnamed(did.clone())))
}
