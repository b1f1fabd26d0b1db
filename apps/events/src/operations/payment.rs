//! Orders paid later, and refunds that the organiser didn't issue as ticket refunds: entries that the node itself makes
//! in the event's log.
//!
//! Always: a payment becomes tickets once, however often it is reported. A payment that arrives after its hold expired
//! becomes tickets if enough are left, and is refunded otherwise.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::hold::{LeftRefusal, check_left};
use super::shared::{EventRefusal, event, parties};
use super::ticket::{
    IssuedTicket, SaleTerms, TICKETS_MAX, VoidedTicket, check_sale, issue, make_void,
};
use crate::mint::SignedTicket;
use crate::queries::{self, TicketRow};

/// The places that were kept for a payment are paid.
#[derive(Debug, Clone, Operation)]
#[operation(
    name = "events.paid",
    authority = Node,
    undo = Money,
    derives = [parties(IssuedTicket::NAME, TICKETS_MAX).own(IssuedTicket::OWN)],
    refusal = PaidRefusal,
    prepared = Vec<SignedTicket>
)]
pub(crate) struct PaidPlaces {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

#[derive(Debug, Reasons)]
pub(crate) enum PaidRefusal {
    /// This was done before.
    #[refused(Conflict, reason = "done")]
    Done,
    /// This payment has no places kept for it.
    #[refused(NotFound)]
    NoPlaces,
    #[refused(all)]
    Event(EventRefusal),
    /// This event was cancelled.
    #[refused(Conflict, reason = "cancelled")]
    Cancelled,
    #[refused(all)]
    Left(LeftRefusal),
}

impl Decide for PaidPlaces {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let (payment, event_did) = (self.payment.as_str(), ctx.owner().clone());
        let before = queries::of_payment(ctx.reader(), event_did.as_str(), payment)?;
        refuse_if!(!before.is_empty(), PaidRefusal::Done);
        let hold = queries::hold(ctx.reader(), event_did.as_str(), payment)?;
        let hold = hold.ok_or(PaidRefusal::NoPlaces)?;
        let event = event(ctx, &event_did).map_err(Refused::widen)?;
        refuse_if!(event.status == "cancelled", PaidRefusal::Cancelled);
        // An organiser who has left lets no guests in, and a holder who has left doesn't come. Those whose records wait to be
        // resumed after a restore still will.
        let has_left = |did: &Did| ctx.log(did).is_some_and(|log| log.deleted);
        let is_void = has_left(&event.organiser) || has_left(&hold.holder);
        refuse_if!(is_void, PaidRefusal::NoPlaces);
        let now = ctx.now().as_millis();
        let kind = queries::kind(ctx.reader(), event_did.as_str(), hold.kind, now)?;
        let kind = kind.ok_or(PaidRefusal::NoPlaces)?;
        check_left(&kind, hold.quantity, hold.keeps(now)).map_err(PaidRefusal::from)?;
        let tickets = ctx.prepared().clone();
        let amount = (hold.kind, hold.quantity);
        check_sale(ctx, &tickets, (&event_did, &hold.holder), amount)?;
        let terms = SaleTerms {
            payment: Some(self.payment.clone()),
            price: hold.price,
            currency: hold.currency,
            hold: Some(self.payment.clone()),
        };
        for ticket in &tickets {
            issue(ctx, ticket, &terms, &event)?;
        }
        let ids: Vec<String> = tickets.iter().map(|one| one.ticket.id()).collect();
        ctx.reply(json!({ "tickets": ids }));
        Ok(())
    }
}

/// Voids tickets whose payment was refunded by the node, by the organiser at the cashier's, or by a bank.
#[derive(Debug, Operation)]
#[operation(
    name = "events.withdrawn",
    authority = Node,
    undo = Ends,
    derives = [parties(VoidedTicket::NAME, TICKETS_MAX).own(VoidedTicket::OWN)],
    refusal = WithdrawnRefusal
)]
pub(crate) struct WithdrawnPayment {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

#[derive(Debug, Reasons)]
pub(crate) enum WithdrawnRefusal {
    /// This was done before.
    #[refused(Conflict, reason = "done")]
    Done,
}

impl Decide for WithdrawnPayment {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<WithdrawnRefusal> {
        let (event, payment) = (ctx.owner().as_str(), self.payment.as_str());
        let mut open = queries::of_payment(ctx.reader(), event, payment)?;
        open.retain(TicketRow::is_open);
        refuse_if!(open.is_empty(), WithdrawnRefusal::Done);
        for held in &open {
            make_void(ctx, held, Some(&self.payment))?;
        }
        ctx.reply(json!({ "payment": payment }));
        Ok(())
    }
}
