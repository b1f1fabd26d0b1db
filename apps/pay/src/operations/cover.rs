//! Checks of balances. Held money does not count: it may still have to be refunded.
//!
//! Always: no operation takes an account other than the node's below its limit; only a lost dispute may.

use imajin_app::operation::{Reasons, Refused};
use imajin_app::words::Money;
use imajin_protocol::{Currency, Did, Minor};
use serde::Serialize;

use super::world::World;
use crate::queries;

/// An account has too little.
#[derive(Debug, Reasons)]
pub(crate) enum Uncovered {
    #[refused(
        PaymentRequired,
        members,
        message = "What you can spend on this box is {}, and this takes {}. Top it up, or pay another way."
    )]
    Short(Shortage, Money, Money),
}

/// The balance and the amount that was needed.
#[derive(Debug, Serialize)]
pub(crate) struct Shortage {
    /// The free balance, in minor units.
    balance: Minor,
    needed: Minor,
    /// The amount that the account may spend below zero, in minor units.
    limit: Minor,
}

/// Checks that a person can spend an amount: from their free balance, and the limit that the owner gave them.
pub(super) fn spend(
    world: &World<'_>,
    did: &Did,
    amount: Minor,
    currency: Currency,
) -> Result<(), Refused<Uncovered>> {
    let limit = queries::limit(world.db, world.node, did, currency, world.now.as_millis())?;
    check(world, did, amount, currency, limit)
}

/// Checks that a person can have an amount leave their account permanently, or refund it: from their free balance only.
pub(super) fn withdraw(
    world: &World<'_>,
    did: &Did,
    amount: Minor,
    currency: Currency,
) -> Result<(), Refused<Uncovered>> {
    check(world, did, amount, currency, Minor::ZERO)
}

fn check(
    world: &World<'_>,
    did: &Did,
    amount: Minor,
    currency: Currency,
    limit: Minor,
) -> Result<(), Refused<Uncovered>> {
    // The node's own account is the counterpart of all others.
    if amount.is_zero() || did == world.node {
        return Ok(());
    }
    let free = queries::free(world.db, world.node, did, currency, world.now.as_millis())?;
    if free.get().saturating_add(limit.get()) >= amount.get() {
        return Ok(());
    }
    let shortage = Shortage { balance: free, needed: amount, limit };
    let (has, takes) = (Money::new(free, currency), Money::new(amount, currency));
    Err(Uncovered::Short(shortage, has, takes).into())
}
