//! The edge: every request passes it on the way in, and every answer on the way out.
//!
//! Always: a request whose `Host` is not ours gets no further; every answer has a request id, the node's `Date`, and
//! what keeps it safe in a browser. It must not know what a route does.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use imajin_app::command_request::PROOF;
use imajin_app::exchange::{self, SentTarget};
use imajin_app::extract::{self, token_of};
use imajin_app::own_routes::OwnRoutes;
use imajin_app::peer::host_of;
use imajin_app::problem::ProblemText;
use imajin_app::routing::get;
use imajin_app::words::FRAME;
use imajin_app::{Authority, Lang, Manifest, Node, Peer, Problem, Role, Words, args, page};
use imajin_host::config::MetricsFrom;
use imajin_host::names::{Bound, normal};
use imajin_host::prefix::Prefix;
use imajin_host::prelude::*;
use imajin_host::{health, random};
use maud::html;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower::Layer as _;
use tower_http::cors::CorsLayer;

use crate::bodies::{self, Account, Budget, Lease, Pace};
use crate::connections::Table;
use crate::{browser, openapi, wrong_host};

/// Random bytes in the id of a request: no two in a log are the same.
const REQUEST_ID_BYTES: usize = 8;
/// The id of a request, for logs and for the caller.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id of a caller that is kept.
const REQUEST_ID_BYTES_MAX: usize = 64;
/// Paths that mean the same at every name of the node.
const EVERYWHERE: [&str; 5] = ["/assets/", "/.well-known/", "/healthz", "/metrics", "/favicon.ico"];

/// Half a year: for this long a browser comes back with TLS only, to a name whose certificate every browser knows. Never
/// for the box's own certificate: where that changes, people could not even click a warning away.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// A request's properties after admission, also if it was refused.
struct Admitted {
    /// For the metrics.
    service: &'static str,
    /// Whether to tell browsers to use only TLS from now on.
    strict: bool,
}

/// All services of a node, ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    node: Node,
    router: Arc<Router>,
    /// On a conventional port: the service whose paths are at the root.
    bound: Option<&'static str>,
    /// The paths of network protocols, which have separate rules.
    protocols: Arc<[String]>,
    /// The paths of network protocols at the root, each with its service.
    at_root: Arc<[(&'static str, &'static str)]>,
    pub(crate) connections: Arc<Table>,
    bodies: Arc<Budget>,
}

impl Site {
    /// Mounts every service of the node and tells each that it has begun. A service without a document among these is
    /// described by the annotations of its handlers.
    pub fn new(node: &Node, documents: &openapi::Documents) -> Self {
        let mut router = Router::new()
            .route("/healthz", get(health::healthz).with_state(node.clone()))
            .route("/metrics", get(metrics).with_state(node.clone()));
        for service in node.services().iter() {
            let name = service.name();
            let routes = openapi::with_document(documents, node, service);
            router = router.nest(&format!("/{name}"), routes);
            if let Some(root) = service.root(node.clone()) {
                router = router.merge(root);
            }
        }
        let nothing_here = || async { Problem::not_found(FRAME.say("no-such-page", args![])) };
        let not_this_way = || async { Problem::method_not_allowed() };
        router = router.fallback(nothing_here).method_not_allowed_fallback(not_this_way);
        if let Some(cors) = cors(node) {
            router = router.layer(cors);
        }
        let (mut protocols, mut at_root) = (Vec::new(), Vec::new());
        for service in node.services().iter() {
            if let Some((path, protocol)) = service.protocol(node.clone()) {
                let path = format!("/{}{path}", service.name());
                router = router.nest_service(&path, protocol);
                protocols.push(path);
            }
            if let Some((prefixes, protocol)) = service.protocol_at_root(node.clone()) {
                router = router.merge(protocol);
                at_root.extend(prefixes.iter().map(|prefix| (*prefix, service.name())));
            }
        }
        for service in node.services().iter() {
            service.started(node);
        }
        imajin_host::mail::started(node);
        let router = Arc::new(router);
        node.state::<OwnRoutes>().set(&router);
        Self {
            node: node.clone(),
            router,
            bound: None,
            protocols: protocols.into(),
            at_root: at_root.into(),
            connections: Table::new(node.limits()),
            bodies: Budget::new(node.limits().bodies_bytes),
        }
    }

    /// This site for a port that belongs to one service.
    pub fn bound_to(&self, service: &'static str) -> Self {
        Self { bound: Some(service), ..self.clone() }
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Answers a request.
    pub async fn answer<B>(&self, request: Request<B>, peer: Peer) -> Response
    where
        B: axum::body::HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError>,
    {
        page::drawn_by(self.node.name(), self.respond(request, peer)).await
    }

    async fn respond<B>(&self, request: Request<B>, peer: Peer) -> Response
    where
        B: axum::body::HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let (mut parts, body) = request.into_parts();
        let id = self.request_id(&parts.headers);
        let wants_page = wants_page(&parts);
        let unslashed = unslashed(&parts.uri).filter(|_| wants_page);
        let lang = Lang::from_headers(&parts.headers);
        let mut admitted = Admitted { service: "node", strict: false };
        let answer = self.admit(&mut parts, peer, &mut admitted);
        // Read once a service's own name and port have become a path of the node.
        let own_page = self.own_page(parts.uri.path()).filter(|_| wants_page);
        let mut response = match answer {
            Ok(()) => self.call(parts, body).await,
            Err(problem) => problem.into_response(),
        };
        if response.status() == StatusCode::NOT_FOUND {
            // A page that a service has at its root later takes precedence, so browsers don't keep the first of these.
            let to_page = own_page.map(Redirect::to);
            let redirect = to_page.or_else(|| unslashed.map(|path| Redirect::permanent(&path)));
            response = redirect.map_or(response, IntoResponse::into_response);
        }
        if response.status().as_u16() >= 400
            && let Some(text) = response.extensions_mut().remove::<ProblemText>()
        {
            let words = self.node.services().words().with_lang(lang);
            say(&mut response, &text, &words, wants_page);
        }
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, id);
        headers.insert(header::DATE, self.node.date());
        browser::protect(headers);
        if admitted.strict {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT);
        }
        self.node.metrics().request(admitted.service, response.status().as_u16());
        response
    }

    /// Runs the handler. Every read of the body counts against the budget and its deadlines.
    async fn call<B>(&self, parts: Parts, body: B) -> Response
    where
        B: axum::body::HttpBody<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let pace = Pace::new(self.node.limits());
        let lease = |parts: &Parts| self.lease(parts);
        let router = Router::clone(&self.router);
        if !exchange::is_one(&parts.headers) {
            return bodies::call(router, parts, body, lease, pace).await;
        }
        let check = middleware::from_fn_with_state(self.node.clone(), exchange::check);
        bodies::call(check.layer(router), parts, body, lease, pace).await
    }

    /// Reserves room for the body of a request, in its sender's share.
    fn lease(&self, parts: &Parts) -> Lease {
        let session = token_of(&parts.headers).and_then(|token| self.node.session(token).ok()?);
        let peer = parts.extensions.get::<Peer>();
        match (session, peer) {
            (Some(session), _) => {
                let role = self.node.role(&session.did).unwrap_or(Role::Stranger);
                let is_stranger = role < Role::Member;
                self.bodies.lease(Account::Person(session.did), is_stranger)
            }
            (None, peer) => {
                let address = peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.address);
                self.bodies.lease(Account::Address(Prefix::from_address(address)), true)
            }
        }
    }

    /// Checks who asks under which name, and turns the path of a service's own name or port into the node's.
    fn admit(&self, parts: &mut Parts, peer: Peer, admitted: &mut Admitted) -> Result<(), Problem> {
        let peer = real_peer(&self.node.limits().trusted_proxies, parts, peer);
        let host =
            host_of(parts).ok_or_else(|| Problem::bad_request(FRAME.say("no-host", args![])))?;
        let place = self.node.network().now();
        // Without TLS the name is not used here: that is the path of every read and write.
        let secure = place.https.map(|port| (port, normal(host)));
        let is_public = |name: &str| place.is_public(name, self.node.now());
        let names = self.node.names();
        let bound = names.resolve(host, &place, self.node.now());
        // Styles and icons are public: the page that refuses a name looks like the others.
        let bound =
            bound.or_else(|| parts.uri.path().starts_with("/assets/").then_some(Bound::Node));
        let Some(bound) = bound else {
            let led = wants_page(parts).then(|| wrong_host::led_on(parts, &normal(host), &place));
            return Err(led.flatten().unwrap_or_else(wrong_host::refused));
        };
        let named = match bound {
            Bound::Service(name) => Some(name),
            Bound::Node => self.bound.or_else(|| self.of_root(parts.uri.path())),
        };
        if let Some(name) = named {
            let sent = parts.uri.path_and_query().cloned();
            self.rewrite(&mut parts.uri, name);
            if let Some(sent) = sent {
                parts.extensions.insert(SentTarget(sent));
            }
        }
        // Counted after the service is known, since the service decides what a path counts as.
        let rated = self.within_rate(parts, peer);
        self.node.within(rated)?;
        admitted.strict = peer.secure && secure.as_ref().is_some_and(|(_, name)| is_public(name));
        if let Some((port, name)) = &secure
            && !peer.secure
            && !peer.address.is_loopback()
            && !is_open(parts.uri.path())
        {
            return Err(to_https(parts, name, *port, is_public(name)));
        }
        if !parts.headers.contains_key(PROOF)
            && !self.is_protocol(parts.uri.path())
            && let Some(authority) = self.node.get::<dyn Authority>()
            && let Some(location) = authority.moved(&parts.uri)
        {
            // The door for commands redirects the sender of a proof: reading the proof here as well would slow every write.
            return Err(Problem::moved(location));
        }
        admitted.service = self.service_of(parts.uri.path());
        parts.extensions.insert(peer);
        Ok(())
    }

    /// Counts a request: for the account where there is one, else for the address, so that strangers do not use up the
    /// rate of a signed-in person at the same address. Sign-in has separate limits
    /// ([`imajin_app::extract::SignInAttempt`]).
    fn within_rate(&self, parts: &Parts, peer: Peer) -> Result<(), u32> {
        if peer.address.is_loopback() {
            return Ok(());
        }
        let token = extract::token_of(&parts.headers);
        let cached_session = token.and_then(|token| self.node.sessions().recall(token));
        if let Some(session) = cached_session {
            return self.node.count_request_of(&session.did, self.is_preview(parts));
        }
        if extract::is_sign_in(&self.node, parts.uri.path()) {
            return Ok(());
        }
        let by_address = self.node.count_request_from(peer.address);
        // A session not seen since the start is only looked up if it matters.
        let session = match (&by_address, token) {
            (Err(_), Some(token)) => self.node.session(token).ok().flatten(),
            _ => None,
        };
        match session {
            Some(session) => self.node.count_request_of(&session.did, false),
            None => by_address,
        }
    }

    /// Whether the request is for one of the small pictures that a page shows by the hundred.
    fn is_preview(&self, parts: &Parts) -> bool {
        let path = parts.uri.path();
        let is_of = |manifest: &Manifest| {
            let within = path.strip_prefix('/').and_then(|path| path.strip_prefix(manifest.name));
            let prefix = manifest.previews;
            within.zip(prefix).is_some_and(|(within, prefix)| within.starts_with(prefix))
        };
        parts.method == Method::GET
            && parts.uri.query().is_some_and(|query| query.starts_with("w="))
            && self.node.services().manifests().any(is_of)
    }

    fn rewrite(&self, uri: &mut Uri, name: &'static str) {
        let path = uri.path();
        let first = path.get(1..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let is_mounted = self.node.services().get(first).is_some();
        let is_protocol = self.protocol_at_root(path) == Some(name);
        if is_mounted || is_protocol || EVERYWHERE.iter().any(|prefix| path.starts_with(prefix)) {
            return;
        }
        let at_root = self.node.services().get(name).is_some_and(|service| service.pages_at_root());
        if at_root && !path.starts_with("/api/") {
            return;
        }
        let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
        let rest = if path == "/" { &rest[1..] } else { rest };
        if let Ok(path_and_query) = format!("/{name}{rest}").parse() {
            let mut parts = std::mem::take(uri).into_parts();
            parts.path_and_query = Some(path_and_query);
            *uri = Uri::from_parts(parts).unwrap_or_default();
        }
    }

    fn is_protocol(&self, path: &str) -> bool {
        let mut below = self.protocols.iter();
        below.any(|protocol| is_below(path, protocol)) || self.protocol_at_root(path).is_some()
    }

    /// The service whose pages are at the root, for the health that clients ask of the root.
    fn of_root(&self, path: &str) -> Option<&'static str> {
        if path != "/api/health" {
            return None;
        }
        let mut services = self.node.services().iter();
        let at_root = services.find(|service| service.pages_at_root());
        at_root.map(|service| service.name())
    }

    /// The service that answers this path of the root.
    fn protocol_at_root(&self, path: &str) -> Option<&'static str> {
        let mut at_root = self.at_root.iter();
        let route = at_root.find(|(prefix, _)| is_below(path, prefix));
        route.map(|(_, service)| *service)
    }

    /// The page to which the bare path of a service leads where the service has none there.
    fn own_page(&self, path: &str) -> Option<&'static str> {
        let service = self.node.services().get(path.strip_prefix('/')?)?;
        service.manifest().own_page.filter(|page| *page != path)
    }

    /// A label for the metrics: never something that a caller chose.
    fn service_of(&self, path: &str) -> &'static str {
        let first = path.get(1..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let service = self.node.services().get(first);
        let service = service.map(|service| service.name());
        service.or_else(|| self.protocol_at_root(path)).unwrap_or("node")
    }

    fn request_id(&self, headers: &HeaderMap) -> HeaderValue {
        let is_fine = |id: &&HeaderValue| {
            id.len() <= REQUEST_ID_BYTES_MAX
                && !id.is_empty()
                && id
                    .as_bytes()
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        if let Some(id) = headers.get(REQUEST_ID).filter(is_fine) {
            return id.clone();
        }
        // Drawn, not counted: a number would tell strangers how much the node is used.
        let drawn = random::hex::<REQUEST_ID_BYTES>().unwrap_or_default();
        let id = format!("{}-{drawn}", self.node.run_id());
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("-"))
    }
}

/// Behind a proxy that is trusted: whom it speaks for.
pub(crate) fn real_peer(trusted: &[IpAddr], parts: &Parts, peer: Peer) -> Peer {
    if !trusted.contains(&peer.address) {
        return peer;
    }
    let value = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // The last address that no trusted proxy added about itself. Clients can forge all entries before it.
    let address = value("x-forwarded-for").and_then(|list| {
        list.rsplit(',')
            .filter_map(|item| item.trim().parse::<IpAddr>().ok())
            .find(|address| !trusted.contains(address))
    });
    let secure = value("x-forwarded-proto").map_or(peer.secure, |proto| proto == "https");
    Peer { address: address.unwrap_or(peer.address), secure }
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path is served without TLS, too: the node's health, and the guide to its certificate.
pub(crate) fn is_open(path: &str) -> bool {
    matches!(path, "/healthz" | "/certificate" | "/favicon.ico")
        || path.starts_with("/certificate/")
        || path.starts_with("/assets/")
        || path.ends_with("/api/health")
}

/// Redirects to the address behind TLS. A browser that cannot know the certificate for this name is sent to the page
/// that looks for the safest address: only the browser can tell which of the box's names it reaches and trusts, and
/// under which of them it may hold a key.
fn to_https(parts: &Parts, name: &str, port: u16, is_public: bool) -> Problem {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let name = (is_public || !wants_page(parts)).then_some(name);
    let location = match (name, port) {
        (None, _) => format!("/certificate?next={}", utf8_percent_encode(path, IN_A_QUERY)),
        (Some(name), 443) => format!("https://{name}{path}"),
        (Some(name), port) => format!("https://{name}:{port}{path}"),
    };
    Problem::secure(location, is_public)
}

/// Characters that are encoded in a path and query that is the value of a query.
const IN_A_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

pub(crate) fn wants_page(parts: &Parts) -> bool {
    parts.method == Method::GET
        && !parts.uri.path().contains("/api/")
        && parts
            .headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
}

/// An address of this box that ends in slashes, without them: people add them.
fn unslashed(uri: &Uri) -> Option<String> {
    let path = uri.path().trim_end_matches('/');
    // `//host` would lead to another host.
    let is_own = path.starts_with('/') && !path.starts_with("//");
    if !is_own || path.len() == uri.path().len() {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}"));
    Some(format!("{path}{}", query.unwrap_or_default()))
}

/// Translates a problem into the language of the request; a browser gets it as a page.
fn say(response: &mut Response, text: &ProblemText, words: &Words, on_a_page: bool) {
    if !on_a_page {
        if let Some(body) = text.translated(words) {
            response.headers_mut().remove(header::CONTENT_LENGTH);
            *response.body_mut() = body.into();
        }
        return;
    }
    let lang = words.lang;
    let page = match response.status() {
        StatusCode::MISDIRECTED_REQUEST => wrong_host::page(lang),
        status => problem_page(status, &text.translate(words), lang),
    };
    let page = page.into_parts();
    // All other parts of the problem (such as when to come back) stay.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(page.0.headers);
    *response.body_mut() = page.1;
}

fn problem_page(status: StatusCode, text: &str, lang: Lang) -> Response {
    let t = FRAME.for_reader(lang);
    let title = match status.as_u16() {
        404 | 410 => "problem-nothing",
        401 => "problem-signin",
        403 => "problem-forbidden",
        429 => "problem-busy",
        400..500 => "problem-refused",
        _ => "problem-broken",
    };
    let title = t.text(title);
    let content =
        html! { h1 { (title) } p { (text) } p { a href="/" { (t.text("problem-home")) } } };
    t.notice_page(title, content).status(status).into_response()
}

async fn metrics(
    axum::extract::State(node): axum::extract::State<Node>,
    axum::Extension(peer): axum::Extension<Peer>,
) -> Response {
    if node.config().metrics == MetricsFrom::Loopback && !peer.address.is_loopback() {
        let setting = "`metrics = \"everybody\"`";
        return Problem::forbidden(FRAME.say("metrics-refused", args![setting = setting]))
            .into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], node.metrics().text(node.uptime())).into_response()
}

/// Pages of other origins that the owner listed may call the API; with a token, never with the cookie.
fn cors(node: &Node) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        node.config().cors.iter().filter_map(|origin| HeaderValue::try_from(origin).ok()).collect();
    if origins.is_empty() {
        return None;
    }
    let names = |list: &[&'static str]| {
        list.iter().map(|name| HeaderName::from_static(name)).collect::<Vec<_>>()
    };
    Some(
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(names(&[
                "authorization",
                "content-type",
                "mjn-proof",
                "tus-resumable",
                "upload-checksum",
                "upload-length",
                "upload-metadata",
                "upload-offset",
                "x-acting-for",
                "x-imajin-invite",
                "x-mjn-consent",
                "x-mjn-did",
                "x-mjn-nonce",
                "x-mjn-settlement",
                "x-mjn-signature",
                "x-mjn-timestamp",
                "x-request-id",
            ]))
            .expose_headers(names(&[
                "date",
                "retry-after",
                "tus-resumable",
                "upload-expires",
                "upload-length",
                "upload-metadata",
                "upload-offset",
                "x-asset",
                "x-facts",
                "x-media",
                "x-request-id",
                "location",
                "x-mjn-did",
                "x-mjn-nonce",
                "x-mjn-signature",
                "x-mjn-timestamp",
            ]))
            .max_age(std::time::Duration::from_secs(3600)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_lead_to_no_other_host() {
        let of = |uri: &str| unslashed(&uri.parse().unwrap_or_default());
        assert_eq!(of("/docs/"), Some("/docs".to_owned()));
        assert_eq!(of("/docs///?a=b/"), Some("/docs?a=b/".to_owned()));
        for uri in ["/docs", "/", "//", "//evil.example/", "/docs?a=/"] {
            assert_eq!(of(uri), None, "{uri}");
        }
    }
}
