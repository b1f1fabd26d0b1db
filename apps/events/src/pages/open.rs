//! What is open at an event: places that somebody keeps or has ordered without paying yet.
//!
//! Always: the organiser sees everybody's and may give any up; everybody else sees their own.

use imajin_protocol::{Currency, Minor};
use maud::{Markup, html};

use super::time;
use crate::reads::Event;
use crate::routes::places::OpenAnswer;

/// The section of an event's page; nothing where nothing is open.
pub(super) fn section(event: &Event, open: &[OpenAnswer], is_own: bool) -> Markup {
    if open.is_empty() {
        return html! {};
    }
    html! {
        div.card #open data-id=(event.id) {
            h2 { @if is_own { "Open orders" } @else { "Your open order" } }
            ul.rows { @for one in open { (row(one, is_own)) } }
            @if is_own { p.hint { "Release places of somebody who does not pay. If their money comes after all, they get tickets as long as some are left; otherwise it goes back." } }
        }
    }
}

fn row(one: &OpenAnswer, is_own: bool) -> Markup {
    let card = &one.holder;
    let name = card.display_name.as_deref().or(card.handle.as_deref());
    html! {
        li {
            div.row {
                div.grow {
                    @if is_own { a href={ "/profile/" (card.did) } { (name.unwrap_or("somebody on this box")) } ": " }
                    (one.quantity) " × " (one.type_name.as_deref().unwrap_or("Ticket"))
                    @if let Some(amount) = amount(one) { ", " (amount) }
                    br; span.hint {
                        @if one.kind == "order" { "Ordered, not paid yet. Kept until " } @else { "Kept while they pay, until " }
                        (time(one.until.as_deref()))
                    }
                }
                button type="button" data-release=(one.hold) { @if is_own { "Release" } @else { "Give it up" } }
            }
        }
    }
}

fn amount(one: &OpenAnswer) -> Option<String> {
    let currency = Currency::parse(&one.currency).ok()?;
    let amount = Minor::new(one.amount).ok()?;
    (!amount.is_zero()).then(|| amount.display(currency))
}
