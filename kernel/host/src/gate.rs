//! The host's answers to what extractors ask ([`imajin_app::gate`]).

use std::net::IpAddr;
use std::time::Duration;

use imajin_app::gate::{Attempted, Gate, RequestLimits};
use imajin_app::{Node, Problem, Session};
use imajin_protocol::Did;

use crate::admission::admit_at;
use crate::names::{normal, port_of};
use crate::node::find_session;
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
        has_host(node, host, secure)
    }

    fn session(&self, node: &Node, token: &str) -> Result<Option<Session>, Problem> {
        node.session(token)
    }

    fn recall(&self, node: &Node, token: &str) -> Option<Session> {
        node.sessions().recall(token)
    }

    fn is_in_force(&self, node: &Node, session: &Session) -> Result<bool, Problem> {
        Ok(find_session(node, &session.did, &session.id)?.is_some())
    }

    fn changes(&self, node: &Node) -> u64 {
        let records = node.ledger().generations();
        records.wrapping_add(node.sessions().generation())
    }

    fn admit_at(&self, node: &Node, did: &Did, route: &str) -> Result<(), Problem> {
        admit_at(node, did, route)
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

/// Whether this host ([`imajin_protocol::presence::host`]) is the node's: a name, or an address of this very machine,
/// with a port at which it answers. At every other port another program of the machine may listen. A service's own name
/// (`auth.<host>`) is the node's where the name without it is.
fn has_host(node: &Node, host: &str, secure: bool) -> bool {
    let service = node.names().split_service(host);
    is_own_host(node, host, secure)
        || service.is_some_and(|(_, parent)| is_own_host(node, parent, secure))
        // No other machine has its certificate.
        || (secure && node.network().now().is_public(&normal(host), node.now()))
}

fn is_own_host(node: &Node, host: &str, secure: bool) -> bool {
    let url = imajin_protocol::presence::host_of_url(node.url());
    if url.as_deref() == Some(host) {
        return true;
    }
    let (name, port) = (normal(host), port_of(host, secure));
    let place = node.network().now();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let is_own = match address.parse::<IpAddr>() {
        Ok(address) => {
            let shown = place.own.as_ref().map_or(&[][..], |own| &own.names);
            address.is_loopback()
                || url.is_some_and(|url| normal(&url) == name)
                || shown.contains(&address.to_string())
        }
        // The edge accepted the name, so it is one of the node's.
        Err(_) => true,
    };
    is_own && place.answers_at(port) || node.names().covers(&name, port, secure)
}
