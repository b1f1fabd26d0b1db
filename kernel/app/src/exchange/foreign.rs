//! The keys of people whose home is another box, by the chain that an app finds elsewhere ([`FindsChains`]).
//!
//! Always: only a chain that verifies from the DID counts. A search is bounded in time, in number, and by its caller; its outcome is remembered for
//! a while.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::request::Parts;
use imajin_dfos::VerifyingKey;
use imajin_protocol::Did;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::capabilities::FindsChains;
use crate::gate::Attempted;
use crate::node::Node;
use crate::peer::Peer;
use crate::problem::Problem;

/// Chains that are remembered at a time.
const REMEMBERED_MAX: usize = 512;
/// How long a chain counts as the newest: for this long, a replaced key is still accepted here.
const FOUND_FOR: Duration = Duration::from_secs(300);
/// The time for which a missing chain is not searched again.
const MISSED_FOR: Duration = Duration::from_secs(60);
/// How long a search may take.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(8);
/// Searches at a time.
const SEARCHES_MAX: usize = 4;

#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    /// The keys in force of the chain; `None` if it was nowhere.
    keys: Option<Vec<VerifyingKey>>,
    /// The time until which the outcome is valid, by the monotonic clock.
    until: Duration,
}

/// The outcomes of searches.
pub struct ForeignKeys {
    outcomes: Mutex<HashMap<Did, Outcome>>,
    searches: Semaphore,
}

impl Default for ForeignKeys {
    fn default() -> Self {
        Self { outcomes: Mutex::default(), searches: Semaphore::new(SEARCHES_MAX) }
    }
}

impl ForeignKeys {
    fn recall(&self, did: &Did, now: Duration) -> Option<Outcome> {
        let outcomes = self.outcomes.lock();
        outcomes.get(did).filter(|outcome| outcome.until > now).cloned()
    }

    fn remember(&self, did: &Did, keys: Option<Vec<VerifyingKey>>, now: Duration) {
        let mut outcomes = self.outcomes.lock();
        if outcomes.len() >= REMEMBERED_MAX {
            outcomes.retain(|_, outcome| outcome.until > now);
        }
        if outcomes.len() >= REMEMBERED_MAX {
            // The outcome that ends first can be searched again.
            let oldest = outcomes.iter().min_by_key(|(_, outcome)| outcome.until);
            let oldest = oldest.map(|(did, _)| did.clone());
            if let Some(did) = oldest {
                outcomes.remove(&did);
            }
        }
        let counts = if keys.is_some() { FOUND_FOR } else { MISSED_FOR };
        let until = now + counts;
        outcomes.insert(did.clone(), Outcome { keys, until });
    }
}

/// The keys in force of a person without a record here; `None` if their chain is nowhere, or was ended by its owner.
/// Errors: 429 for an address that has many DIDs looked for, 503 while other searches take all places.
pub(super) async fn keys(
    node: &Node,
    parts: &Parts,
    did: &Did,
) -> Result<Option<Vec<VerifyingKey>>, Problem> {
    let foreign = node.part::<ForeignKeys>();
    if let Some(outcome) = foreign.recall(did, node.monotonic()) {
        return Ok(outcome.keys);
    }
    let Some(finder) = node.get::<dyn FindsChains>() else {
        return Ok(None);
    };
    let address = parts.extensions.get::<Peer>().map(|peer| peer.address);
    if let Some(address) = address.filter(|address| !address.is_loopback()) {
        let attempted = node.gate().attempt(node, Attempted::Address(address));
        attempted.map_err(|seconds| node.gate().refusal(node, seconds))?;
    }
    let Ok(_place) = foreign.searches.try_acquire() else {
        return Err(Problem::unavailable(
            "This box is looking for other people's identities already. Try again in a moment.",
        ));
    };
    let search = finder.find_chain(node, did);
    let chain = tokio::time::timeout(SEARCH_TIMEOUT, search).await;
    let chain = chain.ok().flatten().filter(|chain| !chain.state().is_deleted);
    let keys = chain.map(|chain| {
        let keys = chain.state().keys.iter();
        keys.filter_map(|key| key.public_key().ok()?.verifying_key().ok()).collect::<Vec<_>>()
    });
    foreign.remember(did, keys.clone(), node.monotonic());
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_count_for_a_while_and_their_number_is_bounded() {
        let foreign = ForeignKeys::default();
        let (ada, bob) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let now = Duration::from_secs(9);
        assert!(foreign.recall(&ada, now).is_none());
        foreign.remember(&ada, Some(Vec::new()), now);
        foreign.remember(&bob, None, now);
        let has_keys = |did, now| foreign.recall(did, now).map(|outcome| outcome.keys.is_some());
        assert_eq!((has_keys(&ada, now), has_keys(&bob, now)), (Some(true), Some(false)));
        assert_eq!(has_keys(&bob, now + MISSED_FOR), None);
        assert_eq!(has_keys(&ada, now + FOUND_FOR), None);
        for n in 0..2 * REMEMBERED_MAX {
            let mut key = [3; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            foreign.remember(&Did::from_key(&key), None, now);
        }
        assert_eq!(foreign.outcomes.lock().len(), REMEMBERED_MAX);
        assert!(foreign.recall(&ada, now).is_some(), "it counts for longer");
    }
}
