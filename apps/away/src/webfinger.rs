//! WebFinger (RFC 7033): the DID behind a handle of this box.
//!
//! Always: a hidden profile and a free handle get the same answer, byte for byte. Pages of every origin may ask (section 5).

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_app::capabilities::Authority;
use imajin_app::routing::get;
use imajin_app::{Answer, HandleState, Node, Problem, args, refuse_if};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::presence::host_of_url;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::manifest::TEXTS;
use crate::proof;

/// The path at every box.
pub(crate) const PATH: &str = "/.well-known/webfinger";
/// The relation of the link to the proof of home.
pub(crate) const HOME_RELATION: &str = "https://imajin.ai/ns/home";

/// The answer of a box about a handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Descriptor {
    pub(crate) subject: String,
    /// The DID.
    pub(crate) aliases: Vec<String>,
    #[serde(default)]
    pub(crate) links: Vec<Link>,
}

/// A link of a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) rel: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
}

impl Link {
    fn new(rel: &str, kind: &str, href: String) -> Self {
        Self { rel: rel.to_owned(), kind: Some(kind.to_owned()), href: Some(href) }
    }
}

pub(crate) fn routes() -> Router<Node> {
    Router::new().route(PATH, get(answer))
}

async fn answer(
    State(node): State<Node>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let mut response = match describe(&node, &headers, &query.unwrap_or_default()) {
        Ok(descriptor) => {
            let kind = [(header::CONTENT_TYPE, "application/jrd+json")];
            (kind, axum::Json(descriptor)).into_response()
        }
        Err(problem) => problem.into_response(),
    };
    let anybody = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    response
}

fn describe(node: &Node, headers: &HeaderMap, query: &str) -> Answer<Descriptor> {
    let malformed = || Problem::bad_request(TEXTS.say("webfinger-resource", args![]));
    let nobody = || Problem::not_found(TEXTS.say("webfinger-nobody", args![]));
    let query = Url::parse(&format!("http://query/?{query}")).map_err(|_| malformed())?;
    let values = |name: &'static str| {
        query.query_pairs().filter(move |(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let resource = values("resource").next().ok_or_else(malformed)?;
    let (scheme, account) = resource.split_once(':').ok_or_else(malformed)?;
    refuse_if!(!scheme.eq_ignore_ascii_case("acct"), nobody());
    let address = Address::parse(account).ok_or_else(malformed)?;
    refuse_if!(account.starts_with('@'), malformed());
    refuse_if!(!is_own_host(node, headers, &address.host), nobody());
    let did = person(node, &address.handle)?.ok_or_else(nobody)?;
    let relations: Vec<String> = values("rel").collect();
    let mut links = links(node, &did, &address.handle);
    links.retain(|link| relations.is_empty() || relations.contains(&link.rel));
    Ok(Descriptor {
        subject: format!("acct:{}@{}", address.handle, address.host),
        aliases: vec![did.to_string()],
        links,
    })
}

/// Whether a host is the one that was asked, which the edge knows for this node's, or the one in the node's own address.
fn is_own_host(node: &Node, headers: &HeaderMap, host: &str) -> bool {
    let name = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let name = name.and_then(|name| Address::parse(&format!("x@{name}")));
    name.is_some_and(|name| name.host == host) || host_of_url(node.url()).as_deref() == Some(host)
}

/// Returns the person with this handle, unless they hide their profile or deleted their data.
fn person(node: &Node, handle: &str) -> Answer<Option<Did>> {
    let Some(HandleState::Taken(did)) = node.handle(handle)? else {
        return Ok(None);
    };
    let is_there = node.status(&did)?.is_some_and(|status| !status.deleted);
    let is_shown = is_there && node.card_for_strangers(&did)?.is_some();
    Ok(is_shown.then_some(did))
}

fn links(node: &Node, did: &Did, handle: &str) -> Vec<Link> {
    let moved = node.get::<dyn Authority>().and_then(|authority| authority.new_home(did));
    let home = moved.as_deref().unwrap_or_else(|| node.url());
    let key = did.as_str().rsplit(':').next().unwrap_or_default();
    let document = format!("{home}/.well-known/did-imajin/{key}");
    let profile = format!("{home}{}", node.page_of(handle));
    vec![
        Link::new(HOME_RELATION, "application/json", proof::url(home, did)),
        Link::new("describedby", "application/did+json", document),
        Link::new("http://webfinger.net/rel/profile-page", "text/html", profile),
    ]
}
