//! The only arithmetic that divides money: largest remainder, ties by order (docs/api.md, "Money").

use super::Minor;
use imajin_dfos::order::Order as _;

/// Why an amount cannot be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SplitError {
    #[error("neither the amount to divide nor one of its parts may be negative")]
    Negative,
    #[error("the amount has no recipient: all weights are zero")]
    NoWeight,
    #[error("only {left} minor units are left to refund, and {asked} were requested")]
    TooMuch { left: Minor, asked: Minor },
    #[error("more was refunded than was paid, or by someone who was not paid")]
    Mismatch,
}

/// Divides an amount by weights: one part for each weight, in order, adding up to the amount exactly. A weight of zero
/// gets zero; other parts may be zero, too.
pub fn split(amount: Minor, weights: &[u64]) -> Result<Vec<Minor>, SplitError> {
    let units = u64::try_from(amount.get()).map_err(|_| SplitError::Negative)?;
    if weights.iter().all(|weight| *weight == 0) {
        return Err(SplitError::NoWeight);
    }
    // No part is larger than the amount, so each is a valid amount.
    Ok(shares(units, weights).into_iter().map(|share| Minor(share as i64)).collect())
}

/// Divides a refund among the recipients, in proportion to what each still has of the payment. The parts add up to
/// `amount`; no recipient returns more than it got; a refund of everything left takes all that each has.
pub fn refund(
    paid: &[Minor],
    given_back: &[Minor],
    amount: Minor,
) -> Result<Vec<Minor>, SplitError> {
    if paid.len() != given_back.len() {
        return Err(SplitError::Mismatch);
    }
    if amount.is_negative() || paid.iter().chain(given_back).any(|part| part.is_negative()) {
        return Err(SplitError::Negative);
    }
    let left: Vec<u64> = paid
        .iter()
        .zip(given_back)
        .map(|(paid, back)| u64::try_from(paid.get() - back.get()).ok())
        .collect::<Option<_>>()
        .ok_or(SplitError::Mismatch)?;
    let in_all: u128 = left.iter().map(|part| u128::from(*part)).sum();
    if u128::from(amount.get().unsigned_abs()) > in_all {
        // More than the amount is an amount only if it is below it: the sum of what was paid once.
        let left = Minor(i64::try_from(in_all).unwrap_or(Minor::MAX.get()));
        return Err(SplitError::TooMuch { left, asked: amount });
    }
    if amount.is_zero() {
        return Ok(vec![Minor::ZERO; paid.len()]);
    }
    // Below the sum of the weights a part is at most its weight: floor(a·w/sum) < w, and the remainder adds one.
    split(amount, &left)
}

/// Divides by largest remainder: the whole parts first, then one more to each of those with the largest remainders,
/// ties to the earlier. If all weights are zero, so are all shares.
pub(super) fn shares(units: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: u64| u128::from(units) * u128::from(weight);
    // A part is at most `units`, and a remainder below `sum`.
    let mut shares: Vec<u64> = weights.iter().map(|weight| (exact(*weight) / sum) as u64).collect();
    let missing = units - shares.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.order_by_key(|at| std::cmp::Reverse(exact(weights[*at]) % sum));
    for at in order.into_iter().take(missing as usize) {
        shares[at] += 1;
    }
    shares
}
