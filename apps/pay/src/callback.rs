//! Reports of payments to sellers elsewhere: a signed exchange (docs/api.md, "Signed exchanges") of the node with the
//! address that the seller chose, repeated until the address answers 2xx, at growing intervals, for three days.
//!
//! Always: at least once, so the seller checks the payment's id. Sellers take turns, and one whose address is dead
//! delays no other, and no payment. The node doesn't read the seller's answer. An entry records that the seller was
//! told, or could not be.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Node, Problem, time};
use imajin_host::backoff::Backoff;
use imajin_host::dispatch::{Attempt, Dispatcher, Limits, Scope, Undelivered};
use imajin_host::outgoing::{AddressSource, Outgoing, OutgoingRequest};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_host::rounds::Rounds;
use imajin_protocol::Did;
use imajin_protocol::exchange::{Exchange, Request};
use reqwest::{Method, Url};
use serde_json::{Value as Json, json};

use crate::manifest::MANIFEST;
use crate::operations::{Called, Flag};
use crate::outside::{id, record_once};
use crate::queries::{self, Call};

/// Pauses between attempts to report a payment.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(3_600));
/// Limits of concurrent calls: one for a seller, so that a dead address doesn't delay other sellers.
const LIMITS: Limits = Limits {
    in_flight: 8,
    per_client: 1,
    per_host: 2,
    deadline: Duration::from_secs(10),
    circuits: BACKOFF,
    scope: Scope::ClientAndHost,
};
/// Maximum number of calls of one seller that are read at once.
const OF_A_SELLER: usize = 4;
const GIVE_UP_MS: i64 = 3 * 24 * 3600 * 1000;
/// The pause between two looks for new payments.
const NAP: Duration = Duration::from_millis(500);

/// Starts the calls.
pub(crate) fn started(node: &Node) {
    node.begin(Calls {
        client: None,
        dispatcher: Dispatcher::new(Arc::clone(node.clock()), LIMITS),
        waiting: HashMap::new(),
        resting: HashMap::new(),
    });
}

/// Makes the calls that are due.
struct Calls {
    client: Option<Outgoing>,
    dispatcher: Dispatcher<CallKey, Result<(), String>>,
    /// Payments that wait for a retry. A restart forgets them and retries everything at once.
    waiting: HashMap<String, Wait>,
    /// Sellers whose address gets no call until a time on the monotonic clock.
    resting: HashMap<Did, Duration>,
}

/// A call under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct CallKey {
    payment: String,
    seller: Did,
    /// Time of the payment, in milliseconds.
    at: i64,
}

/// A call that failed.
#[derive(Clone, Copy)]
struct Wait {
    /// The earliest retry by the monotonic clock.
    until: Duration,
    failures: u32,
}

impl Rounds for Calls {
    const NAME: &'static str = "sellers' callbacks";
    const EVERY: Duration = NAP;
    const PAUSES: Option<Backoff> =
        Some(Backoff::new(Duration::from_secs(2), Duration::from_secs(300)));
    const TABLES: Option<&'static str> = Some(MANIFEST.name);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        self.record_completions(node).await?;
        self.submit_due(node)
    }

    async fn woken(&mut self) {
        self.dispatcher.wait_for_completion().await;
    }

    fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.resting.is_empty()
    }

    async fn end(&mut self, node: &Node) -> Result<(), Problem> {
        self.record_completions(node).await
    }
}

impl Calls {
    fn submit_due(&mut self, node: &Node) -> Result<(), Problem> {
        let now = node.monotonic();
        let per_seller = OF_A_SELLER + self.waiting.len();
        let due = queries::read(node, |db| queries::calls(db, node.did(), per_seller))?;
        let is_due = |payment: &String| due.iter().any(|call| call.payment == *payment);
        self.waiting.retain(|payment, _| is_due(payment));
        self.resting.retain(|_, until| now < *until);
        for call in due {
            let wait = self.waiting.get(&call.payment);
            let waits = wait.is_some_and(|wait| now < wait.until)
                || self.resting.contains_key(&call.paid.seller);
            let key = CallKey {
                payment: call.payment.clone(),
                seller: call.paid.seller.clone(),
                at: call.at,
            };
            if !waits && !self.dispatcher.has(&key) {
                self.submit(node, key, call)?;
            }
        }
        Ok(())
    }

    fn submit(&mut self, node: &Node, key: CallKey, call: Call) -> Result<(), Problem> {
        let client = self.client(node)?;
        let url = Url::parse(&call.url).ok();
        let host = url.map_or_else(String::new, |url| url.authority().to_owned());
        let (node, seller) = (node.clone(), key.seller.to_string());
        let telling = async move { tell(&node, &client, &call).await };
        self.dispatcher.submit(key, (&seller, &host), telling);
        Ok(())
    }

    /// Records the outcomes of the calls that have ended.
    async fn record_completions(&mut self, node: &Node) -> Result<(), Problem> {
        let (now, now_ms) = (node.monotonic(), node.now().as_millis());
        let mut settled = Vec::new();
        for completion in self.dispatcher.completions() {
            let CallKey { payment, seller, at } = &completion.key;
            let why = match &completion.result {
                Ok(Ok(())) => {
                    settled.push((payment.clone(), true));
                    continue;
                }
                Err(Undelivered::CircuitOpen(left)) => {
                    self.resting.insert(seller.clone(), now + *left);
                    "its address does not answer"
                }
                Err(Undelivered::NoAnswer) => "no answer",
                Ok(Err(why)) => why,
            };
            if now_ms - at > GIVE_UP_MS {
                tracing::warn!(payment, "its seller could not be told in three days: {why}");
                settled.push((payment.clone(), false));
                continue;
            }
            tracing::info!(payment, "its seller is told again later: {why}");
            if !matches!(completion.result, Err(Undelivered::CircuitOpen(_))) {
                let wait = self.waiting.get(payment);
                let failures = wait.map_or(0, |wait| wait.failures).saturating_add(1);
                let until = now + BACKOFF.pause(failures);
                self.waiting.insert(payment.clone(), Wait { until, failures });
            }
        }
        for (payment, is_told) in settled {
            let called = Called { payment: id(&payment)?, done: Flag(is_told) };
            record_once(node, &called).await?;
        }
        self.dispatcher.settle();
        Ok(())
    }

    /// Returns a client that may call the node's own machine: only the box's owner can have entered such an address
    /// (`operations::callback`).
    fn client(&mut self, node: &Node) -> Result<Outgoing, Problem> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let limits = |client: reqwest::ClientBuilder| client.pool_max_idle_per_host(0);
        let client =
            Outgoing::new(node, AddressSource::ByOwner, limits).map_err(Problem::internal)?;
        Ok(self.client.insert(client).clone())
    }
}

/// Reports a payment to its seller.
async fn tell(node: &Node, client: &Outgoing, call: &Call) -> Attempt<Result<(), String>> {
    let request = match request(node, client, call) {
        Ok(request) => request,
        Err(why) => return Attempt::Unneeded(Err(why)),
    };
    match request.send_unread().await {
        Ok(answer) if answer.status.is_success() => Attempt::Answered(Ok(())),
        Ok(answer) => Attempt::Answered(Err(format!("it answered {}", answer.status))),
        Err(error) => Attempt::Unreached(Err(error.without_url())),
    }
}

fn request(node: &Node, client: &Outgoing, call: &Call) -> Result<OutgoingRequest, String> {
    let url = Url::parse(&call.url).map_err(|error| error.to_string())?;
    let body = news(call).to_string();
    let nonce = random::hex::<16>().map_err(|error| error.to_string())?;
    let exchange = Exchange::new(node.did().clone(), node.now(), nonce);
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    let host = format!("{}{port}", url.host_str().unwrap_or_default());
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    let signed = exchange.headers(
        &Request {
            host: &host,
            method: "POST",
            target: &format!("{}{query}", url.path()),
            body: body.as_bytes(),
        },
        &node.key().key,
    );
    let mut request = client
        .request(Method::POST, url)
        .map_err(|refused| refused.to_string())?
        .header("content-type", "application/json");
    for (name, text) in signed {
        request = request.header(name, text);
    }
    Ok(request.body(body))
}

/// Returns the message about a payment.
fn news(call: &Call) -> Json {
    let paid = &call.paid;
    json!({
        "event": "payment.settled",
        "transactionId": call.payment,
        "payer": paid.payer,
        "seller": paid.seller,
        "amount": paid.gross,
        "currency": paid.currency.code(),
        "rail": paid.rail,
        "service": call.service,
        "type": call.sold,
        "at": time::text(call.at),
    })
}
