//! A command's share of an allowance or a budget: reserved before it is submitted, settled by the entries that it left.

use std::collections::BTreeSet;

use imajin_app::{Allowance, Reach};
use imajin_dfos::{Timestamp, hex};
use imajin_ledger::{Command, CommandWill, Receipt};
use imajin_protocol::{Did, Fact};

use crate::budget::{Budgets, Day, Hashed, Want};
use crate::prefix::Prefix;

/// The keys under which a fact names other people, or a group that a person answers for.
pub(super) const NAMED: [&str; 4] = ["dids", "group", "holder", "seller"];

/// A counter of an operation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Count<'a> {
    /// Uses by all strangers.
    Strangers,
    /// Uses by this stranger.
    Stranger(&'a Did),
    /// Uses by uninvited people from this address.
    Address(&'a str),
    /// Entries that this author left in other people's logs.
    Author(&'a Did),
    /// Entries that this author left in this log.
    Target(&'a Did, &'a Did),
}

impl Count<'_> {
    /// The counter's name in the file: a salted hash, so that the file does not reveal who wrote to whom.
    pub(super) fn key(self, what: &str, budgets: &Budgets) -> Hashed {
        let (kind, one, other) = match self {
            Self::Strangers => ("strangers", "", ""),
            Self::Stranger(did) => ("stranger", did.as_str(), ""),
            Self::Address(prefix) => ("address", prefix, ""),
            Self::Author(did) => ("author", did.as_str(), ""),
            Self::Target(author, did) => ("target", author.as_str(), did.as_str()),
        };
        budgets.name(&[kind, what, one, other])
    }
}

/// The part of the day's allowance that a command may use. Dropping it returns it, unless [`Reservation::keep`] was called.
pub(crate) struct Reservation<'a> {
    budgets: &'a Budgets,
    /// The day that it counts for; `None` before anything is taken.
    day: Option<Day>,
    /// The number that the command counts as.
    amount: u32,
    /// The counters of an allowance.
    allowed: Vec<Hashed>,
    /// The budget for other people's logs.
    reached: Option<Reached>,
}

/// The author, the operation, and the logs in which the command says that it leaves entries.
struct Reached {
    what: &'static str,
    author: Did,
    targets: BTreeSet<Did>,
}

impl<'a> Reservation<'a> {
    pub(super) fn new(budgets: &'a Budgets, amount: u32) -> Self {
        Self { budgets, day: None, amount, allowed: Vec::new(), reached: None }
    }

    /// Takes all that is wanted; or nothing, and returns the seconds until it is renewed.
    pub(super) fn take(&mut self, wants: &[Want], now: Timestamp) -> Result<(), u32> {
        self.day = Some(self.budgets.reserve(wants, now)?);
        Ok(())
    }

    fn give_back(&self, counts: &[Hashed]) {
        if let Some(day) = self.day {
            self.budgets.give_back(day, counts, self.amount);
        }
    }

    fn want(&self, count: Count<'_>, what: &str, most: u32) -> Want {
        Want { count: count.key(what, self.budgets), amount: self.amount, most }
    }

    /// Takes from a stranger's allowance, and from that of all strangers.
    pub(super) fn allow(&mut self, what: &str, author: &Did, allowance: Allowance) -> [Want; 2] {
        let wants = [
            self.want(Count::Strangers, what, allowance.all),
            self.want(Count::Stranger(author), what, allowance.each),
        ];
        self.allowed.extend(wants.iter().map(|want| want.count));
        wants
    }

    /// Takes from the allowance of an address.
    pub(super) fn allow_from(&mut self, what: &str, from: Prefix, most: u32) -> Want {
        let from = hex::encode(&from.bytes());
        let want = self.want(Count::Address(&from), what, most);
        self.allowed.push(want.count);
        want
    }

    /// Takes from the budget for entries in each of these logs. The node's own log holds its books: there only the
    /// author's number counts.
    pub(super) fn reach(
        &mut self,
        what: &'static str,
        reach: Reach,
        author: &Did,
        targets: BTreeSet<Did>,
        node: &Did,
    ) -> Vec<Want> {
        let mut wants = Vec::with_capacity(2 * targets.len());
        for target in &targets {
            let most = if target == node { reach.author } else { reach.target };
            wants.push(self.want(Count::Author(author), what, reach.author));
            wants.push(self.want(Count::Target(author, target), what, most));
        }
        self.reached = Some(Reached { what, author: author.clone(), targets });
        wants
    }

    /// Settles with the outcome: returns the budget of logs that got no entry, and counts unforeseen entries.
    pub(crate) fn keep(mut self, receipt: &Receipt) {
        if receipt.repeated {
            return;
        }
        self.allowed.clear();
        let Some(reached) = self.reached.take() else {
            return;
        };
        let left: BTreeSet<&Did> = receipt.entries.iter().map(|entry| &entry.did).collect();
        let foreseen: BTreeSet<&Did> = reached.targets.iter().collect();
        let key = |target: &Did| reached.keys(target, self.budgets);
        for target in foreseen.difference(&left) {
            self.give_back(&key(target));
        }
        for target in left.difference(&foreseen) {
            if **target != reached.author {
                self.budgets.add(&key(target), self.amount);
            }
        }
    }

    /// Keeps the whole budget: each foreseen log got one entry.
    pub(crate) fn keep_all(mut self) {
        self.allowed.clear();
        self.reached = None;
    }
}

impl Reached {
    fn keys(&self, target: &Did, budgets: &Budgets) -> [Hashed; 2] {
        [Count::Author(&self.author), Count::Target(&self.author, target)]
            .map(|count| count.key(self.what, budgets))
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        self.give_back(&self.allowed);
        if let Some(reached) = &self.reached {
            for target in &reached.targets {
                self.give_back(&reached.keys(target, self.budgets));
            }
        }
    }
}

/// The DIDs that a command names: in its fact, its `ref`, and the log's owner.
pub(super) fn named_dids(command: &Command) -> BTreeSet<Did> {
    let fact = command.fact.as_ref();
    let mut targets: BTreeSet<Did> = NAMED.iter().flat_map(|key| dids(fact, key)).collect();
    targets.extend(command.reference.as_ref().and_then(|id| id.to_did()));
    targets.insert(command.did.clone());
    targets
}

fn dids(fact: Option<&Fact>, key: &str) -> Vec<Did> {
    let Some(fact) = fact else {
        return Vec::new();
    };
    let single = fact.id(key).and_then(|id| id.to_did());
    let several = fact.ids(key).unwrap_or_default();
    let several = several.iter().filter_map(|id| id.to_did());
    single.into_iter().chain(several).collect()
}

/// The logs in which a command says that it may leave entries, besides its author's. The receipt names any others
/// ([`Reservation::keep`]).
pub(super) fn targets(command: &Command, author: &Did) -> BTreeSet<Did> {
    let mut targets: BTreeSet<Did> = match &command.will {
        CommandWill::Signed(proof) => proof.payload.to.iter().cloned().collect(),
        _ => BTreeSet::new(),
    };
    targets.extend(dids(command.fact.as_ref(), "dids"));
    targets.insert(command.did.clone());
    targets.remove(author);
    targets
}
