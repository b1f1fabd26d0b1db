//! The pages of this service, one file per page.
//!
//! Always: a page shows only what its viewer may see. A script signs every change with the key in the browser;
//! everything else works without scripts.

mod coming;
mod door;
mod edit;
mod event;
mod free_ticket;
mod guests;
mod invite;
mod list;
mod mine;
mod open;
mod tickets;

use imajin_app::chooser::Chooser;
use imajin_app::routing::{OpenApiRouter, get};
use imajin_app::{Answer, Card, Node, Texts, Zone};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::queries::Event;

/// Adds all pages, with paths relative to `/events`.
pub(crate) fn add(routes: OpenApiRouter<Node>) -> OpenApiRouter<Node> {
    routes
        .route("/", get(list::page))
        .route("/new", get(edit::new))
        .route("/mine", get(mine::page))
        .route("/invite", get(invite::page))
        .route("/{id}", get(event::page))
        .route("/{id}/edit", get(edit::edit))
        .route("/{id}/door", get(door::page))
        .route("/{id}/guests", get(guests::page))
}

/// Draws the area in which scripts show messages.
fn message(t: Texts) -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { (t.text("scripts-off")) } } }
    }
}

/// Draws a time of an event, in the event's time zone.
pub(crate) fn time(millis: Option<i64>, zone: Zone, t: Texts) -> Markup {
    let at = millis.and_then(|millis| Timestamp::from_millis(millis).ok());
    html! { @if let Some(at) = at { (t.moment_in(at, zone)) } }
}

/// Returns an event's title, or a placeholder.
pub(crate) fn title(event: &Event, t: Texts) -> String {
    event.word("title").map(str::to_owned).unwrap_or_else(|| t.text("untitled").into_owned())
}

/// Returns the name of a ticket type, or a placeholder.
pub(crate) fn type_name(event: &Event, n: i64, t: Texts) -> String {
    event.type_name(n).map(str::to_owned).unwrap_or_else(|| t.text("ticket").into_owned())
}

/// Returns a person's name or handle, or a placeholder.
fn name_of(card: Option<&Card>, t: Texts) -> String {
    let name = card.and_then(|card| card.display_name.clone().or_else(|| card.handle.clone()));
    name.unwrap_or_else(|| t.text("somebody").into_owned())
}

/// Draws an event's status as a tag; nothing for a published event.
pub(crate) fn status(event: &Event, t: Texts) -> Markup {
    let by_owner = event.decided_by.as_deref() != Some(event.organiser.as_str());
    let label = match event.status.as_str() {
        "draft" => "status-draft",
        "published" => return html! {},
        "paused" => "status-paused",
        "cancelled" if by_owner => "status-cancelled-by-owner",
        "cancelled" => "status-cancelled",
        _ => "status-over",
    };
    html! { span.tag { (t.text(label)) } }
}

/// Draws the start of an event, its place, and whether it is online.
fn when_and_where(event: &Event, t: Texts) -> Markup {
    let place = event.word("city").or(event.visible_word("venue", false));
    let is_online = event.word("locationType") != Some("physical");
    let parts = [
        event.starts.map(|_| time(event.starts, event.zone(), t)),
        place.map(|place| html! { (place) }),
        is_online.then(|| html! { (t.text("list-online")) }),
    ];
    html! { @for (n, part) in parts.into_iter().flatten().enumerate() { @if n > 0 { " · " } (part) } }
}

/// Draws the tag for events of a group.
pub(crate) fn for_group(t: Texts) -> Markup {
    html! { span.tag { (t.text("for-group")) } }
}

/// Returns the name of a group and the path of its page.
pub(crate) fn group_of(node: &Node, group: &Did, t: Texts) -> Answer<(String, String)> {
    let about = node.room_about(group)?;
    let unnamed = || t.text("some-group").into_owned();
    Ok(match about {
        Some(about) => (about.name.unwrap_or_else(unnamed), about.href),
        None => (unnamed(), String::new()),
    })
}

/// Draws a field in which to choose a person.
fn person(id: &str, name: Option<&str>, label: &str, t: Texts) -> Markup {
    let field = Chooser { label: &t.text(label), id: Some(id), name, chosen: None };
    field.draw(t.lang)
}
