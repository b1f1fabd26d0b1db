//! Shares in parts per million: the unit of weights, shares and fees.

use crate::json_form::json_form;
use std::fmt;

/// A share from zero to the whole (1 000 000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ppm(u32);

/// Why numbers are not shares of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum PpmError {
    #[error("a share is a number from 0 to 1")]
    Range,
    #[error(
        "the shares add up to {0} millionths of the whole, and must add up to the whole (1 000 000, ±1)"
    )]
    Sum(u64),
}

/// Finer parts for reading numbers, before they are rounded to millionths: so that twelve times 1/12 is the whole.
const FINE: f64 = 1e12;
const FINE_PER_PPM: u64 = 1_000_000;

impl Ppm {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const WHOLE: Self = Self(1_000_000);

    /// Returns a share of `millionths`.
    ///
    /// # Errors
    /// [`PpmError::Range`] if the share exceeds the whole.
    pub const fn new(millionths: u32) -> Result<Self, PpmError> {
        match millionths {
            0..=1_000_000 => Ok(Self(millionths)),
            _ => Err(PpmError::Range),
        }
    }

    /// Returns the millionths.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Returns the rest of the whole.
    pub const fn rest(self) -> Self {
        Self(Self::WHOLE.0 - self.0)
    }

    /// Returns whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the millionth nearest to a number as in documents: 0.7.
    ///
    /// # Errors
    /// [`PpmError`] if the number is below 0 or above 1.
    pub fn from_number(number: f64) -> Result<Self, PpmError> {
        let fine = fine(number)?;
        // At most 10^6, and the remainder of the division is rounded half up.
        Ok(Self(((fine + FINE_PER_PPM / 2) / FINE_PER_PPM) as u32))
    }

    /// Numbers that add up to the whole, ±1 millionth, as millionths that add up exactly: by largest remainder, ties by
    /// order.
    pub fn whole_from_numbers(numbers: &[f64]) -> Result<Vec<Self>, PpmError> {
        let fine: Vec<u64> =
            numbers.iter().map(|number| fine(*number)).collect::<Result<_, _>>()?;
        let sum = fine.iter().sum::<u64>();
        if sum.abs_diff(FINE as u64) > FINE_PER_PPM {
            return Err(PpmError::Sum(sum / FINE_PER_PPM));
        }
        let shares = super::split::shares(u64::from(Self::WHOLE.0), &fine);
        Ok(shares.into_iter().map(|share| Self(share as u32)).collect())
    }

    /// Returns the number as in documents; reading it gives the same millionths again.
    pub fn to_number(self) -> f64 {
        f64::from(self.0) / f64::from(Self::WHOLE.0)
    }
}

fn fine(number: f64) -> Result<u64, PpmError> {
    // Also refuses NaN.
    if !(0.0..=1.0).contains(&number) {
        return Err(PpmError::Range);
    }
    Ok((number * FINE).round() as u64)
}

/// Writes percent for people: `33.3333 %`, `70 %`.
impl fmt::Display for Ppm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        let part = format!("{part:04}");
        match part.trim_end_matches('0') {
            "" => write!(f, "{whole} %"),
            digits => write!(f, "{whole}.{digits} %"),
        }
    }
}

json_form! { Ppm as u32, |share| share.0, |millionths| Ppm::new(*millionths) }
