//! Limits on entries that a person leaves in others' logs without paying: free payments, and orders that are paid later
//! or never. An entry stays for ever, so logs must not grow at other people's will.
//!
//! Always: counted in the payer's own record, so that a restart changes nothing.

use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;

use super::awaited::Pending;
use super::receipts::PaymentReceipt;
use crate::queries;

const DAY_MS: i64 = 24 * 3_600_000;

/// The entries that count in a person's own record, and their maximum number in a day.
pub(super) struct Budget {
    /// The operation that each leaves in the payer's record.
    entry: &'static str,
    /// The member of the operation's fact that names the other side.
    other: &'static str,
    /// Whether only entries of amount zero count.
    is_free: bool,
    /// Maximum with all others together.
    author: u64,
    /// Maximum with each of them.
    target: u64,
}

impl Budget {
    /// Returns the budget of free payments, counted by their receipts.
    pub(super) fn free() -> Self {
        let entry = PaymentReceipt::NAME;
        Self { entry, other: "seller", is_free: true, author: 100, target: 10 }
    }

    /// Returns the budget of orders: the access rule of the operation, also for orders through another service.
    pub(super) fn orders(node: &Node, checkout: &'static str) -> Self {
        let reach = node.access_of(checkout).reach;
        let (author, target) =
            reach.map_or((u32::MAX, u32::MAX), |reach| (reach.author, reach.target));
        Self {
            entry: Pending::NAME,
            other: "payee",
            is_free: false,
            // Each order is two entries: with its payee, and in the node's books.
            author: u64::from(author / 2),
            target: target.into(),
        }
    }

    /// Refuses (429) where the payer made as many within a day as they may.
    pub(super) fn check(&self, node: &Node, payer: &Did, seller: &Did) -> Result<(), Problem> {
        let from = node.now().as_millis() - DAY_MS;
        let (all, with, oldest) = queries::read(node, |db| {
            let other = (self.other, seller.as_str());
            queries::made_since(db, payer, self.entry, other, self.is_free, from)
        })?;
        if all < self.author && with < self.target {
            return Ok(());
        }
        let seconds = (oldest.unwrap_or(from) - from) / 1000;
        Err(Problem::too_many(u32::try_from(seconds).unwrap_or(0).max(1)))
    }
}
