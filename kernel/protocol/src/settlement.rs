//! Settlement: from what is paid to who gets what (WIRE.md §5). Gross, less the fees that the node's owner chose, goes
//! along the manifests to everybody with a share; a receipt says all of it, and anybody can check it.
//!
//! Always: fees and shares together are the gross, to the unit. No clock, no I/O: time and manifests are arguments.

mod fees;
mod receipt;

pub use fees::{FeeError, FeeKind, FeeLine, FeeParties, FeeProfile, FeeSchedule, NOTICE_MS};
pub use receipt::{Debt, Enclosed, RECEIPT_BYTES_MAX, Receipt, ReceiptError, Verified};

use crate::fair::{self, ChainError, Library, Line, Signed};
use crate::money::AmountError;
use crate::{Currency, Did, IdText, Minor};
use serde::{Deserialize, Serialize};

/// What is paid, by whom, for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The payment's name; the same for ever.
    pub id: IdText,
    /// Who pays.
    pub payer: Did,
    /// Who sells.
    pub seller: Did,
    /// How much.
    pub gross: Minor,
    /// Of which currency.
    pub currency: Currency,
    /// Which service sells: `events`.
    pub service: IdText,
    /// What is sold: `ticket`.
    pub kind: IdText,
    /// How it is paid: `ledger`, `free`, `emt`, `stripe`.
    pub rail: IdText,
}

/// Who gets what of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// What is taken off the top.
    pub fees: Vec<FeeLine>,
    /// Every level of every manifest, in depth-first order.
    pub lines: Vec<Line>,
    /// What each gets in the end, fees included; in the order of their first line, shares before fees.
    pub recipients: Vec<(Did, Minor)>,
}

/// Why an order cannot be settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettlementError {
    /// A payment of less than nothing.
    #[error("the amount of a payment is not negative")]
    Negative,
    /// The manifests.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The sums.
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
    divide_gross(
        (order.gross, &order.payer),
        manifest,
        fees,
        parties,
        library,
    )
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
    Ok(Division {
        fees,
        lines,
        recipients,
    })
}

#[cfg(test)]
mod tests;
