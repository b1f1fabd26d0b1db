//! The pages of this service. One file a page.
//!
//! Always: what a page shows is what its viewer may see; all that changes anything is signed by a script with the key in
//! the browser, and everything else works without one.

mod door;
mod edit;
mod event;
mod list;
mod mine;
mod open;

use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::page::Viewer;
use imajin_service::routing::OpenApiRouter;
use imajin_service::routing::get;
use imajin_service::{Node, Problem, Session};
use maud::{Markup, html};

/// With all pages, relative to `/events`.
pub(crate) fn add(routes: OpenApiRouter<Node>) -> OpenApiRouter<Node> {
    routes
        .route("/", get(list::page))
        .route("/new", get(edit::new))
        .route("/mine", get(mine::page))
        .route("/{id}", get(event::page))
        .route("/{id}/edit", get(edit::edit))
        .route("/{id}/door", get(door::page))
}

/// Who looks, for the header of a page.
fn viewer_of(node: &Node, session: Option<&Session>) -> Result<Option<Viewer>, Problem> {
    let Some(session) = session else {
        return Ok(None);
    };
    let card = node.card(&session.did)?;
    let (handle, name) = card.map_or((None, None), |card| (card.handle, card.display_name));
    let did = session.did.to_string();
    Ok(Some(Viewer {
        href: format!("/profile/{}", handle.as_deref().unwrap_or(&did)),
        name: name.or(handle).unwrap_or_else(|| "You".to_owned()),
        did,
    }))
}

fn to_signin(path: &str) -> Response {
    Redirect::to(&format!("/signin?next={path}")).into_response()
}

/// Where scripts say what happened.
fn message() -> Markup {
    html! {
        div #message {}
        noscript { div.notice.bad { p { "What you do here is signed with the key in your browser, by a script of this page. Scripts are off: switch them on for this address, then load the page again." } } }
    }
}

/// A time as a person reads it, in the box's own words until a script says it in theirs.
fn time(text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            time datetime=(text) data-local { (text.get(..16).unwrap_or(text).replace('T', ", ")) " UTC" }
        }
    }
}

/// What an event's status means for who reads it.
fn status(status: &str) -> Markup {
    let text = match status {
        "draft" => "draft: only you see it",
        "published" => return html! {},
        "paused" => "no tickets at the moment",
        "cancelled" => "cancelled",
        _ => "over",
    };
    html! { span.tag { (text) } }
}
