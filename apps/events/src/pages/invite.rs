//! The choice of an event to which a person invites another one: a message to them, which the person may change.

use imajin_app::extract::{Own, Page as Part, Query};
use imajin_app::{Answer, Node, Page, Reader, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_turns::page_to_say;
use maud::{Markup, html};
use serde::Deserialize;

use super::{title, when_and_where};
use crate::manifest::TEXTS;
use crate::picture;
use crate::queries::{self, Event, Which};
use crate::sight;

#[derive(Debug, Deserialize)]
pub(super) struct InviteQuery {
    /// The invited person: a DID or a handle.
    with: String,
}

/// `/events/invite`
pub(super) async fn page(
    Own(node, session, viewer): Own,
    reader: Reader,
    Query(query): Query<InviteQuery>,
    part: Part,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let person = node.person(&query.with)?;
    let name = node.called(&person)?.unwrap_or_else(|| t.text("somebody").into_owned());
    let which = Which {
        first: Some(session.did.to_string()),
        status: Some("published"),
        from: Some(node.now().as_millis()),
        sight: sight::sight_of_both(&node, &session.did, &person)?,
        ..Which::default()
    };
    let (events, total) =
        queries::read(&node, |db| queries::list(db, &which, part.limit, part.offset))?;
    let next = part.offset + events.len();
    let heading = t.format("invite", args![name = name.as_str()]);
    let content = html! {
        h1 { (heading) }
        @if events.is_empty() { p { (t.text("invite-none")) } }
        @else {
            p.lead { (t.text("invite-lead")) }
            ul.rows { @for event in &events { (row(&node, event, (&person, &name), t)) } }
        }
        @if (next as u64) < total { p { a href={ "/events/invite?with=" (person) "&offset=" (next) } { (t.text("list-later")) } } }
        div.actions { a.button href="/events/new" { (t.text("new")) } }
    };
    let page = t.page("help-invite", heading, content).current("/events");
    Ok(page.script("/assets/js/time.js").viewer(Some(viewer)))
}

fn row(node: &Node, event: &Event, (person, name): (&Did, &str), t: Texts) -> Markup {
    let write = page_to_say(node, person, &invitation(node, event, t));
    html! {
        li.with-tile {
            (picture::tile(event, t.lang))
            div.grow {
                a href={ "/events/" (event.id) } { strong { (title(event, t)) } }
                p.soft { (when_and_where(event, t)) }
                @if let Some(write) = write { div.actions { a.button.main href=(write) { (t.format("invite-write", args![name = name])) } } }
            }
        }
    }
}

/// Returns the text of the message: what, when, and the page.
fn invitation(node: &Node, event: &Event, t: Texts) -> String {
    let starts = event.starts.and_then(|at| Timestamp::from_millis(at).ok());
    let starts = starts.map(|at| t.lang.date_time(at, event.zone()));
    let args = args![
        title = title(event, t),
        when = starts.unwrap_or_default(),
        page = format!("{}/events/{}", node.url(), event.id)
    ];
    t.format("invite-text", args)
}
