//! The list of upcoming events.

use axum::response::{IntoResponse, Redirect, Response};
use imajin_app::extract::{Caller, Page as Part, Query, Visitor};
use imajin_app::{Answer, Node, Problem, Reader, Texts, args};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use super::{for_group, group_of, status, title, when_and_where};
use crate::manifest::TEXTS;
use crate::picture;
use crate::queries::{self, Event, Which};
use crate::sight;

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    /// The group whose events to list.
    group: Option<Did>,
}

/// `/events`
pub(super) async fn page(
    Visitor(node, Caller(session)): Visitor,
    reader: Reader,
    Query(query): Query<ListQuery>,
    part: Part,
) -> Answer<Response> {
    let t = TEXTS.for_reader(reader);
    let viewer = node.viewer_of(session.as_ref())?;
    let person = session.as_ref().map(|session| &session.did);
    let (heading, said, here) = match (&query.group, person) {
        (None, _) => (t.text("list"), ["list-lead", "list-none"], None),
        (Some(group), None) => {
            return Ok(Redirect::to(&format!("/signin?next=/events?group={group}")).into_response());
        }
        (Some(group), Some(person)) if node.group_role(group, person)?.is_none() => {
            return Err(Problem::not_found(TEXTS.say("no-such-group", args![])));
        }
        (Some(group), Some(_)) => {
            let (name, _) = group_of(&node, group, t)?;
            let heading = t.format("list-group", args![name = name]);
            let texts = ["list-group-lead", "list-group-none"];
            (heading.into(), texts, Some(format!("group={group}")))
        }
    };
    let which = Which {
        from: Some(node.now().as_millis()),
        group: query.group,
        sight: sight::sight_of(&node, person)?,
        ..Which::default()
    };
    let (events, total) =
        queries::read(&node, |db| queries::list(db, &which, part.limit, part.offset))?;
    let next = part.offset + events.len();
    let others = match person.filter(|_| here.is_none() && part.offset == 0) {
        Some(person) => others(&node, person, &events)?,
        None => Vec::new(),
    };
    let content = html! {
        h1 { (heading) }
        p.lead { (t.text(said[0])) }
        div.actions {
            a.button.main href={ "/events/new" @if let Some(here) = &here { "?" (here) } } { (t.text("new")) }
            a.button href="/events/mine" { (t.text("mine")) }
        }
        @if events.is_empty() {
            div.card { p { (t.text(said[1])) } }
        } @else {
            ul.rows { @for event in &events { (row(event, t)) } }
        }
        @if (next as u64) < total { p { a href={ "/events?offset=" (next) @if let Some(here) = &here { "&" (here) } } { (t.text("list-later")) } } }
        @if !others.is_empty() {
            h2 { (t.text("list-own")) }
            ul.rows { @for event in &others { (row(event, t)) } }
        }
    };
    let page = t.page("help-list", heading, content).viewer(viewer).script("/assets/js/time.js");
    Ok(if here.is_none() { page.indexed().into_response() } else { page.into_response() })
}

/// Returns an organiser's events that the list doesn't show: drafts and past events.
fn others(node: &Node, organiser: &Did, listed: &[Event]) -> Answer<Vec<Event>> {
    let (which, most) = (Which::own(organiser), node.limits().page_max);
    let (mut own, _) = queries::read(node, |db| queries::list(db, &which, most, 0))?;
    own.retain(|event| listed.iter().all(|other| other.id != event.id));
    Ok(own)
}

pub(super) fn row(event: &Event, t: Texts) -> Markup {
    html! {
        li.with-tile {
            (picture::tile(event, t.lang))
            div.grow {
                div.row {
                    a.grow href={ "/events/" (event.id) } { strong { (title(event, t)) } }
                    (status(event, t))
                    @if event.group.is_some() { (for_group(t)) }
                }
                p.soft { (when_and_where(event, t)) }
            }
        }
    }
}
