//! Challenges: random texts that prove presence when a key signs them.
//!
//! Always: single use (taking is removing), bounded in number, and they end by the monotonic clock. They live in memory:
//! a restart ends them, and the client asks for another one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imajin_protocol::Did;

use crate::bounded::Bounded;
use crate::random;

/// A challenge that waits for its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// `ch_…`
    pub id: String,
    /// The text to sign: 64 hex digits.
    pub text: String,
    /// Who was asked.
    pub did: Did,
    ends: Duration,
}

/// All challenges of a node.
pub struct Challenges {
    ttl: Duration,
    table: Mutex<Bounded<String, Challenge>>,
}

impl Challenges {
    /// At most `limit` challenges, each for `ttl`.
    pub fn new(limit: usize, ttl: Duration) -> Self {
        Self {
            ttl,
            table: Mutex::new(Bounded::new(limit)),
        }
    }

    /// How long one lasts.
    pub fn ttl(&self) -> Duration {
        self.ttl
    }

    /// A new one for `did`.
    pub fn issue(&self, did: Did, now: Duration) -> Result<Challenge, random::RandomError> {
        let challenge = Challenge {
            id: format!("ch_{}", random::hex::<12>()?),
            text: random::hex::<32>()?,
            did,
            ends: now + self.ttl,
        };
        self.lock().insert(challenge.id.clone(), challenge.clone());
        Ok(challenge)
    }

    /// Takes one out: whoever comes second gets nothing.
    pub fn take(&self, id: &str, now: Duration) -> Option<Challenge> {
        self.lock()
            .remove(id)
            .filter(|challenge| now < challenge.ends)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Bounded<String, Challenge>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_and_not_for_ever() {
        let challenges = Challenges::new(2, Duration::from_secs(300));
        let did = Did::from_key(&[7; 32]);
        let at = Duration::from_secs;
        let first = challenges.issue(did.clone(), at(0)).unwrap();
        assert_eq!(first.text.len(), 64);
        assert_eq!(
            challenges.take(&first.id, at(299)).map(|c| c.did),
            Some(did.clone())
        );
        assert_eq!(challenges.take(&first.id, at(299)), None);
        let late = challenges.issue(did.clone(), at(0)).unwrap();
        assert_eq!(challenges.take(&late.id, at(300)), None);
        let pushed_out = challenges.issue(did.clone(), at(0)).unwrap();
        challenges.issue(did.clone(), at(0)).unwrap();
        challenges.issue(did, at(0)).unwrap();
        assert_eq!(challenges.take(&pushed_out.id, at(1)), None);
    }
}
