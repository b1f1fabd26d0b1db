//! The flow of standing: from the roots along the edges, half at each step.
//!
//! Always: in each round a person gives at most [`PASSED_ON_PPM`] of what they received in the round before. So a round
//! moves at most half of the one before, all rounds together at most twice the roots' own, and a group without roots
//! has at most twice what flows in over its border.

use super::{Edge, ONE_PPM, PASSED_ON_PPM};

/// One, for computing: parts of a millionth of a millionth, so that standing reaches far.
pub(super) const FINE: u64 = 1_000_000_000_000;
/// Number of rounds, after which less than one part of [`FINE`] moves.
const ROUNDS: usize = 40;

/// Returns the amount that a person with `standing` gives along an edge, or along a part of its weight.
///
/// A person who attests little gives each the full weight; one whose weights exceed a whole divides their standing.
pub(super) fn given(standing: u64, weight_ppm: u64, given_out_ppm: u64) -> u64 {
    let whole = u128::from(given_out_ppm.max(ONE_PPM));
    let amount = u128::from(standing) * u128::from(PASSED_ON_PPM) * u128::from(weight_ppm)
        / (u128::from(ONE_PPM) * whole);
    u64::try_from(amount).unwrap_or(u64::MAX)
}

/// Computes the standing of every person.
pub(super) fn run(edges: &[Edge], given_out_ppm: &[u64], roots: &[bool]) -> Vec<u64> {
    let mut arrived: Vec<u64> = roots.iter().map(|root| FINE * u64::from(*root)).collect();
    let mut standing = arrived.clone();
    for _ in 0..ROUNDS {
        let mut next = vec![0_u64; arrived.len()];
        for edge in edges {
            let amount = given(arrived[edge.from], edge.weight_ppm, given_out_ppm[edge.from]);
            next[edge.to] = next[edge.to].saturating_add(amount);
        }
        if next.iter().all(|amount| *amount == 0) {
            break;
        }
        for (total, amount) in standing.iter_mut().zip(&next) {
            *total = total.saturating_add(*amount);
        }
        arrived = next;
    }
    standing
}
