//! Telling sellers that stand elsewhere what they were paid: a signed exchange (WIRE.md §1) of the node with the address that
//! the seller chose, until it answers 2xx, less and less often, for three days.
//!
//! Always: at least once, so that who is told looks at the payment's id. What it answers is not read. That it was told, or
//! could not be, is an entry.

use std::collections::HashMap;
use std::time::Duration;

use imajin_protocol::exchange::{self, Exchange, Request};
use imajin_service::outgoing::{Named, Outgoing};
use imajin_service::{Node, Problem, random};
use reqwest::{Method, Url};
use serde_json::{Value as Json, json};

use crate::outside::say;
use crate::projection::PROJECTION;
use crate::reads::{self, Call};
use crate::{ops, own};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Between two attempts: doubled each time, up to the most.
const PAUSE: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(3600);
const GIVE_UP_MS: i64 = 3 * 24 * 3600 * 1000;

/// What waits for another attempt. Lost at a restart, after which everything is tried again at once.
#[derive(Default)]
pub(crate) struct Calls {
    client: Option<Outgoing>,
    /// Payment → not before this time of the monotonic clock, and the pause after that.
    waiting: HashMap<String, (Duration, Duration)>,
}

impl Calls {
    /// Tells all who are to be told now.
    pub(crate) async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let due = node.read(PROJECTION.name, |db| reads::calls(db, node.did()))?;
        self.waiting
            .retain(|payment, _| due.iter().any(|call| call.payment == *payment));
        for call in due {
            let now = node.monotonic();
            let (not_before, pause) = self
                .waiting
                .get(&call.payment)
                .copied()
                .unwrap_or((now, PAUSE));
            if now < not_before {
                continue;
            }
            match self.tell(node, &call).await {
                Ok(()) => done(node, &call, 1).await?,
                Err(why) if node.now().as_millis() - call.at > GIVE_UP_MS => {
                    tracing::warn!(payment = %call.payment, "its seller could not be told in three days: {why}");
                    done(node, &call, 0).await?;
                }
                Err(why) => {
                    tracing::info!(payment = %call.payment, "its seller is told again later: {why}");
                    let next = (now + pause, (pause * 2).min(PAUSE_MAX));
                    self.waiting.insert(call.payment, next);
                }
            }
        }
        Ok(())
    }

    async fn tell(&mut self, node: &Node, call: &Call) -> Result<(), String> {
        let url = Url::parse(&call.url).map_err(|error| error.to_string())?;
        let body = news(call).to_string();
        let exchange = Exchange {
            did: node.did().clone(),
            timestamp: node.now(),
            nonce: random::hex::<16>().map_err(|error| error.to_string())?,
            consent: String::new(),
            settlement: String::new(),
        };
        let port = url
            .port()
            .map_or_else(String::new, |port| format!(":{port}"));
        let host = format!("{}{port}", url.host_str().unwrap_or_default());
        let query = url
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        let signature = exchange.sign(
            &Request {
                host: &host,
                method: "POST",
                target: &format!("{}{query}", url.path()),
                body: body.as_bytes(),
            },
            &node.key().key,
        );
        let request = self
            .client(node)?
            .request(Method::POST, url)
            .map_err(|refused| refused.to_string())?
            .header("content-type", "application/json")
            .header(exchange::DID, exchange.did.as_str())
            .header(exchange::TIMESTAMP, exchange.timestamp.to_string())
            .header(exchange::NONCE, &exchange.nonce)
            .header(exchange::SIGNATURE, signature)
            .body(body);
        let answer = request.send().await;
        let status = answer
            .map_err(|error| error.without_url().to_string())?
            .status();
        match status.is_success() {
            true => Ok(()),
            false => Err(format!("it answered {status}")),
        }
    }

    /// The node's own machine is called where its address says so: only its owner can have entered that (`rules::callback`).
    fn client(&mut self, node: &Node) -> Result<&Outgoing, String> {
        if self.client.is_none() {
            let limits = |client: reqwest::ClientBuilder| {
                let client = client.timeout(TIMEOUT);
                client.pool_max_idle_per_host(0)
            };
            let made = Outgoing::new(node, Named::ByOwner, limits);
            self.client = Some(made.map_err(|error| error.to_string())?);
        }
        self.client.as_ref().ok_or_else(|| "no client".to_owned())
    }
}

/// What is said.
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
        "at": own::time(call.at),
    })
}

async fn done(node: &Node, call: &Call, done: i64) -> Result<(), Problem> {
    let members = vec![("done", done.into())];
    say(node, ops::CALLED, &call.payment, members, Json::Null)
        .await
        .map(drop)
}
