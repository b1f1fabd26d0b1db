//! The routes at the node's root. One file a page, or a few that belong together.

mod apps;
pub(crate) mod certificate;
mod copies;
mod create;
mod data;
mod devices;
mod docs;
mod enter;
mod health;
mod invite;
mod landing;
mod lock;
mod mail;
mod network;
mod policy;
mod trust;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use imajin_service::extract::Caller;
use imajin_service::page::Viewer;
use imajin_service::routing::{get, post};
use imajin_service::{Node, Page, Problem, Session};

use crate::assets;

/// All pages and the assets.
pub(crate) fn routes(node: Node) -> Router {
    Router::new()
        .route("/", get(landing::landing))
        .route("/create", get(create))
        .route("/claim", get(create))
        .route("/signin", get(async || enter::signin()))
        .route("/restore", get(async || enter::restore()))
        .route("/device", get(async || enter::device()))
        .route(
            "/devices",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/devices", devices::page)
            }),
        )
        .route("/data", get(data::data))
        .route(
            "/data/copy",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/data/copy", copies::copy)
            }),
        )
        .route(
            "/data/move",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/data/move", copies::moving)
            }),
        )
        .route(
            "/data/delete",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/data/delete", copies::delete)
            }),
        )
        .route(
            "/invite",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/invite", invite::page)
            }),
        )
        .route("/mail", get(async || mail::follow()))
        .route(
            "/letters",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/letters", mail::letters)
            }),
        )
        .route(
            "/apps",
            get(async |state: State<Node>, caller: Caller| own(state, caller, "/apps", apps::list)),
        )
        .route("/apps/authorize", get(apps::authorize))
        .route(
            "/trust",
            get(async |state: State<Node>, caller: Caller| {
                own(state, caller, "/trust", trust::page)
            }),
        )
        .merge(certificate::routes())
        .route("/network", get(network::page))
        .route("/health", get(health::page))
        .route("/health/backup", post(health::backup))
        .route("/health/update", post(health::update))
        .route("/lock", get(lock::page).post(lock::change))
        .route("/policy", get(policy::policy))
        .route("/verify", get(verify))
        .route("/docs", get(docs::docs))
        .route("/llms-full.txt", get(docs::llms))
        .route("/favicon.ico", get(favicon))
        .route(
            "/robots.txt",
            get(async || text("User-agent: *\nDisallow: /api/\nDisallow: /data\n")),
        )
        .route("/assets/{*path}", get(assets::asset))
        .with_state(node)
}

pub(crate) async fn favicon() -> Redirect {
    Redirect::permanent("/assets/icon.svg")
}

/// Plain text.
fn text(content: impl Into<String>) -> Response {
    let mut response = content.into().into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// Who looks, for the header of a page.
pub(crate) fn viewer_of(node: &Node, session: Option<&Session>) -> Result<Option<Viewer>, Problem> {
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

/// A page about who is signed in; others sign in first and come back.
fn own(
    State(node): State<Node>,
    Caller(session): Caller,
    path: &str,
    page: fn(Viewer) -> Page,
) -> Result<Response, Problem> {
    match viewer_of(&node, session.as_ref())? {
        Some(viewer) => Ok(page(viewer).into_response()),
        None => Ok(to_signin(path)),
    }
}

pub(crate) fn to_signin(path: &str) -> Response {
    Redirect::to(&format!("/signin?next={path}")).into_response()
}

async fn create(State(node): State<Node>, Caller(session): Caller) -> Result<Page, Problem> {
    Ok(create::page(&node).viewer(viewer_of(&node, session.as_ref())?))
}

async fn verify(State(node): State<Node>, Caller(session): Caller) -> Result<Page, Problem> {
    Ok(copies::verify(viewer_of(&node, session.as_ref())?))
}
