//! The nonces of exchanges: each counts once.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use imajin_dfos::cid::sha256;
use imajin_protocol::Did;
use parking_lot::Mutex;

use super::refused;
use crate::problem::Problem;

/// Exchanges of one DID within their window of ten minutes: some two a second.
const NONCES_PER_DID: usize = 1024;
/// DIDs known to this node whose nonces are remembered at a time.
const DIDS_MAX: usize = 4096;
/// DIDs of other boxes whose nonces are remembered. They cost nothing, so they take no room from members.
const FOREIGN_DIDS_MAX: usize = 512;
/// Exchanges of one DID of another box within the window.
const NONCES_PER_FOREIGN_DID: usize = 128;
/// Seconds after which a DID that sent too many may try again, and any DID if the memory is full.
const RETRY_S: u32 = 60;

/// A nonce's digest, and until when its request could be believed, by the monotonic clock.
type Nonce = ([u8; 16], Duration);

/// The nonces of exchanges that could still be believed, a bounded number for each DID.
#[derive(Default)]
pub struct Nonces {
    here: Mutex<HashMap<Did, VecDeque<Nonce>>>,
    elsewhere: Mutex<HashMap<Did, VecDeque<Nonce>>>,
}

impl Nonces {
    /// Takes a nonce, once. `is_here` says whether the node knows the DID (by a record, or by a contract), `now` is the monotonic clock, and `left` how long the request could
    /// still be believed.
    pub(super) fn take(
        &self,
        (did, is_here): (&Did, bool),
        nonce: &str,
        now: Duration,
        left: Duration,
    ) -> Result<(), Problem> {
        let (all, dids_max, nonces_max) = if is_here {
            (&self.here, DIDS_MAX, NONCES_PER_DID)
        } else {
            (&self.elsewhere, FOREIGN_DIDS_MAX, NONCES_PER_FOREIGN_DID)
        };
        let mut all = all.lock();
        if !all.contains_key(did) && all.len() >= dids_max {
            all.retain(|_, nonces| {
                nonces.retain(|(_, until)| *until > now);
                !nonces.is_empty()
            });
            if all.len() >= dids_max {
                return Err(Problem::unavailable(
                    "Too many people exchange with this box at once. Try again in a minute.",
                ));
            }
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&sha256(nonce.as_bytes())[..16]);
        let nonces = all.entry(did.clone()).or_default();
        nonces.retain(|(_, until)| *until > now);
        if nonces.iter().any(|(known, _)| *known == digest) {
            return Err(refused("X-MJN-Nonce was used before: make a new one for each request"));
        }
        if nonces.len() >= nonces_max {
            return Err(Problem::too_many(RETRY_S));
        }
        nonces.push_back((digest, now + left));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_counts_once_and_the_memory_is_bounded() {
        let nonces = Nonces::default();
        let (ada, now, left) =
            (Did::from_key(&[1; 32]), Duration::from_secs(9), Duration::from_secs(600));
        let take = |did: &Did, nonce: &str, now| nonces.take((did, true), nonce, now, left);
        assert!(take(&ada, "one", now).is_ok() && take(&ada, "one", now).is_err());
        assert!(take(&Did::from_key(&[2; 32]), "one", now).is_ok());
        for n in 1..NONCES_PER_DID {
            assert!(take(&ada, &n.to_string(), now).is_ok(), "{n}");
        }
        let full = take(&ada, "more", now).unwrap_err();
        assert_eq!(full.status(), axum::http::StatusCode::TOO_MANY_REQUESTS);
        // The nonce's window is over: it is forgotten, and need not be remembered.
        assert!(take(&ada, "one", now + left).is_ok());
        for n in 0..DIDS_MAX - 1 {
            let mut key = [3; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            assert!(take(&Did::from_key(&key), "one", now + left).is_ok());
        }
        let eve = Did::from_key(&[4; 32]);
        let full = take(&eve, "one", now + left).unwrap_err();
        assert_eq!(full.status(), axum::http::StatusCode::SERVICE_UNAVAILABLE);
        // DIDs of other boxes have separate room.
        let foreign = |nonce: &str| nonces.take((&eve, false), nonce, now + left, left);
        assert!(foreign("one").is_ok() && foreign("one").is_err());
        assert!(take(&eve, "one", now + 2 * left).is_ok());
    }
}
