//! A registry over HTTP. Its answers are untrusted and bounded.

use imajin_app::Node;
use imajin_dfos::{SigningKey, base64, hex};
use imajin_edge::tunnel::{NODE_HEADER, PROTOCOL};
use imajin_host::clock;
use imajin_host::outgoing::{
    AddressSource, Allowed, Answer, AnswerError, Outgoing, OutgoingRequest, UpgradeAnswer,
};
use imajin_protocol::json_signature::sign_json;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode, Upgraded, Url, header};
use serde_json::{Value as Json, json};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(30);
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// Longest reason of a registry that is shown.
const REASON_CHARS_MAX: usize = 300;

/// Error of a request to a registry.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum RegistryError {
    #[error("{0}")]
    Away(String),
    #[error("{reason}")]
    Refused {
        status: u16,
        reason: String,
        /// Seconds to wait before the next request.
        after_s: Option<u64>,
    },
}

/// The document with its time, and the signature over the message that contains it (docs/api.md, "Registry").
pub fn sign(key: &SigningKey, mut document: Json, now_ms: i64) -> Json {
    document["timestamp"] = json!(now_ms);
    let message = json!({
        "from": document["nodeId"],
        "type": "agent",
        "timestamp": now_ms,
        "payload": document,
    });
    document["signature"] = json!(hex::encode(&sign_json(key, &message)));
    document
}

/// Asks a registry to publish, or remove, the answer to a certificate authority's challenge at this node's name (RFC
/// 8555 §8.4). Returns whether the DNS provider has it already; the error is a short sentence.
pub async fn challenge(node: &Node, url: &str, text: Option<&str>) -> Result<bool, String> {
    let payload = json!({ "nodeId": node.did().as_str(), "challenge": text });
    let request = sign(&node.key().key, payload, node.now().as_millis());
    let wire = Wire::new(Allowed::from_node(node), url).map_err(|trouble| trouble.to_string())?;
    let answer = wire.post("node/challenge", &request).await;
    Ok(answer.map_err(|trouble| trouble.to_string())?["set"] == true)
}

/// Connections to one registry, for one attempt: they come a day apart.
pub struct Wire<'a> {
    client: Outgoing,
    url: &'a str,
}

impl<'a> Wire<'a> {
    /// Makes the connections, without opening one yet.
    pub fn new(allowed: Allowed, url: &'a str) -> Result<Self, RegistryError> {
        let client = Outgoing::within(allowed, AddressSource::InSettings, |client| {
            // HTTP/2 has no header `Upgrade`.
            client.http1_only().connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT)
        });
        let client = client.map_err(|error| RegistryError::Away(plainly(&error.into())))?;
        Ok(Self { client, url })
    }

    /// Posts a document to `/api/<path>` of the registry.
    pub async fn post(&self, path: &str, body: &Json) -> Result<Json, RegistryError> {
        let request = self.request(Method::POST, path)?.json(body);
        let answer = request.send(ANSWER_BYTES_MAX).await.map_err(away)?;
        let (json, after_s) = read(&answer);
        if json.is_object() && answer.status.is_success() {
            Ok(json)
        } else {
            Err(refusal(answer.status, &json, after_s))
        }
    }

    /// Opens a tunnel with a signed request. Returns the headers of the answer, and the connection.
    pub async fn tunnel(&self, document: &Json) -> Result<(HeaderMap, Upgraded), RegistryError> {
        let request = self.request(Method::GET, "node/tunnel")?;
        let request = request
            .header(header::CONNECTION, "upgrade")
            .header(header::UPGRADE, PROTOCOL)
            .header(NODE_HEADER, base64::encode_url(document.to_string().as_bytes()));
        match request.upgrade(ANSWER_BYTES_MAX).await.map_err(away)? {
            UpgradeAnswer::Upgraded(headers, connection) => {
                clock::hear(&headers);
                Ok((headers, connection))
            }
            UpgradeAnswer::Refused(answer) => {
                let (json, after_s) = read(&answer);
                Err(match (answer.status, json.is_object()) {
                    (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, false) => {
                        RegistryError::Away("it has no tunnels".to_owned())
                    }
                    (status, _) => refusal(status, &json, after_s),
                })
            }
        }
    }

    fn request(&self, method: Method, path: &str) -> Result<OutgoingRequest, RegistryError> {
        let url = Url::parse(&format!("{}/api/{path}", self.url));
        let url = url.map_err(|_| RegistryError::Away("its address cannot be used".to_owned()))?;
        self.client.request(method, url).map_err(|error| RegistryError::Away(error.to_string()))
    }
}

fn away(error: AnswerError) -> RegistryError {
    RegistryError::Away(plainly(&error))
}

/// The JSON of an answer, and the seconds to wait before the next request.
fn read(answer: &Answer) -> (Json, Option<u64>) {
    clock::hear(&answer.headers);
    let after_s = answer.headers.get(header::RETRY_AFTER);
    let after_s = after_s.and_then(|value| value.to_str().ok()?.parse().ok());
    let json = serde_json::from_slice(&answer.bytes);
    (json.unwrap_or_default(), after_s)
}

fn refusal(status: StatusCode, json: &Json, after_s: Option<u64>) -> RegistryError {
    let reason = json["detail"].as_str().or(json["error"].as_str());
    let is_registry = reason.is_some() && status.is_client_error();
    if !is_registry {
        return RegistryError::Away(format!(
            "it answers {} and not as a registry would",
            status.as_u16()
        ));
    }
    let reason = reason.unwrap_or_default().chars().take(REASON_CHARS_MAX);
    RegistryError::Refused {
        status: status.as_u16(),
        reason: format!("it refuses: {}", reason.collect::<String>()),
        after_s,
    }
}

/// Describes a connection's failure in a few words: the chain of causes is for developers.
fn plainly(error: &AnswerError) -> String {
    if let Some(why) = error.not_reached() {
        return why.to_string();
    }
    let text = match error {
        AnswerError::Long(_) => "its answer has no end",
        AnswerError::Slow(_) => "it does not answer in time",
        AnswerError::Http(error) if error.is_timeout() => "it does not answer in time",
        AnswerError::Http(error) if error.is_connect() => "it cannot be reached",
        AnswerError::Http(error) if error.is_builder() => "its address cannot be used",
        _ => "the connection was interrupted",
    };
    tracing::debug!(?error, "a registry");
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::{EndlessServer, Flood};

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        let server = EndlessServer::start(Flood::HTTP[2]);
        let url = server.url();
        let wire = Wire::new(Allowed::default(), &url).unwrap();
        let answer = wire.post("nodes", &Json::Null).await;
        assert_eq!(answer, Err(RegistryError::Away("its answer has no end".to_owned())));
        let given_up = move || server.check_given_up(ANSWER_BYTES_MAX as u64);
        tokio::task::spawn_blocking(given_up).await.unwrap();
    }
}
