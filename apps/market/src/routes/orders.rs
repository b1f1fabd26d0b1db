//! Routes of a person's orders: those that they got, and their own.

use axum::Json;
use imajin_app::extract::{Page, Path, Person, Query};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, args, time};
use imajin_dfos::Timestamp;
use imajin_protocol::{Currency, Did, Minor};
use imajin_selling::{RefundProgress, cashier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::manifest::TEXTS;
use crate::orders::{Order, OrderAction, OrderState, Party, is_back, is_held_here, returned};
use crate::queries::{self, Which};
use crate::reviews::{ProblemKind, Review};
use crate::{codes, groups};

/// An order as one of its parties sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderView {
    /// The payment, which names the order.
    pub(crate) payment: String,
    /// The listing's id.
    #[schema(example = "itm_000000000000000000000001")]
    pub(crate) listing: String,
    /// The listing's title, while its seller has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[schema(value_type = String, example = "did:imajin:…")]
    pub(crate) seller: Did,
    #[schema(value_type = String, example = "did:imajin:…")]
    pub(crate) buyer: Did,
    /// The caller's part in it.
    pub(crate) party: Party,
    /// How everybody may call the other party, where they have a name here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// The number of pieces.
    pub(crate) quantity: i64,
    /// The price of all pieces, in minor units.
    pub(crate) amount: i64,
    /// How much of it went back, without what is still to be sent.
    pub(crate) back: i64,
    #[schema(value_type = String, example = "CHF")]
    pub(crate) currency: Currency,
    /// For how many days after the payment it can be given back; 0 is like cash.
    pub(crate) returns: i64,
    /// When something lent is taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) from: Option<Timestamp>,
    /// When it is brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) to: Option<Timestamp>,
    /// The deposit in the amount, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deposit: Option<i64>,
    /// Whether the owner has left with the deposit: the two settle it between them.
    #[serde(skip)]
    pub(crate) is_deposit_gone: bool,
    pub(crate) state: OrderState,
    /// Whether its payment or its handover is still to come. Without a word it counts as handed over after `returns` days.
    pub(crate) open: bool,
    /// The party that called it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cancelled_by: Option<Party>,
    /// When it was paid, or promised before.
    pub(crate) at: Option<String>,
    /// Until when its payment can come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<String>,
    /// Whether the caller may call it off.
    pub(crate) cancellable: bool,
    /// The six digits to show at the door, for the buyer of something that is paid and not handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "042917")]
    pub(crate) code: Option<String>,
    /// Whether the caller may review it.
    pub(crate) reviewable: bool,
    /// The buyer's review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review: Option<Review>,
    /// Whether the caller may report a problem with it, or another one.
    pub(crate) reportable: bool,
    /// The problem that the buyer reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<ProblemKind>,
}

/// Returns whether the owner of something lent has left with the deposit of its buyer's order.
fn is_deposit_gone(node: &Node, order: &Order, paid: Option<&RefundProgress>) -> Answer<bool> {
    let is_lent = order.party == Party::Buyer && order.terms.rental.bond.is_some();
    let is_kept = paid.is_some_and(|paid| paid.back.is_zero() && !is_held_here(paid));
    Ok(is_lent && is_kept && node.is_closed_for_good(&order.terms.seller)?)
}

/// Returns an order as the party sees it in whose log it is.
fn describe_order(node: &Node, order: Order) -> Answer<OrderView> {
    let (now, payment) = (node.now().as_millis(), order.payment.as_str());
    let paid = cashier(node)?.back(node, payment)?;
    let paid = paid.filter(|paid| order.terms.is_paid_by(paid));
    let state = order.state(now);
    let is_held = paid.as_ref().is_some_and(|paid| paid.is_held);
    let is_allowed = order.check(OrderAction::Cancel, now).is_ok();
    // A payment that comes after either of the two has left delivers nothing, and goes back.
    let is_void = state == OrderState::Promised && !node.takes_entries(order.other());
    let is_returnable = match order.party {
        Party::Seller => paid.is_some() || !order.has_money(),
        Party::Buyer => !is_void && order.is_returnable(now, is_held),
    };
    let is_shown = order.party == Party::Buyer && state.is_to_hand();
    let code = is_shown.then(|| codes::code(&codes::key(node), &order.payment, &order.terms));
    let is_reviewable = order.check_review(now).is_ok()
        && !groups::is_led_by_buyer(node, &order.terms.buyer, &order.payment)?;
    let is_refunded = paid.as_ref().is_some_and(is_back);
    let is_reportable = |kind: &ProblemKind| order.check_problem(Some(*kind), is_refunded).is_ok();
    Ok(OrderView {
        party: order.party,
        name: node.called(order.other())?,
        is_deposit_gone: is_deposit_gone(node, &order, paid.as_ref())?,
        back: paid.as_ref().map_or(0, returned),
        state,
        open: order.is_open(now) && !is_void,
        cancelled_by: order.cancelled_by,
        at: time::text(order.at),
        until: order.until.and_then(time::text),
        cancellable: is_allowed && is_returnable,
        code: code.map(|code| format!("{code:06}")),
        reviewable: is_reviewable,
        reportable: ProblemKind::ALL.iter().any(is_reportable),
        review: order.review,
        problem: order.problem,
        title: order.title,
        payment: order.payment.to_string(),
        listing: order.terms.listing.as_str().to_owned(),
        seller: order.terms.seller,
        buyer: order.terms.buyer,
        quantity: order.terms.quantity.0,
        amount: order.terms.amount.get(),
        currency: order.terms.currency,
        returns: order.terms.returns.0,
        from: order.terms.rental.from,
        to: order.terms.rental.to,
        deposit: order.terms.rental.bond.map(Minor::get),
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct OrdersQuery {
    #[serde(default)]
    role: Which,
}

/// Orders, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrdersAnswer {
    pub(crate) orders: Vec<OrderView>,
    /// Whether there are more after these.
    pub(crate) has_more: bool,
}

pub(crate) fn list_orders(
    node: &Node,
    person: &Did,
    which: Which,
    page: &Page,
) -> Answer<OrdersAnswer> {
    let part = (page.limit + 1, page.offset);
    let mut orders = queries::read(node, |db| queries::orders(db, person.as_str(), which, part))?;
    let has_more = orders.len() > page.limit;
    orders.truncate(page.limit);
    let views = orders.into_iter().map(|order| describe_order(node, order));
    Ok(OrdersAnswer { orders: views.collect::<Answer<_>>()?, has_more })
}

/// The caller's orders, as their buyer or as their seller.
#[utoipa::path(
    get, operation_id = "orders", path = "/api/orders", tag = "market",
    params(("role" = Option<String>, Query, description = "`buyer`, `hand` for what a seller is still to hand over, or `seller` for what they got besides; the buyer's, if left out"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = OrdersAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    page: Page,
    Query(query): Query<OrdersQuery>,
) -> Answer<Json<OrdersAnswer>> {
    list_orders(&node, &session.did, query.role, &page).map(Json)
}

/// Returns an order of a person, by its payment; 404 if it isn't theirs.
pub(crate) fn find_order(node: &Node, person: &Did, payment: &str) -> Answer<OrderView> {
    let order = queries::read(node, |db| queries::order(db, person.as_str(), payment))?;
    let order = order.ok_or_else(|| Problem::not_found(TEXTS.say("no-such-order", args![])))?;
    describe_order(node, order)
}

/// One order of the caller's, with the six digits for its buyer.
#[utoipa::path(
    get, operation_id = "order", path = "/api/orders/{payment}", tag = "market",
    params(("payment" = String, Path, description = "The order's payment")),
    responses((status = 200, body = OrderView), (status = 401, description = "Not signed in"), (status = 404, description = "You have no such order")),
)]
pub(crate) async fn read_order(
    Person(node, session): Person,
    Path(payment): Path<String>,
) -> Answer<Json<OrderView>> {
    find_order(&node, &session.did, &payment).map(Json)
}
