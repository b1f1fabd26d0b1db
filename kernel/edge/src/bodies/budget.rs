//! The bytes of bodies in memory, in all and by account.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_protocol::Did;
use parking_lot::Mutex;

use imajin_app::Problem;
use imajin_app::pieces::BodyRoom;
use imajin_host::prefix::Prefix;

/// Seconds after which a client that was refused for lack of room may try again.
const RETRY_S: u32 = 5;

/// The first bytes of a body, which no share counts: a client that fills its address's share can't keep others behind
/// that address from signing in.
const SMALL_BYTES: usize = 16 * 1024;

/// The account that a body's bytes count for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    /// A person with a session.
    Person(Did),
    /// All clients without a session at this address.
    Address(Prefix),
}

/// The budget for all bodies of a node.
pub(crate) struct Budget {
    bytes_max: usize,
    held: Mutex<MemoryUsage>,
}

#[derive(Default)]
struct MemoryUsage {
    bytes: usize,
    /// Bytes beyond the first [`SMALL_BYTES`] of their body.
    large: usize,
    /// The part of `large` that strangers and guests hold.
    strangers: usize,
    /// The parts of `large` by account.
    by: HashMap<Account, usize>,
}

/// Bytes of one body: the first, and those beyond.
#[derive(Debug, Clone, Copy, Default)]
struct Bytes {
    small: usize,
    large: usize,
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The budget had no room for the body.
    NoRoom,
    /// The body stopped coming, or came too slowly.
    Slow,
}

impl Refused {
    /// The refusal for the caller.
    pub(crate) fn problem(self) -> Problem {
        match self {
            Self::Slow => Problem::request_timeout(),
            Self::NoRoom => Problem::busy(
                RETRY_S,
                "This node is receiving as much as it can hold. Nothing was done: send the same again in a moment.",
            ),
        }
    }
}

impl Budget {
    pub(crate) fn new(bytes_max: usize) -> Arc<Self> {
        Arc::new(Self { bytes_max, held: Mutex::default() })
    }

    /// Room for a body, none of it taken yet.
    pub(crate) fn lease(self: &Arc<Self>, account: Account, is_stranger: bool) -> Lease {
        Lease(Arc::new(Inner {
            budget: Arc::clone(self),
            account,
            is_stranger,
            state: Mutex::default(),
        }))
    }

    /// A quarter is left to the first bytes of bodies.
    fn large_max(&self) -> usize {
        self.bytes_max / 4 * 3
    }

    fn take(&self, account: &Account, is_stranger: bool, bytes: Bytes) -> bool {
        let mut held = self.held.lock();
        let all = held.bytes + bytes.small + bytes.large;
        if all > self.bytes_max {
            return false;
        }
        if bytes.large > 0 {
            let own = held.by.get(account).copied().unwrap_or(0) + bytes.large;
            let free = self.large_max().saturating_sub(held.large + bytes.large);
            let strangers = held.strangers + bytes.large;
            if own > 2 * free || (is_stranger && strangers > self.large_max() / 3 * 2) {
                return false;
            }
            held.large += bytes.large;
            if is_stranger {
                held.strangers = strangers;
            }
            held.by.insert(account.clone(), own);
        }
        held.bytes = all;
        true
    }

    fn give_back(&self, account: &Account, is_stranger: bool, bytes: Bytes) {
        let mut held = self.held.lock();
        held.bytes = held.bytes.saturating_sub(bytes.small + bytes.large);
        held.large = held.large.saturating_sub(bytes.large);
        if is_stranger {
            held.strangers = held.strangers.saturating_sub(bytes.large);
        }
        if let Some(own) = held.by.get_mut(account) {
            *own = own.saturating_sub(bytes.large);
            if *own == 0 {
                held.by.remove(account);
            }
        }
    }

    /// Bytes in memory now.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.held.lock().bytes
    }
}

/// The room of one body. What it took is free again when its last clone is dropped.
#[derive(Clone)]
pub(crate) struct Lease(Arc<Inner>);

struct Inner {
    budget: Arc<Budget>,
    account: Account,
    is_stranger: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bytes: Bytes,
    refused: Option<Refused>,
}

impl BodyRoom for Lease {
    fn give_back(&self, bytes: usize) {
        let mut state = self.0.state.lock();
        let large = bytes.min(state.bytes.large);
        let less = Bytes { small: (bytes - large).min(state.bytes.small), large };
        state.bytes.small -= less.small;
        state.bytes.large -= less.large;
        let inner = &self.0;
        (inner.budget).give_back(&inner.account, inner.is_stranger, less);
    }
}

impl Lease {
    /// Takes room for `bytes` more bytes, if there is any.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let mut state = self.0.state.lock();
        let small = bytes.min(SMALL_BYTES - state.bytes.small);
        let more = Bytes { small, large: bytes - small };
        let taken = (self.0.budget).take(&self.0.account, self.0.is_stranger, more);
        if taken {
            state.bytes.small += more.small;
            state.bytes.large += more.large;
        }
        taken
    }

    pub(super) fn refuse(&self, why: Refused) {
        self.0.state.lock().refused = Some(why);
    }

    /// Why the body was not read to its end, if it was the node that stopped.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.0.state.lock().refused
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        let bytes = state.bytes;
        (self.budget).give_back(&self.account, self.is_stranger, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> Account {
        Account::Address(Prefix::from_address(std::net::IpAddr::from([192, 0, 2, n])))
    }

    fn person(n: u8) -> Account {
        Account::Person(Did::from_key(&[n; 32]))
    }

    /// Leases pieces until the budget is full; returns the bytes leased.
    fn fill(lease: &Lease) -> usize {
        let mut taken = 0;
        while lease.take(1000) {
            taken += 1000;
        }
        taken
    }

    #[test]
    fn nobody_takes_more_than_is_left_for_the_next() {
        let budget = Budget::new(4_000_000);
        let first = budget.lease(person(1), false);
        let second = budget.lease(person(2), false);
        let share = |taken: usize| (taken - SMALL_BYTES).div_ceil(100_000);
        assert_eq!(share(fill(&first)), 20);
        assert_eq!(share(fill(&second)), 7);
        let again = fill(&budget.lease(person(1), false));
        assert!(again <= SMALL_BYTES, "by person, not by body: {again}");
        assert_eq!(share(fill(&budget.lease(person(3), false))), 3);
        drop((first, second));
        assert_eq!(budget.bytes(), 0);
        assert!(budget.held.lock().by.is_empty());
    }

    #[test]
    fn strangers_together_leave_room_to_the_household() {
        let budget = Budget::new(32 << 20);
        let leases: Vec<Lease> = (0..200).map(|n| budget.lease(address(n), true)).collect();
        let taken: usize = leases.iter().map(fill).sum();
        assert!(taken <= 20 << 20, "{taken}");
        let more = budget.lease(address(0), true);
        assert!(more.take(2000), "a sign-in from the same address has room");
        assert!(fill(&budget.lease(person(1), false)) >= 4 << 20);
    }

    #[test]
    fn what_was_written_makes_room() {
        let budget = Budget::new(100_000);
        let lease = budget.lease(address(1), true);
        for _ in 0..100 {
            assert!(lease.take(40_000));
            lease.give_back(40_000);
        }
        lease.give_back(1_000_000);
        assert_eq!(budget.bytes(), 0);
    }
}
