//! Publishing, pausing, completing and cancelling an event.

use imajin_app::operation::{
    BeforeSubmit, Choice, Context, Decide, Decision, FieldError, Operation, Reasons, Refused,
    Request,
};
use imajin_app::{Answer, refuse_if};
use imajin_log::{Derivation, Equal, MemberSource, Source};
use imajin_protocol::Did;
use serde_json::json;

use super::shared::{EventRefusal, OrganiserRefusal, event, own_event, parties};
use crate::event::{can_be_cancelled, may_become};
use crate::queries::{self, Event};

/// The derived entry for a status in the event's own log. The reference is the person who set the status.
const fn changed(status: &'static [MemberSource]) -> Derivation {
    parties(StatusChanged::NAME, 1)
        .equal(&[Equal::RefIsIntentAuthor])
        .members(status)
        .own(&["group"])
}

/// Publishes, pauses, completes or cancels an event. Cancelling it gives everybody's money back.
#[derive(Debug, Operation)]
#[operation(
    name = "events.status",
    authority = OwnKey,
    undo = By(&["events.status"]),
    derives = [changed(&[MemberSource::new("status", Source::Fact("status"))])],
    refusal = StatusRefusal,
    after_commit
)]
pub(crate) struct SetStatus {
    /// The event.
    #[reference]
    pub(crate) event: Did,
    /// The status from now on.
    #[fact]
    pub(crate) status: Status,
}

/// The statuses that an event can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Status {
    Published,
    Paused,
    Cancelled,
    Completed,
}

#[derive(Debug, Reasons)]
pub(crate) enum MoneyRefusal {
    /// This event ended more than three days ago, and the money of its tickets is paid out. The organiser can still
    /// refund single tickets.
    #[refused(Conflict, reason = "final")]
    PaidOut,
}

#[derive(Debug, Reasons)]
pub(crate) enum StatusRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
    /// An event that is {} cannot become {}.
    #[refused(Conflict, reason = "status", field = "status")]
    NotNext(String, &'static str),
    #[refused(all)]
    Money(MoneyRefusal),
    /// This event's words were erased: it cannot be published.
    #[refused(Conflict, reason = "erased")]
    Erased,
}

impl Decide for SetStatus {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<StatusRefusal> {
        let event = own_event(ctx, &self.event).map_err(Refused::widen)?;
        let status = self.status;
        if !may_become(&event.status, status.name()) {
            return Err(StatusRefusal::NotNext(event.status, status.name()).into());
        }
        if status == Status::Cancelled {
            check_money(ctx, &event).map_err(Refused::widen)?;
        }
        refuse_if!(status == Status::Published && event.words.is_null(), StatusRefusal::Erased);
        let is_new = status == Status::Published && event.status == "draft";
        let group = event.group.filter(|_| is_new);
        enter(ctx, event.did, status, group)?;
        Ok(())
    }
}

/// Cancels any event. For the owner of the node, since they answer for everything that is sold there; in the owner's log.
#[derive(Debug, Operation)]
#[operation(
    name = "events.cancel",
    authority = OwnKey,
    undo = Ends,
    derives = [changed(&[MemberSource::new("status", Source::Text("cancelled"))])],
    refusal = CancelRefusal,
    prepared = Ownership,
    after_commit
)]
pub(crate) struct CancelEvent {
    /// The event.
    #[reference]
    pub(crate) event: Did,
}

/// Whether the author owns the node.
pub(crate) struct Ownership {
    is_owner: bool,
}

#[derive(Debug, Reasons)]
pub(crate) enum CancelRefusal {
    /// Only the organiser of an event, and the owner of this box, can cancel it.
    #[refused(Forbidden)]
    NotOwner,
    #[refused(all)]
    Event(EventRefusal),
    /// This event is cancelled already.
    #[refused(Conflict, reason = "status")]
    Again,
    #[refused(all)]
    Money(MoneyRefusal),
}

impl BeforeSubmit for CancelEvent {
    fn before_submit(&self, request: &Request<'_>) -> Answer<Ownership> {
        let is_owner = request.node.is_owner(request.owner)?;
        Ok(Ownership { is_owner })
    }
}

impl Decide for CancelEvent {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CancelRefusal> {
        refuse_if!(!ctx.prepared().is_owner, CancelRefusal::NotOwner);
        let event = event(ctx, &self.event).map_err(Refused::widen)?;
        refuse_if!(!may_become(&event.status, Status::Cancelled.name()), CancelRefusal::Again);
        check_money(ctx, &event).map_err(Refused::widen)?;
        enter(ctx, event.did, Status::Cancelled, None)?;
        Ok(())
    }
}

/// An event has another status, in its own log. Once it is cancelled, all its tickets are void.
#[derive(Debug, Operation)]
#[operation(name = "events.status.changed", authority = Derived, facts)]
pub(crate) struct StatusChanged {
    /// The organiser, or the owner of the node.
    #[reference]
    by: Did,
    /// The status from now on.
    status: Status,
    /// The group that it is for, if its members are told of it: when it is published for the first time.
    group: Option<Did>,
}

/// Refuses a cancellation once the money of sold tickets was released, since it couldn't be refunded.
fn check_money<O: Operation>(ctx: &Context<'_, O>, found: &Event) -> Decision<MoneyRefusal> {
    let is_sold = queries::first_paid(ctx.reader(), found.did.as_str())?.is_some();
    if !is_sold || can_be_cancelled(found.latest, ctx.now().as_millis()) {
        Ok(())
    } else {
        Err(MoneyRefusal::PaidOut.into())
    }
}

fn enter<O: Operation>(
    ctx: &mut Context<'_, O>,
    event: Did,
    status: Status,
    group: Option<Did>,
) -> Result<(), FieldError> {
    let by = ctx.owner().clone();
    ctx.derive(event, &StatusChanged { by, status, group })?;
    ctx.reply(json!({ "status": status.name() }));
    Ok(())
}
