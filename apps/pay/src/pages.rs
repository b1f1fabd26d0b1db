//! The pages of this service: one's money, and a receipt that shows who got what.

mod credit;
mod owner;
mod receipt;
mod wallet;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, Minor};
use imajin_service::extract::{Caller, Path, Query};
use imajin_service::page::{Viewer, short_did};
use imajin_service::{Node, Page, Problem, Session};
use maud::{Markup, html};
use serde::Deserialize;

use crate::projection::PROJECTION;
use crate::routes::Counter;
use crate::{ops, reads};

/// Who looks, for the header of a page.
fn viewer_of(node: &Node, session: &Session) -> Result<Viewer, Problem> {
    let card = node.card(&session.did)?;
    let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
    let did = session.did.to_string();
    Ok(Viewer {
        href: format!("/profile/{}", handle.as_deref().unwrap_or(&did)),
        name: name.or(handle).unwrap_or_else(|| "You".to_owned()),
        did,
    })
}

fn to_signin(path: &str) -> Response {
    Redirect::to(&format!("/signin?next={path}")).into_response()
}

/// How somebody is called on a page.
fn name_of(node: &Node, viewer: &Did, did: &Did) -> Result<Markup, Problem> {
    if did == viewer {
        return Ok(html! { "you" });
    }
    if did == node.did() {
        return Ok(html! { "the box (" (node.name()) ")" });
    }
    let card = node.card(did)?;
    let called = card.and_then(|card| card.display_name.or(card.handle));
    Ok(match called {
        Some(name) => html! { a href={ "/profile/" (did) } { (name) } },
        None => short_did(did.as_str()),
    })
}

/// A time: readable without scripts, made relative by them.
fn time(millis: i64) -> Markup {
    let at = Timestamp::from_millis(millis).map_or_else(|_| String::new(), |at| at.to_string());
    let said = format!(
        "{} {} UTC",
        at.get(..10).unwrap_or_default(),
        at.get(11..16).unwrap_or_default()
    );
    html! { time datetime=(at) data-ago title=(said) { (said) } }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day as people say it: `23 December`, with the year where it is not this one. Scripts put it into the reader's own
/// time zone.
fn day(millis: i64, now: i64) -> Markup {
    let text = |millis: i64| {
        Timestamp::from_millis(millis).map_or_else(|_| String::new(), |at| at.to_string())
    };
    let (at, now) = (text(millis), text(now));
    let number = |from: usize| {
        at.get(from..from + 2)
            .and_then(|two| two.parse::<usize>().ok())
    };
    let month = number(5).and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let mut said = match (number(8), month) {
        (Some(day), Some(month)) => format!("{day} {month}"),
        _ => at.clone(),
    };
    if at.get(..4) != now.get(..4) {
        said.push(' ');
        said.push_str(at.get(..4).unwrap_or_default());
    }
    html! { time datetime=(at) data-day { (said) } }
}

/// An amount with its sign: `+5.00 CHF`.
fn signed(amount: Minor, currency: imajin_protocol::Currency) -> String {
    let plus = if amount.get() > 0 { "+" } else { "" };
    format!("{plus}{}", amount.display(currency))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Part {
    /// How many entries are passed over.
    offset: Option<usize>,
}

/// One's money.
pub(crate) async fn money(
    counter: Counter,
    Caller(session): Caller,
    Query(Part { offset }): Query<Part>,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        return Ok(to_signin("/pay"));
    };
    let viewer = viewer_of(&counter.node, &session)?;
    let content = wallet::content(&counter, &session.did, offset.unwrap_or(0))?;
    let page = Page::new("Your money", content)
        .script("/assets/js/pages/wallet.js")
        .viewer(Some(viewer))
        .current("/pay");
    Ok(page.into_response())
}

/// A receipt of one's own.
pub(crate) async fn receipt(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        // Only what may stand in an id of a payment goes into an address.
        let is_id = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let next = if is_id {
            format!("/pay/receipts/{id}")
        } else {
            "/pay".to_owned()
        };
        return Ok(to_signin(&next));
    };
    let found = node.read(PROJECTION.name, |db| {
        reads::about(db, &session.did, ops::RECEIPT, &id)
    })?;
    let found = found.ok_or_else(|| {
        Problem::not_found(
            "You have no receipt of this id: neither did you pay it, nor were you paid.",
        )
    })?;
    let text = found.body["receipt"]
        .as_str()
        .ok_or_else(|| Problem::gone("This receipt was erased from your record."))?;
    let content = receipt::content(&node, &session.did, &id, text)?;
    let page = Page::new("Receipt", content)
        .script("/assets/js/ui.js")
        .viewer(Some(viewer_of(&node, &session)?))
        .current("/pay");
    Ok(page.into_response())
}
