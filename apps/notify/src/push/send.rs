//! Sends messages to push services.
//!
//! Always: https, to addresses of the open internet, without redirects. People take turns, so one person's dead devices don't delay another's messages,
//! and each message is noted when it has ended. What is sent is for its person still, and says of which kind the news is, of which conversation,
//! and how many are new; the browser fetches the rest.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use data_encoding::BASE64URL_NOPAD;
use imajin_app::notices::About;
use imajin_app::{Node, Problem};
use imajin_host::dispatch::{Attempt, Completion, Dispatcher, Limits, Scope, Undelivered};
use imajin_host::jobs::JobOwner;
use imajin_host::outgoing::{AddressSource, Outgoing, asked_by};
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_protocol::Did;
use reqwest::{Method, StatusCode, Url};
use ring::hmac;
use serde_json::json;

use super::encrypt::{self, Reader};
use super::queue::{self, Outcome, Push};
use super::{devices, vapid};
use crate::audience;
use crate::feed::Feed;

/// Limits of messages on their way: two for a push service, two for the devices of a person.
const LIMITS: Limits = Limits {
    in_flight: 16,
    per_client: 2,
    per_host: 2,
    deadline: Duration::from_secs(20),
    circuits: queue::BACKOFF,
    scope: Scope::ClientAndHost,
};
/// The time that a push service keeps a message for a device that is off: a day.
const TTL_S: &str = "86400";
/// Every message is as long, so that its length says nothing.
const PADDED_BYTES: usize = 1_024;
/// Characters of the name by which a newer message replaces an older one (RFC 8030 §5.4: at most 32).
const TOPIC_CHARS: usize = 24;
/// Messages that are read from the disk at once.
const READ_MAX: usize = 256;

/// Sends what is due.
pub(crate) struct Sender {
    client: Option<Outgoing>,
    dispatcher: Dispatcher<Push, Outcome>,
}

impl Sender {
    pub(crate) fn new(node: &Node) -> Self {
        Self { client: None, dispatcher: Dispatcher::new(Arc::clone(node.clock()), LIMITS) }
    }

    /// Hands everything that is due to the dispatcher, and waits for none of it.
    pub(crate) fn submit_due(&mut self, node: &Node) -> Result<(), Problem> {
        let now = node.now();
        let due = node.secrets().read(|db| queue::due(db, now, READ_MAX))?;
        for push in due {
            if self.dispatcher.has(&push) {
                continue;
            }
            let client = self.client(node)?;
            let (node, message) = (node.clone(), push.clone());
            let sending = async move {
                send(&node, &client, &message).await.unwrap_or_else(|problem| {
                    tracing::error!("a push message: {problem}");
                    Attempt::Unneeded(Outcome::Later(None))
                })
            };
            let (person, host) = (push.did.to_string(), host(&push.endpoint));
            self.dispatcher.submit(push, (&person, &host), sending);
        }
        Ok(())
    }

    /// Waits until there is an outcome to note.
    pub(crate) async fn wait_for_completion(&mut self) {
        self.dispatcher.wait_for_completion().await;
    }

    /// Sends for this long.
    pub(crate) async fn run_for(&mut self, time: Duration) {
        self.dispatcher.run_for(time).await;
    }

    /// Notes what became of the messages that have ended.
    pub(crate) async fn record_completions(&mut self, node: &Node) -> Result<(), Problem> {
        let completions = self.dispatcher.completions().to_vec();
        if completions.is_empty() {
            return Ok(());
        }
        let now = node.now();
        let note = move |db: &rusqlite::Transaction<'_>| {
            completions.iter().try_for_each(|completion| {
                queue::note(db, &completion.key, outcome_of(completion), now)
            })
        };
        node.secrets().write(note).await?;
        self.dispatcher.settle();
        Ok(())
    }

    fn client(&mut self, node: &Node) -> Result<Outgoing, Problem> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let client =
            Outgoing::new(node, AddressSource::ByAnybody, |client| client.https_only(true));
        Ok(self.client.insert(client.map_err(Problem::internal)?).clone())
    }
}

/// The host of an endpoint, with its port.
fn host(endpoint: &str) -> String {
    Url::parse(endpoint).ok().map_or_else(String::new, |url| url.authority().to_owned())
}

fn outcome_of(completion: &Completion<Push, Outcome>) -> Outcome {
    match completion.result {
        Ok(outcome) => outcome,
        Err(Undelivered::NoAnswer) => Outcome::Later(None),
        Err(Undelivered::CircuitOpen(left)) => Outcome::Postponed(left),
    }
}

/// Sends one message. An error is the node's own.
async fn send(node: &Node, client: &Outgoing, push: &Push) -> Result<Attempt<Outcome>, Problem> {
    let device = node
        .secrets()
        .read(|db| devices::at(db, &push.endpoint))?
        .filter(|device| device.did == push.did);
    let Some(device) = device else {
        return Ok(Attempt::Unneeded(Outcome::Refused));
    };
    // Meanwhile the person looked, left the conversation, or chose otherwise.
    let feed = Feed::open(node, &push.did)?;
    if !audience::is_still_for(node, push, &feed)? {
        return Ok(Attempt::Unneeded(Outcome::Refused));
    }
    let Ok(endpoint) = Url::parse(&push.endpoint) else {
        return Ok(Attempt::Unneeded(Outcome::Gone));
    };
    let reader = Reader { key: &device.key, auth: &device.auth };
    let body =
        encrypt::encrypt(reader, payload(node, push).as_bytes(), PADDED_BYTES, &random::bytes()?);
    let Ok(body) = body else {
        return Ok(Attempt::Unneeded(Outcome::Gone));
    };
    let key = vapid::key(node)?;
    let Some(authorization) = vapid::authorization(node, &key, &endpoint) else {
        return Err(Problem::internal("a push message can't be signed"));
    };
    let Ok(request) = client.request(Method::POST, endpoint) else {
        return Ok(Attempt::Unneeded(Outcome::Gone));
    };
    let request = request
        .header("authorization", authorization)
        .header(CONTENT_ENCODING.as_str(), "aes128gcm")
        .header(CONTENT_TYPE.as_str(), "application/octet-stream")
        .header("ttl", TTL_S)
        .header("urgency", urgency(push))
        .header("topic", topic(node, push))
        .body(body);
    let who = JobOwner::Person(push.did.clone());
    Ok(match asked_by(who, request.send_unread()).await {
        Ok(answer) => {
            let retry = answer.headers.get(RETRY_AFTER.as_str());
            let retry = retry.and_then(|text| text.to_str().ok()?.parse().ok());
            Attempt::Answered(outcome(answer.status, retry))
        }
        Err(error) if error.not_reached().is_some() => Attempt::Unneeded(Outcome::Gone),
        Err(_) => Attempt::Unreached(Outcome::Later(None)),
    })
}

fn outcome(status: StatusCode, retry: Option<u32>) -> Outcome {
    match status.as_u16() {
        200..300 => Outcome::Sent,
        404 | 410 => Outcome::Gone,
        429 | 500.. => Outcome::Later(retry),
        other => {
            tracing::warn!("a push service refuses a message: {other}");
            Outcome::Refused
        }
    }
}

/// The JSON that the browser gets, without names or written words. The browser asks the node for the sentence. `count` is the sum of all
/// badges, for the icon of the installed app.
fn payload(node: &Node, push: &Push) -> String {
    let count: usize = node.unseen(&push.did).iter().map(|(_, number)| number).sum();
    let payload = json!({
        "v": 1,
        "kind": push.about.as_str(),
        "conversation": push.room,
        "seq": push.seq,
        "count": count,
    });
    payload.to_string()
}

fn urgency(push: &Push) -> &'static str {
    let is_high = matches!(push.about, About::Message | About::Mention | About::Security);
    if is_high || push.urgent { "high" } else { "normal" }
}

/// Returns the topic, by which a newer message replaces an undelivered older one. Without the node's key, the topic reveals
/// nothing.
fn topic(node: &Node, push: &Push) -> String {
    let about = push.room.as_ref().map_or(push.about.as_str(), Did::as_str);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &node.key().key.to_bytes());
    let text = format!("mjn:notify:topic:1\n{}\n{about}", push.did);
    let mut topic = BASE64URL_NOPAD.encode(hmac::sign(&key, text.as_bytes()).as_ref());
    topic.truncate(TOPIC_CHARS);
    topic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_push_service_answers() {
        let of = |status| outcome(StatusCode::from_u16(status).unwrap_or_default(), Some(9));
        assert_eq!(of(201), Outcome::Sent);
        assert_eq!((of(404), of(410)), (Outcome::Gone, Outcome::Gone));
        assert_eq!((of(429), of(503)), (Outcome::Later(Some(9)), Outcome::Later(Some(9))));
        // A redirect is not followed.
        assert_eq!((of(307), of(413)), (Outcome::Refused, Outcome::Refused));
    }
}
