//! Buying tickets.
//!
//! Always: tickets that are paid at once are paid in the same operation. Other tickets are issued when their payment
//! arrives (`payment`), and their places are kept until then.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Refused, Request,
};
use imajin_app::{Answer, Problem, refuse_if};
use imajin_dfos::Timestamp;
use imajin_ledger::Refusal;
use imajin_log::{Derivation, MemberSource, Source};
use imajin_protocol::fair::Manifest;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, IdText};
use imajin_selling::{self as selling, Agreed, Goods, Release, Sale};
use serde_json::{Value as Json, json};

use super::free::{check_person, needs_approval};
use super::hold::{
    HeldPlaces, LeftRefusal, Places, PlacesRefusal, TypeNumber, check_left, check_most, check_open,
    on_sale,
};
use super::shared::{EventRefusal, event, id, parties, stored};
use super::ticket::{IssuedTicket, SaleTerms, TICKETS_MAX, check_sale, issue};
use crate::event::free_at;
use crate::manifest::MANIFEST;
use crate::mint::{SignedTicket, Signing};
use crate::queries::{self, Event, HOLD_PREFIX, Kind};
use crate::sight::{check_sees, missing};

/// A derived ticket entry: the buyer signed its price and its currency.
const SOLD: Derivation = parties(IssuedTicket::NAME, TICKETS_MAX)
    .members(&[
        MemberSource::new("price", Source::Piece),
        MemberSource::new("currency", Source::Fact("currency")),
    ])
    .own(&["payment", "hold"]);

/// Buys tickets, or takes free ones. The fact is what the buyer agreed to, as `POST /events/api/events/{id}/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "events.buy",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = selling::sale(SOLD, parties(HeldPlaces::NAME, 1).own(HeldPlaces::OWN)),
    refusal = BuyRefusal,
    prepared = SignedSale,
    after_commit
)]
pub(crate) struct BuyTickets {
    /// The event.
    #[reference]
    pub(crate) event: Did,
    /// The type of tickets, from 1.
    #[field(name = "type")]
    pub(crate) kind: TypeNumber,
    /// How many.
    pub(crate) quantity: Places,
    /// The event's organiser.
    pub(crate) seller: Did,
    #[group]
    pub(crate) agreed: Agreed,
    /// When the event is over, in milliseconds. Entries of older versions lack it.
    pub(crate) ends: Timestamp,
    /// The hold that the buyer keeps the places with.
    pub(crate) hold: Option<IdText>,
}

/// The signed tickets of a sale and the cashier's data.
pub(crate) struct SignedSale {
    /// Empty if the order is paid later.
    tickets: Vec<SignedTicket>,
    /// Input for the cashier's part of the decision.
    cashier: Json,
}

#[derive(Debug, Reasons)]
pub(crate) enum BuyRefusal {
    #[refused(all)]
    Places(PlacesRefusal),
    /// The seller is the event's organiser: {}.
    #[refused(BadRequest, field = "seller")]
    OtherSeller(Did),
    /// The shares have changed since you looked: look again and agree to the new version.
    #[refused(Conflict, reason = "changed", field = "fair")]
    FairChanged,
    /// The event's end has changed since you looked: look again, and agree to it.
    #[refused(Conflict, reason = "changed", field = "ends")]
    EndChanged,
    /// The price has changed since you looked: look again.
    #[refused(Conflict, reason = "price", field = "amount")]
    PriceChanged,
    /// You have no such places kept for you.
    #[refused(BadRequest, field = "hold")]
    NoSuchHold,
    /// The organiser approves who gets these free places, and did not approve {} for you: ask for them on the event's
    /// page.
    #[refused(Conflict, reason = "approval", field = "hold")]
    NotApproved(i64),
    /// You have {} open orders for this event, and it allows no more: pay for one or give one up.
    #[refused(Conflict, reason = "orders")]
    Orders(usize),
}

impl From<EventRefusal> for BuyRefusal {
    fn from(refusal: EventRefusal) -> Self {
        PlacesRefusal::from(refusal).into()
    }
}

impl From<LeftRefusal> for BuyRefusal {
    fn from(refusal: LeftRefusal) -> Self {
        PlacesRefusal::from(refusal).into()
    }
}

impl BuyTickets {
    /// Builds the sale that the buyer agrees to. Refuses it if the seller, the manifest or the end differs from the
    /// event's.
    fn sale(&self, event: &Event, buyer: &Did) -> Result<Sale, Refused<BuyRefusal>> {
        if self.seller != event.organiser {
            return Err(BuyRefusal::OtherSeller(event.organiser.clone()).into());
        }
        refuse_if!(self.agreed.fair.to_string() != event.fair, BuyRefusal::FairChanged);
        refuse_if!(Some(self.ends.as_millis()) != event.over_at, BuyRefusal::EndChanged);
        let manifest = event.manifest.as_deref().ok_or(EventRefusal::Unknown);
        let manifest = Manifest::parse(manifest.map_err(BuyRefusal::from)?);
        let about = IdText::from_did(&event.did).map_err(|error| stored(error.to_string()))?;
        let goods = Goods {
            seller: self.seller.clone(),
            service: id(MANIFEST.name)?,
            kind: id("ticket")?,
            manifest: manifest.map_err(|error| stored(error.to_string()))?,
            agreed: None,
            // Not before the event is over: until then the money is available for refunds.
            release: Release { free_at: free_at(self.ends.as_millis()), about: Some(about) },
        };
        Ok(self.agreed.sale(buyer.clone(), goods))
    }

    fn check_price(&self, kind: &Kind) -> Result<(), BuyRefusal> {
        let amount = kind.price.checked_mul(self.quantity.0);
        if amount == Some(self.agreed.amount.get()) && self.agreed.currency == kind.currency {
            Ok(())
        } else {
            Err(BuyRefusal::PriceChanged)
        }
    }

    /// Returns how many places the buyer's own hold reserves for this order.
    fn own_hold(&self, ctx: &Context<'_, Self>, event: &Event) -> Result<i64, Refused<BuyRefusal>> {
        let Some(named) = &self.hold else {
            return Ok(0);
        };
        let hold = queries::hold(ctx.reader(), event.did.as_str(), named.as_str())?;
        let own = hold.filter(|hold| hold.holder == *ctx.owner() && hold.kind == self.kind.0);
        let own = own.filter(|hold| named.as_str().starts_with(HOLD_PREFIX) && !hold.is_ask());
        let own = own.ok_or(BuyRefusal::NoSuchHold)?;
        // An expired hold reserves nothing, and the order takes what is left like any other.
        Ok(own.keeps(ctx.now().as_millis()))
    }

    /// Refuses a deferred order from a person who has reached the organiser's limit on open orders.
    fn check_orders(&self, ctx: &Context<'_, Self>, event: &Event) -> Decision<BuyRefusal> {
        let (now, buyer) = (ctx.now().as_millis(), ctx.owner().as_str());
        let open = queries::open(ctx.reader(), event.did.as_str(), Some(buyer), now)?;
        let orders = open.iter().filter(|one| one.is_order()).count();
        refuse_if!(orders >= event.orders_max(), BuyRefusal::Orders(event.orders_max()));
        check_open(ctx, event, self.hold.as_ref()).map_err(Refused::widen)
    }
}

impl BeforeSubmit for BuyTickets {
    fn before_submit(&self, request: &Request<'_>) -> Answer<SignedSale> {
        let (node, buyer) = (request.node, request.owner);
        node.require(buyer, Capability::Ticket)?;
        let event = queries::read(node, |db| queries::event(db, self.event.as_str()))?;
        let event = event.ok_or_else(missing)?;
        check_sees(node, &event, buyer)?;
        let sale = self.sale(&event, buyer).map_err(Refusal::from)?;
        let (named, now) = (event.did.as_str(), request.now.as_millis());
        let kind = queries::read(node, |db| queries::kind(db, named, self.kind.0, now))?;
        if let Some(kind) = kind {
            check_person(node, &event, &kind, buyer)?;
        }
        let tickets = if sale.terms.is_immediate() {
            let signing = Signing {
                node,
                event: &event.did,
                holder: buyer,
                kind: u16::try_from(self.kind.0).map_err(Problem::internal)?,
                at: request.now,
            };
            signing.sale(self.quantity.0)?
        } else {
            Vec::new()
        };
        let cashier = selling::cashier(node)?.prepare(node, &sale)?;
        Ok(SignedSale { tickets, cashier })
    }
}

impl Decide for BuyTickets {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BuyRefusal> {
        let event = event(ctx, &self.event).map_err(Refused::widen)?;
        let buyer = ctx.owner().clone();
        let kind = on_sale(ctx, &event, self.kind, self.quantity).map_err(Refused::widen)?;
        self.check_price(&kind)?;
        let sale = self.sale(&event, &buyer)?;
        let kept_already = self.own_hold(ctx, &event)?;
        let is_unapproved = needs_approval(&event, &kind) && self.quantity.0 > kept_already;
        refuse_if!(is_unapproved, BuyRefusal::NotApproved(self.quantity.0));
        check_left(&kind, self.quantity.0, kept_already).map_err(BuyRefusal::from)?;
        check_most(ctx, &event, &kind, self.quantity.0, self.hold.as_ref())
            .map_err(Refused::widen)?;
        if !sale.terms.is_immediate() {
            self.check_orders(ctx, &event)?;
        }
        let cashier = ctx.prepared().cashier.clone();
        let begun = sale.ask(ctx, cashier)?;
        let mut reply = begun.reply();
        match begun.until {
            None if begun.paid => {
                let terms = SaleTerms {
                    payment: Some(begun.payment),
                    price: kind.price,
                    currency: kind.currency,
                    hold: self.hold.clone(),
                };
                let tickets = ctx.prepared().tickets.clone();
                let amount = (self.kind.0, self.quantity.0);
                check_sale(ctx, &tickets, (&event.did, &buyer), amount)?;
                for ticket in &tickets {
                    issue(ctx, ticket, &terms, &event)?;
                }
                let ids: Vec<String> = tickets.iter().map(|one| one.ticket.id()).collect();
                reply["tickets"] = json!(ids);
            }
            Some(until) => {
                let until = until.as_millis();
                let places = HeldPlaces::new(begun.payment, buyer, &kind, self.quantity.0, until);
                ctx.derive(event.did, &places.instead_of(self.hold.clone()))?;
            }
            None => return Err(stored("a payment is awaited without an end").into()),
        }
        ctx.reply(reply);
        Ok(())
    }
}
