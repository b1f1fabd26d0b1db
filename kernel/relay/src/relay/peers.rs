//! Peers: sending them new operations, fetching missing chains from them, following their logs.
//!
//! Always: a peer's data passes the same rules as every submission, checked with all keys an identity ever had. A peer
//! that lies, stalls or sends without end costs bounded memory and time, and does not disturb other peers.
//!
//! Rules: DFOS v1 WEB-RELAY "Peering".

mod address;
mod client;
mod follow;
mod gossip;
mod limits;
mod outbox;
mod read_through;
mod sync;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Relay;
use crate::config::Config;
use crate::error::RelayError;
use crate::host::Host;
use crate::ingest::{News, WaitKey};
pub(crate) use address::Chain;
use address::PeerAddress;
use client::Client;
use limits::ReadThroughLimits;
use outbox::Outbox;

/// Chains in the queue for documents, at most. The periodic round covers the others.
const FOLLOWED_MAX: usize = 10_000;

/// The peers and their tasks.
pub(super) struct Peers {
    client: Client,
    known: Vec<PeerAddress>,
    sync_every: Duration,
    sync_operations_max: usize,
    follows: bool,
    outboxes: Vec<Outbox>,
    read_through: ReadThroughLimits,
    /// Keys for which operations may wait, for the retry task.
    waiting: Mutex<VecDeque<WaitKey>>,
    more_waits: Notify,
    /// Content chains that may have documents to fetch.
    changed: Mutex<BTreeSet<String>>,
    /// The signal that the tasks are to stop.
    stop: CancellationToken,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Peers {
    pub(super) fn open(config: &Config, host: &Arc<dyn Host>) -> Result<Self, RelayError> {
        let addresses = config.peers.iter().map(PeerAddress::parse);
        let addresses: Vec<PeerAddress> = addresses.collect::<Result<_, _>>()?;
        let outboxes = addresses.iter().filter(|known| known.peer.gossip);
        Ok(Self {
            outboxes: outboxes.map(|known| Outbox::new(known.url.clone())).collect(),
            client: Client::new(host),
            known: addresses,
            sync_every: Duration::from_secs(config.limits.sync_every_secs.max(1)),
            sync_operations_max: config.limits.sync_operations_max,
            follows: config.follow && config.capabilities.content,
            read_through: ReadThroughLimits::new(),
            waiting: Mutex::default(),
            more_waits: Notify::new(),
            changed: Mutex::default(),
            stop: CancellationToken::new(),
            tasks: Mutex::default(),
        })
    }

    /// Begins to follow.
    pub(super) fn start(&self, relay: &Relay, runtime: &Handle) {
        let mut tasks = vec![runtime.spawn(retry_what_waited(relay.clone()))];
        for (at, _) in self.outboxes.iter().enumerate() {
            tasks.push(runtime.spawn(gossip::run(relay.clone(), at)));
        }
        for known in self.known.iter().filter(|known| known.peer.sync) {
            tasks.push(runtime.spawn(sync::run(relay.clone(), known.clone())));
        }
        if self.follows && !self.known.is_empty() {
            tasks.push(runtime.spawn(follow::run(relay.clone())));
        }
        let mut kept = self.tasks.lock();
        *kept = tasks;
    }

    pub(super) async fn shutdown(&self) {
        self.stop.cancel();
        let tasks = {
            let mut kept = self.tasks.lock();
            std::mem::take(&mut *kept)
        };
        for task in tasks {
            // A task that panicked has stopped, too.
            let _ = task.await;
        }
    }

    /// Queues new data for the tasks. Never waits.
    pub(super) fn tell(&self, news: News) {
        if !news.more_waits_for.is_empty() {
            let mut waiting = self.waiting.lock();
            waiting.extend(news.more_waits_for);
            self.more_waits.notify_one();
        }
        if self.follows && !news.contents.is_empty() {
            let mut changed = self.changed.lock();
            changed.extend(news.contents);
            while changed.len() > FOLLOWED_MAX {
                changed.pop_last();
            }
        }
        if !news.tokens.is_empty() && !self.outboxes.is_empty() {
            let tokens: Arc<[String]> = news.tokens.into();
            for outbox in &self.outboxes {
                outbox.put(&tokens);
            }
        }
    }

    /// Waits this long, and returns true unless the relay stops first.
    async fn rest(&self, time: Duration) -> bool {
        let rest = tokio::time::sleep(time);
        self.stop.run_until_cancelled(rest).await.is_some()
    }
}

/// Ingests, in pieces, operations whose dependency has landed. At the start it tries all waiting operations.
async fn retry_what_waited(relay: Relay) {
    let peers = &relay.inner.peers;
    let mut after = Some(String::new());
    loop {
        let next = {
            let mut waiting = peers.waiting.lock();
            waiting.pop_front()
        };
        let batch = match (next, &after) {
            (Some(next), _) => vec![next],
            (None, Some(from)) => {
                let from = from.clone();
                let page = relay.read(move |_, reads| reads.pending_wanted(&from, 100));
                let page = page.await.unwrap_or_default();
                after = page.last().cloned();
                page.into_iter().map(|wanted| (wanted, 0)).collect()
            }
            (None, None) => match peers.stop.run_until_cancelled(peers.more_waits.notified()).await
            {
                Some(()) => continue,
                None => return,
            },
        };
        if peers.stop.is_cancelled() {
            return;
        }
        match relay.work(move |core| core.retry(batch)).await {
            Ok(news) => peers.tell(news),
            Err(error) => {
                tracing::error!(%error, "relay: waiting operations could not be ingested; they keep waiting");
            }
        }
    }
}
