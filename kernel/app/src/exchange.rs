//! Signed exchanges as any service requires them (docs/api.md, "Signed exchanges"). The edge passes every request that
//! has a header of an exchange through [`check`], so that no handler gets one with a false signature, consent or
//! settlement, and keeps each true consent. A handler that takes [`Signed`] answers only callers who signed this very
//! request with a key in force, once.
//!
//! Always: a nonce is remembered for as long as its request could be valid; when the memory is full, every exchange is
//! refused. A signed exchange authenticates and authorises no write: an entry needs a proof of will.

mod declared;
mod foreign;
mod nonces;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{
    FromRequest, FromRequestParts, OptionalFromRequest, OriginalUri, Request, State,
};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use imajin_dfos::VerifyingKey;
use imajin_protocol::Did;
use imajin_protocol::exchange::{
    self, Consent, DocumentError, Exchange, ExchangeError, Instruction, WINDOW_MS,
};
use serde_json::Value as Json;

use crate::capabilities::DeclaredUse;
use crate::extract::read_body;
use crate::node::Node;
use crate::problem::{Answer, Problem};

pub use declared::DataOwner;
pub use foreign::ForeignKeys;
pub use nonces::Nonces;

/// The path and query of a request as its client sent and signed it, where the edge made the node's own path of it.
#[derive(Debug, Clone)]
pub struct SentTarget(pub PathAndQuery);

/// A request that its sender signed, with all that is in it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The sender.
    pub did: Did,
    /// The head of the request, for what else it carries: a proof of will.
    pub head: Parts,
    /// The body.
    pub body: Bytes,
    checked: Arc<VerifiedExchange>,
}

/// An exchange whose signature and documents hold.
#[derive(Debug)]
struct VerifiedExchange {
    exchange: Exchange,
    signature: [u8; 64],
    body: Bytes,
    host: String,
    method: String,
    target: String,
    /// The sender's declaration of use, where the request has one.
    declared: Option<Arc<DeclaredUse>>,
    /// The sender's instruction of a payment, where the request has one.
    settlement: Option<Instruction>,
}

fn refused(error: impl std::fmt::Display) -> Problem {
    Problem::unauthorized(format!("{error}.")).slug("exchange")
}

fn refuse_consent(error: impl std::fmt::Display) -> Problem {
    Problem::forbidden(format!("X-MJN-Consent: {error}.")).slug("consent")
}

fn refuse_settlement(error: impl std::fmt::Display) -> Problem {
    Problem::payment_required(format!("X-MJN-Settlement: {error}.")).slug("settlement")
}

/// The refusal of a sender whose keys are not found.
fn unknown(did: &Did) -> Problem {
    refused(format!(
        "{did} has no record here, and neither a relay nor a registry of this box has their identity chain"
    ))
}

fn header<'a>(parts: &'a Parts, name: &str) -> Answer<Option<&'a str>> {
    let mut values = parts.headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(refused(format!("{name} is there twice")));
    }
    let text = first.map(HeaderValue::to_str).transpose();
    text.map_err(|_| refused(format!("{name} must be ASCII")))
}

fn read(parts: &Parts) -> Answer<(Exchange, [u8; 64])> {
    for name in [
        exchange::DID,
        exchange::TIMESTAMP,
        exchange::NONCE,
        exchange::CONSENT,
        exchange::SETTLEMENT,
        exchange::SIGNATURE,
    ] {
        header(parts, name)?;
    }
    let text = |name: &'static str| parts.headers.get(name)?.to_str().ok();
    Exchange::read(text).map_err(refused)
}

fn host_of(parts: &Parts) -> String {
    let host = parts.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).or(parts.uri.host()).unwrap_or_default();
    host.to_ascii_lowercase()
}

fn target_of(parts: &Parts) -> &str {
    if let Some(SentTarget(sent)) = parts.extensions.get() {
        return sent.as_str();
    }
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    uri.path_and_query().map_or("/", |target| target.as_str())
}

/// Whether a request says that it is an exchange, or has a document of one: what [`check`] is for.
pub fn is_one(headers: &HeaderMap) -> bool {
    let names = [exchange::SIGNATURE, exchange::CONSENT, exchange::SETTLEMENT];
    names.iter().any(|name| headers.contains_key(*name))
}

/// Refuses a request whose signature, consent or settlement is false, on every route: 401, 403 and 402. A true consent is kept.
pub async fn check(State(node): State<Node>, request: Request, next: Next) -> Answer<Response> {
    match checked(&node, request).await? {
        (request, Some(declared)) => declared::pass(&node, request, next, &declared).await,
        (request, None) => Ok(next.run(request).await),
    }
}

async fn checked(node: &Node, request: Request) -> Answer<(Request, Option<Arc<DeclaredUse>>)> {
    let (mut parts, body) = request.into_parts();
    if !parts.headers.contains_key(exchange::SIGNATURE) {
        let declared = check_alone(node, &parts).await?;
        return Ok((Request::from_parts(parts, body), declared.map(Arc::new)));
    }
    let (exchange, signature) = read(&parts)?;
    let (host, target) = (host_of(&parts), target_of(&parts).to_owned());
    let method = parts.method.as_str().to_owned();
    let body = read_body(body, node).await?;
    let request = exchange::Request { host: &host, method: &method, target: &target, body: &body };
    let now = node.now();
    let verify = |keys: &[VerifyingKey]| exchange.verify(&request, &signature, keys, now);
    // Skips the search for keys if the request is too old.
    if let Err(late @ ExchangeError::Time) = verify(&[]) {
        return Err(refused(late));
    }
    let keys = keys_of(node, &parts, &exchange.did, |keys| verify(keys).is_ok()).await?;
    verify(&keys).map_err(refused)?;
    let (consent, settlement) = (&exchange.consent, &exchange.settlement);
    let (consent, settlement) = documents(node, &exchange.did, &keys, (consent, settlement))?;
    let declared = consent
        .map(|consent| DeclaredUse::new(consent, settlement.clone(), &parts, &exchange.nonce));
    let declared = declared.map(Arc::new);
    let checked = Arc::new(VerifiedExchange {
        declared: declared.clone(),
        settlement,
        body: body.clone(),
        exchange,
        signature,
        host,
        method,
        target,
    });
    parts.extensions.insert(checked);
    Ok((Request::from_parts(parts, Body::from(body)), declared))
}

/// Checks a consent and a settlement that come without an exchange, each by its own signature, and reads the consent.
async fn check_alone(node: &Node, parts: &Parts) -> Answer<Option<DeclaredUse>> {
    let mut declared = None;
    for name in [exchange::CONSENT, exchange::SETTLEMENT] {
        let Some(text) = header(parts, name)? else {
            continue;
        };
        let refuse: fn(DocumentError) -> Problem = match name {
            exchange::CONSENT => refuse_consent,
            _ => refuse_settlement,
        };
        let consumer = exchange::consumer(text).map_err(refuse)?;
        let (consent, settlement) = match name {
            exchange::CONSENT => (text, ""),
            _ => ("", text),
        };
        let is_theirs =
            |keys: &[VerifyingKey]| documents(node, &consumer, keys, (consent, settlement)).is_ok();
        let keys = keys_of(node, parts, &consumer, is_theirs).await?;
        let (consent, _) = documents(node, &consumer, &keys, (consent, settlement))?;
        let consent = consent.map(|consent| DeclaredUse::new(consent, None, parts, ""));
        declared = declared.or(consent);
    }
    Ok(declared)
}

/// Reads the documents of a sender; a document with an empty text is `None`.
fn documents(
    node: &Node,
    did: &Did,
    keys: &[VerifyingKey],
    (consent, settlement): (&str, &str),
) -> Answer<(Option<Consent>, Option<Instruction>)> {
    let non_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let consent = non_empty(consent).map(|text| Consent::read(&text, did, keys, node.now()));
    let settlement =
        non_empty(settlement).map(|text| Instruction::read(&text, did, keys, node.now()));
    Ok((
        consent.transpose().map_err(refuse_consent)?,
        settlement.transpose().map_err(refuse_settlement)?,
    ))
}

/// Finds the keys that this node has for a DID; for one without a record here, the key that the DID is made of, if it `signed`; else the keys of a
/// chain found elsewhere.
async fn keys_of(
    node: &Node,
    parts: &Parts,
    did: &Did,
    signed: impl Fn(&[VerifyingKey]) -> bool,
) -> Answer<Vec<VerifyingKey>> {
    let keys = node.keys(did)?;
    if !keys.is_empty() || node.status(did)?.is_some_and(|status| !status.deleted) {
        return Ok(keys);
    }
    let own = did.key_bytes().and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let own: Vec<VerifyingKey> = own.into_iter().collect();
    if signed(&own) {
        return Ok(own);
    }
    let foreign_keys = foreign::keys(node, parts, did).await?;
    foreign_keys.ok_or_else(|| unknown(did))
}

/// The signer of a request that changes nothing; `None` if it is unsigned. Its nonce may be used again within the time window,
/// since nothing happens twice. A key that this node does not know, such as a delegate's, signs for the DID that is made of it.
#[derive(Debug, Clone)]
pub struct SignedBy(pub Option<Did>);

impl FromRequestParts<Node> for SignedBy {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Node) -> Answer<Self> {
        let checked = find(parts)?;
        Ok(Self(checked.map(|checked| checked.exchange.did.clone())))
    }
}

/// The nonce of a signed request that must count once, for a handler that takes [`SignedBy`].
#[derive(Debug, Clone)]
pub struct RequestNonce(Option<Arc<VerifiedExchange>>);

impl FromRequestParts<Node> for RequestNonce {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Node) -> Answer<Self> {
        find(parts).map(Self)
    }
}

impl RequestNonce {
    /// Takes the nonce, once. The caller has checked that the node expects this sender, so that strangers use up no memory.
    ///
    /// # Errors
    /// 401 if the nonce was used before or the request is unsigned, 429 after too many requests.
    pub fn take(&self, node: &Node) -> Answer<()> {
        let checked = self.0.as_ref().ok_or_else(|| refused("this request must be signed"))?;
        checked.take_nonce(node, true)
    }
}

/// The exchange that the edge checked; `None` of a request that isn't signed.
fn find(parts: &Parts) -> Answer<Option<Arc<VerifiedExchange>>> {
    let checked = parts.extensions.get::<Arc<VerifiedExchange>>().cloned();
    if checked.is_none() && parts.headers.contains_key(exchange::SIGNATURE) {
        Err(Problem::internal("an exchange that nobody checked: it did not come through Site"))
    } else {
        Ok(checked)
    }
}

impl FromRequest<Node> for Signed {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Answer<Self> {
        let (parts, _) = request.into_parts();
        let Some(checked) = find(&parts)? else {
            read(&parts)?;
            return Err(refused("this request must be signed"));
        };
        let did = checked.exchange.did.clone();
        let is_here = match node.status(&did)? {
            Some(status) if !status.deleted => true,
            Some(_) => return Err(refused(format!("{did} has no record here"))),
            None => false,
        };
        if !is_here {
            checked.check_foreign(node, &parts).await?;
        }
        checked.take_nonce(node, is_here)?;
        Ok(Self { did, body: checked.body.clone(), head: parts, checked })
    }
}

/// A request that need not be signed: where a signature is there, it must hold.
impl OptionalFromRequest<Node> for Signed {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Answer<Option<Self>> {
        if !request.headers().contains_key(exchange::SIGNATURE) {
            return Ok(None);
        }
        let signed = <Self as FromRequest<Node>>::from_request(request, node);
        signed.await.map(Some)
    }
}

impl VerifiedExchange {
    fn request<'a>(&'a self, body: &'a [u8]) -> exchange::Request<'a> {
        exchange::Request { host: &self.host, method: &self.method, target: &self.target, body }
    }

    /// Refuses a sender without a record here, unless their chain is found elsewhere and has the key in force: the key in a DID may have been
    /// replaced long ago.
    async fn check_foreign(&self, node: &Node, parts: &Parts) -> Answer<()> {
        let did = &self.exchange.did;
        let keys = foreign::keys(node, parts, did).await?.ok_or_else(|| unknown(did))?;
        let verdict =
            self.exchange.verify(&self.request(&self.body), &self.signature, &keys, node.now());
        verdict.map_err(refused)
    }

    fn take_nonce(&self, node: &Node, is_here: bool) -> Answer<()> {
        let left_ms = self.exchange.timestamp.as_millis() + WINDOW_MS - node.now().as_millis();
        let left = Duration::from_millis(left_ms.unsigned_abs() + 1);
        let (did, nonce) = (&self.exchange.did, &self.exchange.nonce);
        node.part::<Nonces>().take((did, is_here), nonce, node.monotonic(), left)
    }
}

impl Signed {
    /// The use that the sender declares; 403 without a declaration that covers `content`.
    pub fn consent(&self, content: &str) -> Answer<Arc<DeclaredUse>> {
        let refused = |why: String| Problem::forbidden(why).slug("consent");
        match &self.checked.declared {
            Some(declared) if declared.consent.content == content => Ok(Arc::clone(declared)),
            Some(_) => Err(refused(format!("X-MJN-Consent: content must be {content}."))),
            None => Err(refused(format!(
                "Say what you will use this for: X-MJN-Consent must declare your use of {content}."
            ))),
        }
    }

    /// The sender's settlement to `payee`: exactly the price, in minor units; 402 if it is missing or differs.
    pub fn settlement(
        &self,
        content: &str,
        payee: &Did,
        (price, currency): (i64, &str),
    ) -> Answer<Option<Instruction>> {
        let short = |why: String| {
            Problem::payment_required(why)
                .slug("settlement")
                .with_member("amount", price)
                .with_member("currency", currency)
                .with_member("payee", payee.as_str())
        };
        let Some(read) = &self.checked.settlement else {
            return if price > 0 {
                Err(short(format!(
                    "This costs {price} minor units of {currency}: X-MJN-Settlement must instruct their payment."
                )))
            } else {
                Ok(None)
            };
        };
        if read.content != content {
            return Err(short(format!("X-MJN-Settlement: content must be {content}.")));
        }
        // The instruction names the payee alone; the payee's manifest shares the money.
        let is_it = read.currency == currency
            && read.amount == price
            && read.distribution.iter().all(|(did, _)| did == payee);
        if price > 0 && !is_it {
            return Err(short(format!(
                "X-MJN-Settlement: this costs {price} minor units of {currency}, to {payee}, no more and no less."
            )));
        }
        Ok(Some(read.clone()))
    }

    /// An answer that this node signs: the same request, the same nonce, and the answer's bytes.
    pub fn answer(&self, node: &Node, json: &Json) -> Answer<Response> {
        let body = json.to_string();
        let answer = self.checked.exchange.answered_by(node.did().clone(), node.now());
        let signed = answer.headers(&self.checked.request(body.as_bytes()), &node.key().key);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, text) in signed {
            let text = HeaderValue::try_from(text).map_err(Problem::internal)?;
            headers.insert(HeaderName::from_static(name), text);
        }
        Ok((headers, body).into_response())
    }
}
