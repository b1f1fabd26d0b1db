//! One's own tickets, each with the code that a door reads; and one's own events.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::{Caller, Page as Part};
use imajin_service::{Node, Page, Problem};
use maud::{Markup, PreEscaped, html};

use super::{list, message, time, to_signin, viewer_of};
use crate::projection::PROJECTION;
use crate::reads::{self, Event, Held, Which};
use crate::routes::code_of;
use crate::{own, qr};

/// `/events/mine`
pub(super) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    part: Part,
) -> Result<Response, Problem> {
    let (Some(viewer), Some(session)) = (viewer_of(&node, session.as_ref())?, session) else {
        return Ok(to_signin("/events/mine"));
    };
    let which = Which {
        organiser: Some(session.did.to_string()),
        all: true,
        from: None,
    };
    let most = node.limits().page_max;
    let (tickets, total, events) = node.read(PROJECTION.name, |db| {
        let (held, total) = reads::tickets(db, session.did.as_str(), part.limit, part.offset)?;
        let tickets = held.into_iter().map(|held| {
            let event = reads::event(db, held.event.as_str())?;
            Ok((held, event))
        });
        let tickets: Vec<(Held, Option<Event>)> = tickets.collect::<rusqlite::Result<_>>()?;
        Ok((tickets, total, reads::list(db, &which, most, 0)?.0))
    })?;
    let next = part.offset + tickets.len();
    let content = html! {
        (message())
        h1 { "Your tickets" }
        @if tickets.is_empty() {
            div.card { p { "You have no tickets yet. " a href="/events" { "See what is on" } } }
        }
        @for (held, event) in &tickets { (ticket(held, event.as_ref())?) }
        @if (next as u64) < total { p { a href={ "/events/mine?offset=" (next) } { "Older tickets" } } }
        @if !events.is_empty() {
            h2 { "Your events" }
            ul.rows { @for event in &events { (list::row(event)) } }
        }
        p { a.button href="/events/new" { "Make an event" } }
    };
    Ok(Page::new("Your tickets", content)
        .script("/assets/js/pages/tickets.js")
        .viewer(Some(viewer))
        .into_response())
}

fn ticket(held: &Held, event: Option<&Event>) -> Result<Markup, Problem> {
    let title = event
        .and_then(|event| event.word("title"))
        .unwrap_or("An event");
    let starts = event.and_then(|event| event.starts).and_then(own::time);
    let kind = event
        .and_then(|event| event.type_name(held.kind))
        .unwrap_or("Ticket");
    let picture = match code_of(held).filter(|_| held.counts()) {
        // Drawn by this program, from letters and digits.
        Some(code) => Some(qr::svg(&code)?),
        None => None,
    };
    Ok(html! {
        article.card #(held.ticket) {
            h2 { @match event { Some(event) => a href={ "/events/" (event.id) } { (title) }, None => (title) } }
            p { strong { (kind) } " · " (time(starts.as_deref())) }
            p { (state(held)) }
            @if held.said() == "void" && event.is_some_and(|event| event.status == "cancelled") {
                p { "The event was cancelled. The money goes back to the person who paid it: see " a href="/pay" { "your money" } "." }
            }
            @if let Some(picture) = picture {
                div.qrs role="img" aria-label="The code for the door" { (PreEscaped(picture.trim_start_matches("<?xml version=\"1.0\" standalone=\"yes\"?>"))) }
                p.hint { "Show this at the door. It works without a network." }
                p { a href={ "/events/api/tickets/" (held.ticket) "/qr.png" } download={ (held.ticket) ".png" } { "Keep it as a picture" } }
            }
            @if held.status == "valid" {
                details {
                    summary { "Hand it on to somebody" }
                    form.transfer data-ticket=(held.ticket) {
                        div.field {
                            label for={ "to-" (held.ticket) } { "Their address" }
                            p.hint { "It stands on their page. The event signs a new ticket for them, and this one counts no more." }
                            input id={ "to-" (held.ticket) } name="to" type="text" spellcheck="false" autocapitalize="none";
                        }
                        button type="submit" { "Sign and hand on" }
                    }
                }
            }
        }
    })
}

fn state(held: &Held) -> Markup {
    match held.status.as_str() {
        "valid" => html! { span.tag.good { "counts" } },
        "used" => {
            let at = held.used_at.and_then(own::time);
            html! { span.tag { "used" } " " (time(at.as_deref())) }
        }
        "passed" => html! { span.tag { "handed on" } },
        "off" => html! { span.tag { "cancelled" } },
        _ => html! { span.tag { "given back" } },
    }
}
