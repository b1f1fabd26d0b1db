//! What is on.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_service::extract::{Caller, Page as Part};
use imajin_service::{Lang, Node, Problem, Texts};
use maud::{Markup, html};

use super::{status, time, title};
use crate::manifest::{MANIFEST, TEXTS};
use crate::picture;
use crate::queries::{self, Event, Which};

/// `/events`
pub(super) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    lang: Lang,
    part: Part,
) -> Result<Response, Problem> {
    let t = TEXTS.of(lang);
    let viewer = node.viewer_of(session.as_ref())?;
    let which = Which {
        from: Some(node.now().as_millis()),
        ..Which::default()
    };
    let (events, total) = node.read(MANIFEST.name, |db| {
        queries::list(db, &which, part.limit, part.offset)
    })?;
    let next = part.offset + events.len();
    let content = html! {
        h1 { (t.text("list")) }
        p.lead { (t.text("list-lead")) }
        div.actions {
            a.button.main href="/events/new" { (t.text("new")) }
            a.button href="/events/mine" { (t.text("mine")) }
        }
        @if events.is_empty() {
            div.card { p { (t.text("list-none")) } }
        } @else {
            ul.rows { @for event in &events { (row(event, t)) } }
        }
        @if (next as u64) < total { p { a href={ "/events?offset=" (next) } { (t.text("list-later")) } } }
    };
    Ok(t.page(t.text("list"), content)
        .site(node.name())
        .script("/assets/events/list.js")
        .viewer(viewer)
        .indexed()
        .into_response())
}

/// An event in a list.
pub(super) fn row(event: &Event, t: Texts) -> Markup {
    let place = event.word("city").or(event.told("venue", false));
    html! {
        li.with-tile {
            (picture::tile(event, t.lang))
            div.grow {
                div.row {
                    a.grow href={ "/events/" (event.id) } { strong { (title(event, t)) } }
                    (status(event, t))
                }
                p.soft {
                    (time(event.starts, t.lang))
                    @if let Some(place) = place { " · " (place) }
                    @if event.word("locationType") != Some("physical") { " · " (t.text("list-online")) }
                }
            }
        }
    }
}
