//! The one arithmetic by which money is divided: largest remainder, ties by order (WIRE.md §5).

use super::Minor;
use imajin_dfos::order::Order as _;

/// Why an amount is not divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// A negative amount, or one of the parts is: the whole is refused.
    #[error("an amount that is divided, and each of its parts, is not negative")]
    Negative,
    /// Nobody to give it to.
    #[error("there is nobody to give it to: all weights are zero")]
    NoWeight,
    /// More than there was.
    #[error("only {left} minor units are left to give back, and {asked} are asked for")]
    TooMuch {
        /// What is left.
        left: Minor,
        /// What is asked for.
        asked: Minor,
    },
    /// What was given back does not fit what was paid.
    #[error("more was given back than was paid, or to others than were paid")]
    Mismatch,
}

/// Divides an amount by weights: one part for each, in their order, together exactly the amount. A weight of zero gets
/// zero; a part may be zero.
pub fn split(amount: Minor, weights: &[u64]) -> Result<Vec<Minor>, SplitError> {
    let units = u64::try_from(amount.get()).map_err(|_| SplitError::Negative)?;
    if weights.iter().all(|weight| *weight == 0) {
        return Err(SplitError::NoWeight);
    }
    // No part is larger than the amount, so each is an amount itself.
    Ok(shares(units, weights)
        .into_iter()
        .map(|share| Minor(share as i64))
        .collect())
}

/// What each of those who were paid gives back of a refund, in proportion to what each still has of it. In sum exactly
/// `amount`; nobody ever gives back more than they were paid; the refund of all that is left empties everybody.
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
        return Err(SplitError::TooMuch {
            left,
            asked: amount,
        });
    }
    if amount.is_zero() {
        return Ok(vec![Minor::ZERO; paid.len()]);
    }
    // Below the sum of the weights a part is at most its weight: floor(a·w/sum) < w, and the remainder adds one.
    split(amount, &left)
}

/// Largest remainder: the whole parts first, then one more to each of those with the largest remainders, of equal ones
/// to the earlier. All weights zero: all shares zero.
pub(super) fn shares(units: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: u64| u128::from(units) * u128::from(weight);
    // A part is at most `units`, and a remainder below `sum`.
    let mut shares: Vec<u64> = weights
        .iter()
        .map(|weight| (exact(*weight) / sum) as u64)
        .collect();
    let missing = units - shares.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.order_by_key(|at| std::cmp::Reverse(exact(weights[*at]) % sum));
    for at in order.into_iter().take(missing as usize) {
        shares[at] += 1;
    }
    shares
}
