//! What strangers and people may use up here: rates, daily budgets, room on the disk.

use imajin_protocol::Did;

use super::Node;
use crate::budget::{Budgets, Hashed, Spend};
use crate::limits::Limits;
use crate::prefix::Prefix;
use crate::problem::Problem;
use crate::rate::Buckets;
use crate::room::{For, Room};

pub(crate) struct Rates {
    /// Requests without a session.
    pub(crate) address: Buckets<Prefix>,
    /// Requests of who is signed in.
    pub(crate) account: Buckets<Did>,
    /// Writes.
    pub(crate) did: Buckets<Did>,
    /// Attempts at what guesses or costs.
    pub(crate) attempt: Buckets<Hashed>,
    /// The same of somebody who is signed in.
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
        &self.0.config.limits
    }

    /// How much room the disk of the data folder has.
    pub fn room(&self) -> &Room {
        &self.0.room
    }

    /// Refuses (507) what the disk has no room for (see [`crate::room`]).
    pub fn need_room(&self, bytes: u64, whose: For) -> Result<(), Problem> {
        Ok(self.0.room.need_now(self.monotonic(), bytes, whose)?)
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    /// Takes one from what strangers at an address may use up today, or refuses with 429. The node's own machine is not
    /// counted.
    pub fn spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        let taken = self.0.budgets.take(spend, Prefix::of(from), self.now());
        self.keep_limits();
        self.within(taken)
    }

    /// Whether there is one left to take.
    pub fn may_spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        self.within(self.0.budgets.look(spend, Prefix::of(from), self.now()))
    }

    /// Counts an attempt at what guesses or costs, of an address that is not the node's own machine.
    pub(crate) fn attempt(&self, from: std::net::IpAddr) -> Result<(), u32> {
        let hashed = self.0.budgets.hashed(Prefix::of(from));
        let taken = self.0.rates.attempt.take(&hashed, self.monotonic());
        self.0.budgets.changed();
        self.keep_limits();
        taken
    }

    /// What a rate or budget says, as an answer.
    pub(crate) fn within(&self, taken: Result<(), u32>) -> Result<(), Problem> {
        taken.map_err(|seconds| {
            self.metrics().limited.inc();
            Problem::too_many(seconds)
        })
    }

    pub(crate) fn keep_limits(&self) {
        let (now, monotonic) = (self.now(), self.monotonic());
        self.0.budgets.keep(&self.0.rates.attempt, now, monotonic);
    }

    pub(crate) fn budgets(&self) -> &Budgets {
        &self.0.budgets
    }
}
