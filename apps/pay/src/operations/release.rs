//! When the parts of a sale become free: when its seller's app said, or later; by card not before the bank can hardly take
//! the money back any more.
//!
//! Always: never later than 400 days after the payment, so that no money is locked up permanently.

use imajin_app::operation::{Nested, Never, Operation};
use imajin_dfos::Timestamp;
use imajin_ledger::Refusal;
use imajin_protocol::IdText;
use imajin_selling::{HELD_MS_MAX, Release};
use serde_json::Value as Json;

use super::books::HoldPeriod;
use super::world::{Case, Consequences, Movement, Outcome, World, stored};
use crate::queries;

/// Delays the end of something that was sold: parts of its sales that are held stay so until then, at most 400 days after each payment. In the node's log.
#[derive(Debug, Operation)]
#[operation(name = "pay.later", authority = Derived, facts, nested)]
pub(crate) struct Later {
    /// The thing that was sold, e.g. an event's DID.
    #[reference]
    pub(crate) about: IdText,
    /// Until when (ms).
    pub(crate) free_at: Timestamp,
}

impl Movement for Later {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<Never> {
        let end = queries::end_of(world.db, world.node, self.about.as_str())?;
        let mut consequences = Consequences::none();
        if end.is_none_or(|known| known < self.free_at.as_millis()) {
            let draft = imajin_app::operation::draft(world.node.clone(), self)?;
            consequences.drafts.push(draft);
        }
        Ok(consequences)
    }
}

impl Nested for Later {
    fn prepared_by_caller(_: &Json) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Returns the release of the parts of a payment made now. `not_before` is the rail's own bound.
pub(super) fn held(
    world: &World<'_>,
    release: &Release,
    not_before: Option<Timestamp>,
) -> Result<HoldPeriod, Refusal> {
    let now = world.now.as_millis();
    let stated_at = release.free_at.map_or(now, |at| at.as_millis());
    let end_of = |about: &IdText| queries::end_of(world.db, world.node, about.as_str());
    let moved = release.about.as_ref().map(end_of).transpose()?.flatten();
    let sold = stated_at.max(moved.unwrap_or(now)).min(now.saturating_add(HELD_MS_MAX));
    let not_before = not_before.map_or(now, |at| at.as_millis());
    let free_at = sold.max(not_before).max(now);
    Ok(HoldPeriod {
        free_at: Timestamp::from_millis(free_at).map_err(stored)?,
        about: release.about.clone(),
    })
}
