//! Permission to begin a conversation of two, directly or by a request.

use imajin_app::{Node, Problem, not_accepted, refuse_if};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_protocol::{Did, tier};

use crate::queries;

/// Maximum distance of a sender to a person who takes requests by `reach`.
const REACH: u8 = 2;
/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Whether the owner begins a conversation of two with a request. Refuses an owner who may not begin one at all.
/// Errors: 403 `business`, `not-accepted`; 429 for too many requests a day.
pub(crate) fn asks_first(node: &Node, owner: &Did, other: &Did) -> Result<bool, Problem> {
    let asks = begins_by_asking(node, owner, other)?;
    refuse_if!(queries::read(node, |db| queries::blocks(db, other, owner))?, not_accepted());
    node.refuse_blocked(owner, &[other.clone()].into(), not_accepted)?;
    Ok(asks)
}

/// Like [`asks_first`], without the check for a block.
fn begins_by_asking(node: &Node, owner: &Did, other: &Did) -> Result<bool, Problem> {
    if queries::read(node, |db| queries::person(db, owner))?.is_business {
        return Err(Problem::forbidden(
            "A business never writes first: people write to it, or agree that it may.",
        )
        .slug("business"));
    }
    let takes = queries::read(node, |db| queries::takes_requests(db, other))?;
    // Anyone may write to a business.
    let them = queries::read(node, |db| queries::person(db, other))?;
    if them.is_business || node.connected(owner, other)? == Some(true) {
        return Ok(false);
    }
    let reaches = match takes.as_str() {
        "all" => true,
        "reach" => node.distance(owner, other)?.is_some_and(|far| far <= REACH),
        _ => false,
    };
    let most = tier::invite_quota(node.tier(owner)?);
    if !reaches || most == 0 {
        // The answer is the same as for a block, so that the two cannot be told apart.
        return Err(not_accepted());
    }
    let since = node.now().checked_add_millis(-DAY_MS).unwrap_or(Timestamp::MIN);
    let made = queries::read(node, |db| queries::requests_since(db, owner, since))?;
    if made < u64::from(most) {
        Ok(true)
    } else {
        Err(Problem::too_many_of_yours(
            3600,
            "You have asked as many people today as you may. Try again tomorrow.",
        ))
    }
}
