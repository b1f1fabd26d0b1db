//! A twin: another box on the local network with this box's key, because its card was copied.
//!
//! Always: a box is a twin only after it proved the key and is known not to be this box itself. For each record that
//! both have, the heads decide: if the twin's head is ahead or of another history, this box stops writing to that
//! record (`Ledger::learn_head`), and the twin does the same. So the older of two states stops; if both continued, both
//! stop until the record's owner decides.

use imajin_app::{Node, blocking};
use imajin_dfos::Timestamp;
use imajin_host::network::{Neighbour, Twin};
use imajin_host::outgoing::{AddressSource, Allowed, Outgoing};
use imajin_host::prelude::*;
use imajin_host::{pinned, random};
use imajin_ledger::Learned;
use imajin_protocol::Did;
use imajin_protocol::exchange::{self, Exchange};
use imajin_protocol::presence::host_of_url;
use reqwest::{Method, Url};
use rustls::ClientConfig;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Interval between comparisons of records; each takes a request.
const EVERY: Duration = Duration::from_secs(10);
/// Pause between comparisons for each record of the node, if that is longer than [`EVERY`] in total.
const FOR_EACH: Duration = Duration::from_millis(100);
/// Time limit for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Maximum size of an answer in bytes, more than any head takes.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Nodes that announce this node's DID.
#[derive(Default)]
pub(super) struct Twins {
    known: BTreeMap<String, Twin>,
    running: Option<JoinHandle<Vec<Twin>>>,
    next: Option<Instant>,
}

impl Twins {
    /// Compares records with twins regularly.
    pub(super) async fn meet(&mut self, node: &Node, found: Vec<Neighbour>, now: Instant) {
        if let Some(running) = self.running.take_if(|running| running.is_finished()) {
            self.tell(node, running.await.unwrap_or_default());
            let records = node.ledger().dids().map_or(0, |dids| dids.len());
            let records = u32::try_from(records).unwrap_or(u32::MAX);
            self.next = now.checked_add(EVERY.max(FOR_EACH.saturating_mul(records)));
        }
        let is_time = self.next.is_none_or(|next| now >= next);
        if self.running.is_some() || !is_time || (found.is_empty() && self.known.is_empty()) {
            return;
        }
        let node = node.clone();
        self.running = Some(tokio::spawn(async move {
            let mut twins = Vec::new();
            for other in &found {
                twins.extend(compare(&node, other).await);
            }
            twins
        }));
    }

    fn tell(&mut self, node: &Node, met: Vec<Twin>) {
        let mut now = BTreeMap::new();
        for mut twin in met {
            match self.known.get(&twin.at) {
                Some(known) => twin.stopped += known.stopped,
                None => tracing::error!(
                    at = twin.at,
                    "another box has this box's key: its card was copied. Switch one of the two off"
                ),
            }
            now.insert(twin.at.clone(), twin);
        }
        self.known = now;
        let twins: Vec<Twin> = self.known.values().cloned().collect();
        if node.network().now().twins != twins {
            node.network().change(|place| place.twins = twins);
            node.alarms().look_again();
        }
    }
}

/// Compares all records with a node that announces this node's DID; `None` if that is this box itself, or lacks the key.
async fn compare(node: &Node, other: &Neighbour) -> Option<Twin> {
    let base = other.secure.as_deref()?;
    let client = neighbour(pinned::tls(vec![node.key().key.verifying_key()]).ok()?).ok()?;
    let health = Url::parse(&format!("{base}/healthz")).ok()?;
    let answer = client.request(Method::GET, health).ok()?.send_unread().await.ok()?;
    let run = answer.headers.get("x-request-id")?.to_str().ok()?;
    if run.starts_with(node.run_id()) {
        return None;
    }
    let at = time_at(&client, base, node).await?;
    let dids = node.ledger().dids().unwrap_or_default();
    let mut stopped = 0;
    for did in dids {
        let Some(head) = head_at(&client, base, &did, Some((node, at))).await else {
            continue;
        };
        let ledger = node.ledger().clone();
        if ledger.status(&did).ok().flatten().is_none_or(|status| status.read_only.is_some()) {
            continue;
        }
        match blocking::run(move || ledger.learn_head(&head)).await {
            Ok(Ok(Learned::Ahead | Learned::Contradicts)) => {
                stopped += 1;
                tracing::error!(%did, "the twin of this box has a newer state of this record: nothing is written to it here any more");
            }
            Ok(Ok(Learned::Known)) => {}
            Ok(Err(error)) => tracing::debug!(%did, %error, "a head of the twin"),
            Err(problem) => tracing::debug!(%did, ?problem, "a head of the twin"),
        }
    }
    Some(Twin { at: base.to_owned(), stopped })
}

/// A client for a node on the local network that proves a key, wherever in the house it is.
pub(super) fn neighbour(tls: ClientConfig) -> reqwest::Result<Outgoing> {
    Outgoing::within(Allowed { private: true }, AddressSource::ByAnybody, |client| {
        client.timeout(PATIENCE).tls_backend_preconfigured(tls)
    })
}

/// The newest head of a record at a neighbour, as far as it says so to others, or to `who`.
pub(super) async fn head_at(
    client: &Outgoing,
    base: &str,
    did: &Did,
    who: Option<(&Node, Timestamp)>,
) -> Option<String> {
    position_at(client, base, did, who).await?["head"].as_str().map(str::to_owned)
}

/// The newest head of this node's own record that a neighbour remembers. It tells no one else.
pub(super) async fn own_head_at(client: &Outgoing, base: &str, node: &Node) -> Option<String> {
    let at = time_at(client, base, node).await?;
    head_at(client, base, node.did(), Some((node, at))).await
}

/// The time by a neighbour's clock, which what is signed for it must be near.
async fn time_at(client: &Outgoing, base: &str, node: &Node) -> Option<Timestamp> {
    Timestamp::parse(position_at(client, base, node.did(), None).await?["time"].as_str()?).ok()
}

/// Fetches a record's position at a neighbour. `who` signs the request with the node's key, at a time by the neighbour's
/// clock.
async fn position_at(
    client: &Outgoing,
    base: &str,
    did: &Did,
    who: Option<(&Node, Timestamp)>,
) -> Option<Json> {
    let target = format!("/auth/api/head/{did}");
    let url = Url::parse(&format!("{base}{target}")).ok()?;
    let mut request = client.request(Method::GET, url).ok()?;
    if let Some((node, timestamp)) = who {
        let exchange = Exchange::new(node.did().clone(), timestamp, random::hex::<16>().ok()?);
        let signed = exchange::Request {
            host: &host_of_url(base)?,
            method: "GET",
            target: &target,
            body: &[],
        };
        for (name, text) in exchange.headers(&signed, &node.key().key) {
            request = request.header(name, text);
        }
    }
    let answer = request.send(ANSWER_BYTES_MAX).await.ok()?;
    serde_json::from_slice(&answer.bytes).ok()
}

/// Whether an announcement may come from another machine than this one.
pub(super) fn is_elsewhere(addresses: &[IpAddr]) -> bool {
    let own = if_addrs::get_if_addrs().unwrap_or_default();
    let is_own = |ip: &IpAddr| ip.is_loopback() || own.iter().any(|own| own.ip() == *ip);
    !addresses.is_empty() && !addresses.iter().any(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_that_hears_itself_is_no_twin() {
        let own = if_addrs::get_if_addrs().unwrap();
        for own in own {
            assert!(!is_elsewhere(&["192.0.2.9".parse().unwrap(), own.ip()]));
        }
        assert!(!is_elsewhere(&[]));
        assert!(is_elsewhere(&["192.0.2.9".parse().unwrap()]));
    }
}
