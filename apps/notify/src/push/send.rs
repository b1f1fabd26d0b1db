//! Sends messages to push services.
//!
//! Always: https, to addresses of the open internet, without redirects. What is sent says of which kind the news is, of which conversation,
//! and how many are new; the browser fetches the rest.

use std::time::Duration;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use data_encoding::BASE64URL_NOPAD;
use imajin_protocol::Did;
use imajin_service::notices::About;
use imajin_service::outgoing::{Named, NotReached, Outgoing};
use imajin_service::{Node, Problem, random};
use reqwest::{Method, StatusCode, Url};
use ring::hmac;
use serde_json::json;
use tokio::task::JoinSet;

use super::encrypt::{self, Reader};
use super::queue::{self, Outcome, Push};
use super::{devices, vapid};
use crate::feed::Feed;
use crate::seen;

/// How long a push service may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long it keeps a message for a device that is off: a day.
const TTL_S: &str = "86400";
/// Every message is as long, so that its length says nothing.
const PADDED_BYTES: usize = 1_024;
/// Characters of the name by which a newer message replaces an older one (RFC 8030 §5.4: at most 32).
const TOPIC_CHARS: usize = 24;
/// Messages on their way at once, and looked at in one round.
const AT_ONCE: usize = 8;
const A_ROUND: usize = 256;

/// Sends what is due.
#[derive(Default)]
pub(crate) struct Sender {
    client: Option<Outgoing>,
}

impl Sender {
    /// Sends everything that is due now.
    pub(crate) async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let now = node.now();
        let due = node.secrets().read(|db| queue::due(db, now, A_ROUND))?;
        if due.is_empty() {
            return Ok(());
        }
        let client = self.client(node)?;
        for some in due.chunks(AT_ONCE) {
            let mut tasks = JoinSet::new();
            for push in some.iter().cloned() {
                let (node, client) = (node.clone(), client.clone());
                tasks.spawn(async move {
                    let outcome = send(&node, &client, &push).await;
                    let outcome = outcome.unwrap_or_else(|problem| {
                        tracing::error!("a push message: {problem}");
                        Outcome::Later(None)
                    });
                    (push, outcome)
                });
            }
            let mut done = Vec::new();
            while let Some(ended) = tasks.join_next().await {
                done.push(ended.map_err(Problem::internal)?);
            }
            let now = node.now();
            let note = move |db: &rusqlite::Transaction<'_>| {
                done.iter()
                    .try_for_each(|(push, outcome)| queue::note(db, push, *outcome, now))
            };
            node.secrets().write(note).await?;
        }
        Ok(())
    }

    fn client(&mut self, node: &Node) -> Result<Outgoing, Problem> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let client = Outgoing::new(node, Named::ByAnybody, |client| {
            client.timeout(TIMEOUT).https_only(true)
        });
        let client = client.map_err(Problem::internal)?;
        self.client = Some(client.clone());
        Ok(client)
    }
}

/// Sends one message. An error is the node's own.
async fn send(node: &Node, client: &Outgoing, push: &Push) -> Result<Outcome, Problem> {
    // It was looked at meanwhile, or nobody has to be told any more.
    let device = node
        .secrets()
        .read(|db| devices::at(db, &push.endpoint))?
        .filter(|device| device.did == push.did);
    let Some(device) = device else {
        return Ok(Outcome::Refused);
    };
    if seen::upto(node, &push.did)? >= push.at {
        return Ok(Outcome::Refused);
    }
    let Ok(endpoint) = Url::parse(&push.endpoint) else {
        return Ok(Outcome::Gone);
    };
    let reader = Reader {
        key: &device.key,
        auth: &device.auth,
    };
    let body = encrypt::encrypt(
        reader,
        payload(node, push)?.as_bytes(),
        PADDED_BYTES,
        &random::bytes()?,
    );
    let Ok(body) = body else {
        return Ok(Outcome::Gone);
    };
    let key = vapid::key(node)?;
    let Some(authorization) = vapid::authorization(node, &key, &endpoint) else {
        return Err(Problem::internal("a push message can't be signed"));
    };
    let Ok(request) = client.request(Method::POST, endpoint) else {
        return Ok(Outcome::Gone);
    };
    let request = request
        .header("authorization", authorization)
        .header(CONTENT_ENCODING.as_str(), "aes128gcm")
        .header(CONTENT_TYPE.as_str(), "application/octet-stream")
        .header("ttl", TTL_S)
        .header("urgency", urgency(push))
        .header("topic", topic(node, push))
        .body(body);
    Ok(match request.send().await {
        Ok(answer) => {
            let retry = answer.headers().get(RETRY_AFTER.as_str());
            let retry = retry.and_then(|text| text.to_str().ok()?.parse().ok());
            outcome(answer.status(), retry)
        }
        Err(error) if NotReached::of(&error).is_some() => Outcome::Gone,
        Err(_) => Outcome::Later(None),
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

/// What the browser gets: no name, and nothing that somebody wrote.
fn payload(node: &Node, push: &Push) -> Result<String, Problem> {
    let unseen = Feed::of(node, &push.did)?.unseen()?;
    let count: usize = unseen.iter().map(|(_, number)| number).sum();
    let payload = json!({
        "v": 1,
        "kind": push.about.as_str(),
        "conversation": push.room,
        "seq": push.seq,
        "count": count,
    });
    Ok(payload.to_string())
}

fn urgency(push: &Push) -> &'static str {
    let is_high = matches!(
        push.about,
        About::Message | About::Mention | About::Security
    );
    if is_high || push.urgent {
        "high"
    } else {
        "normal"
    }
}

/// By which a newer message replaces an older one that was not delivered yet: it says nothing to anyone without the node's key.
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
        assert_eq!(
            (of(429), of(503)),
            (Outcome::Later(Some(9)), Outcome::Later(Some(9)))
        );
        // A redirect is not followed.
        assert_eq!((of(307), of(413)), (Outcome::Refused, Outcome::Refused));
    }
}
