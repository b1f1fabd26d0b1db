//! Places: how many are left, and holds for people who are about to pay.
//!
//! Always: available = quantity − sold − held, and sales never exceed it. An expired hold no longer counts, whether it
//! was released or not, so holds can't leak.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Int, Operation, Reasons, Refused, Request,
};
use imajin_app::{Answer, refuse_if};
use imajin_dfos::hex;
use imajin_ledger::Refusal;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Currency, Did, IdText, SAFE_INTEGER_MAX, new_id_bytes};
use serde::Serialize;
use serde_json::json;

use super::description::Price;
use super::free::{check_person, needs_approval};
use super::shared::{EventRefusal, event, id, parties};
use crate::queries::{self, ASKED, Event, HOLD_PREFIX, Kind};
use crate::sight::check_sees;

/// Duration of a hold for a person who pays at once.
const HOLD_MS: i64 = 10 * 60 * 1000;
/// Maximum number of holds and open orders per person and event, unless the organiser allows more orders. The limit
/// keeps people from blocking places without paying.
const HOLDS_MAX: usize = 2;

/// The number of a ticket type, from 1.
pub(crate) type TypeNumber = Int<1, 65_535>;
/// The number of places in an order.
pub(crate) type Places = Int<1, 100>;

/// Keeps places for ten minutes. Where the organiser approves who gets a free place, it asks for them, and keeps none.
#[derive(Debug, Operation)]
#[operation(
    name = "events.hold",
    authority = Any,
    facts,
    undo = By(&["events.release"]),
    derives = [parties(HeldPlaces::NAME, 1).own(HeldPlaces::OWN)],
    refusal = PlacesRefusal,
    prepared = MayHaveTickets
)]
pub(crate) struct HoldPlaces {
    /// The event.
    #[reference]
    pub(crate) event: Did,
    /// The type of tickets, from 1.
    #[field(name = "type")]
    pub(crate) kind: TypeNumber,
    /// How many.
    pub(crate) quantity: Places,
    /// 1: waits for free places if too few are left. Returned places are then kept for the author for a day.
    pub(crate) wait: Option<Int<1, 1>>,
}

/// Proof that the author may have tickets of the event.
pub(crate) struct MayHaveTickets;

#[derive(Debug, Reasons)]
pub(crate) enum PlacesRefusal {
    #[refused(all)]
    Event(EventRefusal),
    /// This event is {}: there are no tickets at the moment.
    #[refused(Conflict, reason = "closed")]
    Closed(String),
    /// This event is over.
    #[refused(Conflict, reason = "over")]
    Over,
    /// The organiser of this event has left this box: no more tickets are sold.
    #[refused(Conflict, reason = "closed")]
    OrganiserLeft,
    /// This event has no such type of tickets.
    #[refused(BadRequest, field = "type")]
    NoSuchType,
    /// One order may have 1 to {} of these tickets.
    #[refused(BadRequest, field = "quantity")]
    TooMany(i64),
    #[refused(all)]
    Left(LeftRefusal),
    /// One person may have {} of these free tickets, and you have {}.
    #[refused(Conflict, reason = "most", field = "quantity")]
    Most(i64, i64),
    /// You asked for places already: wait for the organiser's answer, or take it back.
    #[refused(Conflict, reason = "asked")]
    Asked,
    /// You have places kept for you already: pay for them or give them up.
    #[refused(Conflict, reason = "holds")]
    Holds,
}

#[derive(Debug, Reasons)]
pub(crate) enum LeftRefusal {
    /// Fewer places are left than requested.
    #[refused(Conflict, reason = "sold-out", field = "quantity", members, message = "{}.")]
    SoldOut(Availability),
}

/// The number of available tickets of a type.
#[derive(Debug, Serialize)]
pub(crate) struct Availability {
    available: i64,
    /// Whether people who pay hold some places, which may become free again soon.
    #[serde(skip)]
    are_kept: bool,
}

impl std::fmt::Display for Availability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.available, self.are_kept) {
            (0, false) => f.write_str("These tickets are sold out"),
            (0, true) => f.write_str("Other people are paying for the last of these tickets right now. Some may come back in a few minutes"),
            (left, _) => write!(f, "Only {left} left"),
        }
    }
}

impl BeforeSubmit for HoldPlaces {
    fn before_submit(&self, request: &Request<'_>) -> Answer<MayHaveTickets> {
        let (node, holder) = (request.node, request.owner);
        node.require(holder, Capability::Ticket)?;
        let (event, now) = (self.event.as_str(), request.now.as_millis());
        let (event, kind) = queries::read(node, |db| {
            let kind = queries::kind(db, event, self.kind.0, now)?;
            Ok((queries::event(db, event)?, kind))
        })?;
        if let Some(event) = event {
            check_sees(node, &event, holder)?;
            if let Some(kind) = kind {
                check_person(node, &event, &kind, holder)?;
            }
        }
        Ok(MayHaveTickets)
    }
}

impl HoldPlaces {
    /// Whether the author wants to wait for places of this type, which are free and as many as there ever are.
    fn may_wait(&self, kind: &Kind) -> bool {
        let are_enough = kind.quantity.is_some_and(|all| self.quantity.0 <= all);
        self.wait.is_some() && kind.price == 0 && are_enough
    }
}

impl Decide for HoldPlaces {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PlacesRefusal> {
        let event = event(ctx, &self.event).map_err(Refused::widen)?;
        let kind = on_sale(ctx, &event, self.kind, self.quantity)?;
        let left = check_left(&kind, self.quantity.0, 0);
        let waits = left.is_err() && self.may_wait(&kind);
        if !waits {
            left.map_err(PlacesRefusal::from)?;
        }
        check_most(ctx, &event, &kind, self.quantity.0, None)?;
        let is_ask = waits || needs_approval(&event, &kind);
        let until = if is_ask {
            let holder = Some(ctx.owner().as_str());
            if queries::asks(ctx.reader(), event.did.as_str(), holder)?.is_empty() {
                ASKED
            } else {
                return Err(PlacesRefusal::Asked.into());
            }
        } else {
            check_open(ctx, &event, None)?;
            ctx.now().as_millis().saturating_add(HOLD_MS)
        };
        let hold = fresh_id(ctx)?;
        let (holder, number) = (ctx.owner().clone(), self.quantity.0);
        let places = HeldPlaces::new(hold.clone(), holder, &kind, number, until);
        ctx.derive(event.did, &places)?;
        let until = (!is_ask).then_some(until);
        ctx.reply(json!({ "hold": hold.as_str(), "until": until, "asked": is_ask }));
        Ok(())
    }
}

/// Places are kept, in the event's log: for ten minutes, or until an order is paid.
#[derive(Debug, Operation)]
#[operation(name = "events.held", authority = Derived, facts)]
pub(crate) struct HeldPlaces {
    /// The hold, or the payment that is still to come.
    #[reference]
    named: IdText,
    /// The person who keeps them.
    holder: Did,
    /// The type of tickets, from 1.
    #[field(name = "type")]
    kind: TypeNumber,
    /// How many.
    quantity: Places,
    /// The price of one, in minor units.
    price: Price,
    /// The currency.
    currency: Currency,
    /// Until when, in milliseconds. Then the places are free again. 0: a person asks for them, and none are kept.
    until: Int<0, SAFE_INTEGER_MAX>,
    /// The hold that this order replaces, or the one that a person asked for and the organiser approved.
    hold: Option<IdText>,
}

impl HeldPlaces {
    /// The fields that the home node chooses: all of them.
    pub(super) const OWN: &[&str] =
        &["ref", "holder", "type", "quantity", "price", "currency", "until", "hold"];

    /// Builds an entry for a hold with its own id, or for an order, whose id is its payment's. `until` is in
    /// milliseconds.
    pub(super) fn new(named: IdText, holder: Did, kind: &Kind, quantity: i64, until: i64) -> Self {
        Self {
            named,
            holder,
            kind: Int(kind.n),
            quantity: Int(quantity),
            price: Int(kind.price),
            currency: kind.currency,
            until: Int(until),
            hold: None,
        }
    }

    /// Sets the hold that these places replace.
    pub(super) fn instead_of(self, hold: Option<IdText>) -> Self {
        Self { hold, ..self }
    }
}

/// Returns a ticket type of an event that is on sale. Refuses a quantity outside the limits of one order.
pub(super) fn on_sale<O: Operation>(
    ctx: &Context<'_, O>,
    event: &Event,
    n: TypeNumber,
    quantity: Places,
) -> Result<Kind, Refused<PlacesRefusal>> {
    let now = ctx.now().as_millis();
    match event.status.as_str() {
        "published" => {}
        "draft" => return Err(PlacesRefusal::from(EventRefusal::Unknown).into()),
        other => return Err(PlacesRefusal::Closed(other.to_owned()).into()),
    }
    refuse_if!(event.over_at.is_none_or(|over| over < now), PlacesRefusal::Over);
    refuse_if!(!ctx.takes_entries(&event.organiser), PlacesRefusal::OrganiserLeft);
    let kind = queries::kind(ctx.reader(), event.did.as_str(), n.0, now)?;
    let kind = kind.ok_or(PlacesRefusal::NoSuchType)?;
    if (1..=kind.most).contains(&quantity.0) {
        Ok(kind)
    } else {
        Err(PlacesRefusal::TooMany(kind.most).into())
    }
}

/// Refuses a quantity larger than what is left. `own` is the number of places that the buyer already holds.
pub(crate) fn check_left(kind: &Kind, quantity: i64, own: i64) -> Result<(), LeftRefusal> {
    let kept = kind.held - own;
    let left = kind.quantity.map(|all| all - kind.sold - kept);
    match left {
        Some(left) if quantity > left => Err(LeftRefusal::SoldOut(Availability {
            available: left.max(0),
            are_kept: kept != 0 && kind.price != 0,
        })),
        _ => Ok(()),
    }
}

/// Refuses more holds and open orders than one person may have at an event. `own` is the person's hold that the order
/// replaces.
pub(super) fn check_open<O: Operation>(
    ctx: &Context<'_, O>,
    event: &Event,
    own: Option<&IdText>,
) -> Result<(), Refused<PlacesRefusal>> {
    let (now, holder) = (ctx.now().as_millis(), ctx.owner().as_str());
    let mut open = queries::open(ctx.reader(), event.did.as_str(), Some(holder), now)?;
    open.retain(|one| own.is_none_or(|own| own.as_str() != one.id));
    refuse_if!(open.len() >= HOLDS_MAX.max(event.orders_max()), PlacesRefusal::Holds);
    Ok(())
}

/// Refuses more free places of a type than one person may have. `own` is the person's hold that the order replaces.
pub(super) fn check_most<O: Operation>(
    ctx: &Context<'_, O>,
    event: &Event,
    kind: &Kind,
    quantity: i64,
    own: Option<&IdText>,
) -> Result<(), Refused<PlacesRefusal>> {
    if kind.price != 0 {
        return Ok(());
    }
    let which = (event.did.as_str(), kind.n);
    let (person, own) = (ctx.owner().as_str(), own.map(IdText::as_str));
    let taken = queries::taken_free(ctx.reader(), which, person, own, ctx.now().as_millis())?;
    refuse_if!(taken.saturating_add(quantity) > kind.most, PlacesRefusal::Most(kind.most, taken));
    Ok(())
}

/// Generates an id for a hold.
pub(super) fn fresh_id<O: Operation>(ctx: &mut Context<'_, O>) -> Result<IdText, Refusal> {
    let [a, b, c, d, e, f, ..] = ctx.fresh_bytes();
    let bytes = new_id_bytes(ctx.now(), [a, b, c, d, e, f]);
    id(&format!("{HOLD_PREFIX}{}", hex::encode(&bytes)))
}
