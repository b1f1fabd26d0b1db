//! Requests to other relays.
//!
//! Always: bounded in time from the first byte to the last, and in size; only to addresses that the settings allow
//! (`imajin_service::outgoing`). Where several peers are asked in turn, one that does not answer is left alone for a while, so that it delays no
//! answer of the others. The caller checks a peer's answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use imajin_service::backoff::Backoff;
use imajin_service::clock;
use imajin_service::dispatch::Circuits;
use imajin_service::outgoing::{
    Allowed, AnswerError, Named, NotReached, Outgoing, OutgoingRequest,
};
use parking_lot::{Mutex, MutexGuard};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::json;

use super::address::Chain;
use crate::relay::page::LIMIT_MAX;

/// Bytes of a page of a log, at most.
const PAGE_BYTES_MAX: usize = 32 << 20;
/// Bytes of a document, at most.
const BLOB_BYTES_MAX: usize = 16 << 20;
/// Bytes of a cursor that is kept, at most.
const CURSOR_BYTES_MAX: usize = 1_024;
/// Bytes of a token: a credential inside an operation, both in base64, with room for what surrounds them.
const TOKEN_BYTES_MAX: usize = 1 << 20;

/// Pauses after a peer did not answer.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(300));

/// A page of a peer's log.
#[derive(Debug)]
pub(super) struct PeerPage {
    pub(super) tokens: Vec<String>,
    pub(super) next: Option<String>,
}

/// Why a request to a peer failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PeerError {
    /// The peer does not know the cursor any more.
    #[error("the peer does not know the cursor")]
    Cursor,
    /// The peer does not have it.
    #[error("the peer does not have it")]
    Missing,
    /// The connection failed, or the answer is not valid.
    #[error("{0}")]
    Failed(String),
}

impl From<AnswerError> for PeerError {
    fn from(error: AnswerError) -> Self {
        Self::Failed(error.without_url())
    }
}

impl From<NotReached> for PeerError {
    fn from(error: NotReached) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    outgoing: Outgoing,
    circuits: Arc<Mutex<Circuits>>,
    /// The beginning of the circuits' time.
    began: Instant,
}

#[derive(Deserialize)]
struct Body {
    entries: Vec<Entry>,
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    jws_token: String,
}

impl Client {
    pub(super) fn new(timeout: Duration, allowed: Allowed) -> Result<Self, String> {
        let client = Outgoing::within(allowed, Named::InSettings, |client| {
            client
                .timeout(timeout)
                .connect_timeout(timeout.min(Duration::from_secs(5)))
                .pool_max_idle_per_host(2)
        });
        Ok(Self {
            outgoing: client.map_err(|error| error.to_string())?,
            circuits: Arc::new(Mutex::new(Circuits::new(BACKOFF))),
            began: clock::instant(),
        })
    }

    fn circuits(&self) -> MutexGuard<'_, Circuits> {
        self.circuits.lock()
    }

    /// Sends a request to a peer through its circuit breaker.
    async fn ask<T>(
        &self,
        peer: &Url,
        asking: impl Future<Output = Result<T, PeerError>>,
    ) -> Result<T, PeerError> {
        let name = peer.authority();
        let admitted = self.circuits().admit(name, self.began.elapsed());
        if let Err(left) = admitted {
            let error = format!(
                "it did not answer; it is asked again in {} s",
                left.as_secs()
            );
            return Err(PeerError::Failed(error));
        }
        let answer = asking.await;
        let is_reached = !matches!(answer, Err(PeerError::Failed(_)));
        self.circuits().note(name, is_reached, self.began.elapsed());
        answer
    }

    fn request(&self, method: Method, url: Url) -> Result<OutgoingRequest, PeerError> {
        Ok(self.outgoing.request(method, url)?)
    }

    /// A page of the global log.
    pub(super) async fn log(&self, peer: &Url, after: Option<&str>) -> Result<PeerPage, PeerError> {
        self.page(address(peer, &["proof", "v1", "log"])?, after)
            .await
    }

    /// A page of a chain's log.
    pub(super) async fn chain_log(
        &self,
        peer: &Url,
        chain: Chain,
        id: &str,
        after: Option<&str>,
    ) -> Result<PeerPage, PeerError> {
        let kind = match chain {
            Chain::Identity => "identities",
            Chain::Content => "content",
        };
        let address = address(peer, &["proof", "v1", kind, id, "log"])?;
        self.ask(peer, self.page(address, after)).await
    }

    async fn page(&self, mut url: Url, after: Option<&str>) -> Result<PeerPage, PeerError> {
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &LIMIT_MAX.to_string());
            if let Some(after) = after {
                query.append_pair("after", after);
            }
        }
        let request = self.request(Method::GET, url)?;
        let answer = request.send(PAGE_BYTES_MAX).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST if after.is_some() => return Err(PeerError::Cursor),
            StatusCode::NOT_FOUND => return Err(PeerError::Missing),
            status => return Err(PeerError::Failed(format!("answered {status}"))),
        }
        let body: Body = serde_json::from_slice(&answer.bytes)
            .map_err(|error| PeerError::Failed(format!("no page of a log: {error}")))?;
        if body.entries.len() > LIMIT_MAX {
            let error = format!(
                "a page of {} entries, more than asked for",
                body.entries.len()
            );
            return Err(PeerError::Failed(error));
        }
        let tokens = body.entries.into_iter().map(|entry| entry.jws_token);
        let next = body.next.filter(|next| next.len() <= CURSOR_BYTES_MAX);
        Ok(PeerPage {
            tokens: tokens
                .filter(|token| token.len() <= TOKEN_BYTES_MAX)
                .collect(),
            next: next.filter(|next| !next.is_empty()),
        })
    }

    /// Submits operations.
    pub(super) async fn submit(&self, peer: &Url, tokens: &[String]) -> Result<(), PeerError> {
        let url = address(peer, &["proof", "v1", "operations"])?;
        let body = json!({ "operations": tokens }).to_string();
        let request = self
            .request(Method::POST, url)?
            .header(CONTENT_TYPE, "application/json");
        // The results don't matter here; reading the body keeps the connection alive.
        let status = request.body(body).send(PAGE_BYTES_MAX).await?.status;
        if status.is_success() {
            Ok(())
        } else {
            Err(PeerError::Failed(format!("answered {status}")))
        }
    }

    /// The document at the head of a chain.
    pub(super) async fn blob(&self, peer: &Url, content_id: &str) -> Result<Vec<u8>, PeerError> {
        self.ask(peer, self.fetch_blob(peer, content_id)).await
    }

    async fn fetch_blob(&self, peer: &Url, content_id: &str) -> Result<Vec<u8>, PeerError> {
        let url = address(peer, &["content", content_id, "blob"])?;
        let request = self.request(Method::GET, url)?;
        let answer = request.send(BLOB_BYTES_MAX).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.bytes),
            status if status.is_client_error() => Err(PeerError::Missing),
            status => Err(PeerError::Failed(format!("answered {status}"))),
        }
    }
}

fn address(peer: &Url, parts: &[&str]) -> Result<Url, PeerError> {
    let mut url = peer.clone();
    match url.path_segments_mut() {
        Ok(mut path) => path.pop_if_empty().extend(parts),
        Err(()) => return Err(PeerError::Failed("no usable address".to_owned())),
    };
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_service::testing::{EndlessServer, Flood};

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        let client = Client::new(Duration::from_secs(30), Allowed::default()).unwrap();
        for flood in [Flood::HTTP[0], Flood::HTTP[2]] {
            let server = EndlessServer::start(flood);
            let peer = Url::parse(&server.url()).unwrap();
            assert!(client.log(&peer, None).await.is_err(), "{flood:?}");
            let given_up = move || server.check_given_up(PAGE_BYTES_MAX as u64);
            tokio::task::spawn_blocking(given_up).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_peer_that_says_nothing_is_soon_left_alone() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap();
        let (accepted, mut connections) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok(connection) = silent.accept().await {
                accepted.send(connection).unwrap();
            }
        });
        let peer = Url::parse(&format!("http://{address}/")).unwrap();
        let allowed = Allowed { private: true };
        let client = Client::new(Duration::from_millis(200), allowed).unwrap();
        for _ in 0..6 {
            assert!(client.blob(&peer, "a").await.is_err());
        }
        let last = client.chain_log(&peer, Chain::Identity, "a", None).await;
        let error = last.unwrap_err().to_string();
        assert!(error.starts_with("it did not answer"), "{error}");
        let mut count = 0;
        while connections.try_recv().is_ok() {
            count += 1;
        }
        assert_eq!(count, 3);
    }
}
