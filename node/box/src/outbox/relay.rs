//! A relay as the outbox speaks to it: the node's own in the same process, or another one over HTTP. What either answers
//! is bounded.

use imajin_host::clock;
use imajin_host::outgoing::{
    AddressSource, Allowed, AnswerError, NotReached, Outgoing, OutgoingRequest,
};
use imajin_registry::Registry;
use reqwest::{Method, Url};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// The name of the node's own relay among positions: no address is like it. Older versions used the name `own`; their
/// relays get everything once more, to learn which operations are the node's own.
const OWN: &str = "own-relay";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);
/// Longest answer that is read: results of a hundred operations.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Why a relay did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum RelayError {
    #[error("the relay: {0}")]
    Own(String),
    #[error("{0}")]
    Http(#[from] AnswerError),
    #[error("{0}")]
    NotReached(#[from] NotReached),
    #[error("the relay answered {status}: {text}")]
    Refused { status: u16, text: String },
    #[error("the relay's answer has no {0}")]
    Answer(&'static str),
}

/// A relay.
pub enum Relay {
    /// The node's own.
    Own(Registry),
    /// Another one.
    Other {
        /// Its address as in the settings.
        name: String,
        /// Its address, ending in a slash.
        url: Url,
        /// Connections.
        client: Outgoing,
    },
}

impl Relay {
    /// Another relay.
    pub fn other(allowed: Allowed, name: &str) -> Result<Self, RelayError> {
        let client = Outgoing::within(allowed, AddressSource::InSettings, |client| {
            client.connect_timeout(CONNECT_TIMEOUT).timeout(TIMEOUT)
        });
        let client = client.map_err(AnswerError::from)?;
        let mut url = Url::parse(name).map_err(|_| RelayError::Answer("usable address"))?;
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self::Other { name: name.to_owned(), url, client })
    }

    /// Its name among the positions.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Own(_) => OWN,
            Self::Other { name, .. } => name,
        }
    }

    /// Submits operations: one result for each.
    pub(super) async fn submit(&self, tokens: &[String]) -> Result<Vec<Json>, RelayError> {
        let results = match self {
            Self::Own(registry) => {
                // As if posted, also where the relay takes nothing from others.
                registry.relay().await.map_err(own)?.submit(tokens.to_vec()).await.map_err(own)?
            }
            Self::Other { url, client, .. } => {
                let request = client.request(Method::POST, join(url, "proof/v1/operations")?)?;
                ask(request.json(&json!({ "operations": tokens }))).await?["results"].take()
            }
        };
        match results {
            Json::Array(results) if results.len() == tokens.len() => Ok(results),
            _ => Err(RelayError::Answer("result for each operation")),
        }
    }

    /// Returns the identities (DFOS DIDs) among these that it has and could withdraw: only the node's own relay withdraws any.
    pub(super) async fn present(&self, dids: Vec<String>) -> Result<Vec<String>, RelayError> {
        match self {
            Self::Own(registry) => {
                registry.relay().await.map_err(own)?.present(dids).await.map_err(own)
            }
            Self::Other { .. } => Ok(Vec::new()),
        }
    }

    /// Withdraws identities (DFOS DIDs) from the node's own relay. Other relays keep what they were given.
    pub(super) async fn withdraw(&self, dids: Vec<String>) -> Result<(), RelayError> {
        match self {
            Self::Own(registry) => {
                registry.relay().await.map_err(own)?.withdraw(dids).await.map(drop).map_err(own)
            }
            Self::Other { .. } => Ok(()),
        }
    }

    /// The token of an operation that it has.
    pub(super) async fn operation(&self, cid: &str) -> Result<Option<String>, RelayError> {
        let answer = self.get(&format!("proof/v1/operations/{cid}")).await?;
        Ok(answer.map(|found| found["jwsToken"].as_str().unwrap_or_default().to_owned()))
    }

    /// The CID of the newest operation of a content chain that it has.
    pub(super) async fn content_head(&self, content: &str) -> Result<Option<String>, RelayError> {
        let answer = self.get(&format!("proof/v1/content/{content}")).await?;
        Ok(answer.and_then(|found| found["headCID"].as_str().map(str::to_owned)))
    }

    async fn get(&self, path: &str) -> Result<Option<Json>, RelayError> {
        match self {
            Self::Own(registry) => {
                let path = format!("/{path}");
                match registry.ask(Method::GET, &path, None, Vec::new()).await.map_err(own)? {
                    (200, text) => Ok(Some(serde_json::from_str(&text).unwrap_or_default())),
                    (404, _) => Ok(None),
                    (status, text) => Err(RelayError::Refused { status, text }),
                }
            }
            Self::Other { url, client, .. } => {
                match ask(client.request(Method::GET, join(url, path)?)?).await {
                    Ok(answer) => Ok(Some(answer)),
                    Err(RelayError::Refused { status: 404, .. }) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    pub(super) async fn did(&self) -> Result<String, RelayError> {
        match self {
            Self::Own(registry) => {
                let relay = registry.relay().await.map_err(own)?;
                Ok(relay.did().to_owned())
            }
            Self::Other { url, client, .. } => {
                let about =
                    ask(client.request(Method::GET, join(url, ".well-known/dfos-relay")?)?).await?;
                let did = about["did"].as_str();
                did.map(str::to_owned).ok_or(RelayError::Answer("did"))
            }
        }
    }

    /// Uploads the document of a content operation.
    pub(super) async fn put(
        &self,
        content: &str,
        cid: &str,
        token: &str,
        document: Vec<u8>,
    ) -> Result<(), RelayError> {
        let path = format!("content/{content}/blob/{cid}");
        match self {
            Self::Own(registry) => {
                // Also where the relay takes nothing from others.
                let relay = registry.relay().await.map_err(own)?;
                if relay.put_document(content, cid, document).await.map_err(own)? {
                    Ok(())
                } else {
                    Err(RelayError::Refused {
                        status: 400,
                        text: "the document is not that operation's".to_owned(),
                    })
                }
            }
            Self::Other { url, client, .. } => {
                let request = client.request(Method::PUT, join(url, &path)?)?;
                ask(request.bearer_auth(token).body(document)).await.map(drop)
            }
        }
    }
}

fn own(error: impl std::fmt::Display) -> RelayError {
    RelayError::Own(error.to_string())
}

fn join(url: &Url, path: &str) -> Result<Url, RelayError> {
    url.join(path).map_err(|_| RelayError::Answer("usable address"))
}

async fn ask(request: OutgoingRequest) -> Result<Json, RelayError> {
    let answer = request.send(ANSWER_BYTES_MAX).await?;
    clock::hear(&answer.headers);
    let status = answer.status;
    let json: Json = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    if status.is_success() {
        Ok(json)
    } else {
        Err(RelayError::Refused {
            status: status.as_u16(),
            text: json["error"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::{EndlessServer, Flood};

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        let server = EndlessServer::start(Flood::HTTP[2]);
        let relay = Relay::other(Allowed::default(), &server.url()).unwrap();
        assert!(matches!(relay.did().await, Err(RelayError::Http(AnswerError::Long(_)))));
        let given_up = move || server.check_given_up(ANSWER_BYTES_MAX as u64);
        tokio::task::spawn_blocking(given_up).await.unwrap();
    }
}
