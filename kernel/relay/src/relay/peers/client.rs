//! Requests to other relays.
//!
//! Always: bounded in time from the first byte to the last, and in size; only to addresses that the settings allow
//! ([`Host::ask`]). Where several peers are asked in turn, one that does not answer is left alone for a while ([`Host::admit`]), so
//! that it delays no answer of the others. The caller checks a peer's answer.

use std::sync::Arc;

use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::json;

use super::address::Chain;
use crate::host::{Host, PeerAnswer};
use crate::page::LIMIT_MAX;

/// Bytes of a page of a log, at most.
const PAGE_BYTES_MAX: usize = 32 << 20;
/// Bytes of a document, at most.
const BLOB_BYTES_MAX: usize = 16 << 20;
/// Bytes of a cursor that is kept, at most.
const CURSOR_BYTES_MAX: usize = 1_024;
/// Bytes of a token: a credential inside an operation, both in base64, with room for what surrounds them.
const TOKEN_BYTES_MAX: usize = 1 << 20;

/// A page of a peer's log.
#[derive(Debug)]
pub(super) struct PeerPage {
    pub(super) tokens: Vec<String>,
    pub(super) next: Option<String>,
}

/// Why a request to a peer failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PeerError {
    #[error("the peer does not know the cursor")]
    Cursor,
    #[error("the peer does not have it")]
    Missing,
    #[error("{0}")]
    Failed(String),
}

pub(super) struct Client(Arc<dyn Host>);

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
    pub(super) fn new(host: &Arc<dyn Host>) -> Self {
        Self(Arc::clone(host))
    }

    /// Sends a request to a peer through its circuit breaker.
    async fn ask<T>(
        &self,
        peer: &Url,
        asking: impl Future<Output = Result<T, PeerError>>,
    ) -> Result<T, PeerError> {
        let name = peer.authority();
        if let Err(left) = self.0.admit(name) {
            let error = format!("it did not answer; it is asked again in {} s", left.as_secs());
            return Err(PeerError::Failed(error));
        }
        let answer = asking.await;
        let is_reached = !matches!(answer, Err(PeerError::Failed(_)));
        self.0.note(name, is_reached);
        answer
    }

    async fn get(&self, url: Url, bytes_max: usize) -> Result<PeerAnswer, PeerError> {
        let answer = self.0.ask(url, None, bytes_max).await;
        answer.map_err(PeerError::Failed)
    }

    /// A page of the global log.
    pub(super) async fn log(&self, peer: &Url, after: Option<&str>) -> Result<PeerPage, PeerError> {
        self.page(address(peer, &["proof", "v1", "log"])?, after).await
    }

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
        let answer = self.get(url, PAGE_BYTES_MAX).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST if after.is_some() => return Err(PeerError::Cursor),
            StatusCode::NOT_FOUND => return Err(PeerError::Missing),
            status => return Err(PeerError::Failed(format!("answered {status}"))),
        }
        let body: Body = serde_json::from_slice(&answer.bytes)
            .map_err(|error| PeerError::Failed(format!("no page of a log: {error}")))?;
        if body.entries.len() > LIMIT_MAX {
            let error = format!("a page of {} entries, more than asked for", body.entries.len());
            return Err(PeerError::Failed(error));
        }
        let tokens = body.entries.into_iter().map(|entry| entry.jws_token);
        let next = body.next.filter(|next| next.len() <= CURSOR_BYTES_MAX);
        Ok(PeerPage {
            tokens: tokens.filter(|token| token.len() <= TOKEN_BYTES_MAX).collect(),
            next: next.filter(|next| !next.is_empty()),
        })
    }

    pub(super) async fn submit(&self, peer: &Url, tokens: &[String]) -> Result<(), PeerError> {
        let url = address(peer, &["proof", "v1", "operations"])?;
        let body = json!({ "operations": tokens }).to_string();
        // The results don't matter here; reading the body keeps the connection alive.
        let answer = self.0.ask(url, Some(body), PAGE_BYTES_MAX).await;
        let status = answer.map_err(PeerError::Failed)?.status;
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
        let answer = self.get(url, BLOB_BYTES_MAX).await?;
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
    use crate::host::BoxFuture;
    use std::time::Duration;

    /// A program that leaves every peer alone.
    struct RefusingHost;

    impl Host for RefusingHost {
        fn has_room(&self, _: Duration, _: u64) -> bool {
            true
        }

        fn disk_bytes(&self, _: Duration) -> Option<u64> {
            None
        }

        fn spawn(&self, work: Box<dyn FnOnce() + Send>) {
            work()
        }

        fn next_line(&self, _: &str) -> Option<u64> {
            None
        }

        fn ask(
            &self,
            _: Url,
            _: Option<String>,
            _: usize,
        ) -> BoxFuture<'_, Result<PeerAnswer, String>> {
            panic!("a peer was asked")
        }

        fn admit(&self, _: &str) -> Result<(), Duration> {
            Err(Duration::from_secs(7))
        }

        fn note(&self, _: &str, _: bool) {
            panic!("no peer was asked")
        }
    }

    #[tokio::test]
    async fn a_peer_that_is_left_alone_is_not_asked() {
        let client = Client::new(&(Arc::new(RefusingHost) as Arc<dyn Host>));
        let peer = Url::parse("http://127.0.0.1:1/").unwrap();
        let last = client.chain_log(&peer, Chain::Identity, "a", None).await;
        assert_eq!(last.unwrap_err().to_string(), "it did not answer; it is asked again in 7 s");
        assert!(client.blob(&peer, "a").await.is_err());
    }
}
