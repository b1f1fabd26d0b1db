//! Standing: what attestations come to (docs/standing.md explains every number here).
//!
//! Always: a pure function of attestations, roots and a time, in whole numbers, the same on every machine and for every
//! order of its input. Standing flows out of the roots (the node and its owner) along attestations; whoever receives some
//! can pass on half of it and no more, however many they attest. So identities that attest each other, however many, hold
//! together at most twice what flows in from outside. Who may attest, and whether signatures hold, is not looked at here.

mod answer;
mod flow;
mod weight;

use crate::Did;
use crate::attestation::Kind;
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use std::collections::BTreeMap;

pub use answer::{Standing, Term};
pub use weight::{HALF_LIFE_DAYS, decay_ppm, diversity_ppm, effective_number_ppm};

/// One, in parts per million: the standing of a root without any attestation.
pub const ONE_PPM: u64 = 1_000_000;
/// How much of their standing somebody can pass on, to all whom they attest together.
pub const PASSED_ON_PPM: u64 = 500_000;

/// An attestation as far as standing depends on it. What was revoked, declined or has expired is not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub cid: String,
    /// By whom.
    pub issuer: Did,
    /// Of whom.
    pub subject: Did,
    /// Which type.
    pub kind: Kind,
    /// What it is about; of a `flag.cleared` the CID of the flag.
    pub context_id: Option<String>,
    /// Whether the subject countersigned.
    pub bilateral: bool,
    /// Whether anybody anywhere can verify it: it carries its author's signature over its CID, or is the node's own, whose
    /// chain travels with it.
    pub portable: bool,
    /// Whether everybody may see it.
    pub public: bool,
    /// Since when.
    pub issued_at: Timestamp,
}

/// From which attestations standing is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All that this node knows.
    Community,
    /// Those alone that verify anywhere.
    CrossNode,
}

impl Mode {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::CrossNode => "cross-node",
        }
    }
}

/// Who attested whom, and what flows between them.
#[derive(Debug)]
pub struct Graph {
    /// Sorted: the place of a DID is its number.
    dids: Vec<Did>,
    roots: Vec<bool>,
    /// Sorted by subject, then issuer.
    edges: Vec<Edge>,
    /// What each one passes on in all, as the sum of weights.
    given_out_ppm: Vec<u64>,
    /// What each one has, in [`flow::FINE`] parts.
    standing: Vec<u64>,
    flags: Vec<Flag>,
}

/// Everything that one says of another.
#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    /// At most [`ONE_PPM`].
    weight_ppm: u64,
    parts: Vec<Part>,
}

/// One attestation's part in an edge.
#[derive(Debug)]
struct Part {
    cid: String,
    kind: Kind,
    public: bool,
    /// The type's weight.
    type_ppm: u64,
    decay_ppm: u64,
    /// How many of the same type between the same two count before it.
    repeat: u32,
    /// What it counts in the edge.
    weight_ppm: u64,
}

/// A warning that nobody took back.
#[derive(Debug)]
struct Flag {
    from: usize,
    to: usize,
    cid: String,
    kind: Kind,
    public: bool,
    type_ppm: u64,
    decay_ppm: u64,
}

impl Graph {
    /// Computes the standing of everybody.
    pub fn new(given: Vec<Given>, roots: &[Did], now: Timestamp, mode: Mode) -> Self {
        let mut given: Vec<Given> = given
            .into_iter()
            .filter(|one| one.issuer != one.subject && one.issued_at <= now)
            .filter(|one| mode == Mode::Community || one.portable)
            .collect();
        // One order for every order of the input; what is known from two logs counts once.
        given.order_by(|a, b| a.cid.cmp(&b.cid));
        given.dedup_by(|a, b| a.cid == b.cid);
        let mut dids: Vec<Did> = given
            .iter()
            .flat_map(|one| [one.issuer.clone(), one.subject.clone()])
            .chain(roots.iter().cloned())
            .collect();
        dids.order();
        dids.dedup();
        let number = |did: &Did| dids.binary_search(did).unwrap_or(0);
        let flags = weight::open_flags(&given, roots, now, &number);
        let edges = weight::edges(&given, now, &number);
        let mut given_out_ppm = vec![0; dids.len()];
        for edge in &edges {
            given_out_ppm[edge.from] += edge.weight_ppm;
        }
        let roots: Vec<bool> = dids.iter().map(|did| roots.contains(did)).collect();
        let standing = flow::run(&edges, &given_out_ppm, &roots);
        Self {
            dids,
            roots,
            edges,
            given_out_ppm,
            standing,
            flags,
        }
    }

    /// What somebody stands at, and the terms that made it.
    pub fn of(&self, subject: &Did) -> Standing {
        match self.dids.binary_search(subject) {
            Ok(number) => answer::of(self, number),
            Err(_) => Standing::none(subject.clone()),
        }
    }

    /// Everybody's standing in parts per million.
    pub fn all(&self) -> BTreeMap<&Did, u64> {
        let total = |number| answer::of(self, number).total_ppm;
        self.dids
            .iter()
            .enumerate()
            .map(|(number, did)| (did, total(number)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
