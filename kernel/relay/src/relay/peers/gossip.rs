//! Sends new operations to peers.
//!
//! Always: no submission waits for gossip. A peer that does not answer misses operations and can still read them from this
//! relay's log.

use std::time::Duration;

use crate::Relay;

/// Pause after a failed submission.
const PAUSE: Duration = Duration::from_secs(2);

/// Sends the outbox at index `at` until the relay stops.
pub(super) async fn run(relay: Relay, at: usize) {
    let peers = &relay.inner.peers;
    let Some(outbox) = peers.outboxes.get(at) else {
        return;
    };
    loop {
        let batch = outbox.take();
        if batch.is_empty() {
            match peers.stop.run_until_cancelled(outbox.filled.notified()).await {
                Some(()) => continue,
                None => return,
            }
        }
        let sending = peers.client.submit(&outbox.url, &batch);
        let Some(sent) = peers.stop.run_until_cancelled(sending).await else {
            return;
        };
        if let Err(error) = sent {
            let count = batch.len();
            tracing::info!(peer = %outbox.url, %error, count, "relay: operations could not be sent to a peer");
            if !peers.rest(PAUSE).await {
                return;
            }
        }
    }
}
