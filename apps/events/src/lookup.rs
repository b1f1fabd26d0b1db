//! Lookups for routes and pages: an event for its viewer, a ticket for its holder, a person's card.

use imajin_app::{Answer, Card, Node, Problem};
use imajin_protocol::Did;

use crate::operations::CheckIn;
use crate::queries::{self, Event, TicketRow};
use crate::sight::{missing, sees};

/// Returns the event of this name if the viewer may see it; 404 otherwise.
pub(crate) fn find(node: &Node, name: &str, viewer: Option<&Did>) -> Answer<Event> {
    let event = queries::read(node, |db| queries::find(db, name))?.ok_or_else(missing)?;
    if sees(node, &event, viewer)? {
        return Ok(event);
    }
    // People who check tickets at the door see the event.
    let keeps_door = match viewer {
        Some(viewer) => node.may_act(viewer, &event.organiser, CheckIn::NAME)?,
        None => false,
    };
    if keeps_door && event.status != "draft" { Ok(event) } else { Err(missing()) }
}

/// Returns the event of this name for its organiser; 403 for others.
pub(crate) fn find_own(node: &Node, name: &str, viewer: &Did) -> Answer<Event> {
    let event = find(node, name, Some(viewer))?;
    if event.organiser == *viewer {
        Ok(event)
    } else {
        Err(Problem::forbidden("Only the organiser of this event may see that."))
    }
}

/// Returns a ticket for its holder; 404 for others.
pub(crate) fn own_ticket(node: &Node, did: &Did, id: &str) -> Answer<TicketRow> {
    let ticket = queries::read(node, |db| queries::ticket(db, did.as_str(), id))?;
    ticket
        .filter(|held| held.holder == *did)
        .ok_or_else(|| Problem::not_found("You have no such ticket."))
}

/// Returns a person's public card.
pub(crate) fn card(node: &Node, did: &Did) -> Answer<Card> {
    Ok(node.card(did)?.unwrap_or_else(|| Card::unnamed(did.clone())))
}
