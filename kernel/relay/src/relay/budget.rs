//! The budget for strangers' data on this relay, and eviction.
//!
//! Always: the relay accepts operations of the node's own people whatever the budget. It refuses others' data when the
//! budget is used up and nothing can be evicted, and before the disk is short. A measurement may be a second old.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::Relay;
use crate::core::Core;
use crate::store::Answer;

/// The default budget: the smaller of this and a twentieth of the disk.
const BYTES_MAX: u64 = 1 << 30;
const DISK_PART: u64 = 20;
/// Validity of a measurement of the store's size, in milliseconds.
const LOOK_MS: i64 = 1_000;
/// Chains, documents or statements evicted in one transaction, at most.
const EVICT_MAX: usize = 200;
/// Maximum number of such transactions for a request; the next request continues.
const ROUNDS_MAX: usize = 5;

/// Why the relay refuses others' data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    #[error("the disk of this relay is nearly full; try again later, or another relay")]
    Disk,
    #[error(
        "this relay is full: it accepts no more data from others; try again later, or another relay"
    )]
    Budget,
}

/// The budget, and when the store was last found to be within it.
pub(super) struct Budget {
    /// 0 for the default.
    bytes: u64,
    own: String,
    /// Time of the last check that found the store within the budget, in milliseconds since 1970; 0 for never.
    within_at: AtomicI64,
}

impl Budget {
    pub(super) fn new(bytes: u64, own: &str) -> Self {
        Self { bytes, own: own.to_owned(), within_at: AtomicI64::new(0) }
    }

    /// Bytes that the store may have.
    fn bytes(&self, core: &Core, now: Duration) -> u64 {
        if self.bytes > 0 {
            return self.bytes;
        }
        let part = core.host.disk_bytes(now).map(|total| total / DISK_PART);
        part.map_or(BYTES_MAX, |part| part.min(BYTES_MAX))
    }

    /// Checks that `bytes` of others' data fit, and evicts if they don't. Blocks.
    fn check(&self, core: &Core, bytes: u64) -> Answer<Result<(), Full>> {
        let now_ms = core.clock.now().as_millis();
        let now = Duration::from_millis(now_ms.unsigned_abs());
        if !core.host.has_room(now, bytes) {
            return Ok(Err(Full::Disk));
        }
        let age_ms = now_ms - self.within_at.load(Ordering::Relaxed);
        if (0..LOOK_MS).contains(&age_ms) {
            return Ok(Ok(()));
        }
        let most = self.bytes(core, now);
        let fits = |core: &Core| -> Answer<bool> {
            Ok(core.read(|reads| reads.used_bytes())? + bytes <= most)
        };
        for _ in 0..ROUNDS_MAX {
            if fits(core)? {
                self.within_at.store(now_ms, Ordering::Relaxed);
                return Ok(Ok(()));
            }
            if core.evict(&self.own, EVICT_MAX)? == 0 {
                return Ok(Err(Full::Budget));
            }
        }
        Ok(if fits(core)? { Ok(()) } else { Err(Full::Budget) })
    }
}

impl Core {
    fn evict(&self, own: &str, most: usize) -> Answer<u64> {
        let gone = self.store.write(most, |tx| tx.evict(own, most));
        // The cache must forget evicted identities.
        self.recent.forget();
        let gone = gone?;
        if let Some(left_out) = self.host.next_line("relay made room") {
            tracing::info!(gone, left_out, "relay: made room");
        }
        Ok(gone)
    }
}

impl Relay {
    /// Checks that `bytes` more bytes of others' data fit.
    pub(super) async fn has_room(&self, bytes: usize) -> Answer<Result<(), Full>> {
        let budget = self.inner.budget.clone();
        self.work(move |core| budget.check(core, bytes as u64)).await
    }
}
