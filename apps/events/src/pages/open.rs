//! The section of open places: requests, the waiting list, holds and unpaid orders.
//!
//! Always: the organiser sees everyone's, answers requests, and may release any; other people see their own.

use std::borrow::Cow;

use imajin_app::{Node, Texts, args};
use imajin_dfos::Timestamp;
use imajin_protocol::Currency;
use imajin_selling::Cashier;
use maud::{Markup, html};

use super::{name_of, time};
use crate::event::FreePlaces;
use crate::queries::Event;
use crate::routes::places::OpenAnswer;

/// Draws the section of an event's page; empty without open places.
pub(super) fn section(
    node: &Node,
    event: &Event,
    open: &[OpenAnswer],
    is_own: bool,
    t: Texts,
) -> Markup {
    let (asks, open): (Vec<_>, Vec<_>) = open.iter().partition(|one| one.kind == "ask");
    let (waits, open): (Vec<_>, Vec<_>) = open.into_iter().partition(|one| one.kind == "wait");
    let heading = if is_own {
        "open-orders"
    } else if open.iter().any(|one| one.kind == "order") {
        "open-order"
    } else {
        "open-places"
    };
    html! {
        @if !asks.is_empty() {
            div.card data-places data-id=(event.id) {
                h2 { (t.text(if is_own { "asks" } else { "ask-yours" })) }
                ul.rows { @for one in asks { (ask(node, one, is_own, t)) } }
                p.hint { (t.text(if is_own { "asks-hint" } else { "ask-hint" })) }
            }
        }
        @if !waits.is_empty() {
            div.card #waiting data-places data-id=(event.id) {
                h2 { (t.text(if is_own { "waits" } else { "wait-yours" })) }
                ul.rows { @for one in waits { (waiter(node, one, is_own, t)) } }
                p.hint { (t.text(if is_own { "waits-hint" } else { "wait-hint" })) }
            }
        }
        @if !open.is_empty() {
            div.card #open data-places data-id=(event.id) {
                h2 { (t.text(heading)) }
                ul.rows { @for one in open { (row(node, event, one, is_own, t)) } }
                @if is_own { p.hint { (t.text("open-hint")) } }
            }
        }
    }
}

/// Draws the number and type of places; for the organiser, after the person's name.
fn places(node: &Node, one: &OpenAnswer, is_own: bool, t: Texts) -> Markup {
    let type_name = one.type_name.as_deref().map(Cow::Borrowed);
    html! {
        @if is_own { a href=(node.page_of(one.holder.did.as_str())) { (name_of(Some(&one.holder), t)) } ": " }
        (one.quantity) " × " (type_name.unwrap_or_else(|| t.text("ticket")))
    }
}

/// Draws a person on the waiting list.
fn waiter(node: &Node, one: &OpenAnswer, is_own: bool, t: Texts) -> Markup {
    html! {
        li {
            div.row {
                div.grow { (places(node, one, is_own, t)) }
                button type="button" data-release=(one.hold) { (t.text(if is_own { "waits-remove" } else { "wait-leave" })) }
            }
        }
    }
}

/// Draws a request for free places.
fn ask(node: &Node, one: &OpenAnswer, is_own: bool, t: Texts) -> Markup {
    html! {
        li {
            div.row {
                div.grow { (places(node, one, is_own, t)) }
                @if is_own {
                    button.main type="button" data-approve=(one.hold) { (t.text("asks-approve")) }
                    button type="button" data-release=(one.hold) { (t.text("asks-decline")) }
                } @else {
                    button type="button" data-release=(one.hold) { (t.text("ask-back")) }
                }
            }
        }
    }
}

fn row(node: &Node, event: &Event, one: &OpenAnswer, is_own: bool, t: Texts) -> Markup {
    let until = one.until.as_deref().and_then(|at| Timestamp::parse(at).ok());
    let until = time(until.map(Timestamp::as_millis), event.zone(), t);
    let is_free = one.amount == 0 && one.kind == "hold";
    let kept = match one.kind {
        "order" => "open-ordered",
        _ if is_free && event.free == Some(FreePlaces::Approval) => "open-approved",
        _ if is_free => "open-kept",
        _ => "open-held",
    };
    html! {
        li {
            div.row {
                div.grow {
                    (places(node, one, is_own, t))
                    @if let Some(amount) = amount(one, t) { ", " (amount) }
                    br; span.hint { (t.markup(kept, args![], |_, _| until.clone())) }
                }
                @if !is_own && one.kind == "order" { @if let Some(cashier) = node.get::<dyn Cashier>() { a.button href=(cashier.payment_page(&one.hold)) { (t.text("open-pay")) } } }
                @if !is_own && is_free { button.main type="button" data-take=(one.hold) data-type=(one.n) data-quantity=(one.quantity) { (t.text("open-take")) } }
                button type="button" data-release=(one.hold) { (t.text(if is_own { "open-release" } else { "open-give-up" })) }
            }
        }
    }
}

fn amount(one: &OpenAnswer, t: Texts) -> Option<String> {
    let currency = Currency::parse(&one.currency).ok()?;
    (one.amount != 0).then(|| t.lang.amount(one.amount, currency))
}
