//! Telling peers what is new.
//!
//! Always: nobody waits for it, and a peer that does not listen misses something: it follows our log if it
//! cares. What is queued for one peer is bounded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::sync::Notify;

use crate::relay::Relay;

/// Operations of one submission, at most (WEB-RELAY).
const BATCH_MAX: usize = 100;
/// Bytes of one submission: well below what a relay takes.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// Bytes that are queued for one peer.
const QUEUE_BYTES_MAX: usize = 16 << 20;
/// How long a peer that failed is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// What one peer has not been told yet.
pub(super) struct Outbox {
    url: Url,
    queue: Mutex<Queue>,
    filled: Notify,
}

#[derive(Default)]
struct Queue {
    tokens: VecDeque<(Arc<[String]>, usize)>,
    bytes: usize,
}

impl Outbox {
    pub(super) fn new(url: Url) -> Self {
        Self {
            url,
            queue: Mutex::default(),
            filled: Notify::new(),
        }
    }

    pub(super) fn put(&self, tokens: &Arc<[String]>) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, token) in tokens.iter().enumerate() {
            if queue.bytes + token.len() > QUEUE_BYTES_MAX {
                tracing::debug!(peer = %self.url, "relay: the peer is not told everything");
                break;
            }
            queue.bytes += token.len();
            queue.tokens.push_back((Arc::clone(tokens), at));
        }
        drop(queue);
        self.filled.notify_one();
    }

    fn take(&self) -> Vec<String> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while let Some((tokens, at)) = queue.tokens.front() {
            let token = tokens.get(*at).cloned().unwrap_or_default();
            let is_full = batch.len() == BATCH_MAX || bytes + token.len() > BATCH_BYTES_MAX;
            if is_full && !batch.is_empty() {
                break;
            }
            queue.tokens.pop_front();
            queue.bytes = queue.bytes.saturating_sub(token.len());
            bytes += token.len();
            batch.push(token);
        }
        batch
    }
}

pub(super) async fn run(relay: Relay, at: usize) {
    let peers = &relay.inner.peers;
    let Some(outbox) = peers.outboxes.get(at) else {
        return;
    };
    loop {
        let batch = outbox.take();
        if batch.is_empty() {
            tokio::select! {
                () = outbox.filled.notified() => continue,
                () = peers.stopped() => return,
            }
        }
        let sent = tokio::select! {
            sent = peers.client.submit(&outbox.url, &batch) => sent,
            () = peers.stopped() => return,
        };
        if let Err(error) = sent {
            let count = batch.len();
            tracing::info!(peer = %outbox.url, %error, count, "relay: a peer was not told");
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = peers.stopped() => return,
            }
        }
    }
}
