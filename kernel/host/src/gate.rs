//! The host's answers to what extractors ask ([`imajin_app::gate`]).

use std::time::Duration;

use imajin_app::gate::{Attempted, Gate, RequestLimits};
use imajin_app::{Node, Problem, Session};
use imajin_protocol::Did;

use crate::prefix::Prefix;
use crate::prelude::*;

/// The door of this node.
pub(crate) struct NodeGate;

impl Gate for NodeGate {
    fn limits(&self, node: &Node) -> RequestLimits {
        let limits = node.limits();
        RequestLimits {
            body_bytes: limits.body_bytes,
            body_timeout: Duration::from_secs(limits.body_timeout_s),
            page_default: limits.page_default,
            page_max: limits.page_max,
        }
    }

    fn listed_origins<'a>(&self, node: &'a Node) -> &'a [String] {
        &node.config().cors
    }

    fn has_host(&self, node: &Node, host: &str, secure: bool) -> bool {
        node.has_host(host, secure)
    }

    fn session(&self, node: &Node, token: &str) -> Result<Option<Session>, Problem> {
        node.session(token)
    }

    fn recall(&self, node: &Node, token: &str) -> Option<Session> {
        node.sessions().recall(token)
    }

    fn is_in_force(&self, node: &Node, session: &Session) -> Result<bool, Problem> {
        let current = node.sessions().find(&session.did, &session.id)?;
        Ok(current.is_some())
    }

    fn changes(&self, node: &Node) -> u64 {
        let records = node.ledger().generations();
        records.wrapping_add(node.sessions().generation())
    }

    fn admit_at(&self, node: &Node, did: &Did, route: &str) -> Result<(), Problem> {
        node.admit_at(did, route)
    }

    fn attempt(&self, node: &Node, attempted: Attempted<'_>) -> Result<(), u32> {
        let (rates, now) = (node.rates(), node.monotonic());
        match attempted {
            Attempted::Address(address) => node.attempt(address),
            Attempted::Account(did) => rates.account_attempt.take(did, now),
            Attempted::Identity(address, name) => {
                let key = (Prefix::from_address(address), name.to_owned());
                rates.identity.take(&key, now)
            }
        }
    }

    fn awaits(&self, node: &Node, challenge: &str) -> bool {
        node.challenges().waits(challenge, node.monotonic())
    }

    fn refusal(&self, node: &Node, seconds: u32) -> Problem {
        node.too_many(seconds)
    }
}
