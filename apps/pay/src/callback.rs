//! Telling sellers elsewhere what they were paid: a signed exchange (docs/api.md, "Signed exchanges") of the node with the address that
//! the seller chose, until it answers 2xx, less and less often, for three days.
//!
//! Always: at least once, so the seller looks at the payment's id. The node doesn't read what the seller answers. That the
//! seller was told, or could not be, is an entry.

use std::collections::HashMap;
use std::time::Duration;

use imajin_protocol::exchange::{self, Exchange, Request};
use imajin_service::outgoing::{Named, Outgoing};
use imajin_service::{Node, Problem, random};
use reqwest::{Method, Url};
use serde_json::{Value as Json, json};

use crate::data_rights;
use crate::operations::{Called, Flag};
use crate::outside::{id, record_once};
use crate::projection::PROJECTION;
use crate::queries::{self, Call};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Between two attempts: doubled each time, up to the most.
const PAUSE: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(3600);
const GIVE_UP_MS: i64 = 3 * 24 * 3600 * 1000;

/// Calls that wait for a retry. A restart forgets them and retries everything at once.
#[derive(Default)]
pub(crate) struct Calls {
    client: Option<Outgoing>,
    /// Payment → not before this time of the monotonic clock, and the pause after that.
    waiting: HashMap<String, (Duration, Duration)>,
}

impl Calls {
    /// Makes every call that is due.
    pub(crate) async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let due = node.read(PROJECTION.name, |db| queries::calls(db, node.did()))?;
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
                Ok(()) => done(node, &call, true).await?,
                Err(why) if node.now().as_millis() - call.at > GIVE_UP_MS => {
                    tracing::warn!(payment = %call.payment, "its seller could not be told in three days: {why}");
                    done(node, &call, false).await?;
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

    /// The node's own machine is called where its address says so: only its owner can have entered that (`operations::callback`).
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

/// The message.
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
        "at": data_rights::time(call.at),
    })
}

async fn done(node: &Node, call: &Call, is_told: bool) -> Result<(), Problem> {
    let called = Called {
        payment: id(&call.payment)?,
        done: Flag(is_told),
    };
    record_once(node, &called).await
}
