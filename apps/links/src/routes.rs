//! HTTP routes of this service. All writes are commands.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_service::extract::{Caller, Path, Query};
use imajin_service::openapi::routes;
use imajin_service::operation::ItemId;
use imajin_service::routing::{OpenApiRouter, get};
use imajin_service::{Node, Peer, Problem, args};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clicks::Waiting;
use crate::manifest::TEXTS;
use crate::pages;
use crate::queries::{LinkRow, shown};

/// All routes, relative to `/links`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list))
        .route("/edit", get(pages::edit))
        .route("/go/{owner}/{link}", get(go))
        .route("/{owner}", get(pages::public))
        .with_state(node)
}

/// The person whose links to list.
#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    owner: String,
}

/// A person's links, as far as the caller may see them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinksAnswer {
    /// In the order of the page.
    links: Vec<LinkRow>,
}

/// A person's links, as far as the caller may see them.
#[utoipa::path(
    get, path = "/api/items", tag = "links",
    params(("owner" = String, Query, description = "A DID or a short name")),
    responses((status = 200, body = LinksAnswer), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn list(
    State(node): State<Node>,
    Caller(session): Caller,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<LinksAnswer>, Problem> {
    let owner = node.person(&query.owner)?;
    let viewer = session.map(|session| session.did);
    let links = shown(&node, &owner, viewer.as_ref(), None)?;
    Ok(axum::Json(LinksAnswer { links }))
}

/// Redirects to the address of a link, and counts the click.
async fn go(
    State(node): State<Node>,
    Caller(session): Caller,
    Path((whose, link)): Path<(String, String)>,
    peer: Option<Extension<Peer>>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let none = || Problem::not_found(TEXTS.say("no-such-link", args![]));
    let id = ItemId::parse(&link).ok_or_else(none)?;
    let owner = node.person(&whose)?;
    let viewer = session.map(|session| session.did);
    let found = shown(&node, &owner, viewer.as_ref(), Some(id.as_str()))?;
    let found = found.into_iter().next().ok_or_else(none)?;
    // Neither a browser's prefetch nor the owner's own visit counts as a click.
    let is_ahead = headers.contains_key("sec-purpose") || method == Method::HEAD;
    if !is_ahead && viewer.as_ref() != Some(&owner) {
        let from = peer.map(|Extension(peer)| peer.address);
        node.state::<Waiting>().note(&node, from, &owner, &id);
    }
    let to = HeaderValue::try_from(found.url).map_err(Problem::internal)?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let out = response.headers_mut();
    out.insert(header::LOCATION, to);
    out.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
