//! Helpers for the decisions of several operations: lookup of an event, with the reasons to refuse.

use imajin_app::operation::{Context, Operation, Reasons, Refused};
use imajin_ledger::{Refusal, RefusalKind};
use imajin_log::{Derivation, TargetLog};
use imajin_protocol::{Did, IdText};

use crate::queries::{self, Event};

/// A derived entry in the logs of the parties: the event, its organiser, a holder.
pub(super) const fn parties(op: &'static str, at_most: u32) -> Derivation {
    Derivation::new(op, TargetLog::Parties).at_most(at_most)
}

#[derive(Debug, Reasons)]
pub(crate) enum EventRefusal {
    /// There is no such event here.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

#[derive(Debug, Reasons)]
pub(crate) enum OrganiserRefusal {
    #[refused(all)]
    Event(EventRefusal),
    /// Only the organiser of this event may do that.
    #[refused(Forbidden)]
    NotYours,
}

pub(super) fn event<O: Operation>(
    ctx: &Context<'_, O>,
    event: &Did,
) -> Result<Event, Refused<EventRefusal>> {
    queries::event(ctx.reader(), event.as_str())?.ok_or(EventRefusal::Unknown.into())
}

/// Returns the event with this DID if the author organises it.
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
        // Same refusal as for an unknown event, so that its existence isn't revealed.
        Err(OrganiserRefusal::from(EventRefusal::Unknown).into())
    }
}

/// Parses an id that comes from a projection.
pub(super) fn id(text: &str) -> Result<IdText, Refusal> {
    IdText::parse(text).map_err(|error| stored(error.to_string()))
}

/// Builds the refusal for inconsistent stored data: the node's tables or keys are wrong.
pub(super) fn stored(message: impl Into<String>) -> Refusal {
    Refusal::new(RefusalKind::Stored, message)
}
