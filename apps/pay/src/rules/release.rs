//! When the parts of a sale become free: what its seller's app said, or later, by card not before the bank can hardly take
//! it back any more.
//!
//! Always: never later than 400 days after the payment, so that nobody's money is locked up for good.

use imajin_ledger::Refusal;
use imajin_protocol::FactValue;
use imajin_service::sale::{HELD_MS_MAX, Release};

use super::posting::draft;
use super::{Asked, Consequences, World, bad, fact_with};
use crate::{ops, reads};

/// From when on (milliseconds) the parts of a payment that is made now are free. `not_before` is the rail's own bound.
pub(super) fn free_at(
    world: &World<'_>,
    release: &Release,
    not_before: Option<i64>,
) -> Result<i64, Refusal> {
    let now = world.now.as_millis();
    let said = release.free_at.map_or(now, |at| at.as_millis());
    let moved = match &release.about {
        Some(about) => reads::end_of(world.db, world.node, about.as_str())?,
        None => None,
    };
    let sold = said
        .max(moved.unwrap_or(now))
        .min(now.saturating_add(HELD_MS_MAX));
    Ok(sold.max(not_before.unwrap_or(now)).max(now))
}

/// What the node's books say of it.
pub(super) fn members(release: &Release, free_at: i64) -> Vec<(&'static str, FactValue)> {
    let mut members = vec![("free_at", FactValue::from(free_at))];
    members.extend(
        release
            .about
            .clone()
            .map(|about| ("about", FactValue::from(about))),
    );
    members
}

/// What is sold under a name ends later.
pub(super) fn later(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let about = asked
        .reference
        .ok_or_else(|| bad("ref", "ref must name what ends later."))?;
    let fact = fact_with(asked, &["free_at"])?;
    let free_at = fact
        .int("free_at")
        .ok_or_else(|| bad("free_at", "free_at must be a time in milliseconds."))?;
    let known = reads::end_of(world.db, world.node, about.as_str())?;
    if known.is_some_and(|known| known >= free_at) {
        return Ok(Consequences::none());
    }
    let draft = draft(world.node, ops::LATER, about, None, Some(fact.clone()));
    Ok(Consequences {
        drafts: vec![draft],
        ..Consequences::none()
    })
}
