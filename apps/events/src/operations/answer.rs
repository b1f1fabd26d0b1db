//! Answers to held, ordered and requested places: the organiser approves requests, the node keeps places for those who
//! wait, and either side releases places.
//!
//! Always: a request reserves no place; an approval reserves as many as were requested, and no more.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_log::Equal;
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::free::needs_approval;
use super::hold::{HeldPlaces, LeftRefusal, check_left, fresh_id};
use super::shared::{EventRefusal, OrganiserRefusal, event, own_event, parties};
use crate::queries;

/// Time that approved places are kept for the person who asked, who must return and take them: a week.
const APPROVED_MS: i64 = 7 * 24 * 3_600_000;
/// Time that returned places are kept for the person who waits for them: a day.
const OFFERED_MS: i64 = 24 * 3_600_000;

/// Approves that a person gets the free places that they asked for, as the organiser: the places are kept for them.
#[derive(Debug, Operation)]
#[operation(
    name = "events.approve",
    authority = Any,
    undo = By(&["events.release"]),
    derives = [parties(HeldPlaces::NAME, 1).own(HeldPlaces::OWN)],
    refusal = ApproveRefusal
)]
pub(crate) struct ApprovePlaces {
    /// The hold with which they asked.
    #[reference]
    pub(crate) ask: IdText,
    /// The event.
    #[fact]
    pub(crate) event: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum ApproveRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
    /// Nobody asked for these places.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This was answered already, or taken back.
    #[refused(Conflict, reason = "done")]
    Done,
    #[refused(all)]
    Left(LeftRefusal),
}

impl Decide for ApprovePlaces {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ApproveRefusal> {
        let record = own_event(ctx, &self.event).map_err(Refused::widen)?;
        let (event, now) = (record.did.as_str(), ctx.now().as_millis());
        let ask = queries::hold(ctx.reader(), event, self.ask.as_str())?;
        let ask = ask.ok_or(ApproveRefusal::Unknown)?;
        refuse_if!(!ask.is_ask(), ApproveRefusal::Done);
        let kind = queries::kind(ctx.reader(), event, ask.kind, now)?;
        let kind = kind.ok_or(ApproveRefusal::Unknown)?;
        check_left(&kind, ask.quantity, 0).map_err(ApproveRefusal::from)?;
        let hold = fresh_id(ctx)?;
        let until = now.saturating_add(APPROVED_MS);
        let places = HeldPlaces::new(hold.clone(), ask.holder, &kind, ask.quantity, until);
        ctx.derive(record.did, &places.instead_of(Some(self.ask.clone())))?;
        ctx.reply(json!({ "hold": hold.as_str(), "until": until }));
        Ok(())
    }
}

/// Keeps returned free places for the person who waits for them.
#[derive(Debug, Operation)]
#[operation(
    name = "events.offered",
    authority = Node,
    undo = Given,
    derives = [parties(HeldPlaces::NAME, 1).own(HeldPlaces::OWN)],
    refusal = OfferRefusal
)]
pub(crate) struct OfferPlaces {
    /// The hold with which they wait.
    #[reference]
    pub(crate) ask: IdText,
}

#[derive(Debug, Reasons)]
pub(crate) enum OfferRefusal {
    #[refused(all)]
    Event(EventRefusal),
    /// This was done before.
    #[refused(Conflict, reason = "done")]
    Done,
    #[refused(all)]
    Left(LeftRefusal),
}

impl Decide for OfferPlaces {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OfferRefusal> {
        let (did, now) = (ctx.owner().clone(), ctx.now().as_millis());
        let event = event(ctx, &did).map_err(Refused::widen)?;
        let ask = queries::hold(ctx.reader(), did.as_str(), self.ask.as_str())?;
        let is_on = event.status == "published" && ctx.takes_entries(&event.organiser);
        let ask = ask.filter(|ask| ask.is_ask() && is_on).ok_or(OfferRefusal::Done)?;
        let kind = queries::kind(ctx.reader(), did.as_str(), ask.kind, now)?;
        let kind = kind.filter(|kind| kind.price == 0 && !needs_approval(&event, kind));
        let kind = kind.ok_or(OfferRefusal::Done)?;
        check_left(&kind, ask.quantity, 0).map_err(OfferRefusal::from)?;
        let hold = fresh_id(ctx)?;
        let until = now.saturating_add(OFFERED_MS);
        let places = HeldPlaces::new(hold.clone(), ask.holder, &kind, ask.quantity, until);
        ctx.derive(did, &places.instead_of(Some(self.ask.clone())))?;
        ctx.reply(json!({ "hold": hold.as_str(), "until": until }));
        Ok(())
    }
}

/// Gives places up, or stops asking for them: your own, or, as the organiser, any person's. Money that comes for them later buys
/// the places that are left then, or goes back.
#[derive(Debug, Operation)]
#[operation(
    name = "events.release",
    authority = Any,
    undo = Ends,
    derives = [parties(ReleasedPlaces::NAME, 1).equal(&[Equal::RefIsIntentRef])],
    refusal = ReleaseRefusal,
    after_commit
)]
pub(crate) struct ReleasePlaces {
    /// The hold, what was asked for, or the order's payment.
    #[reference]
    pub(crate) hold: IdText,
    /// The event.
    #[fact]
    pub(crate) event: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum ReleaseRefusal {
    /// You have no such places kept for you.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// These places are given up or paid for.
    #[refused(Conflict, reason = "done")]
    Done,
}

impl Decide for ReleasePlaces {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReleaseRefusal> {
        let event = queries::event(ctx.reader(), self.event.as_str())?;
        let organises = event.is_some_and(|event| event.organiser == *ctx.owner());
        let hold = queries::hold(ctx.reader(), self.event.as_str(), self.hold.as_str())?;
        let hold = hold.filter(|hold| organises || hold.holder == *ctx.owner());
        refuse_if!(hold.ok_or(ReleaseRefusal::Unknown)?.done, ReleaseRefusal::Done);
        let released = ReleasedPlaces { hold: self.hold.clone() };
        ctx.derive(self.event.clone(), &released)?;
        ctx.reply(json!({ "released": true }));
        Ok(())
    }
}

/// Places are not kept any more, in the event's log.
#[derive(Debug, Operation)]
#[operation(name = "events.released", authority = Derived)]
pub(crate) struct ReleasedPlaces {
    /// The hold, or the payment that was expected.
    #[reference]
    hold: IdText,
}
