//! How much strangers may leave on this relay, and making room for more.
//!
//! Always: what the node's own people sign is taken in whatever the budget says. What others send ends at the budget, once
//! nothing is left to remove, and before the disk is short. What a look found may be a second old.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use imajin_service::room::{For, Room};

use super::Relay;
use super::core::Core;
use super::store::{Answer, StoreError};

/// The default budget: the smaller of this and a twentieth of the disk.
const BYTES_MAX: u64 = 1 << 30;
const DISK_PART: u64 = 20;
/// How long a look at the store's size serves, in milliseconds.
const LOOK_MS: i64 = 1_000;
/// Chains, documents or statements that go in one transaction.
const EVICT_MAX: usize = 200;
/// Such transactions in one go; more room is made for those who come next.
const ROUNDS_MAX: usize = 5;

/// Why others' data is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    /// The disk.
    #[error("the disk of this relay is nearly full; try again later, or another relay")]
    Disk,
    /// The budget.
    #[error(
        "this relay is full: it keeps no more of what others send; try again later, or another relay"
    )]
    Budget,
}

/// The budget, and when the store was last found to be within it.
pub(super) struct Budget {
    room: Room,
    /// 0 for the default.
    bytes: u64,
    own: String,
    /// In milliseconds since 1970; 0 for never.
    within_at: AtomicI64,
}

impl Budget {
    pub(super) fn new(room: Room, bytes: u64, own: &str) -> Self {
        Self {
            room,
            bytes,
            own: own.to_owned(),
            within_at: AtomicI64::new(0),
        }
    }

    /// Bytes that the store may have.
    fn bytes(&self, now: Duration) -> u64 {
        if self.bytes > 0 {
            return self.bytes;
        }
        let part = self.room.total(now).map(|total| total / DISK_PART);
        part.map_or(BYTES_MAX, |part| part.min(BYTES_MAX))
    }

    /// Whether `bytes` of others may come; makes room where there is too little. Blocks.
    fn check(&self, core: &Core, bytes: u64) -> Answer<Result<(), Full>> {
        let now_ms = core.clock.now().as_millis();
        let now = Duration::from_millis(now_ms.unsigned_abs());
        if self.room.need(now, bytes, For::Strangers).is_err() {
            return Ok(Err(Full::Disk));
        }
        let age_ms = now_ms - self.within_at.load(Ordering::Relaxed);
        if (0..LOOK_MS).contains(&age_ms) {
            return Ok(Ok(()));
        }
        let most = self.bytes(now);
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
        Ok(match fits(core)? {
            true => Ok(()),
            false => Err(Full::Budget),
        })
    }
}

impl Core {
    fn evict(&self, own: &str, most: usize) -> Answer<u64> {
        let gone = self.writer.write(most, |tx| tx.evict(own, most));
        // An identity that is gone must not be remembered as known.
        self.recent.forget();
        let gone = gone?;
        tracing::info!(gone, "relay: made room");
        Ok(gone)
    }
}

impl Relay {
    /// Whether so many bytes of others may come.
    pub(super) async fn has_room(&self, bytes: usize) -> Answer<Result<(), Full>> {
        let (core, budget) = (self.inner.core.clone(), self.inner.budget.clone());
        let done = imajin_service::blocking::run(move || budget.check(&core, bytes as u64)).await;
        done.map_err(|problem| StoreError::Failed(problem.to_string()))?
    }
}
