//! Visits to links: their destinations, and whether they count.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_app::{Answer, Node, Peer, Problem};
use imajin_items::ItemPages;
use imajin_protocol::Did;

use crate::Links;
use crate::clicks::Waiting;
use crate::fields::Kind;
use crate::queries::{self, Item};

/// The destination of a link.
pub(crate) struct Target {
    owner: Did,
    id: String,
    to: HeaderValue,
    /// Whether the link's owner counts clicks.
    counts: bool,
}

impl Target {
    /// Returns the destination of an item that the visitor may see.
    /// Errors: 404 if the item isn't a link.
    pub(crate) fn new(node: &Node, owner: Did, item: &Item) -> Answer<Self> {
        let url = item.own.url.as_ref().filter(|_| item.kind == Kind::Link);
        let url = url.ok_or_else(Links::not_found)?;
        Ok(Self {
            to: HeaderValue::try_from(url.as_str()).map_err(Problem::internal)?,
            counts: queries::counts(node, &owner)?,
            id: item.id.clone(),
            owner,
        })
    }
}

/// A visitor's request for a link.
pub(crate) struct Click<'a> {
    pub(crate) viewer: Option<&'a Did>,
    pub(crate) peer: Option<Peer>,
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
}

/// Redirects to a link's destination, and counts the click if it counts.
pub(crate) fn lead(node: &Node, target: &Target, click: &Click<'_>) -> Response {
    // Neither a browser's prefetch nor the owner's own visit counts as a click.
    let is_ahead = click.headers.contains_key("sec-purpose") || click.method == Method::HEAD;
    if target.counts && !is_ahead && click.viewer != Some(&target.owner) {
        let from = click.peer.map(|peer| peer.address);
        let waiting = node.state::<Waiting>();
        waiting.note(node, from, &target.owner, &target.id);
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let out = response.headers_mut();
    out.insert(header::LOCATION, target.to.clone());
    let policy = HeaderValue::from_static("no-referrer");
    out.insert(header::REFERRER_POLICY, policy);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
