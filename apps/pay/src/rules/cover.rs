//! Whether a balance covers something. Held money covers nothing: it may still have to go back.
//!
//! Always: no operation takes an account other than the node's below its limit; only a lost dispute may.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, Minor};
use serde_json::json;

use super::{World, refuse};
use crate::reads;

/// What somebody can spend of their own: what is free, and the limit that the owner gave them.
pub(super) fn spend(
    world: &World<'_>,
    did: &Did,
    amount: Minor,
    currency: Currency,
) -> Result<(), Refusal> {
    let limit = reads::limit(world.db, world.node, did, currency, world.now.as_millis())?;
    check(world, did, amount, currency, limit)
}

/// What somebody can have leave their account for good, or give back: what is free, without any limit.
pub(super) fn withdraw(
    world: &World<'_>,
    did: &Did,
    amount: Minor,
    currency: Currency,
) -> Result<(), Refusal> {
    check(world, did, amount, currency, Minor::ZERO)
}

fn check(
    world: &World<'_>,
    did: &Did,
    amount: Minor,
    currency: Currency,
    limit: Minor,
) -> Result<(), Refusal> {
    // The node's own account is the other side of everybody's.
    if amount.is_zero() || did == world.node {
        return Ok(());
    }
    let free = reads::free(world.db, world.node, did, currency, world.now.as_millis())?;
    if free.get().saturating_add(limit.get()) >= amount.get() {
        return Ok(());
    }
    let text = format!(
        "What you can spend on this box is {}, and this takes {}. Top it up, or pay another way.",
        free.display(currency),
        amount.display(currency)
    );
    let extra = json!({ "balance": free, "needed": amount, "limit": limit });
    Err(refuse(RefusalKind::PaymentRequired, text).extra(extra))
}
