//! The result: a number, and every term in it.
//!
//! Always: `received` is the sum of the terms and a root's own standing; `total` is what diversity leaves of it, less
//! warnings.

use super::flow::{self, FINE};
use super::weight::{diversity_ppm, effective_number_ppm};
use super::{Graph, ONE_PPM, Part};
use crate::Did;
use crate::attestation::Kind;
use imajin_dfos::order::Order as _;
use std::collections::BTreeMap;

/// A person's standing. All numbers are parts per million of a root's own standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The person.
    pub subject: Did,
    /// The standing.
    pub total_ppm: u64,
    /// Whether the person is a root.
    pub root: bool,
    /// The standing received, plus a root's own.
    pub received_ppm: u64,
    /// The effective number of issuers, as if all had given equally.
    pub counterparties_ppm: u64,
    /// The effective number of types, as if all had given equally.
    pub kinds_ppm: u64,
    /// The diversity factor.
    pub diversity_ppm: u64,
    /// The amount that warnings subtract.
    pub taken_ppm: u64,
    /// The terms, the largest first.
    pub terms: Vec<Term>,
    /// Open warnings.
    pub flags: Vec<Term>,
}

/// One attestation's contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The attestation's CID.
    pub cid: String,
    /// The attestation's issuer.
    pub issuer: Did,
    /// The attestation's type.
    pub kind: Kind,
    /// Whether it is public.
    pub public: bool,
    /// The issuer's standing.
    pub issuer_ppm: u64,
    /// The type's weight.
    pub type_ppm: u64,
    /// The factor for its age.
    pub decay_ppm: u64,
    /// Number of attestations of the same type by the same issuer that count before it; each halves its weight.
    pub repeat: u32,
    /// The sum of the issuer's weights; above 1 000 000, everything that they give is divided.
    pub given_out_ppm: u64,
    /// The amount that the attestation adds or subtracts.
    pub amount_ppm: u64,
}

impl Standing {
    pub(super) fn none(subject: Did) -> Self {
        Self {
            subject,
            total_ppm: 0,
            root: false,
            received_ppm: 0,
            counterparties_ppm: 0,
            kinds_ppm: 0,
            diversity_ppm: diversity_ppm(0, 0),
            taken_ppm: 0,
            terms: Vec::new(),
            flags: Vec::new(),
        }
    }
}

fn ppm(fine: u64) -> u64 {
    fine / (FINE / ONE_PPM)
}

fn part_of(fine: u64, factor_ppm: u64) -> u64 {
    let amount = u128::from(fine) * u128::from(factor_ppm) / u128::from(ONE_PPM);
    u64::try_from(amount).unwrap_or(u64::MAX)
}

fn term(graph: &Graph, from: usize, part: &Part, amount_ppm: u64) -> Term {
    Term {
        cid: part.cid.clone(),
        issuer: graph.dids[from].clone(),
        kind: part.kind.clone(),
        public: part.public,
        issuer_ppm: ppm(graph.standing[from]),
        type_ppm: part.type_ppm,
        decay_ppm: part.decay_ppm,
        repeat: part.repeat,
        given_out_ppm: graph.given_out_ppm[from],
        amount_ppm,
    }
}

pub(super) fn compute_standing(graph: &Graph, number: usize) -> Standing {
    let mut standing = Standing::none(graph.dids[number].clone());
    standing.root = graph.roots[number];
    let mut received = FINE * u64::from(standing.root);
    let mut by_issuer: BTreeMap<usize, u64> = BTreeMap::new();
    let mut by_kind: BTreeMap<Kind, u64> = BTreeMap::new();
    let first = graph.edges.partition_point(|edge| edge.to < number);
    for edge in graph.edges[first..].iter().take_while(|edge| edge.to == number) {
        for part in &edge.parts {
            let has = graph.standing[edge.from];
            let amount = flow::given(has, part.weight_ppm, graph.given_out_ppm[edge.from]);
            received = received.saturating_add(amount);
            *by_issuer.entry(edge.from).or_default() += amount;
            *by_kind.entry(part.kind.clone()).or_default() += amount;
            standing.terms.push(term(graph, edge.from, part, ppm(amount)));
        }
    }
    standing.terms.order_by(|a, b| (b.amount_ppm, &a.cid).cmp(&(a.amount_ppm, &b.cid)));
    standing.received_ppm = ppm(received);
    standing.counterparties_ppm = effective_number_ppm(by_issuer.into_values());
    standing.kinds_ppm = effective_number_ppm(by_kind.into_values());
    standing.diversity_ppm = if standing.root {
        ONE_PPM
    } else {
        diversity_ppm(standing.counterparties_ppm, standing.kinds_ppm)
    };
    standing.taken_ppm = warnings(graph, number, &mut standing.flags);
    let left = ppm(part_of(received, standing.diversity_ppm));
    standing.total_ppm = left.saturating_sub(standing.taken_ppm);
    standing
}

/// Returns the amount that warnings subtract: the strongest of each issuer, by the issuer's own standing. An issuer
/// without standing subtracts nothing.
fn warnings(graph: &Graph, number: usize, flags: &mut Vec<Term>) -> u64 {
    let mut strongest: BTreeMap<usize, u64> = BTreeMap::new();
    for flag in graph.flags.iter().filter(|flag| flag.to == number) {
        let has = graph.standing[flag.from];
        let amount = ppm(part_of(part_of(has, flag.part.type_ppm), flag.part.decay_ppm));
        let entry = strongest.entry(flag.from).or_default();
        *entry = amount.max(*entry);
        flags.push(term(graph, flag.from, &flag.part, amount));
    }
    strongest.into_values().fold(0, u64::saturating_add)
}
