//! The limits of reading through: concurrent lookups, and a memory of chains that no peer has.

use std::collections::HashMap;

use imajin_dfos::Timestamp;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// Chains that are fetched at once.
const AT_ONCE_MAX: usize = 8;
/// Milliseconds for which the relay does not look again for a chain that no peer has.
const MISSING_MS: i64 = 10_000;
/// Chains that no peer has, remembered at most.
const MISSING_MAX: usize = 1_024;

/// The limits, shared by all requests.
pub(super) struct ReadThroughLimits {
    pub(super) at_once: Semaphore,
    missing: Mutex<HashMap<String, Timestamp>>,
}

impl ReadThroughLimits {
    pub(super) fn new() -> Self {
        Self { at_once: Semaphore::new(AT_ONCE_MAX), missing: Mutex::default() }
    }

    /// Whether no peer had the chain a moment ago.
    pub(super) fn is_missing(&self, id: &str, now: Timestamp) -> bool {
        let missing = self.missing.lock();
        let age = |at: &Timestamp| now.as_millis() - at.as_millis();
        missing.get(id).is_some_and(|at| (0..MISSING_MS).contains(&age(at)))
    }

    /// Remembers that no peer has the chain.
    pub(super) fn put_missing(&self, id: &str, now: Timestamp) {
        let mut missing = self.missing.lock();
        if missing.len() >= MISSING_MAX {
            missing.clear();
        }
        missing.insert(id.to_owned(), now);
    }
}
