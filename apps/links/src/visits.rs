//! Visits to links: where they lead, and whether they count.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_protocol::Did;
use imajin_service::{Node, Peer, Problem, args};

use crate::clicks::Waiting;
use crate::fields::Kind;
use crate::manifest::TEXTS;
use crate::queries::{self, Item};

/// The answer for an item that isn't there, or isn't for this visitor.
pub(crate) fn none() -> Problem {
    Problem::not_found(TEXTS.say("no-such-link", args![]))
}

/// A visitor's request for a link.
pub(crate) struct Click<'a> {
    pub(crate) owner: &'a Did,
    pub(crate) viewer: Option<&'a Did>,
    pub(crate) peer: Option<Peer>,
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
}

/// Redirects to where a link leads.
pub(crate) fn lead(node: &Node, item: &Item, click: &Click<'_>) -> Result<Response, Problem> {
    let url = item.url.as_ref().filter(|_| item.kind == Kind::Link);
    let url = url.ok_or_else(none)?;
    // Neither a browser's prefetch nor the owner's own visit counts as a click.
    let is_ahead = click.headers.contains_key("sec-purpose") || click.method == Method::HEAD;
    if !is_ahead && click.viewer != Some(click.owner) && queries::counts(node, click.owner)? {
        let from = click.peer.map(|peer| peer.address);
        let waiting = node.state::<Waiting>();
        waiting.note(node, from, click.owner, &item.id);
    }
    let to = HeaderValue::try_from(url.as_str()).map_err(Problem::internal)?;
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
