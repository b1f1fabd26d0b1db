//! Settlement: divides a payment among its recipients (docs/api.md, "Money"). The gross amount, less the fees that the
//! node's owner chose, follows the manifests to everyone with a share. A receipt contains all of it, and everyone can
//! check it.
//!
//! Always: fees and shares add up to the gross amount, to the unit. No clock, no I/O: time and manifests are arguments.

mod fees;
mod receipt;

pub use fees::{FeeError, FeeKind, FeeLine, FeeParties, FeeProfile, FeeSchedule, NOTICE_MS};
pub use receipt::{Debt, Enclosed, RECEIPT_BYTES_MAX, Receipt, ReceiptError, Verified, unasked};

use crate::fair::{self, ChainError, Library, Line, Signed};
use crate::money::AmountError;
use crate::{Currency, Did, IdText, Minor};
use serde::{Deserialize, Serialize};

/// A payment to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The payment's id, which never changes.
    pub id: IdText,
    /// The payer.
    pub payer: Did,
    /// The seller.
    pub seller: Did,
    /// The gross amount.
    pub gross: Minor,
    /// The amount's currency.
    pub currency: Currency,
    /// The selling service, e.g. `events`.
    pub service: IdText,
    /// The kind of goods, e.g. `ticket`.
    pub kind: IdText,
    /// The way of payment: `ledger`, `free`, `emt`, `stripe`.
    pub rail: IdText,
}

/// The division of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// The fees, which come off first.
    pub fees: Vec<FeeLine>,
    /// Every level of every manifest, in depth-first order.
    pub lines: Vec<Line>,
    /// The total for each recipient, fees included; in the order of their first line, shares before fees.
    pub recipients: Vec<(Did, Minor)>,
}

/// Why an order cannot be settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SettlementError {
    #[error("the amount of a payment may not be negative")]
    Negative,
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// Divides an order.
pub fn divide(
    order: &Order,
    manifest: &Signed,
    fees: &FeeProfile,
    parties: &FeeParties,
    library: &dyn Library,
) -> Result<Division, SettlementError> {
    divide_gross((order.gross, &order.payer), manifest, fees, parties, library)
}

/// Divides what `payer` pays.
fn divide_gross(
    (gross, payer): (Minor, &Did),
    manifest: &Signed,
    fees: &FeeProfile,
    parties: &FeeParties,
    library: &dyn Library,
) -> Result<Division, SettlementError> {
    if gross.is_negative() {
        return Err(SettlementError::Negative);
    }
    let (net, fees) = fees.take(gross, payer, parties)?;
    let lines = fair::follow(net, manifest, library)?;
    let mut recipients = fair::recipients(&lines)?;
    for fee in &fees {
        match recipients.iter_mut().find(|(did, _)| *did == fee.to) {
            Some((_, sum)) => *sum = sum.plus(fee.amount)?,
            None => recipients.push((fee.to.clone(), fee.amount)),
        }
    }
    Ok(Division { fees, lines, recipients })
}

#[cfg(test)]
mod tests;
