//! What is on.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::{Caller, Page as Part};
use imajin_service::{Node, Page, Problem};
use maud::{Markup, html};

use super::{status, time, viewer_of};
use crate::own;
use crate::projection::PROJECTION;
use crate::reads::{self, Event, Which};

/// `/events`
pub(super) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    part: Part,
) -> Result<Response, Problem> {
    let viewer = viewer_of(&node, session.as_ref())?;
    let which = Which {
        from: Some(node.now().as_millis()),
        ..Which::default()
    };
    let (events, total) = node.read(PROJECTION.name, |db| {
        reads::list(db, &which, part.limit, part.offset)
    })?;
    let next = part.offset + events.len();
    let content = html! {
        h1 { "What is on" }
        p.lead { "Events that people on this box make. Each sells its own tickets, and says who gets what of them." }
        div.actions {
            a.button.main href="/events/new" { "Make an event" }
            a.button href="/events/mine" { "Your tickets" }
        }
        @if events.is_empty() {
            div.card { p { "Nothing is planned yet. The first event could be yours." } }
        } @else {
            ul.rows { @for event in &events { (row(event)) } }
        }
        @if (next as u64) < total { p { a href={ "/events?offset=" (next) } { "Later events" } } }
    };
    Ok(Page::new("What is on", content)
        .script("/assets/js/pages/events.js")
        .viewer(viewer)
        .indexed()
        .into_response())
}

/// An event in a list.
pub(super) fn row(event: &Event) -> Markup {
    let starts = event.starts.and_then(own::time);
    let place = event.word("city").or(event.word("venue"));
    html! {
        li {
            div.row {
                a.grow href={ "/events/" (event.id) } { strong { (event.word("title").unwrap_or("An event without words")) } }
                (status(&event.status))
            }
            p.soft {
                (time(starts.as_deref()))
                @if let Some(place) = place { " · " (place) }
                @if event.word("locationType") != Some("physical") { " · online" }
            }
        }
    }
}
