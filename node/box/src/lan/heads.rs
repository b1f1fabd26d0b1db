//! The heads of other nodes' own records, met on the local network. Each node remembers how far its neighbours' records
//! go, and asks its neighbours for its newest head that they remember: a restored old copy learns of it from any
//! neighbour, without a registry or a relay.
//!
//! Always: a head is remembered only if the neighbour's key signed it, and gives way only to a newer one. What a neighbour says
//! of this node's own record counts only by this node's own signature (`Ledger::learn_own_head`).

use super::neighbours::keys_of;
use super::twin::{head_at, neighbour, own_head_at};
use crate::old_copy;
use imajin_app::{Node, blocking};
use imajin_host::network::Neighbour;
use imajin_host::pinned;
use imajin_host::prelude::*;
use imajin_ledger::durable;
use imajin_protocol::{Did, Head};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Interval between requests to a neighbour. A node's own record grows about once a day.
const EVERY: Duration = Duration::from_secs(600);
/// Maximum number of heads, more than a home network has nodes; the first ones stay.
const HEADS_MAX: usize = 256;
/// The file, in the node's folder.
const FILE_NAME: &str = "met-heads.json";
/// Maximum size of the file in bytes, more than `HEADS_MAX` heads take.
const FILE_BYTES_MAX: u64 = 512 << 10;

/// The heads that this node remembers, and the neighbours it asks next.
pub(super) struct Heads {
    path: PathBuf,
    /// The newest head by DID, as signed.
    known: BTreeMap<String, String>,
    next: BTreeMap<String, Instant>,
    running: Option<JoinHandle<Vec<ProvenHead>>>,
}

/// A head that the neighbour's key signed.
struct ProvenHead {
    did: String,
    head: String,
}

impl Heads {
    /// Reads what was remembered before the last stop. A file that is lost or damaged fills again.
    pub(super) fn open(node: &Node, folder: &Path) -> Self {
        let path = folder.join(FILE_NAME);
        let heads = Self {
            known: durable::read_short_json(&path, FILE_BYTES_MAX).unwrap_or_default(),
            path,
            next: BTreeMap::new(),
            running: None,
        };
        heads.publish(node);
        heads
    }

    /// Asks the neighbours that are due, one round at a time.
    pub(super) async fn meet(&mut self, node: &Node, now: Instant) {
        if let Some(running) = self.running.take_if(|running| running.is_finished()) {
            self.remember(node, running.await.unwrap_or_default());
        }
        if self.running.is_some() {
            return;
        }
        let neighbours = node.network().now().lan.as_ref().map(|lan| lan.neighbours.clone());
        let mut neighbours = neighbours.unwrap_or_default();
        neighbours.retain(|other| other.proved && other.secure.is_some());
        // A neighbour that left is asked again as soon as it is back.
        self.next.retain(|did, _| neighbours.iter().any(|other| other.did == *did));
        neighbours.retain(|other| self.next.get(&other.did).is_none_or(|next| now >= *next));
        if neighbours.is_empty() {
            return;
        }
        for other in &neighbours {
            if let Some(next) = now.checked_add(EVERY) {
                self.next.insert(other.did.clone(), next);
            }
        }
        let node = node.clone();
        self.running = Some(tokio::spawn(async move {
            let mut met = Vec::new();
            for other in &neighbours {
                met.extend(ask(&node, other).await);
            }
            met
        }));
    }

    fn remember(&mut self, node: &Node, met: Vec<ProvenHead>) {
        let mut is_changed = false;
        for ProvenHead { did, head } in met {
            if is_newer(&head, self.known.get(&did))
                && (self.known.len() < HEADS_MAX || self.known.contains_key(&did))
            {
                self.known.insert(did, head);
                is_changed = true;
            }
        }
        if is_changed {
            self.publish(node);
            if let Err(error) = durable::replace_json(&self.path, &self.known) {
                tracing::warn!("what was met of other nodes' records could not be saved: {error}");
            }
        }
    }

    fn publish(&self, node: &Node) {
        let heads = self.known.clone();
        node.network().change(|place| place.met_heads = heads);
    }
}

/// Whether `head` is newer than the known one.
fn is_newer(head: &str, known_head: Option<&String>) -> bool {
    let Ok(head) = Head::parse(head) else {
        return false;
    };
    let known_head = known_head.and_then(|known| Head::parse(known).ok());
    known_head.is_none_or(|known| head.is_ahead_of(&known.payload))
}

/// Asks a neighbour for its own record's head, and for the head of this node's record that it remembers.
async fn ask(node: &Node, other: &Neighbour) -> Option<ProvenHead> {
    let base = other.secure.as_deref()?;
    let did = Did::parse(&other.did).ok()?;
    let (here, whose) = (node.clone(), did.clone());
    let keys = blocking::run(move || keys_of(&here, &whose)).await.ok()?;
    let client = neighbour(pinned::tls(keys.clone()).ok()?).ok()?;
    if let Some(own) = own_head_at(&client, base, node).await {
        old_copy::met(node, &own, &other.name).await;
    }
    let head = head_at(&client, base, &did, None).await?;
    let signed = Head::parse(&head).ok()?;
    let is_theirs = signed.payload.did == did && keys.iter().any(|key| signed.verify(key).is_ok());
    is_theirs.then(|| ProvenHead { did: other.did.clone(), head })
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::cid::dag_cbor_cid;
    use imajin_dfos::{SigningKey, Timestamp};
    use imajin_protocol::{HeadPayload, Kid};

    fn head(epoch: u64, seq: u64) -> String {
        let key = SigningKey::from_bytes(&[7; 32]);
        let did = Did::from_key(key.verifying_key().as_bytes());
        let kid = Kid::parse(&format!("{did}#key")).unwrap();
        let payload = HeadPayload {
            at: Timestamp::from_millis(1_790_000_000_000).unwrap(),
            cid: dag_cbor_cid(b"an entry"),
            did,
            epoch,
            seq,
        };
        Head::sign(&key, kid, payload).unwrap().to_compact()
    }

    #[test]
    fn only_a_newer_head_replaces_one_that_is_remembered() {
        let base = head(2, 5);
        assert!(is_newer(&base, None));
        assert!(is_newer(&head(2, 6), Some(&base)));
        assert!(is_newer(&head(3, 1), Some(&base)));
        for older in [head(2, 5), head(2, 4), head(1, 9), "no head".to_owned()] {
            assert!(!is_newer(&older, Some(&base)), "{older}");
        }
    }
}
