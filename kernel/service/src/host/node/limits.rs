//! Limits for strangers and people: rates, daily budgets, room on the disk.

use imajin_protocol::Did;

use crate::app::node::Node;
use crate::app::problem::Problem;
use crate::host::budget::{Budgets, Hashed, Spend};
use crate::host::limits::Limits;
use crate::host::prefix::Prefix;
use crate::host::rate::Buckets;
use crate::host::room::{For, Room};

pub(crate) struct Rates {
    /// Requests without a session.
    pub(crate) address: Buckets<Prefix>,
    /// Requests of people who are signed in.
    pub(crate) account: Buckets<Did>,
    /// Previews of pictures that people who are signed in ask for.
    pub(crate) preview: Buckets<Did>,
    /// Writes.
    pub(crate) did: Buckets<Did>,
    /// Attempts at something guessable or expensive.
    pub(crate) attempt: Buckets<Hashed>,
    /// Such attempts of a signed-in person.
    pub(crate) account_attempt: Buckets<Did>,
    /// Attempts to sign in as one identity, from an address that has used up its own.
    pub(crate) identity: Buckets<(Prefix, String)>,
}

impl Rates {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            address: Buckets::new(
                limits.address_rate,
                limits.address_burst,
                limits.rate_entries,
            ),
            account: Buckets::new(
                limits.address_rate,
                limits.address_burst,
                limits.rate_entries,
            ),
            preview: Buckets::new(
                limits.preview_rate,
                limits.preview_burst,
                limits.rate_entries,
            ),
            account_attempt: Buckets::new(
                limits.attempt_rate,
                limits.attempt_burst,
                limits.rate_entries,
            ),
            identity: Buckets::new(
                limits.identity_rate,
                limits.identity_burst,
                limits.rate_entries,
            ),
            did: Buckets::new(limits.did_rate, limits.did_burst, limits.rate_entries),
            attempt: Buckets::new(
                limits.attempt_rate,
                limits.attempt_burst,
                limits.rate_entries,
            ),
        }
    }
}

impl Node {
    /// Limits.
    pub fn limits(&self) -> &Limits {
        &self.config().limits
    }

    /// The room on the disk of the data folder.
    pub fn room(&self) -> &Room {
        self.part()
    }

    /// Refuses (507) what the disk has no room for (see [`crate::host::room`]).
    pub fn need_room(&self, bytes: u64, whose: For) -> Result<(), Problem> {
        Ok(self.room().need_now(self.monotonic(), bytes, whose)?)
    }

    /// Makes the reserve's room available, for signing in or out. If there is none, the write itself fails.
    pub fn use_reserve(&self) {
        // Takes a fresh look: a disk can fill up within the second for which an old one serves.
        let _ = self.room().need_now(self.monotonic(), 0, For::Vital);
    }

    pub(crate) fn rates(&self) -> &Rates {
        self.part()
    }

    /// Takes one from what strangers at an address may use up today, or refuses with 429. The node's own machine is not
    /// counted.
    pub fn spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        let taken = self.budgets().take(spend, Prefix::of(from), self.now());
        self.keep_limits();
        self.within(taken)
    }

    /// Whether there is one left to take.
    pub fn may_spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        self.within(self.budgets().look(spend, Prefix::of(from), self.now()))
    }

    /// Counts an attempt at what guesses or costs, of an address that is not the node's own machine.
    pub(crate) fn attempt(&self, from: std::net::IpAddr) -> Result<(), u32> {
        let hashed = self.budgets().hashed(Prefix::of(from));
        let taken = self.rates().attempt.take(&hashed, self.monotonic());
        self.budgets().changed();
        self.keep_limits();
        taken
    }

    /// Turns the result of a rate or budget into an answer.
    pub(crate) fn within(&self, taken: Result<(), u32>) -> Result<(), Problem> {
        taken.map_err(|seconds| self.too_many(seconds))
    }

    /// The refusal (429) of a client over its rate; the node counts it.
    pub(crate) fn too_many(&self, seconds: u32) -> Problem {
        self.metrics().limited.inc();
        Problem::too_many(seconds)
    }

    pub(crate) fn keep_limits(&self) {
        let (now, monotonic) = (self.now(), self.monotonic());
        self.budgets().keep(&self.rates().attempt, now, monotonic);
    }

    pub(crate) fn budgets(&self) -> &Budgets {
        self.part()
    }
}
