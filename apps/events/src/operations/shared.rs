//! What the decisions of several operations need: the event that they are about, and why there is none.

use imajin_ledger::{Derivation, Refusal, RefusalKind, TargetLog};
use imajin_protocol::{Did, IdText};
use imajin_service::operation::{Context, Operation, Reasons, Refused};

use crate::queries::{self, Event};

/// An entry in the logs of those who take part: the event, its organiser, a holder.
pub(super) const fn parties(op: &'static str, at_most: u32) -> Derivation {
    Derivation::of(op, TargetLog::Parties).at_most(at_most)
}

/// Why there is no event to decide about.
#[derive(Debug, Reasons)]
pub(crate) enum EventRefusal {
    /// This node has none of this DID.
    #[refused(NotFound, field = "ref", message = "There is no such event here.")]
    Unknown,
}

/// Why somebody cannot decide about an event as its organiser.
#[derive(Debug, Reasons)]
pub(crate) enum OrganiserRefusal {
    /// This node has none of this DID.
    #[refused(all)]
    Event(EventRefusal),
    /// Somebody else organises it.
    #[refused(Forbidden, message = "Only the organiser of this event may do that.")]
    NotYours,
}

/// The event of a DID.
pub(super) fn event<O: Operation>(
    ctx: &Context<'_, O>,
    event: &Did,
) -> Result<Event, Refused<EventRefusal>> {
    let found = queries::event(ctx.reader(), event.as_str())?;
    found.ok_or(EventRefusal::Unknown.into())
}

/// The event of a DID, for its organiser.
pub(super) fn own_event<O: Operation>(
    ctx: &Context<'_, O>,
    did: &Did,
) -> Result<Event, Refused<OrganiserRefusal>> {
    let event = event(ctx, did).map_err(Refused::widen)?;
    if event.organiser == *ctx.owner() {
        Ok(event)
    } else if event.is_public() {
        Err(OrganiserRefusal::NotYours.into())
    } else {
        // As for one that doesn't exist: others may not learn of it here.
        Err(OrganiserRefusal::from(EventRefusal::Unknown).into())
    }
}

/// An id that a projection has.
pub(super) fn id(text: &str) -> Result<IdText, Refusal> {
    IdText::parse(text).map_err(|error| stored(error.to_string()))
}

/// The node's own tables or keys are not as they must be.
pub(super) fn stored(message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::Stored, message)
}
