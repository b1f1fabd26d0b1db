//! A person's orders: what they are still to hand over, what they bought, and what they sold; and the page of one order.

use imajin_app::extract::{Own, Page as Part, Path};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Page, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_selling::{Cashier, cashier};
use imajin_turns::page_with;
use maud::{Markup, html};

use super::{STYLE, held, reviews, time_span};
use crate::manifest::{NEAR_PAGE, ORDERS_PAGE, OWN_PAGE, TEXTS};
use crate::orders::{OrderState, Party};
use crate::queries::Which;
use crate::rent::Span;
use crate::routes::{OrderView, OrdersAnswer, find_order, list_orders};

pub(crate) async fn orders(
    Own(node, session, viewer): Own,
    reader: Reader,
    part: Part,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let list = |which: Which| list_orders(&node, &session.did, which, &part);
    let to_hand = list(Which::Hand)?;
    let (bought, sold) = (list(Which::Buyer)?, list(Which::Seller)?);
    let has_more = [&to_hand, &bought, &sold].iter().any(|one| one.has_more);
    let (is_first, next) = (part.offset == 0, part.offset + part.limit);
    let content = html! {
        div #message {}
        p.crumbs { a href=(NEAR_PAGE) { (t.text("near")) } }
        h1 { (t.text("orders")) }
        (section(&to_hand, ("to-hand", "to-hand-none"), is_first, t))
        (section(&bought, ("bought", "bought-none"), is_first, t))
        (section(&sold, ("sold", "sold-none"), is_first, t))
        div.actions {
            @if has_more { a.button href={ (ORDERS_PAGE) "?offset=" (next) } { (t.text("orders-older")) } }
            a.button href=(OWN_PAGE) { (t.text("own")) }
        }
    };
    let page = t.page("help-orders", t.text("orders"), content);
    Ok(page.style(STYLE).script("/assets/js/ui.js").current(NEAR_PAGE).viewer(Some(viewer)))
}

/// Renders a list of orders, or on the first page what to do where there are none.
fn section(list: &OrdersAnswer, (heading, none): (&str, &str), is_first: bool, t: Texts) -> Markup {
    let is_empty = list.orders.is_empty();
    if is_empty && !is_first {
        return Markup::default();
    }
    html! {
        h2 { (t.text(heading)) }
        @if is_empty { p.hint { (t.text(none)) } }
        ul.rows.listings {
            @for order in &list.orders {
                li {
                    p { a href={ (ORDERS_PAGE) "/" (order.payment) } { strong { (title(order, t)) } } " " span.tag { (t.text(state(order))) } @if order.problem.is_some() { " " span.tag { (t.text("has-problem")) } } }
                    p.soft { (facts(order, t)) }
                }
            }
        }
    }
}

fn title(order: &OrderView, t: Texts) -> String {
    let gone = || t.text("listing-gone").into_owned();
    order.title.clone().unwrap_or_else(gone)
}

fn state(order: &OrderView) -> &'static str {
    let has_days = order.returns > 0 || order.from.is_some();
    match order.state {
        OrderState::Promised => "state-promised",
        OrderState::Lapsed => "state-lapsed",
        state if state.is_to_hand() && !order.open && has_days => "state-counted",
        OrderState::Paid => "state-paid",
        OrderState::Sent => "state-sent",
        OrderState::Handed => "state-handed",
        OrderState::Refunded => "state-refunded",
        OrderState::Cancelled => "state-cancelled",
    }
}

/// Returns the time for which something is lent.
fn lent(order: &OrderView) -> Option<Span> {
    let (from, to) = (order.from?.as_millis(), order.to?.as_millis());
    Some(Span { from, to })
}

/// Renders the deposit in the price of an order, and for its seller the way to the refund.
fn deposit(order: &OrderView, money_page: &str, t: Texts) -> Markup {
    let Some(deposit) = order.deposit else {
        return Markup::default();
    };
    let amount = t.lang.amount(deposit, order.currency);
    let is_paid = order.until.is_none() && order.cancelled_by.is_none();
    let is_due = is_paid && order.party == Party::Seller && order.back == 0;
    html! {
        p.soft { (t.format("deposit", args![amount = amount])) }
        @if is_due {
            p.hint { (t.text("deposit-hint")) " " a href=(money_page) { (t.text("see-money")) } }
        }
        @if order.is_deposit_gone { p.hint { (t.text("deposit-gone")) } }
    }
}

/// Renders the time of a rent, the number of pieces, the price, what went back, the other party and the day.
fn facts(order: &OrderView, t: Texts) -> Markup {
    let money = |amount| t.lang.amount(amount, order.currency);
    let somebody = || t.text("somebody").into_owned();
    let name = order.name.clone().unwrap_or_else(somebody);
    let who = match order.party {
        Party::Seller => "to-buyer",
        Party::Buyer => "from-seller",
    };
    let at = order.at.as_deref().and_then(|at| Timestamp::parse(at).ok());
    html! {
        @if let Some(span) = lent(order) { (time_span(span, t)) " · " }
        @if order.quantity > 1 { (t.format("pieces", args![count = order.quantity])) " · " }
        (money(order.amount))
        @if order.back > 0 { " · " (t.format("went-back", args![amount = money(order.back)])) }
        " · " (t.format(who, args![name = name]))
        @if let Some(at) = at { " · " (t.day(at)) }
    }
}

pub(crate) async fn order(
    Own(node, session, viewer): Own,
    reader: Reader,
    Path(payment): Path<String>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let order = find_order(&node, &session.did, &payment)?;
    let other = match order.party {
        Party::Seller => &order.buyer,
        Party::Buyer => &order.seller,
    };
    let title = title(&order, t);
    let cashier = cashier(&node)?;
    let (payment, money_page) = (awaited_payment(&order, cashier, t), cashier.page());
    let content = html! {
        div #message {}
        p.crumbs { a href=(ORDERS_PAGE) { (t.text("orders")) } }
        div #order data-payment=(order.payment) data-seller=(order.seller) data-buyer=(order.buyer) data-party=(order.party.name()) {
            h1 { (title) }
            p { span.tag { (t.text(state(&order))) } }
            p { (facts(&order, t)) }
            p.soft { (held(lent(&order).is_some(), order.returns, t)) }
            (deposit(&order, money_page, t))
            (payment)
            @match order.party {
                Party::Buyer => (code(&order, t)),
                Party::Seller => (handover(&order, t)),
            }
            (reviews::problem(&order, t))
            (reviews::of_order(&order, t))
            div.actions {
                @if order.title.is_some() { a.button href={ "/market/" (order.seller) "/" (order.listing) } { (t.text("see-listing")) } }
                @if let Some(chat) = page_with(&node, other) { a.button href=(chat) { (t.text("write-to-them")) } }
                @if order.cancellable { button #cancel.danger type="button" { (t.text("cancel")) } }
            }
            (money_hint(&order, t))
        }
    };
    let page = t.page("help-order", title, content).style(STYLE);
    Ok(page.script("/assets/market/order.js").current(NEAR_PAGE).viewer(Some(viewer)))
}

/// Renders what a promised order waits for, and where its payment is made or confirmed.
fn awaited_payment(order: &OrderView, cashier: &dyn Cashier, t: Texts) -> Markup {
    if order.state != OrderState::Promised {
        return Markup::default();
    }
    let (hint, href, label) = match order.party {
        Party::Buyer => ("promised-buyer", cashier.payment_page(&order.payment), "how-to-pay"),
        Party::Seller => ("promised-seller", cashier.page().to_owned(), "see-money"),
    };
    html! {
        p { (t.text(hint)) }
        div.actions { a.button.main href=(href) { (t.text(label)) } }
    }
}

/// Renders what becomes of the money of an order that is over, or that its buyer can't call off any more.
fn money_hint(order: &OrderView, t: Texts) -> Markup {
    use OrderState::{Cancelled, Handed, Paid, Refunded, Sent};
    let is_paid = order.until.is_none() && order.amount > 0;
    let is_waiting = is_paid && order.back < order.amount;
    let message = match (order.state, order.party) {
        (Cancelled | Refunded, Party::Buyer) if is_waiting => "refund-waits",
        (Cancelled | Refunded, Party::Seller) if is_waiting => "refund-send",
        (Paid | Sent | Handed, Party::Buyer) if is_paid && !order.cancellable => "cancel-ask",
        _ => return Markup::default(),
    };
    html! { p.hint { (t.text(message)) } }
}

fn code(order: &OrderView, t: Texts) -> Markup {
    html! {
        @if let Some(code) = &order.code {
            section.card {
                h2 { (t.text("code-title")) }
                p.digits #code { (code) }
                p { (t.text("code-why")) }
                div.actions { button #have type="button" { (t.text("have")) } }
            }
        }
    }
}

/// Renders how a seller hands an order over: with the buyer's digits, or sent without them.
fn handover(order: &OrderView, t: Texts) -> Markup {
    html! {
        @if order.state.is_to_hand() {
            form.card #hand novalidate {
                h2 { (t.text("hand-title")) }
                div.field {
                    label for="digits" { (t.text("digits")) }
                    p.hint #digits-hint { (t.text("digits-hint")) }
                    input #digits type="text" inputmode="numeric" autocomplete="off" maxlength="6" aria-describedby="digits-hint";
                }
                div.actions {
                    button.main #confirm type="submit" { (t.text("hand")) }
                    @if order.state == OrderState::Paid { button #send type="button" { (t.text("send")) } }
                }
                @if order.state == OrderState::Paid { p.hint { (t.text("send-hint")) } }
            }
        }
    }
}
