//! Challenges: texts that prove presence when a key signs them ([`imajin_protocol::presence`]).
//!
//! Always: single use (taking is removing), bounded in number, and they end by the monotonic clock. They live in memory:
//! a restart ends them, and the client asks for another one.

use std::time::Duration;

use imajin_app::bounded::Bounded;
use imajin_protocol::{Did, presence};
use parking_lot::Mutex;

use crate::random;

/// A challenge that waits for its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// `ch_…`
    pub id: String,
    /// The text to sign; it names the node and the host.
    pub text: String,
    /// The host that the client talked to: it answers there, too.
    pub host: String,
    /// The DID that was asked to sign.
    pub did: Did,
    ends: Duration,
}

/// All challenges of a node.
pub struct Challenges {
    node: Did,
    /// How long one lasts.
    pub ttl: Duration,
    table: Mutex<Bounded<String, Challenge>>,
}

impl Challenges {
    /// Makes a store of at most `limit` challenges of this node, each valid for `ttl`.
    pub fn new(node: Did, limit: usize, ttl: Duration) -> Self {
        Self { node, ttl, table: Mutex::new(Bounded::new(limit)) }
    }

    /// A new one for `did`, who talks to `host` (in the form of [`presence::host`]).
    pub fn issue(
        &self,
        did: Did,
        host: String,
        now: Duration,
    ) -> Result<Challenge, random::RandomError> {
        let challenge = Challenge {
            id: format!("ch_{}", random::hex::<12>()?),
            text: presence::challenge(&self.node, &host, &random::hex::<32>()?),
            host,
            did,
            ends: now + self.ttl,
        };
        self.table.lock().insert(challenge.id.clone(), challenge.clone());
        Ok(challenge)
    }

    /// Takes one out. A second call gets nothing.
    pub fn take(&self, id: &str, now: Duration) -> Option<Challenge> {
        self.table.lock().remove(id).filter(|challenge| now < challenge.ends)
    }

    /// Whether one waits for its answer.
    pub fn waits(&self, id: &str, now: Duration) -> bool {
        self.table.lock().get(id).is_some_and(|challenge| now < challenge.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_and_not_for_ever() {
        let (node, did) = (Did::from_key(&[9; 32]), Did::from_key(&[7; 32]));
        let challenges = Challenges::new(node.clone(), 2, Duration::from_secs(300));
        let host = || "imajin.local".to_owned();
        let at = Duration::from_secs;
        let first = challenges.issue(did.clone(), host(), at(0)).unwrap();
        assert_eq!(presence::check(&first.text, &node, &first.host), Ok(()));
        assert_eq!(challenges.take(&first.id, at(299)).map(|c| c.did), Some(did.clone()));
        assert_eq!(challenges.take(&first.id, at(299)), None);
        let late = challenges.issue(did.clone(), host(), at(0)).unwrap();
        assert_eq!(challenges.take(&late.id, at(300)), None);
        let pushed_out = challenges.issue(did.clone(), host(), at(0)).unwrap();
        challenges.issue(did.clone(), host(), at(0)).unwrap();
        challenges.issue(did, host(), at(0)).unwrap();
        assert_eq!(challenges.take(&pushed_out.id, at(1)), None);
    }
}
