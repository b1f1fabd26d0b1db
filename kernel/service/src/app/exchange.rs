//! Signed exchanges as any service requires them (docs/api.md, "Signed exchanges"): a handler that takes [`Signed`] answers only who signed this
//! very request with a key in force, once.
//!
//! Always: a nonce is remembered until its request could not be believed any more; where there is no room left to
//! remember, nothing is believed. It authenticates, and wills nothing: an entry needs a proof of will.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, OriginalUri, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use imajin_dfos::VerifyingKey;
use imajin_dfos::cid::sha256;
use imajin_protocol::Did;
use imajin_protocol::exchange::{self, Consent, Exchange, Instruction, WINDOW_MS};
use serde_json::Value as Json;

use crate::app::extract::read_body;
use crate::app::node::Node;
use crate::app::problem::Problem;

/// Exchanges of one DID within their window of ten minutes: some two a second.
const NONCES_PER_DID: usize = 1024;
/// DIDs whose nonces are remembered at a time.
const DIDS_MAX: usize = 4096;
/// Seconds after which a DID that sent too many, or anybody where the memory is full, may try again.
const RETRY_S: u32 = 60;

/// A request that its sender signed, with all that is in it.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The sender.
    pub did: Did,
    /// The head of the request, for what else it carries: a proof of will.
    pub head: Parts,
    /// The body.
    pub body: Bytes,
    exchange: Exchange,
    keys: Vec<VerifyingKey>,
    host: String,
    method: String,
    target: String,
}

fn refused(error: impl std::fmt::Display) -> Problem {
    Problem::unauthorized(format!("{error}.")).slug("exchange")
}

fn read(parts: &Parts) -> Result<(Exchange, [u8; 64]), Problem> {
    let header = |name: &'static str| parts.headers.get(name)?.to_str().ok();
    Exchange::read(header).map_err(refused)
}

fn host_of(parts: &Parts) -> String {
    let host = parts.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let host = host.or(parts.uri.host()).unwrap_or_default();
    host.to_ascii_lowercase()
}

fn target_of(parts: &Parts) -> &str {
    let uri = parts.extensions.get::<OriginalUri>();
    let uri = uri.map_or(&parts.uri, |original| &original.0);
    uri.path_and_query().map_or("/", |target| target.as_str())
}

/// The signer of a request that has no body and changes nothing; `None` if it is unsigned. Its nonce may be used again within the time window,
/// since nothing happens twice. A key that this node does not know, such as a delegate's, signs for the DID that is made of it.
#[derive(Debug, Clone)]
pub struct SignedBy(pub Option<Did>);

impl FromRequestParts<Node> for SignedBy {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        if !parts.headers.contains_key(exchange::SIGNATURE) {
            return Ok(Self(None));
        }
        let (exchange, signature) = read(parts)?;
        let mut keys = node.keys(&exchange.did)?;
        if keys.is_empty() {
            let own = exchange.did.key_bytes();
            keys.extend(own.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()));
        }
        let request = exchange::Request {
            host: &host_of(parts),
            method: parts.method.as_str(),
            target: target_of(parts),
            body: &[],
        };
        let verdict = exchange.verify(&request, &signature, &keys, node.now());
        verdict.map_err(refused)?;
        Ok(Self(Some(exchange.did)))
    }
}

impl FromRequest<Node> for Signed {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let (exchange, signature) = read(&parts)?;
        let (host, target) = (host_of(&parts), target_of(&parts).to_owned());
        let signed = Self {
            did: exchange.did.clone(),
            body: read_body(body, node).await?,
            keys: node.keys(&exchange.did)?,
            exchange,
            host,
            method: parts.method.as_str().to_owned(),
            target,
            head: parts,
        };
        let (now, keys) = (node.now(), &signed.keys);
        let verdict = signed
            .exchange
            .verify(&signed.request(&signed.body), &signature, keys, now);
        verdict.map_err(refused)?;
        if node
            .status(&signed.did)?
            .is_none_or(|status| status.deleted)
        {
            return Err(refused(format!("{} has no record here", signed.did)));
        }
        let left_ms = signed.exchange.timestamp.as_millis() + WINDOW_MS - now.as_millis();
        let left = Duration::from_millis(left_ms.unsigned_abs() + 1);
        node.part::<Nonces>()
            .take(&signed.did, &signed.exchange.nonce, node.monotonic(), left)?;
        Ok(signed)
    }
}

/// A request that need not be signed: where a signature is there, it must hold.
impl OptionalFromRequest<Node> for Signed {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Result<Option<Self>, Problem> {
        if !request.headers().contains_key(exchange::SIGNATURE) {
            return Ok(None);
        }
        let signed = <Self as FromRequest<Node>>::from_request(request, node);
        signed.await.map(Some)
    }
}

impl Signed {
    fn request<'a>(&'a self, body: &'a [u8]) -> exchange::Request<'a> {
        exchange::Request {
            host: &self.host,
            method: &self.method,
            target: &self.target,
            body,
        }
    }

    /// What the sender declares to use it for; 403 if there is no such declaration, or it does not hold for this.
    pub fn consent(&self, node: &Node, content: &str) -> Result<Consent, Problem> {
        let refused = |why: String| Problem::forbidden(why).slug("consent");
        if self.exchange.consent.is_empty() {
            return Err(refused(format!(
                "Say what you will use this for: X-MJN-Consent must declare your use of {content}."
            )));
        }
        let consent = Consent::read(&self.exchange.consent, &self.did, &self.keys, node.now());
        let consent = consent.map_err(|error| refused(format!("X-MJN-Consent: {error}.")))?;
        match consent.content == content {
            true => Ok(consent),
            false => Err(refused(format!(
                "X-MJN-Consent: content must be {content}."
            ))),
        }
    }

    /// What the sender will pay `payee` for it: exactly the price, in minor units; 402 if that is missing or another.
    pub fn settlement(
        &self,
        node: &Node,
        content: &str,
        payee: &Did,
        (price, currency): (i64, &str),
    ) -> Result<Option<Instruction>, Problem> {
        let short = |why: String| {
            Problem::payment_required(why)
                .slug("settlement")
                .with("amount", price)
                .with("currency", currency)
                .with("payee", payee.as_str())
        };
        if self.exchange.settlement.is_empty() {
            return match price > 0 {
                true => Err(short(format!(
                    "This costs {price} minor units of {currency}: X-MJN-Settlement must instruct their payment."
                ))),
                false => Ok(None),
            };
        }
        let read = Instruction::read(&self.exchange.settlement, &self.did, &self.keys, node.now());
        let read = read.map_err(|error| short(format!("X-MJN-Settlement: {error}.")))?;
        if read.content != content {
            return Err(short(format!(
                "X-MJN-Settlement: content must be {content}."
            )));
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
        Ok(Some(read))
    }

    /// An answer that this node signs: the same request, the same nonce, and the answer's bytes.
    pub fn answer(&self, node: &Node, json: &Json) -> Result<Response, Problem> {
        let body = json.to_string();
        let said = self.exchange.answered_by(node.did().clone(), node.now());
        let signed = said.headers(&self.request(body.as_bytes()), &node.key().key);
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        for (name, text) in signed {
            let text = HeaderValue::try_from(text).map_err(Problem::internal)?;
            headers.insert(HeaderName::from_static(name), text);
        }
        Ok((headers, body).into_response())
    }
}

/// A nonce's digest, and until when its request could be believed, by the monotonic clock.
type Nonce = ([u8; 16], Duration);

/// The nonces of exchanges that could still be believed, a bounded number for each DID.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<HashMap<Did, VecDeque<Nonce>>>);

impl Nonces {
    /// Takes a nonce, once. `now` is the monotonic clock, `left` how long the request could still be believed.
    fn take(&self, did: &Did, nonce: &str, now: Duration, left: Duration) -> Result<(), Problem> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(did) && all.len() >= DIDS_MAX {
            all.retain(|_, nonces| {
                nonces.retain(|(_, until)| *until > now);
                !nonces.is_empty()
            });
            if all.len() >= DIDS_MAX {
                return Err(Problem::unavailable(
                    "Too many people exchange with this box at once. Try again in a minute.",
                ));
            }
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&sha256(nonce.as_bytes())[..16]);
        let nonces = all.entry(did.clone()).or_default();
        nonces.retain(|(_, until)| *until > now);
        if nonces.iter().any(|(known, _)| *known == digest) {
            return Err(refused(
                "X-MJN-Nonce was used before: make a new one for each request",
            ));
        }
        if nonces.len() >= NONCES_PER_DID {
            return Err(Problem::too_many(RETRY_S));
        }
        nonces.push_back((digest, now + left));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_counts_once_and_the_memory_is_bounded() {
        let nonces = Nonces::default();
        let (ada, now, left) = (
            Did::from_key(&[1; 32]),
            Duration::from_secs(9),
            Duration::from_secs(600),
        );
        let take = |did: &Did, nonce: &str, now| nonces.take(did, nonce, now, left);
        assert!(take(&ada, "one", now).is_ok() && take(&ada, "one", now).is_err());
        assert!(take(&Did::from_key(&[2; 32]), "one", now).is_ok());
        for n in 1..NONCES_PER_DID {
            assert!(take(&ada, &n.to_string(), now).is_ok(), "{n}");
        }
        let full = take(&ada, "more", now).unwrap_err();
        assert_eq!(full.status(), axum::http::StatusCode::TOO_MANY_REQUESTS);
        // Its window is over: nothing of it is remembered, nor need be.
        assert!(take(&ada, "one", now + left).is_ok());
        for n in 0..DIDS_MAX - 1 {
            let mut key = [3; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            assert!(take(&Did::from_key(&key), "one", now + left).is_ok());
        }
        let eve = Did::from_key(&[4; 32]);
        let full = take(&eve, "one", now + left).unwrap_err();
        assert_eq!(full.status(), axum::http::StatusCode::SERVICE_UNAVAILABLE);
        assert!(take(&eve, "one", now + 2 * left).is_ok());
    }
}
