//! Extractors for handlers: strict JSON, a page of a list, the caller.
//!
//! Always: an unreadable part of a request is answered with a problem that names the field; a cookie authorises a write
//! only from our own pages.

use std::collections::HashMap;
use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{BoxError, RequestExt};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Limited};
use imajin_protocol::{Did, jcs, presence};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::browser;
use crate::gate::Attempted;
use crate::node::Node;
use crate::own_routes::ReadGrant;
use crate::page::Viewer;
use crate::peer::Peer;
use crate::problem::Problem;
use crate::session::Session;
use crate::words::{Lang, Reader, cookie};

/// Makes extractors of types that are read from a request without waiting. That is in functions that are not async: each crate
/// with handlers has a copy of the code of an async one.
macro_rules! extractors {
    ($($rejection:ident: $($extractor:ident),+;)+) => {$($(
        impl FromRequestParts<Node> for $extractor {
            type Rejection = $rejection;

            async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, $rejection> {
                Self::from_parts(parts, node)
            }
        }
    )+)+};
}

extractors! {
    Problem: Host, Page, Reader, Authed, Visitor, Person, Attempt, SignInAttempt;
    Response: OwnPage, Own;
}

/// The cookie that holds a session's token.
pub const COOKIE: &str = "imajin_session";

/// JSON in which nothing has two meanings: no key twice, UTF-8, of limited size and depth.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Node> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Result<Self, Problem> {
        let bytes = read_body(request.into_body(), node).await?;
        Ok(Self(parse_json(&bytes)?))
    }
}

/// A JSON body, and its request without it: the proof of a write is in the headers.
#[derive(Debug)]
pub struct JsonRequest<T>(pub Parts, pub T);

impl<T: DeserializeOwned> FromRequest<Node> for JsonRequest<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        Ok(Self(parts, parse_json(&read_body(body, node).await?)?))
    }
}

/// A JSON body of a request whose answer sets the session's cookie: only as `application/json`, from a program or from a
/// page of this very origin, so that no page of another site can sign a browser in here.
#[derive(Debug)]
pub struct SignInJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Node> for SignInJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        browser::check_sign_in(&parts, node.gate().listed_origins(node))?;
        let bytes = read_body(body, node).await?;
        Ok(Self(parse_json(&bytes)?))
    }
}

/// The host that the client talks to, in the form of [`presence::host`]: a name or an address that the node has.
///
/// Elsewhere any address will do, since an attacker's web page needs a name. A challenge says where the client is. A relay
/// on another machine reaches clients by its own address, one on this machine by its own port: a challenge of this node
/// must name neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host(pub String);

impl Host {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let secure = parts.extensions.get::<Peer>().is_some_and(|peer| peer.secure);
        let host = crate::peer::host_of(parts)
            .and_then(|host| presence::host(host, secure))
            .ok_or_else(|| Problem::bad_request("The request needs a Host header."))?;
        if !node.gate().has_host(node, &host, secure) {
            return Err(Problem::misdirected(format!(
                "This node does not know {host} as an address of its own: sign in at one of its names. Its owner can add the \
                 address, with its port, under `hosts` in the configuration."
            )));
        }
        Ok(Self(host))
    }
}

/// Reads JSON strictly into a type.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let value = jcs::parse_strict(bytes);
    let value = value.map_err(|error| Problem::bad_request(format!("{error}.")))?;
    serde_json::from_value(value).map_err(unfit)
}

fn unfit(error: serde_json::Error) -> Problem {
    Problem::bad_request(format!("The JSON does not fit this request: {error}."))
}

/// Collects a body as its pieces come: a piece of one byte costs a byte.
async fn collect(mut body: Limited<Body>) -> Result<Bytes, BoxError> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame?.into_data() {
            bytes.extend_from_slice(&piece);
        }
    }
    Ok(bytes.freeze())
}

/// Reads a body within the limits of size and time.
pub async fn read_body(body: Body, node: &Node) -> Result<Bytes, Problem> {
    let limits = node.gate().limits(node);
    let most = limits.body_bytes;
    let reading = collect(Limited::new(body, most));
    match tokio::time::timeout(limits.body_timeout, reading).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(
            Problem::too_large(format!("The body of this request may have at most {most} bytes.")),
        ),
        Ok(Err(error)) => {
            Err(Problem::bad_request("The body of this request ended too early.").with_log(error))
        }
        Err(_) => Err(Problem::request_timeout()),
    }
}

/// The fields of a submitted form; `None` for another form. A form's body has the syntax of a query.
pub fn form_of<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(body).ok()?;
    let uri = format!("/?{text}").parse().ok()?;
    let query = axum::extract::Query::<T>::try_from_uri(&uri).ok()?;
    Some(query.0)
}

/// The query of a request.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::from_uri(&parts.uri)
    }
}

impl<T: DeserializeOwned> Query<T> {
    fn from_uri(uri: &Uri) -> Result<Self, Problem> {
        let axum::extract::Query(value) = axum::extract::Query::try_from_uri(uri)?;
        Ok(Self(value))
    }
}

/// The variable parts of a path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path(value) =
            axum::extract::Path::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

/// A section of a list: `limit` (1 to 100, default 20) and `offset`, or `before`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The number of items.
    pub limit: usize,
    /// The number of items to skip.
    pub offset: usize,
    /// The item before which all items of the page come, if any.
    pub before: Option<String>,
}

impl Page {
    /// The first so many.
    pub fn first(limit: usize) -> Self {
        Self { limit, offset: 0, before: None }
    }

    /// This part of a whole list, and whether there is more after it.
    pub fn cut<T>(&self, all: Vec<T>) -> (Vec<T>, bool) {
        let has_more = all.len() > self.offset.saturating_add(self.limit);
        let part = all.into_iter().skip(self.offset).take(self.limit);
        (part.collect(), has_more)
    }
}

#[derive(Deserialize)]
struct RawPage {
    limit: Option<String>,
    offset: Option<String>,
    before: Option<String>,
}

impl Page {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let Query(raw) = Query::<RawPage>::from_uri(&parts.uri)?;
        let limits = node.gate().limits(node);
        let most = limits.page_max;
        let limit = match raw.limit {
            None => limits.page_default.min(most),
            Some(text) => {
                text.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
                    Problem::field("limit", format!("limit must be a number from 1 to {most}."))
                })?
            }
        };
        let offset = match raw.offset {
            None => 0,
            Some(text) => text
                .parse::<u32>()
                .map(|offset| offset as usize)
                .map_err(|_| Problem::field("offset", "offset must be a number from 0."))?,
        };
        Ok(Self { limit, offset, before: raw.before })
    }
}

/// The signed-in caller, if there is one.
#[derive(Debug, Clone)]
pub struct Caller(pub Option<Session>);

/// The signed-in caller, if their role may use this route ([`crate::access`]): 401 without a session, otherwise 403.
#[derive(Debug, Clone)]
pub struct Authed(pub Session);

impl Caller {
    /// The caller's DID.
    pub fn did(&self) -> Option<&Did> {
        self.0.as_ref().map(|session| &session.did)
    }
}

impl FromRequestParts<Node> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        session_of(parts, node).map(Self)
    }
}

/// A signed-in person who asks for a page about themselves. Others sign in first, and come back.
#[derive(Debug, Clone)]
pub struct OwnPage(pub Session);

impl OwnPage {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Response> {
        let session = session_of(parts, node).map_err(IntoResponse::into_response)?;
        let uri = parts.extensions.get::<OriginalUri>();
        let here = uri.map_or(parts.uri.path(), |uri| uri.path());
        let sign_in = || Redirect::to(&format!("/signin?next={here}")).into_response();
        session.map(Self).ok_or_else(sign_in)
    }
}

/// The node, and the person of an [`OwnPage`], who looks at it.
pub struct Own(pub Node, pub Session, pub Viewer);

impl Own {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Response> {
        let OwnPage(session) = OwnPage::from_parts(parts, node)?;
        let viewer = node.viewer(&session).map_err(IntoResponse::into_response)?;
        Ok(Self(node.clone(), session, viewer))
    }
}

impl Reader {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let zone = match session_of(parts, node)? {
            Some(session) => node.zone_of(&session.did)?,
            None => None,
        };
        let lang = Lang::from_headers(&parts.headers);
        Ok(Self { lang, zone })
    }
}

impl Authed {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let session = session_of(parts, node)?.ok_or_else(|| {
            Problem::unauthorized(
                "You are not signed in, or your session has ended. Sign in with your key.",
            )
        })?;
        admit_here(parts, node, &session)?;
        Ok(Self(session))
    }
}

/// The node, and the caller, if they are signed in.
pub struct Visitor(pub Node, pub Caller);

impl Visitor {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let session = session_of(parts, node)?;
        Ok(Self(node.clone(), Caller(session)))
    }
}

/// The node, and the caller that [`Authed`] admits.
pub struct Person(pub Node, pub Session);

impl Person {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let Authed(session) = Authed::from_parts(parts, node)?;
        Ok(Self(node.clone(), session))
    }
}

impl Authed {
    /// For whom they ask: themselves, or who `X-Acting-For` names, if a delegation lets them do `op` there.
    pub fn acting_for(&self, node: &Node, headers: &HeaderMap, op: &str) -> Result<Did, Problem> {
        let Some(named) = headers.get("x-acting-for") else {
            return Ok(self.0.did.clone());
        };
        let text =
            named.to_str().map_err(|_| Problem::bad_request("X-Acting-For must be a DID."))?;
        let owner = node
            .resolve(text)?
            .ok_or_else(|| Problem::not_found(format!("Nobody here goes by {text}.")))?;
        if owner == self.0.did || node.may_act(&self.0.did, &owner, op)? {
            return Ok(owner);
        }
        Err(Problem::forbidden(format!("{owner} has not let you act for them in {op}.")))
    }
}

/// Refuses (403) a session whose owner may not ask at this route: what [`Authed`] does, for routes that take a proof as well.
pub fn admit_here(parts: &Parts, node: &Node, session: &Session) -> Result<(), Problem> {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let route = format!("{} {path}", parts.method);
    node.gate().admit_at(node, &session.did, &route)
}

/// The session of a request: that of the node's own reading for a program, `Authorization: Bearer`, else the cookie.
pub fn session_of(parts: &Parts, node: &Node) -> Result<Option<Session>, Problem> {
    if let Some(grant) = parts.extensions.get::<ReadGrant>() {
        return grant.session_at(parts).map(Some);
    }
    if let Some(token) = bearer(&parts.headers) {
        return node.gate().session(node, token);
    }
    let Some(token) = cookie(&parts.headers, COOKIE) else {
        return Ok(None);
    };
    let session = node.gate().session(node, token)?;
    if session.is_some() {
        browser::check_origin(parts)?;
    }
    Ok(session)
}

/// Returns the request's token (header or cookie). Does not verify it.
pub fn token_of(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| cookie(headers, COOKIE))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// An attempt at something that guesses or costs; too many of one account, or from one address without one, get 429. The node's
/// own machine is not counted.
#[derive(Debug, Clone, Copy)]
pub struct Attempt;

impl Attempt {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let Some(peer) = parts.extensions.get::<Peer>() else {
            return Ok(Self);
        };
        if peer.address.is_loopback() {
            return Ok(Self);
        }
        let token = token_of(&parts.headers);
        let session = token.and_then(|token| node.gate().recall(node, token));
        let attempted = match &session {
            // A person who is signed in answers for themselves, not for their address.
            Some(session) => Attempted::Account(&session.did),
            None => Attempted::Address(peer.address),
        };
        attempt(node, attempted)?;
        Ok(Self)
    }
}

/// Counts an attempt, or refuses it with 429.
fn attempt(node: &Node, attempted: Attempted<'_>) -> Result<(), Problem> {
    let counted = node.gate().attempt(node, attempted);
    counted.map_err(|seconds| node.gate().refusal(node, seconds))
}

/// An attempt to sign in. The attempt counts for the address; where the address has used up its attempts, for the
/// identity, so that a stranger behind the same address cannot lock other people out. The answers are the same whether
/// or not this node knows the identity.
#[derive(Debug, Clone, Copy)]
pub struct SignInAttempt {
    /// The address, if it has used up its attempts, and the seconds until it has another one.
    over: Option<(IpAddr, u32)>,
}

/// Slots that identities which are not here share, for each address.
const UNKNOWN_SLOTS: u8 = 64;
/// Longest request to sign in from an address that has used up its attempts, in bytes.
const SIGN_IN_BYTES_MAX: u64 = 4096;

/// Whether a path is one where people sign in.
pub fn is_sign_in(node: &Node, path: &str) -> bool {
    let mut parts = path.splitn(3, '/').skip(1);
    let (Some(app), Some(route)) = (parts.next(), parts.next()) else {
        return false;
    };
    let app = node.services().get(app);
    app.is_some_and(|app| app.manifest().sign_in.contains(&route))
}

impl SignInAttempt {
    fn from_parts(parts: &Parts, node: &Node) -> Result<Self, Problem> {
        let free = Self { over: None };
        let Some(peer) = parts.extensions.get::<Peer>().copied() else {
            return Ok(free);
        };
        if peer.address.is_loopback() {
            return Ok(free);
        }
        let attempted = Attempted::Address(peer.address);
        let Err(seconds) = node.gate().attempt(node, attempted) else {
            return Ok(free);
        };
        let length = parts.headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|text| text.to_str().ok()?.parse::<u64>().ok());
        if length.is_none_or(|length| length > SIGN_IN_BYTES_MAX) {
            return Err(node.gate().refusal(node, seconds));
        }
        Ok(Self { over: Some((peer.address, seconds)) })
    }

    /// Whether a client may ask to sign in as `did`. `is_here`: a DID with a key that the node knows; a DID that names
    /// an e-mail address never counts as such.
    pub fn ask(self, node: &Node, did: &Did, is_here: bool) -> Result<(), Problem> {
        let Some((address, _)) = self.over else {
            return Ok(());
        };
        let key = if is_here {
            did.as_str().to_owned()
        } else {
            // Bounded and refused at the same pace, also for invented names.
            let slot = imajin_dfos::cid::sha256(did.as_str().as_bytes())[0] % UNKNOWN_SLOTS;
            slot.to_string()
        };
        attempt(node, Attempted::Identity(address, &key))
    }

    /// Counts a request that names no identity.
    pub fn nobody(self, node: &Node) -> Result<(), Problem> {
        match self.over {
            Some((_, seconds)) => Err(node.gate().refusal(node, seconds)),
            None => Ok(()),
        }
    }

    /// Whether an answer to a challenge is looked at: always where the challenge waits, since who was given one was counted.
    pub fn answer(self, node: &Node, challenge: &str) -> Result<(), Problem> {
        match self.over {
            Some((_, seconds)) if !node.gate().awaits(node, challenge) => {
                Err(node.gate().refusal(node, seconds))
            }
            _ => Ok(()),
        }
    }
}

/// A query as plain pairs, each key once.
pub async fn query_pairs(request: &mut Request) -> Result<HashMap<String, String>, Problem> {
    if request.uri().query().is_none() {
        return Ok(HashMap::new());
    }
    let Query(pairs) = request.extract_parts::<Query<Vec<(String, String)>>>().await?;
    let mut map = HashMap::new();
    for (key, value) in pairs {
        if map.insert(key, value).is_some() {
            return Err(Problem::bad_request("A parameter appears twice in the query."));
        }
    }
    Ok(map)
}
