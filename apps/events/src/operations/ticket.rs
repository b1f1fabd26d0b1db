//! Entries for tickets, issued and void, in the logs of event and holder.
//!
//! Always: a ticket has the event's signature and is in the event's log and, if that takes entries, in its holder's.
//! Only the newest issue of a seat allows entry.

use imajin_app::operation::{
    Context, Field, FieldError, Int, Line, Operation, Reasons, Refused, draft,
};
use imajin_app::{ZoneName, refuse_if};
use imajin_dfos::hex;
use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, IdText};

use super::description::Price;
use super::fields::{Text, TimeText};
use super::hold::TypeNumber;
use super::shared::{id, stored};
use crate::mint::SignedTicket;
use crate::queries::{self, Event, TicketRow};

/// Maximum number of tickets in one sale (docs/api.md, "Money", quantity).
pub(crate) const TICKETS_MAX: u32 = 100;

/// The issue number of a seat: how often it was given out.
type Issue = Int<1, 65_535>;

/// A ticket, in the logs of event and holder. In the event's log it replaces those of its seat before.
#[derive(Debug, Operation)]
#[operation(name = "events.ticket", authority = Derived, erasable_by = LogOwner, bound = Ticket)]
pub(crate) struct IssuedTicket {
    /// The ticket.
    #[reference]
    named: IdText,
    /// Its event.
    #[fact]
    event: Did,
    /// Its holder.
    #[fact]
    holder: Did,
    /// The type of the ticket, from 1.
    #[fact]
    #[field(name = "type")]
    kind: TypeNumber,
    /// The seat, which is one place for ever.
    #[fact]
    seat: IdText,
    /// How often the seat was given out, this time included.
    #[fact]
    issue: Issue,
    /// The price that was paid for it, in minor units.
    #[fact]
    price: Price,
    /// The currency.
    #[fact]
    currency: Currency,
    /// The payment that it was bought with.
    #[fact]
    payment: Option<IdText>,
    /// The hold that it ends.
    #[fact]
    hold: Option<IdText>,
    /// The text that the event signed, in JSON.
    ticket: Line<1_000>,
    /// The event's signature, 128 hexadecimal digits.
    signature: Line<128>,
    /// The title of the event when the ticket was issued. This and the members below are in the holder's log alone: there, and in a
    /// copy, a ticket says what it is for, and the words of an event are in its own log only once. Older entries lack them.
    title: Option<Text<200>>,
    /// When the event was to begin.
    #[field(name = "startsAt")]
    starts_at: Option<TimeText>,
    /// The time zone of the event.
    timezone: Option<ZoneName>,
    /// The name of the ticket's type when it was issued.
    #[field(name = "typeName")]
    type_name: Option<Text<300>>,
}

#[derive(Debug, Clone)]
pub(super) struct SaleTerms {
    /// `None` if this node no longer knows the payment.
    pub(super) payment: Option<IdText>,
    /// The price in minor units.
    pub(super) price: i64,
    pub(super) currency: Currency,
    /// The hold that ends with the sale.
    pub(super) hold: Option<IdText>,
}

impl IssuedTicket {
    /// The fields that the home node chooses if the buyer signs no price.
    pub(super) const OWN: &[&str] = &["price", "currency", "payment", "hold"];

    /// Builds the entry of a signed ticket.
    fn new(signed: &SignedTicket, sold: &SaleTerms) -> Result<Self, Refusal> {
        let ticket = &signed.ticket;
        Ok(Self {
            named: id(&ticket.id())?,
            event: ticket.event.clone(),
            holder: ticket.holder.clone(),
            kind: Int(ticket.kind.into()),
            seat: id(&ticket.seat())?,
            issue: Int(ticket.issue.into()),
            price: Int(sold.price),
            currency: sold.currency,
            payment: sold.payment.clone(),
            hold: sold.hold.clone(),
            ticket: Line(ticket.text()),
            signature: Line(hex::encode(&signed.signature)),
            title: None,
            starts_at: None,
            timezone: None,
            type_name: None,
        })
    }

    /// Adds the event's title, start, time zone and type name.
    fn with_event(self, event: &Event) -> Self {
        Self {
            title: read_field(event.word("title")),
            starts_at: read_field(event.word("startsAt")),
            timezone: read_field(event.word("timezone")),
            type_name: read_field(event.type_name(self.kind.0)),
            ..self
        }
    }
}

/// Reads a text of the event as a field. `None` if the text is missing, erased or invalid.
fn read_field<F: Field>(text: Option<&str>) -> Option<F> {
    text.and_then(|text| F::read(&text.into()).ok())
}

/// A ticket is void, in the logs of event and holder: its money was refunded.
#[derive(Debug, Operation)]
#[operation(name = "events.voided", authority = Derived, facts)]
pub(crate) struct VoidedTicket {
    /// The ticket.
    #[reference]
    named: IdText,
    /// Its event.
    event: Did,
    /// Its seat.
    seat: IdText,
    /// How often the seat was given out.
    issue: Issue,
    /// 1: its event was cancelled, which its guests were told then.
    off: Option<Int<1, 1>>,
    /// The payment, if all that was left of it went back at once: its tickets are one notice. Older entries lack it.
    payment: Option<IdText>,
}

impl VoidedTicket {
    /// The fields that the home node chooses: all of them.
    pub(super) const OWN: &[&str] = &["ref", "event", "seat", "issue", "off", "payment"];

    /// Builds the entry that makes a ticket void, with the payment if all of it is refunded.
    fn voiding(held: &TicketRow, payment: Option<&IdText>) -> Result<Self, Refusal> {
        Ok(Self {
            named: id(&held.ticket)?,
            event: held.event.clone(),
            seat: id(&held.seat)?,
            issue: Int(held.issue),
            off: held.is_off().then_some(Int(1)),
            payment: payment.cloned(),
        })
    }
}

#[derive(Debug, Reasons)]
pub(crate) enum TicketRefusal {
    /// There is no such ticket.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This ticket is void: it was returned.
    #[refused(Conflict, reason = "void")]
    Void,
    /// This ticket was passed on to somebody else.
    #[refused(Conflict, reason = "passed")]
    Passed,
}

/// Returns a ticket from the event's log if it is the newest issue of its seat and still valid or used.
pub(super) fn in_force<O: Operation>(
    ctx: &Context<'_, O>,
    event: &Did,
    named: &IdText,
) -> Result<TicketRow, Refused<TicketRefusal>> {
    let ticket = queries::ticket(ctx.reader(), event.as_str(), named.as_str())?;
    let ticket = ticket.ok_or(TicketRefusal::Unknown)?;
    let newest = queries::of_seat(ctx.reader(), event.as_str(), &ticket.seat)?;
    let is_newest = newest.is_some_and(|newest| newest.ticket == ticket.ticket);
    match ticket.status.as_str() {
        "valid" | "used" if is_newest => Ok(ticket),
        "void" | "off" => Err(TicketRefusal::Void.into()),
        _ => Err(TicketRefusal::Passed.into()),
    }
}

/// Checks that the tickets of a sale match the order and that their ids and seats are new.
pub(super) fn check_sale<O: Operation>(
    ctx: &Context<'_, O>,
    signed: &[SignedTicket],
    (event, holder): (&Did, &Did),
    (kind, quantity): (i64, i64),
) -> Result<(), Refusal> {
    refuse_if!(i64::try_from(signed.len()) != Ok(quantity), unsigned());
    for one in signed {
        let ticket = &one.ticket;
        let is_of = ticket.event == *event && ticket.holder == *holder;
        refuse_if!(!is_of || i64::from(ticket.kind) != kind || ticket.issue != 1, unsigned());
        let is_taken = queries::ticket(ctx.reader(), event.as_str(), &ticket.id())?.is_some()
            || queries::of_seat(ctx.reader(), event.as_str(), &ticket.seat())?.is_some();
        if is_taken {
            let text = "Two tickets came to one number: try again.";
            return Err(Refusal::new(RefusalKind::Unavailable, text));
        }
    }
    Ok(())
}

/// Builds the refusal for tickets that don't match what the event signed.
pub(super) fn unsigned() -> Refusal {
    stored("a ticket came without the event's signature")
}

/// Drafts an entry for the event's log and, if it takes entries, for the holder's log.
pub(super) fn in_both<O: Operation, D: Operation>(
    ctx: &Context<'_, O>,
    (event, holder): (&Did, &Did),
    entry: &D,
) -> Result<Vec<Draft>, FieldError> {
    let mut drafts = vec![draft(event.clone(), entry)?];
    if ctx.takes_entries(holder) {
        drafts.push(draft(holder.clone(), entry)?);
    }
    Ok(drafts)
}

/// Drafts a ticket for the event's log and, if it takes entries, for the holder's log, there with the event's texts.
pub(super) fn issued<O: Operation>(
    ctx: &Context<'_, O>,
    signed: &SignedTicket,
    sold: &SaleTerms,
    event: &Event,
) -> Result<Vec<Draft>, Refusal> {
    let issued = IssuedTicket::new(signed, sold)?;
    let mut drafts = vec![draft(event.did.clone(), &issued)?];
    let holder = &signed.ticket.holder;
    if ctx.takes_entries(holder) {
        drafts.push(draft(holder.clone(), &issued.with_event(event))?);
    }
    Ok(drafts)
}

/// Enters a ticket in the logs of event and holder.
pub(super) fn issue<O: Operation>(
    ctx: &mut Context<'_, O>,
    signed: &SignedTicket,
    sold: &SaleTerms,
    event: &Event,
) -> Result<(), Refusal> {
    let drafts = issued(ctx, signed, sold, event)?;
    drafts.into_iter().for_each(|draft| ctx.derive_entry(draft));
    Ok(())
}

/// Enters in the logs of event and holder that a ticket is void, with the payment if all of it is refunded.
pub(super) fn make_void<O: Operation>(
    ctx: &mut Context<'_, O>,
    held: &TicketRow,
    payment: Option<&IdText>,
) -> Result<(), Refusal> {
    let voided = VoidedTicket::voiding(held, payment)?;
    let drafts = in_both(ctx, (&held.event, &held.holder), &voided)?;
    drafts.into_iter().for_each(|draft| ctx.derive_entry(draft));
    Ok(())
}
