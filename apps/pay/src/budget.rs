//! How often somebody may leave entries in others' logs without paying anything: free payments, and orders that are paid
//! later or never. An entry stays for ever, so nobody's log grows by what somebody else feels like.
//!
//! Always: counted in the payer's own record, so that a restart changes nothing.

use imajin_ledger::Command;
use imajin_protocol::IdText;
use imajin_service::{Node, Problem};

use crate::projection::PROJECTION;
use crate::{ops, reads};

const DAY_MS: i64 = 24 * 3_600_000;

/// What of somebody's own record is counted, and how much of it there may be in a day.
struct Budget {
    /// The entry that each leaves in the payer's record.
    entry: &'static str,
    /// The member of its fact that names the other side.
    other: &'static str,
    /// Only those of nothing.
    free: bool,
    /// With all others together, and with each.
    author: u64,
    target: u64,
}

const FREE: Budget = Budget {
    entry: ops::RECEIPT,
    other: "seller",
    free: true,
    author: 100,
    target: 10,
};
/// Orders: as many as the table of access has, also where another service asks for them.
fn orders(node: &Node) -> Budget {
    let reach = node.access_of(ops::CHECKOUT).reach;
    let (author, target) = reach.map_or((u32::MAX, u32::MAX), |reach| (reach.author, reach.target));
    Budget {
        entry: ops::PENDING,
        other: "payee",
        free: false,
        // Each is two entries: with its payee, and in the node's books.
        author: u64::from(author / 2),
        target: target.into(),
    }
}

/// Refuses (429) a free payment or an order where its payer made as many within a day as they may.
pub(crate) fn check(node: &Node, command: &Command) -> Result<(), Problem> {
    let fact = command.fact.as_ref();
    let is_free = fact.and_then(|fact| fact.int("amount")) == Some(0);
    let budget = match command.op.as_str() {
        ops::SETTLE if is_free => FREE,
        ops::CHECKOUT => orders(node),
        _ => return Ok(()),
    };
    let seller = fact.and_then(|fact| fact.id("seller")).map(IdText::as_str);
    let from = node.now().as_millis() - DAY_MS;
    let (all, with, oldest) = node.read(PROJECTION.name, |db| {
        let seller = seller.unwrap_or_default();
        let (entry, other) = (budget.entry, budget.other);
        reads::made_since(db, &command.did, entry, (other, seller), budget.free, from)
    })?;
    if all < budget.author && with < budget.target {
        return Ok(());
    }
    let seconds = (oldest.unwrap_or(from) - from) / 1000;
    Err(Problem::too_many(
        u32::try_from(seconds).unwrap_or(0).max(1),
    ))
}
