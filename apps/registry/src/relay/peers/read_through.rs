//! Asking peers for a chain that is not here, while somebody waits for it.
//!
//! Always: bounded in time and in operations, however much a peer has to say; whoever asks for what there is
//! not makes peers work once, not each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imajin_dfos::{ContentId, Did, Timestamp};
use tokio::sync::Semaphore;

use super::client::{PeerError, PeerPage};
use super::{Chain, Known};
use crate::relay::Relay;
use crate::relay::store::{Answer, Origin};

/// Operations of a chain that are fetched while somebody waits.
const OPERATIONS_MAX: usize = 20_000;
/// How long somebody waits.
const PATIENCE: Duration = Duration::from_secs(30);
/// Chains that are fetched at once.
const AT_ONCE_MAX: usize = 8;
/// Milliseconds for which a chain that no peer has is not asked for again.
const MISSING_MS: i64 = 10_000;
/// Chains that no peer has, which are remembered.
const MISSING_MAX: usize = 1_024;

/// Whom was asked for, lately.
pub(super) struct Asked {
    at_once: Semaphore,
    missing: Mutex<HashMap<String, Timestamp>>,
}

impl Asked {
    pub(super) fn new() -> Self {
        Self {
            at_once: Semaphore::new(AT_ONCE_MAX),
            missing: Mutex::default(),
        }
    }

    fn is_missing(&self, id: &str, now: Timestamp) -> bool {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |at: &Timestamp| now.as_millis() - at.as_millis();
        missing
            .get(id)
            .is_some_and(|at| (0..MISSING_MS).contains(&age(at)))
    }

    fn put_missing(&self, id: &str, now: Timestamp) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if missing.len() >= MISSING_MAX {
            missing.clear();
        }
        missing.insert(id.to_owned(), now);
    }
}

impl Relay {
    /// Asks peers for a chain. Whether anything came that may be it.
    pub(in crate::relay) async fn ask_peers(&self, chain: Chain, id: &str) -> Answer<bool> {
        let peers = &self.inner.peers;
        let is_name = match chain {
            Chain::Identity => Did::parse(id).is_ok(),
            Chain::Content => ContentId::parse(id).is_ok(),
        };
        let asked: Vec<Known> = peers
            .known
            .iter()
            .filter(|known| known.peer.read_through)
            .cloned()
            .collect();
        if !is_name || asked.is_empty() || peers.asked.is_missing(id, self.now()) {
            return Ok(false);
        }
        let Ok(_turn) = peers.asked.at_once.try_acquire() else {
            return Ok(false);
        };
        for known in asked {
            let fetched = tokio::time::timeout(PATIENCE, self.fetch(&known, chain, id));
            if let Ok(fetched) = fetched.await
                && fetched?
                && self.has(chain, id).await?
            {
                return Ok(true);
            }
        }
        // Part of it may have come before the patience ended.
        let is_here = self.has(chain, id).await?;
        if !is_here {
            peers.asked.put_missing(id, self.now());
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

    /// Takes in a peer's log of a chain. Whether it came to its end.
    async fn fetch(&self, known: &Known, chain: Chain, id: &str) -> Answer<bool> {
        let client = &self.inner.peers.client;
        let (mut after, mut restarted, mut operations) = (None::<String>, false, 0);
        while operations < OPERATIONS_MAX {
            let page = client
                .chain_log(&known.url, chain, id, after.as_deref())
                .await;
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
            if self
                .has_room(tokens.iter().map(String::len).sum())
                .await?
                .is_err()
            {
                return Ok(false);
            }
            self.take_in(tokens, Origin::Peer, None).await?;
            match next {
                None => return Ok(true),
                // A peer that leads in a circle is not followed.
                next if next == after => return Ok(false),
                next => after = next,
            }
        }
        Ok(false)
    }
}
