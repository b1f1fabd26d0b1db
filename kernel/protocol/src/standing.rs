//! Standing: what attestations add up to (docs/standing.md explains every number here).
//!
//! Always: a pure function of attestations, roots and a time, in whole numbers, the same on every machine and for every
//! order of its input. Standing flows from the roots (the node and its owner) along attestations; a person who receives
//! some can pass on at most half of it, however many people they attest. So identities that attest each other, however
//! many, have together at most twice what flows in from outside. This module does not check who may attest, nor
//! signatures.

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
/// The share of their standing that a person can pass on, to everyone they attest together, in parts per million.
pub const PASSED_ON_PPM: u64 = 500_000;

/// The parts of an attestation that standing depends on. The caller leaves out revoked, declined and expired ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationRecord {
    /// The attestation's CID.
    pub cid: String,
    /// The attestation's issuer.
    pub issuer: Did,
    /// The attestation's subject.
    pub subject: Did,
    /// The attestation's type.
    pub kind: Kind,
    /// The attestation's context; for a `flag.cleared`, the CID of the flag.
    pub context_id: Option<String>,
    /// Whether the subject countersigned.
    pub bilateral: bool,
    /// Whether anyone anywhere can verify it: it has its author's signature over its CID, or is the node's own, whose
    /// chain travels with it.
    pub portable: bool,
    /// Whether it is public.
    pub public: bool,
    /// The time of issue.
    pub issued_at: Timestamp,
}

/// The attestations that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All attestations that this node has.
    Community,
    /// Only attestations that verify anywhere.
    CrossNode,
}

impl Mode {
    /// Returns the word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::CrossNode => "cross-node",
        }
    }
}

/// The graph of attestations, and the standing that flows along it.
#[derive(Debug)]
pub struct Graph {
    /// Sorted: the index of a DID is its number.
    dids: Vec<Did>,
    roots: Vec<bool>,
    /// Sorted by subject, then issuer.
    edges: Vec<Edge>,
    /// The sum of the weights that each one gives.
    given_out_ppm: Vec<u64>,
    /// The standing of each, in [`flow::FINE`] parts.
    standing: Vec<u64>,
    flags: Vec<Flag>,
}

/// Everything that one person says about another.
#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    /// The weight in millionths: at most [`ONE_PPM`].
    weight_ppm: u64,
    parts: Vec<Part>,
}

/// One attestation's part in an edge, or a warning.
#[derive(Debug)]
struct Part {
    cid: String,
    kind: Kind,
    public: bool,
    /// The type's weight.
    type_ppm: u64,
    decay_ppm: u64,
    /// The number of attestations of the same type between the same two that count before it.
    repeat: u32,
    /// The attestation's weight in the edge.
    weight_ppm: u64,
}

/// An open warning.
#[derive(Debug)]
struct Flag {
    from: usize,
    to: usize,
    part: Part,
}

impl Graph {
    /// Computes the standing of every person at the time `now`.
    pub fn new(
        attestations: Vec<AttestationRecord>,
        roots: &[Did],
        now: Timestamp,
        mode: Mode,
    ) -> Self {
        let mut attestations: Vec<AttestationRecord> = attestations
            .into_iter()
            .filter(|one| one.issuer != one.subject && one.issued_at <= now)
            .filter(|one| mode == Mode::Community || one.portable)
            .collect();
        // One order for every order of the input; an attestation in two logs counts once.
        attestations.order_by(|a, b| a.cid.cmp(&b.cid));
        attestations.dedup_by(|a, b| a.cid == b.cid);
        let mut dids: Vec<Did> = attestations
            .iter()
            .flat_map(|one| [one.issuer.clone(), one.subject.clone()])
            .chain(roots.iter().cloned())
            .collect();
        dids.order();
        dids.dedup();
        let number = |did: &Did| dids.binary_search(did).unwrap_or(0);
        let flags = weight::open_flags(&attestations, roots, now, &number);
        let edges = weight::edges(&attestations, now, &number);
        let mut given_out_ppm = vec![0; dids.len()];
        for edge in &edges {
            given_out_ppm[edge.from] += edge.weight_ppm;
        }
        let roots: Vec<bool> = dids.iter().map(|did| roots.contains(did)).collect();
        let standing = flow::run(&edges, &given_out_ppm, &roots);
        Self { dids, roots, edges, given_out_ppm, standing, flags }
    }

    /// Returns a person's standing, with every term in it.
    pub fn standing_of(&self, subject: &Did) -> Standing {
        match self.dids.binary_search(subject) {
            Ok(number) => answer::compute_standing(self, number),
            Err(_) => Standing::none(subject.clone()),
        }
    }

    /// Returns the standing of every person in parts per million.
    pub fn all(&self) -> BTreeMap<&Did, u64> {
        let total = |number| answer::compute_standing(self, number).total_ppm;
        self.dids.iter().enumerate().map(|(number, did)| (did, total(number))).collect()
    }
}

#[cfg(test)]
mod tests;
