//! Other relays: telling them what is new, asking them for what is not here, following their logs.
//!
//! Always: nothing of a peer is believed; what it sends goes through the same rules as everything else, with the
//! keys of all times. A peer that lies, stalls or never ends costs bounded memory and time, and disturbs no
//! other.
//!
//! Rules: DFOS v1 WEB-RELAY "Peering".

mod client;
mod follow;
mod gossip;
mod read_through;
mod sync;

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::config::{Config, Peer};
use super::ingest::{News, Waiting};
use super::{Relay, RelayError};
use client::Client;
use gossip::Outbox;
use read_through::Asked;

/// Chains to look at for documents, at most; of more all are looked at in turn.
const FOLLOWED_MAX: usize = 10_000;

/// A kind of chain that peers can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Chain {
    Identity,
    Content,
}

/// A peer with its address.
#[derive(Debug, Clone)]
struct Known {
    peer: Peer,
    url: Url,
}

/// Everything about other relays.
pub(super) struct Peers {
    client: Client,
    known: Vec<Known>,
    sync_every: Duration,
    sync_operations_max: usize,
    follows: bool,
    outboxes: Vec<Outbox>,
    asked: Asked,
    /// What waits for something that is here, for whoever takes it in by and by.
    waiting: Mutex<VecDeque<Waiting>>,
    more_waits: Notify,
    /// Content chains that may have documents to fetch.
    changed: Mutex<BTreeSet<String>>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Peers {
    pub(super) fn open(config: &Config) -> Result<Self, RelayError> {
        let known: Vec<Known> = config.peers.iter().map(known).collect::<Result<_, _>>()?;
        let timeout = Duration::from_secs(config.limits.peer_timeout_secs.max(1));
        let client = Client::new(timeout, config.allowed()).map_err(|error| RelayError::Peer {
            url: String::new(),
            error,
        })?;
        let outboxes = known.iter().filter(|known| known.peer.gossip);
        Ok(Self {
            outboxes: outboxes
                .map(|known| Outbox::new(known.url.clone()))
                .collect(),
            client,
            known,
            sync_every: Duration::from_secs(config.limits.sync_every_secs.max(1)),
            sync_operations_max: config.limits.sync_operations_max,
            follows: config.follow && config.capabilities.content,
            asked: Asked::new(),
            waiting: Mutex::default(),
            more_waits: Notify::new(),
            changed: Mutex::default(),
            stop: watch::Sender::new(false),
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
        let mut kept = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = tasks;
    }

    pub(super) async fn shutdown(&self) {
        self.stop.send_replace(true);
        let tasks = {
            let mut kept = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *kept)
        };
        for task in tasks {
            // One that panicked has stopped, too.
            let _ = task.await;
        }
    }

    /// Passes on what is new. Never waits.
    pub(super) fn tell(&self, news: News) {
        if !news.more_waits_for.is_empty() {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.extend(news.more_waits_for);
            self.more_waits.notify_one();
        }
        if self.follows && !news.contents.is_empty() {
            let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// Ends when the relay is to stop.
    async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        // It only ends when the relay itself is gone, and then this is what it waits for.
        let _ = stop.wait_for(|stop| *stop).await;
    }
}

fn known(peer: &Peer) -> Result<Known, RelayError> {
    let failed = |error: String| RelayError::Peer {
        url: peer.url.clone(),
        error,
    };
    let mut url = Url::parse(&peer.url).map_err(|error| failed(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(failed("it must begin with http:// or https://".to_owned()));
    }
    // Without it the last part of the path would be replaced by those of the protocol.
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(Known {
        peer: peer.clone(),
        url,
    })
}

/// Takes in, in pieces, what waited for something that landed; at the start looks at everything that waits.
async fn retry_what_waited(relay: Relay) {
    let peers = &relay.inner.peers;
    let mut after = Some(String::new());
    loop {
        let next = {
            let mut waiting = peers.waiting.lock().unwrap_or_else(PoisonError::into_inner);
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
            (None, None) => {
                tokio::select! {
                    () = peers.more_waits.notified() => continue,
                    () = peers.stopped() => return,
                }
            }
        };
        if *peers.stop.borrow() {
            return;
        }
        match relay.work(move |core| core.retry(batch)).await {
            Ok(news) => peers.tell(news),
            Err(error) => {
                tracing::error!(%error, "relay: what waits could not be taken in; it keeps waiting");
            }
        }
    }
}
