//! Orders: the operation that a buyer signs, and the entries of an order once it is paid.
//!
//! Always: an order that is paid at once is entered by the buyer's own operation. One that is paid later is promised first, keeps its
//! pieces until then, and becomes an order when its payment has arrived, once for each payment.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Int, ItemId, Operation, Reasons, Refused, Request,
};
use imajin_app::{Answer, Node, refuse_if};
use imajin_dfos::Timestamp;
use imajin_log::{MemberSource, Source};
use imajin_protocol::{Did, IdText};
use imajin_selling::{
    self as selling, Agreed, BackRefusal, ForSale, LaterRail, PaidRefusal, PreparedSale, Release,
    Sells, parties,
};

use crate::Market;
use crate::listings::Rent;
use crate::manifest::MANIFEST;
use crate::on_sale::OnSale;
use crate::orders::{DAY_MS, Order, OrderTerms, Party, QUANTITY_MAX, RETURNS_MAX};
use crate::queries::{self, Terms};
use crate::rent::Rental;

/// Maximum number of open orders of a buyer.
const OPEN_MAX: usize = 10;
/// The longest time that a payment can be on its way, in milliseconds (docs/api.md, "Money").
const PENDING_MS_MAX: i64 = 3 * DAY_MS;

impl Sells for Market {
    const SERVICE: &'static str = MANIFEST.name;
    const KIND: &'static str = "listing";
    type Paid = OrderPayment;
    type RefundOperation = OrderLoss;

    fn title(node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>> {
        let order = queries::read(node, |db| queries::order(db, seller.as_str(), payment))?;
        Ok(order.and_then(|order| order.title))
    }

    fn paid(payment: IdText) -> OrderPayment {
        OrderPayment { payment }
    }

    fn back(payment: IdText) -> OrderLoss {
        OrderLoss { payment }
    }
}

/// The members of an order that the buyer's operation determines.
const OF_BUYER: &[MemberSource] = &[
    MemberSource::new("listing", Source::Ref),
    MemberSource::new("seller", Source::Fact("seller")),
    MemberSource::new("buyer", Source::Author),
    MemberSource::new("quantity", Source::Fact("quantity")),
    MemberSource::new("returns", Source::Fact("returns")),
    MemberSource::new("amount", Source::Fact("amount")),
    MemberSource::new("currency", Source::Fact("currency")),
    MemberSource::new("from", Source::Fact("from")),
    MemberSource::new("to", Source::Fact("to")),
    MemberSource::new("bond", Source::Fact("bond")),
];
/// The fields of an order that the home says where the node signs its intent: all of them.
const OF_HOME: &[&str] = &[
    "ref", "listing", "seller", "buyer", "quantity", "returns", "amount", "currency", "from", "to",
    "bond",
];

/// Orders pieces of a listing. The fact is what the buyer agreed to, as `POST /market/api/quote` says it.
#[derive(Debug, Operation)]
#[operation(
    name = "market.order",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = selling::sale(
        parties(OrderEntry::NAME).members(OF_BUYER).own(&["ref"]),
        parties(OrderPromise::NAME).members(OF_BUYER).own(&["ref", "until"])
    ),
    refusal = OrderRefusal,
    prepared = PreparedSale
)]
pub(crate) struct PlaceOrder {
    /// The listing.
    #[reference]
    pub(crate) listing: ItemId,
    /// The listing's owner.
    pub(crate) seller: Did,
    /// The number of pieces.
    pub(crate) quantity: Int<1, QUANTITY_MAX>,
    /// For how many days after the payment it can be given back, as the listing's terms say.
    pub(crate) returns: Int<0, RETURNS_MAX>,
    #[group]
    pub(crate) rental: Rental,
    #[group]
    pub(crate) agreed: Agreed,
}

#[derive(Debug, Reasons)]
pub(crate) enum OrderRefusal {
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such listing here, or it can’t be bought here."
    )]
    NoListing,
    /// This is your own listing.
    #[refused(BadRequest, field = "seller")]
    Own,
    /// The seller’s record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "seller")]
    Away,
    /// The price changed since you looked: look again and agree to the new terms.
    #[refused(Conflict, reason = "changed", field = "amount")]
    Changed,
    /// Somebody took the last one.
    #[refused(Conflict, reason = "sold")]
    Sold,
    /// Fewer are left than you want: {}.
    #[refused(Conflict, reason = "left", field = "quantity")]
    Left(i64),
    #[refused(
        BadRequest,
        field = "to",
        message = "It is lent from today on, and for at most 366 days ahead."
    )]
    Time,
    #[refused(
        Conflict,
        reason = "taken",
        field = "from",
        message = "It is taken then: choose another time."
    )]
    Taken,
    /// You have 10 open orders, and more aren’t possible: wait until one is handed over, or call one off.
    #[refused(Conflict, reason = "orders")]
    Orders,
}

/// Returns when the money of an order that can be given back becomes free, in milliseconds: a day after that time, however late the
/// payment comes. So it still funds the refund of an order that was called off in the last moment, before the power went.
fn free_at_ms(now_ms: i64, rail: Option<LaterRail>, days: i64) -> i64 {
    let pending = rail.map_or(0, |_| PENDING_MS_MAX);
    now_ms + pending + (days + 1) * DAY_MS
}

impl PlaceOrder {
    /// Returns whether these are the terms that the buyer agreed to.
    fn is_at(&self, rent: Option<Rent>, terms: &Terms) -> bool {
        let agreed = &self.agreed;
        terms.cost(rent, &self.rental, self.quantity.0) == Some(agreed.amount)
            && terms.offered.digest() == Some(agreed.fair)
            && terms.offered.currency == agreed.currency
            && terms.returns == self.returns.0
    }

    fn release(&self, now: Timestamp) -> Release {
        let days = self.returns.0;
        let free_at = match self.rental.span() {
            Some(span) => span.free_at_ms(),
            None if days == 0 => return Release::default(),
            None => free_at_ms(now.as_millis(), self.agreed.rail, days),
        };
        Release { free_at: Timestamp::from_millis(free_at).ok(), about: None }
    }

    /// Counts the buyer's open orders. A payment to a seller who has left delivers nothing and goes back, so that it isn't
    /// waited for.
    fn count_open(ctx: &Context<'_, Self>) -> Result<usize, Refused<OrderRefusal>> {
        let (buyer, now) = (ctx.owner().as_str(), ctx.now().as_millis());
        let mut open = queries::open_orders(ctx.reader(), buyer, now)?;
        open.retain(|(seller, is_promised)| !is_promised || ctx.takes_entries(seller));
        Ok(open.len())
    }

    fn check_terms(&self, ctx: &Context<'_, Self>) -> Decision<OrderRefusal> {
        let (seller, id, now) = (&self.seller, &self.listing, ctx.now().as_millis());
        let on_sale = queries::terms_on_sale(ctx.reader(), seller.as_str(), id.as_str(), now)?;
        let (rent, terms) = on_sale.ok_or(OrderRefusal::NoListing)?;
        refuse_if!(!self.is_at(rent, &terms), OrderRefusal::Changed);
        let span = self.rental.span();
        refuse_if!(span.is_some_and(|span| !span.is_bookable(now)), OrderRefusal::Time);
        let left = queries::pieces_left(ctx.reader(), (seller, id), (&terms, &self.rental), now)?;
        match left {
            Some(left) if span.is_some() && left < self.quantity.0 => {
                Err(OrderRefusal::Taken.into())
            }
            Some(0) => Err(OrderRefusal::Sold.into()),
            Some(left) if left < self.quantity.0 => Err(OrderRefusal::Left(left).into()),
            _ => Ok(()),
        }
    }
}

impl BeforeSubmit for PlaceOrder {
    fn before_submit(&self, request: &Request<'_>) -> Answer<PreparedSale> {
        let (seller, buyer) = (&self.seller, Some(request.owner));
        // A listing that isn't shown to a person isn't sold to them either.
        OnSale::find(request.node, seller, buyer, self.listing.as_str())?;
        let release = self.release(request.now);
        self.agreed.prepare::<Market>(request, seller, release)?.ok_or_else(OnSale::no_offer)
    }
}

impl Decide for PlaceOrder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OrderRefusal> {
        let buyer = ctx.owner().clone();
        refuse_if!(buyer == self.seller, OrderRefusal::Own);
        refuse_if!(!ctx.takes_entries(&self.seller), OrderRefusal::Away);
        self.check_terms(ctx)?;
        refuse_if!(Self::count_open(ctx)? >= OPEN_MAX, OrderRefusal::Orders);
        let begun = ctx.prepared().clone().ask(ctx)?;
        ctx.reply(begun.reply());
        let terms = OrderTerms {
            listing: self.listing.clone(),
            seller: self.seller.clone(),
            buyer,
            quantity: self.quantity,
            returns: self.returns,
            amount: self.agreed.amount,
            currency: self.agreed.currency,
            rental: self.rental,
        };
        let (payment, parties) = (begun.payment, terms.parties());
        match begun.until {
            None => ctx.derive_in(&parties, &OrderEntry { payment, terms })?,
            Some(until) => ctx.derive_in(&parties, &OrderPromise { payment, terms, until })?,
        }
        Ok(())
    }
}

/// Somebody ordered pieces of a listing, and they are paid.
#[derive(Debug, Operation)]
#[operation(name = "market.ordered", authority = Derived)]
pub(crate) struct OrderEntry {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) terms: OrderTerms,
}

/// Somebody ordered pieces of a listing, and their payment is on its way.
#[derive(Debug, Operation)]
#[operation(name = "market.promised", authority = Derived, facts)]
pub(crate) struct OrderPromise {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    #[group]
    pub(crate) terms: OrderTerms,
    /// Until when the payment can come, in milliseconds.
    pub(crate) until: Timestamp,
}

/// The payment of a promised order has come: the node's word, in the seller's log.
#[derive(Debug, Operation)]
#[operation(
    name = "market.paid",
    authority = Node,
    undo = Money,
    derives = [parties(OrderEntry::NAME).own(OF_HOME)],
    refusal = PaidRefusal
)]
pub struct OrderPayment {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for OrderPayment {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PaidRefusal> {
        let (seller, payment) = (ctx.owner().as_str(), self.payment.as_str());
        let order = queries::order(ctx.reader(), seller, payment)?.ok_or(PaidRefusal::Unknown)?;
        let until = order.until.ok_or(PaidRefusal::Done)?;
        let (now, terms) = (ctx.now().as_millis(), &order.terms);
        let is_kept = order.cancelled_by.is_none() && !terms.rental.is_over(now);
        let is_waited_for = is_kept && ctx.takes_entries(&terms.buyer);
        // The pieces of a payment that comes late may be gone, or their listing.
        if !is_waited_for || until <= now && !queries::has_left(ctx.reader(), terms, now)? {
            return Err(PaidRefusal::Unknown.into());
        }
        let (payment, terms) = (order.payment, order.terms);
        Ok(ctx.derive_in(&terms.parties(), &OrderEntry { payment, terms })?)
    }
}

/// All of an order's payment went back, and not by its seller's own cancellation: the node's word, in the seller's log.
#[derive(Debug, Operation)]
#[operation(name = "market.lost", authority = Node, refusal = BackRefusal)]
pub struct OrderLoss {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

impl Decide for OrderLoss {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BackRefusal> {
        let order = queries::order(ctx.reader(), ctx.owner().as_str(), self.payment.as_str())?;
        let is_news = |order: &Order| {
            order.until.is_none() && !order.is_lost && order.cancelled_by != Some(Party::Seller)
        };
        if order.as_ref().is_some_and(is_news) { Ok(()) } else { Err(BackRefusal::Done.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_money_of_an_order_is_held_a_day_longer_than_it_can_be_called_off() {
        for (rail, at) in [(None, 0), (Some(LaterRail::Emt), PENDING_MS_MAX)] {
            let order = Order::sample().vary(|order| order.at = at);
            let free_at = free_at_ms(0, rail, order.terms.returns.0);
            assert!(order.is_returnable(free_at - DAY_MS - 1, true));
            assert!(!order.is_returnable(free_at - DAY_MS, true));
        }
    }
}
