//! The bounded queue of operations that one peer has not received yet.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use reqwest::Url;
use tokio::sync::Notify;

/// Operations of one submission, at most (WEB-RELAY).
const BATCH_MAX: usize = 100;
/// Bytes of one submission, at most: well below the limit of a relay.
const BATCH_BYTES_MAX: usize = 8 << 20;
/// Bytes that the queue for one peer holds, at most.
const QUEUE_BYTES_MAX: usize = 16 << 20;

/// The queue for one peer.
pub(super) struct Outbox {
    /// The peer's address.
    pub(super) url: Url,
    queue: Mutex<Queue>,
    /// Wakes the gossip task after [`Self::put`].
    pub(super) filled: Notify,
}

#[derive(Default)]
struct Queue {
    tokens: VecDeque<(Arc<[String]>, usize)>,
    bytes: usize,
}

impl Outbox {
    pub(super) fn new(url: Url) -> Self {
        Self { url, queue: Mutex::default(), filled: Notify::new() }
    }

    /// Queues operations. Drops what does not fit; the peer can still fetch it from this relay's log.
    pub(super) fn put(&self, tokens: &Arc<[String]>) {
        let mut queue = self.queue.lock();
        for (at, token) in tokens.iter().enumerate() {
            if queue.bytes + token.len() > QUEUE_BYTES_MAX {
                tracing::debug!(peer = %self.url, "relay: the queue for a peer is full; some operations are not sent");
                break;
            }
            queue.bytes += token.len();
            queue.tokens.push_back((Arc::clone(tokens), at));
        }
        drop(queue);
        self.filled.notify_one();
    }

    /// The next submission; empty if nothing is queued.
    pub(super) fn take(&self) -> Vec<String> {
        let mut queue = self.queue.lock();
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
