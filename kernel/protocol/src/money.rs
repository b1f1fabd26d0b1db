//! Money: whole minor units of a currency, and how to divide an amount without losing or creating any.
//!
//! Always: no floating point touches an amount; the parts of a divided amount add up to it exactly; an amount is within
//! ±(2^53 − 1), so that every JSON reader sees the same one. Rules: docs/api.md, "Money". [`crate::settlement`] decides
//! who gets what.

mod currency;
mod ppm;
mod split;

pub use currency::{Currency, CurrencyError};
pub use ppm::{Ppm, PpmError};
pub use split::{SplitError, refund, split};

use crate::SAFE_INTEGER_MAX;
use crate::json_form::json_form;
use std::fmt;

/// An amount in minor units (cents, for most currencies). Its currency is stored next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minor(i64);

/// An amount beyond ±(2^53 − 1), which JSON readers would not keep exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is beyond ±(2^53 − 1) minor units")]
pub struct AmountError;

impl Minor {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The largest amount.
    pub const MAX: Self = Self(SAFE_INTEGER_MAX);

    /// Returns an amount of `units` minor units.
    ///
    /// # Errors
    /// [`AmountError`] if the amount is beyond ±(2^53 − 1).
    pub fn new(units: i64) -> Result<Self, AmountError> {
        if units.unsigned_abs() > SAFE_INTEGER_MAX.unsigned_abs() {
            return Err(AmountError);
        }
        Ok(Self(units))
    }

    /// Returns the minor units.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns the sum of both amounts.
    ///
    /// # Errors
    /// [`AmountError`] if the sum is beyond ±(2^53 − 1).
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        // Two amounts are far from the limits of an i64.
        Self::new(self.0 + other.0)
    }

    /// Returns the difference.
    ///
    /// # Errors
    /// [`AmountError`] if the difference is beyond ±(2^53 − 1).
    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        Self::new(self.0 - other.0)
    }

    /// Returns the product with `quantity`.
    ///
    /// # Errors
    /// [`AmountError`] if the product is beyond ±(2^53 − 1).
    pub fn times(self, quantity: u32) -> Result<Self, AmountError> {
        self.0.checked_mul(i64::from(quantity)).ok_or(AmountError).and_then(Self::new)
    }

    /// Returns the negative of the amount.
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Returns whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Returns the sum of all amounts.
    ///
    /// # Errors
    /// [`AmountError`] if a partial sum is beyond ±(2^53 − 1).
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, AmountError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Minor> for i64 {
    fn from(amount: Minor) -> Self {
        amount.0
    }
}

json_form! { Minor as i64, |amount| amount.0, |units| Minor::new(*units) }

#[cfg(test)]
mod tests;
