//! The outbox: passes what people's logs carry for the network (identity operations and the like) to relays: to this node's
//! own, which tells its peers, or if that does not run, to those that the settings name.
//!
//! Always: in parallel with the writer, never in it; at least once, in the order of the logs, and a relay that has an operation
//! already says so. The position of each relay is kept, so that nothing is lost and little is sent twice. An operation that
//! a relay refuses permanently is named in the log and skipped.

mod elsewhere;
mod position;
mod relay;
mod things;

use imajin_app::task::boxed;
use imajin_app::time::instant;
use imajin_app::{Node, Problem};
use imajin_auth::outbox::{self, OutboxItem};
use imajin_dfos::identity::Did as DfosDid;
use imajin_host::backoff::Backoff;
use imajin_host::stop::Stop;
use position::{Positions, Reached};
use serde_json::Value as Json;
use std::sync::Arc;
use std::time::Duration;

use things::PublishedThings;

pub use relay::{Relay, RelayError};

/// Interval between two checks of the logs: each compares a number in memory.
const LOOK: Duration = Duration::from_millis(500);
/// Pauses after a relay did not answer.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
/// Entries that are read at once.
const PARCELS_MAX: usize = 100;
/// Operations in one submission (DFOS v1 WEB-RELAY).
const TOKENS_MAX: usize = 100;

/// Why something could not be sent.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SendError {
    #[error("{0}")]
    Read(#[from] Problem),
    #[error(transparent)]
    Relay(#[from] RelayError),
    #[error("the outbox's position: {0}")]
    Position(std::io::Error),
    #[error("the node's auth token: {0}")]
    Token(String),
}

/// Sends what there is to send until told to stop.
pub async fn run(node: Node, relays: Vec<Relay>, stop: Stop) {
    let positions = Arc::new(Positions::open(node.data()));
    let mut tasks = tokio::task::JoinSet::new();
    for relay in relays {
        let worker = Worker {
            node: node.clone(),
            reached: positions.get(relay.name()),
            positions: Arc::clone(&positions),
            relay,
            things: PublishedThings::default(),
        };
        tasks.spawn(boxed(worker.run(stop.clone())));
    }
    drop(node);
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!("the outbox ended: {error}");
        }
    }
}

/// Sends to one relay.
struct Worker {
    node: Node,
    relay: Relay,
    positions: Arc<Positions>,
    /// The last entry whose operations the relay has.
    reached: Option<Reached>,
    things: PublishedThings,
}

impl Worker {
    async fn run(mut self, stop: Stop) {
        let mut failures = 0_u32;
        let mut is_checked = false;
        let mut next_look = instant();
        // Looked at twice: an entry is counted a moment before it can be read.
        let mut looks = [None, None];
        while !stop.is_given() {
            // Counts the entries written here and the logs that arrived.
            let ledger = self.node.ledger();
            let (coming, written) = (ledger.coming(), ledger.stats().entries);
            let entries = Some((written, coming.begun, coming.ended));
            let wait = if looks == [entries; 2] {
                LOOK
            } else {
                match self.send_all(&mut is_checked, &stop).await {
                    Ok(()) => {
                        looks = [looks[1], entries];
                        failures = 0;
                        LOOK
                    }
                    Err(error) => {
                        let relay = self.relay.name();
                        failures = failures.saturating_add(1);
                        let pause = BACKOFF.pause(failures);
                        tracing::warn!(relay, "the outbox waits {} s: {error}", pause.as_secs());
                        pause
                    }
                }
            };
            let now = instant();
            if now >= next_look {
                elsewhere::look(&self.node, &self.relay).await;
                next_look = now.checked_add(elsewhere::every(&self.relay)).unwrap_or(now);
            }
            if !stop.rest(wait).await {
                return;
            }
        }
    }

    /// Sends everything that the relay does not have yet.
    async fn send_all(&mut self, is_checked: &mut bool, stop: &Stop) -> Result<(), SendError> {
        if !*is_checked {
            self.check().await?;
            *is_checked = true;
        }
        while !stop.is_given() {
            let after = self.reached.as_ref().map(|reached| reached.place.offset);
            let parcels = outbox::after(&self.node, after, PARCELS_MAX)?;
            if parcels.is_empty() {
                return self.things.update(&self.node, &self.relay).await;
            }
            self.send(parcels).await?;
        }
        Ok(())
    }

    /// Starts from the beginning if the position belongs to other logs, or the relay lost its data.
    async fn check(&mut self) -> Result<(), SendError> {
        let Some(reached) = &self.reached else {
            return Ok(());
        };
        let is_here = outbox::is_at(&self.node, &reached.place)?;
        let is_there = match &reached.cid {
            Some(cid) => self.relay.operation(cid).await?.is_some(),
            None => true,
        };
        if !(is_here && is_there) {
            tracing::info!(relay = self.relay.name(), "the outbox starts over");
            self.reached = None;
        }
        Ok(())
    }

    async fn send(&mut self, parcels: Vec<OutboxItem>) -> Result<(), SendError> {
        let mut batch = Batch::default();
        for parcel in parcels {
            let is_full = batch.tokens.len() + parcel.tokens.len() > TOKENS_MAX;
            // A document goes right after its operation, whose content chain the answer names.
            let is_alone = parcel.document.is_some() || parcel.tokens.len() > TOKENS_MAX;
            if (is_full || is_alone) && batch.last.is_some() {
                self.give(std::mem::take(&mut batch)).await?;
            }
            batch.add(parcel);
            if is_alone {
                self.give(std::mem::take(&mut batch)).await?;
            }
        }
        self.give(batch).await
    }

    /// Sends a batch to the relay, and saves the position.
    async fn give(&mut self, batch: Batch) -> Result<(), SendError> {
        let Some(last) = batch.last else {
            return Ok(());
        };
        let mut newest = None;
        for tokens in batch.tokens.chunks(TOKENS_MAX) {
            for result in self.relay.submit(tokens).await? {
                newest = note(&self.relay, &result).or(newest);
            }
        }
        if let (Some(document), Some(newest)) = (batch.document, &newest) {
            self.put(&newest.0, &newest.1, document).await?;
        }
        let count = batch.tokens.len();
        tracing::debug!(relay = self.relay.name(), "{count} operations sent");
        let before = self.reached.take().and_then(|reached| reached.cid);
        let reached = Reached { place: last, cid: newest.map(|(cid, _)| cid).or(before) };
        self.positions.put(self.relay.name(), &reached).map_err(SendError::Position)?;
        self.reached = Some(reached);
        Ok(())
    }

    async fn put(&self, cid: &str, content: &str, document: Vec<u8>) -> Result<(), SendError> {
        let token = self.token().await?;
        match self.relay.put(content, cid, &token, document).await {
            Err(RelayError::Refused { status, text }) if (400..500).contains(&status) => {
                let relay = self.relay.name();
                tracing::warn!(relay, cid, status, "a document is refused for good: {text}");
                Ok(())
            }
            // A relay that keeps no documents has its chain all the same.
            Err(RelayError::Refused { status: 501, .. }) => Ok(()),
            put => Ok(put?),
        }
    }

    /// Signs an auth token that proves to the relay which node uploads a document.
    async fn token(&self) -> Result<String, SendError> {
        let sign = |error: &dyn std::fmt::Display| SendError::Token(error.to_string());
        let did = imajin_identity::dfos_did(&self.node, self.node.did())?;
        let issuer = did.and_then(|did| DfosDid::parse(&did).ok());
        let issuer = issuer.ok_or_else(|| sign(&"the node has no chain"))?;
        let now = self.node.now().as_secs();
        let claims = imajin_dfos::auth::Claims {
            issuer,
            audience: self.relay.did().await?,
            issued_at_secs: now - CLOCKS_APART_S,
            expires_at_secs: now + TOKEN_S,
        };
        let key = self.node.key();
        imajin_dfos::auth::sign(&claims, key.kid.key_id(), &key.key).map_err(|error| sign(&error))
    }
}

/// CID and chain of an operation that the relay has now. One that waits there for another is in its hands, too.
fn note(relay: &Relay, result: &Json) -> Option<(String, String)> {
    let text = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
    if result["status"] != "rejected" {
        return Some((text("cid"), text("chainId")));
    }
    if result["dependencyMissing"] != true {
        let (relay, cid, error) = (relay.name(), text("cid"), text("error"));
        tracing::warn!(relay, cid, "an operation is refused for good: {error}");
    }
    None
}

/// Maximum difference between the clocks of node and relay, and lifetime of a token for one upload, in seconds.
const CLOCKS_APART_S: i64 = 60;
const TOKEN_S: i64 = 300;

/// Entries of one submission, at most.
#[derive(Default)]
struct Batch {
    tokens: Vec<String>,
    document: Option<Vec<u8>>,
    /// The newest of them.
    last: Option<outbox::OutboxPosition>,
}

impl Batch {
    fn add(&mut self, parcel: OutboxItem) {
        self.tokens.extend(parcel.tokens);
        self.document = parcel.document;
        self.last = Some(parcel.place);
    }
}
