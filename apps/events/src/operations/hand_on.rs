//! Passing a ticket on, and refunding one.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Operation, Reasons, Refused, Request,
};
use imajin_app::words::Money;
use imajin_app::{Answer, Problem, refuse_if};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{self as selling, Teller, give_back};
use serde_json::json;

use super::fields::Text;
use super::shared::{EventRefusal, OrganiserRefusal, event, id, own_event, parties};
use super::ticket::{
    IssuedTicket, SaleTerms, TicketRefusal, VoidedTicket, in_force, issue, make_void, unsigned,
};
use crate::mint::{SignedTicket, Signing};
use crate::queries::{self, Event, TicketRow};
use crate::ticket::seat_of;

/// Maximum length of a refund reason.
const REASON_BYTES_MAX: usize = 500;

/// Transfers a ticket: the event signs a new one for another person, and this one is no longer valid.
#[derive(Debug, Operation)]
#[operation(
    name = "events.transfer",
    authority = OwnKey,
    facts,
    undo = Given,
    derives = [parties(IssuedTicket::NAME, 1).own(IssuedTicket::OWN)],
    refusal = TransferRefusal,
    prepared = SignedTicket,
    after_commit
)]
pub(crate) struct TransferTicket {
    /// The ticket.
    #[reference]
    pub(crate) ticket: IdText,
    /// Its event.
    pub(crate) event: Did,
    /// The new holder.
    pub(crate) holder: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum TransferRefusal {
    #[refused(all)]
    Ticket(TicketRefusal),
    /// This ticket is of another event.
    #[refused(BadRequest, field = "event")]
    OtherEvent,
    #[refused(all)]
    Event(EventRefusal),
    /// This event is over: its tickets can’t be passed on any more.
    #[refused(Conflict, reason = "over")]
    Over,
    /// This ticket was used: it cannot be passed on any more.
    #[refused(Conflict, reason = "used")]
    Used,
    /// You can pass a ticket on only to somebody else with a record on this box.
    #[refused(BadRequest, field = "holder")]
    NoRecord,
}

impl BeforeSubmit for TransferTicket {
    fn before_submit(&self, request: &Request<'_>) -> Answer<SignedTicket> {
        let (node, holder) = (request.node, request.owner);
        let ticket = queries::read(node, |db| {
            match queries::ticket(db, holder.as_str(), self.ticket.as_str())? {
                Some(own) => queries::of_seat(db, own.event.as_str(), &own.seat),
                None => Ok(None),
            }
        })?;
        let ticket = ticket.ok_or_else(|| Problem::not_found("You have no such ticket."))?;
        let (Some(seat), Ok(kind), Ok(issue)) =
            (seat_of(&ticket.seat), u16::try_from(ticket.kind), u16::try_from(ticket.issue + 1))
        else {
            return Err(Problem::conflict("This ticket has been passed on too often."));
        };
        let signing =
            Signing { node, event: &ticket.event, holder: &self.holder, kind, at: request.now };
        signing.sign_ticket(seat, issue)
    }
}

impl Decide for TransferTicket {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TransferRefusal> {
        let unknown = || TransferRefusal::from(TicketRefusal::Unknown);
        let own = queries::ticket(ctx.reader(), ctx.owner().as_str(), self.ticket.as_str())?;
        refuse_if!(own.ok_or_else(unknown)?.event != self.event, TransferRefusal::OtherEvent);
        let event = event(ctx, &self.event).map_err(Refused::widen)?;
        let is_over = matches!(event.status.as_str(), "cancelled" | "completed");
        refuse_if!(is_over, TransferRefusal::Over);
        let ticket_row = in_force(ctx, &self.event, &self.ticket).map_err(Refused::widen)?;
        refuse_if!(ticket_row.holder != *ctx.owner(), unknown());
        refuse_if!(ticket_row.status == "used", TransferRefusal::Used);
        let has_no_record = self.holder == *ctx.owner() || !ctx.takes_entries(&self.holder);
        refuse_if!(has_no_record, TransferRefusal::NoRecord);
        let signed = ctx.prepared().clone();
        let ticket = &signed.ticket;
        let is_next =
            i64::from(ticket.issue) == ticket_row.issue + 1 && ticket.seat() == ticket_row.seat;
        if !is_next || ticket.event != event.did || i64::from(ticket.kind) != ticket_row.kind {
            return Err(unsigned().into());
        }
        let terms = SaleTerms {
            payment: ticket_row.payment.as_deref().map(id).transpose()?,
            price: ticket_row.price,
            currency: ticket_row.currency,
            hold: None,
        };
        issue(ctx, &signed, &terms, &event)?;
        ctx.reply(json!({ "ticket": signed.ticket.id(), "issue": signed.ticket.issue }));
        Ok(())
    }
}

/// Takes a ticket back and refunds what was paid for it, as the organiser; or returns a free ticket, as its holder.
#[derive(Debug, Operation)]
#[operation(
    name = "events.refund",
    authority = OwnKey,
    undo = Ends,
    erasable_by = Author,
    derives = [
        selling::REFUNDED,
        selling::CREDIT,
        selling::POSTED,
        selling::OWED,
        parties(VoidedTicket::NAME, 1).own(VoidedTicket::OWN)
    ],
    refusal = RefundRefusal,
    check,
    after_commit
)]
pub(crate) struct RefundTicket {
    /// The ticket.
    #[reference]
    ticket: IdText,
    /// Its event.
    #[fact]
    event: Did,
    /// The amount that goes back, in minor units: the price that was paid for it.
    #[fact]
    amount: Minor,
    /// The currency.
    #[fact]
    currency: Currency,
    /// Why, in at most 500 bytes.
    reason: Option<Text<REASON_BYTES_MAX>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum RefundRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
    #[refused(all)]
    Ticket(TicketRefusal),
    /// This ticket cost {}, and that is what you refund.
    #[refused(BadRequest, field = "amount")]
    OtherAmount(Money),
}

impl RefundTicket {
    /// Returns the event if the author may take the ticket back or return it: the organiser, or the holder of a free ticket
    /// that wasn't used.
    fn event(&self, ctx: &Context<'_, Self>) -> Result<Event, Refused<OrganiserRefusal>> {
        let held = queries::ticket(ctx.reader(), self.event.as_str(), self.ticket.as_str())?;
        let own = held.filter(|held| held.holder == *ctx.owner());
        if own.is_some_and(|own| own.price == 0 && own.status == "valid") {
            event(ctx, &self.event).map_err(Refused::widen)
        } else {
            own_event(ctx, &self.event)
        }
    }

    fn check(&self) -> Result<(), FieldError> {
        let reason = self.reason.as_deref().unwrap_or_default();
        if reason.len() <= REASON_BYTES_MAX {
            Ok(())
        } else {
            let text = format!("A reason has at most {REASON_BYTES_MAX} bytes.");
            Err(FieldError::new("reason", text))
        }
    }
}

impl Decide for RefundTicket {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RefundRefusal> {
        let event = self.event(ctx).map_err(Refused::widen)?;
        let ticket = in_force(ctx, &event.did, &self.ticket).map_err(Refused::widen)?;
        if self.amount.get() != ticket.price || self.currency != ticket.currency {
            let price = Money::new(ticket.price, ticket.currency);
            return Err(RefundRefusal::OtherAmount(price).into());
        }
        if let Some(payment) = ticket.payment.as_deref().filter(|_| ticket.price > 0) {
            // The refund goes back on the rail of the payment and is taken from everyone who shared in it.
            let seller = ctx.owner().clone();
            // The seller notifies the holder that the ticket is void. A payer who passed the ticket on is notified by
            // the cashier.
            let bought = queries::of_payment(ctx.reader(), event.did.as_str(), payment)?;
            let is_payer = |first: &TicketRow| first.issue == 1 && first.holder == ticket.holder;
            let teller = if bought.iter().any(is_payer) { Teller::Seller } else { Teller::Cashier };
            let (payment, currency) = (id(payment)?, ticket.currency);
            give_back(ctx, &seller, &payment, self.amount, currency, teller)?;
        }
        make_void(ctx, &ticket, None)?;
        ctx.reply(json!({ "ticket": ticket.ticket, "refunded": ticket.price }));
        Ok(())
    }
}
