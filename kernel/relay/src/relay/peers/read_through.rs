//! Fetches a chain that this relay lacks from its peers while a client waits for it.
//!
//! Always: time and operations are bounded, whatever a peer sends. Repeated requests for a chain that no peer has reach the
//! peers once in [`limits`](super::limits)' period, not each time.

use std::time::Duration;

use imajin_dfos::{ContentId, Did};

use super::address::{Chain, PeerAddress};
use super::client::{PeerError, PeerPage};
use crate::Relay;
use crate::store::{Answer, Origin};

/// Operations of a chain that are fetched for one request, at most.
const OPERATIONS_MAX: usize = 20_000;
/// Time limit for one peer during a request.
const PATIENCE: Duration = Duration::from_secs(30);

impl Relay {
    /// Fetches a chain from peers. Returns whether the relay has the chain afterwards.
    pub(crate) async fn ask_peers(&self, chain: Chain, id: &str) -> Answer<bool> {
        let peers = &self.inner.peers;
        let is_id = match chain {
            Chain::Identity => Did::parse(id).is_ok(),
            Chain::Content => ContentId::parse(id).is_ok(),
        };
        let candidates: Vec<PeerAddress> =
            peers.known.iter().filter(|known| known.peer.read_through).cloned().collect();
        if !is_id || candidates.is_empty() || peers.read_through.is_missing(id, self.now()) {
            return Ok(false);
        }
        let Ok(_turn) = peers.read_through.at_once.try_acquire() else {
            return Ok(false);
        };
        for known in candidates {
            let fetched = tokio::time::timeout(PATIENCE, self.fetch(&known, chain, id));
            if let Ok(fetched) = fetched.await
                && fetched?
                && self.has(chain, id).await?
            {
                return Ok(true);
            }
        }
        // A part may have arrived before the deadline.
        let is_here = self.has(chain, id).await?;
        if !is_here {
            peers.read_through.put_missing(id, self.now());
        }
        Ok(is_here)
    }

    async fn has(&self, chain: Chain, id: &str) -> Answer<bool> {
        let id = id.to_owned();
        self.read(move |_, reads| {
            Ok(match chain {
                Chain::Identity => reads.identity_head(&id)?.is_some(),
                Chain::Content => reads.content(&id)?.is_some(),
            })
        })
        .await
    }

    /// Ingests a peer's log of a chain. Returns whether the log was read to its end.
    async fn fetch(&self, known: &PeerAddress, chain: Chain, id: &str) -> Answer<bool> {
        let client = &self.inner.peers.client;
        let (mut after, mut restarted, mut operations) = (None::<String>, false, 0);
        while operations < OPERATIONS_MAX {
            let page = client.chain_log(&known.url, chain, id, after.as_deref()).await;
            let PeerPage { tokens, next } = match page {
                Ok(page) => page,
                Err(PeerError::Cursor) if !restarted => {
                    restarted = true;
                    after = None;
                    continue;
                }
                Err(error) => {
                    tracing::debug!(peer = %known.url, id, %error, "relay: not read through");
                    return Ok(false);
                }
            };
            if tokens.is_empty() {
                return Ok(true);
            }
            operations += tokens.len();
            if self.has_room(tokens.iter().map(String::len).sum()).await?.is_err() {
                return Ok(false);
            }
            self.take_in(tokens, Origin::Peer, None).await?;
            match next {
                None => return Ok(true),
                // The peer's cursor leads in a circle.
                next if next == after => return Ok(false),
                next => after = next,
            }
        }
        Ok(false)
    }
}
