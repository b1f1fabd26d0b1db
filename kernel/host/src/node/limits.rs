//! Limits for strangers and people: rates, daily budgets, room on the disk.

use imajin_app::{Node, Problem, extension};
use imajin_protocol::Did;

use crate::budget::{Budgets, Hashed, Spend};
use crate::limits::Limits;
use crate::prefix::Prefix;
use crate::prelude::*;
use crate::rate::Buckets;
use crate::room::{For, Room};

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
        let entries = limits.rate_entries;
        Self {
            address: Buckets::new(limits.address_rate, limits.address_burst, entries),
            account: Buckets::new(limits.address_rate, limits.address_burst, entries),
            preview: Buckets::new(limits.preview_rate, limits.preview_burst, entries),
            did: Buckets::new(limits.did_rate, limits.did_burst, entries),
            attempt: Buckets::new(limits.attempt_rate, limits.attempt_burst, entries),
            account_attempt: Buckets::new(limits.attempt_rate, limits.attempt_burst, entries),
            identity: Buckets::new(limits.identity_rate, limits.identity_burst, entries),
        }
    }
}

/// The limits of a node and what is left of them.
#[extension(pub trait Bounds)]
impl Node {
    /// Limits.
    fn limits(&self) -> &Limits {
        &self.config().limits
    }

    /// The room on the disk of the data folder.
    fn room(&self) -> &Room {
        self.part()
    }

    /// Refuses (507) what the disk has no room for (see [`crate::room`]).
    fn need_room(&self, bytes: u64, whose: For) -> Result<(), Problem> {
        Ok(self.room().need_now(self.monotonic(), bytes, whose)?)
    }

    /// Makes the reserve's room available, for signing in or out. If there is none, the write itself fails.
    fn use_reserve(&self) {
        // Takes a fresh look: a disk can fill up within the second for which an old one serves.
        let _ = self.room().need_now(self.monotonic(), 0, For::Vital);
    }

    /// Takes one from what strangers at an address may use up today, or refuses with 429. The node's own machine is not
    /// counted.
    fn spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        let taken = self.budgets().take(spend, Prefix::from_address(from), self.now());
        self.keep_limits();
        self.within(taken)
    }

    /// Whether there is one left to take.
    fn may_spend(&self, spend: Spend, from: std::net::IpAddr) -> Result<(), Problem> {
        if from.is_loopback() {
            return Ok(());
        }
        self.within(self.budgets().look(spend, Prefix::from_address(from), self.now()))
    }

    /// Counts a request of a person who is signed in; one for a small picture of a page counts apart. If there were too many,
    /// returns the seconds until the next one.
    fn count_request_of(&self, did: &Did, is_preview: bool) -> Result<(), u32> {
        let rates = self.rates();
        let bucket = if is_preview { &rates.preview } else { &rates.account };
        bucket.take(did, self.monotonic())
    }

    /// Counts a request without a session. If there were too many, returns the seconds until the next one.
    fn count_request_from(&self, from: std::net::IpAddr) -> Result<(), u32> {
        self.rates().address.take(&Prefix::from_address(from), self.monotonic())
    }

    /// Turns the result of a rate or budget into an answer.
    fn within(&self, taken: Result<(), u32>) -> Result<(), Problem> {
        taken.map_err(|seconds| self.too_many(seconds))
    }
}

/// Counters of requests.
#[extension(pub(crate) trait Counters)]
impl Node {
    fn rates(&self) -> &Rates {
        self.part()
    }

    /// Counts an attempt at what guesses or costs, of an address that is not the node's own machine.
    fn attempt(&self, from: std::net::IpAddr) -> Result<(), u32> {
        let hashed = self.budgets().hashed(Prefix::from_address(from));
        let taken = self.rates().attempt.take(&hashed, self.monotonic());
        self.budgets().changed();
        self.keep_limits();
        taken
    }

    /// The refusal (429) of a client over its rate; the node counts it.
    fn too_many(&self, seconds: u32) -> Problem {
        self.metrics().limited.inc();
        Problem::too_many(seconds)
    }

    fn keep_limits(&self) {
        let (now, monotonic) = (self.now(), self.monotonic());
        self.budgets().keep(&self.rates().attempt, now, monotonic);
    }

    fn budgets(&self) -> &Budgets {
        self.part()
    }
}
