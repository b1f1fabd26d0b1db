//! A box whose node is sealed and was started without what opens it: every address has one page, which asks for the passphrase.
//!
//! Always: this file knows nothing of the node but its settings, certificates and names. The passphrase is taken over TLS,
//! or from the machine itself; wrong ones are limited, and it checks one at a time. Programs get 503 `sealed`.

mod attempts;
mod page;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use imajin_app::browser::check_origin;
use imajin_app::extract::form_of;
use imajin_app::peer::host_of;
use imajin_app::{Lang, Peer, Problem, Time, blocking};
use imajin_host::Limits;
use imajin_host::names::{Names, normal};
use imajin_host::network::Network;
use imajin_host::random::RandomError;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tower::Service as _;

use crate::browser;
use crate::connections::{Answers, Table};
use crate::site::{is_open, real_peer, wants_page};
use crate::wrong_host;

use attempts::Attempts;
use page::{PassphraseInput, Says};

/// A passphrase and a path.
const FORM_BYTES_MAX: usize = 16 << 10;
/// How long the form may take to arrive, and how long a try waits for another person's try.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a passphrase does not open the box.
#[derive(Debug)]
pub enum NotOpened {
    /// The passphrase is wrong.
    Wrong,
    /// Another obstacle, shown to the owner on the page.
    Failed(String),
}

/// Tries a passphrase. Blocks, for about a second.
pub type Open = Box<dyn Fn(String) -> Result<(), NotOpened> + Send + Sync>;

/// The dependencies of a locked box.
pub struct Options<'o> {
    /// The folder where wrong tries are kept.
    pub folder: &'o Path,
    /// The names that it answers to, with those in `network`.
    pub names: Names,
    /// The box's certificates, and its name at home.
    pub network: Arc<Network>,
    /// Limits.
    pub limits: &'o Limits,
    /// The clocks.
    pub clock: Arc<dyn Time>,
    /// Pages that are served without TLS, too: scripts, styles, and how to come to trust the certificate.
    pub open_pages: Router,
    /// Whether a key file opens it, too.
    pub key_file: bool,
    /// Tries a passphrase.
    pub open: Open,
}

/// A locked box, ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct Locked(Arc<Inner>);

struct Inner {
    names: Names,
    network: Arc<Network>,
    proxies: Vec<IpAddr>,
    clock: Arc<dyn Time>,
    open_pages: Router,
    key_file: bool,
    open: Open,
    attempts: Attempts,
    connections: Arc<Table>,
    /// Held during a passphrase check, which takes 64 MB.
    looking: Mutex<()>,
}

#[derive(Deserialize)]
struct Form {
    passphrase: String,
    #[serde(default)]
    next: String,
}

impl Locked {
    /// Makes the site of a locked box.
    pub fn new(options: Options<'_>) -> Result<Self, RandomError> {
        let Options { folder, names, network, limits, clock, open_pages, key_file, open } = options;
        Ok(Self(Arc::new(Inner {
            names,
            network,
            proxies: limits.trusted_proxies.clone(),
            attempts: Attempts::open(folder, clock.now())?,
            clock,
            open_pages,
            key_file,
            open,
            connections: Table::new(limits),
            looking: Mutex::new(()),
        })))
    }

    async fn answered(&self, request: Request<Incoming>, peer: Peer) -> Response {
        let (mut parts, body) = request.into_parts();
        let peer = real_peer(&self.0.proxies, &parts, peer);
        if let Err(problem) = self.check_name(&parts) {
            return problem.into_response();
        }
        parts.extensions.insert(peer);
        let path = parts.uri.path();
        if path == "/healthz" || path.ends_with("/api/health") {
            return self.health();
        }
        if is_open(path) {
            let request = Request::from_parts(parts, Body::empty());
            let Ok(response) = self.0.open_pages.clone().call(request).await;
            return response;
        }
        if let Some(location) = self.to_https(&parts, peer) {
            return Redirect::temporary(&location).into_response();
        }
        if path == "/unlock" && parts.method == Method::POST {
            let answer = self.unlock(&parts, body, peer).await;
            return answer.unwrap_or_else(IntoResponse::into_response);
        }
        if wants_page(&parts) {
            self.page(
                peer,
                StatusCode::SERVICE_UNAVAILABLE,
                &Says::Nothing,
                &next_of(&parts.uri),
                Lang::from_headers(&parts.headers),
            )
        } else {
            sealed().unlogged()
        }
    }

    /// A stranger's page must not reach the form under a name of the stranger's.
    fn check_name(&self, parts: &Parts) -> Result<(), Problem> {
        let host = host_of(parts)
            .ok_or_else(|| Problem::bad_request("The request needs a Host header."))?;
        let (place, now) = (self.0.network.now(), self.0.clock.now());
        let bound = self.0.names.resolve(host, &place, now);
        bound.map(drop).ok_or_else(wrong_host::refused)
    }

    /// The address of a page behind TLS, for a browser that asks without.
    fn to_https(&self, parts: &Parts, peer: Peer) -> Option<String> {
        let place = self.0.network.now();
        let port = place.https?;
        if peer.secure || peer.address.is_loopback() || !wants_page(parts) {
            return None;
        }
        let name = normal(host_of(parts)?);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Some(match port {
            443 => format!("https://{name}{path}"),
            port => format!("https://{name}:{port}{path}"),
        })
    }

    fn health(&self) -> Response {
        let health = json!({
            "status": "failed",
            "failing": "sealed",
            "service": "node",
            "version": env!("CARGO_PKG_VERSION"),
            "uptime": self.0.clock.monotonic().as_secs(),
        });
        (StatusCode::SERVICE_UNAVAILABLE, axum::Json(health)).into_response()
    }

    fn page(
        &self,
        peer: Peer,
        status: StatusCode,
        says: &Says,
        next: &str,
        lang: Lang,
    ) -> Response {
        let way = if may_give(peer) { PassphraseInput::Form(next) } else { PassphraseInput::Plain };
        let hints = page::Hints {
            key_file: self.0.key_file,
            certificate: self.0.network.now().own.is_some(),
        };
        let mut response = page::page(status, says, &way, &hints, lang).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Without this policy, browsers name no origin where a form is sent.
        let own = HeaderValue::from_static("same-origin");
        headers.insert(header::REFERRER_POLICY, own);
        if let Says::Wait(seconds) = says {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }

    async fn unlock(&self, parts: &Parts, body: Incoming, peer: Peer) -> Result<Response, Problem> {
        if !may_give(peer) {
            let problem = "The passphrase is not taken over plain HTTP, where others can read it along: open this box by its https:// address.";
            return Err(Problem::forbidden(problem).slug("plain-http"));
        }
        check_origin(parts)?;
        let read = timeout(PATIENCE, Limited::new(body, FORM_BYTES_MAX).collect());
        let bytes = match read.await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => {
                return Err(Problem::too_large("The form is longer than any passphrase."));
            }
            Err(_) => return Err(Problem::request_timeout()),
        };
        let Some(form) = form_of::<Form>(&bytes) else {
            return Err(Problem::field("passphrase", "Send the form with the field `passphrase`."));
        };
        let next = local(&form.next).to_owned();
        let lang = Lang::from_headers(&parts.headers);
        let Ok(looking) = timeout(PATIENCE, self.0.looking.lock()).await else {
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Ok(self.page(peer, status, &Says::Busy, &next, lang));
        };
        let this = self.clone();
        let tried = blocking::run(move || this.attempt(form.passphrase, peer.address)).await?;
        drop(looking);
        Ok(match tried {
            Ok(()) => Redirect::to(&next).into_response(),
            Err((status, says)) => self.page(peer, status, &says, &next, lang),
        })
    }

    /// Tries a passphrase; otherwise returns what the page says instead, with the status.
    fn attempt(&self, passphrase: String, from: IpAddr) -> Result<(), (StatusCode, Says)> {
        let (clock, attempts) = (&self.0.clock, &self.0.attempts);
        attempts
            .begin(from, clock.monotonic(), clock.now())
            .map_err(|seconds| (StatusCode::TOO_MANY_REQUESTS, Says::Wait(seconds)))?;
        match (self.0.open)(passphrase) {
            Ok(()) => {
                attempts.right();
                Ok(())
            }
            Err(NotOpened::Wrong) => {
                tracing::warn!("a wrong passphrase was tried");
                Err((StatusCode::FORBIDDEN, Says::Wrong(attempts.left(from))))
            }
            Err(NotOpened::Failed(why)) => {
                tracing::error!("the passphrase could not be tried: {why}");
                Err((StatusCode::INTERNAL_SERVER_ERROR, Says::Other(why)))
            }
        }
    }
}

/// Whether the passphrase cannot be read on its way.
fn may_give(peer: Peer) -> bool {
    peer.secure || peer.address.is_loopback()
}

fn sealed() -> Problem {
    Problem::unavailable(
        "This box is locked: it was started, and its owner has not typed its passphrase yet. Nothing can be read or written until then.",
    )
    .slug("sealed")
}

/// The page that was asked for, to which the form leads back.
fn next_of(uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    match uri.path() {
        "/unlock" => "/".to_owned(),
        _ => local(path).to_owned(),
    }
}

/// A path of this very box, else its first page.
fn local(path: &str) -> &str {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { path } else { "/" }
}

impl Answers for Locked {
    fn connections(&self) -> &Arc<Table> {
        &self.0.connections
    }

    async fn respond(&self, request: Request<Incoming>, peer: Peer) -> Response {
        let mut response = self.answered(request, peer).await;
        browser::protect(response.headers_mut());
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_leads_to_pages_of_this_box_alone() {
        for path in ["//evil.example", "https://evil.example", "", "/\\evil", "/a\r\nb"] {
            assert_eq!(local(path), "/", "{path}");
        }
        assert_eq!(local("/pay?x=1"), "/pay?x=1");
        assert_eq!(next_of(&Uri::from_static("/unlock")), "/");
    }

    #[test]
    fn a_passphrase_is_taken_over_tls_or_from_the_machine_itself() {
        let peer = |address: [u8; 4], secure| Peer { address: IpAddr::from(address), secure };
        assert!(may_give(peer([127, 0, 0, 1], false)) && may_give(peer([192, 0, 2, 1], true)));
        assert!(!may_give(peer([192, 0, 2, 1], false)));
    }
}
