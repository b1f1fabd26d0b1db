//! The account by which the box takes cards: its owner's choice. The key itself is in no entry.

use imajin_app::operation::Operation;
use imajin_protocol::IdText;
use serde_json::json;

use super::world::{Case, Consequences, Movement, Outcome, OwnersOnly, World, owners_only};

/// Has this box take cards through an account at the payment provider, or none any more. The account's key is sealed on the box.
#[derive(Debug, Operation)]
#[operation(name = "pay.cards", authority = OwnKey, facts, refusal = OwnersOnly)]
pub(crate) struct TakeCards {
    /// The provider's name for the account; left out to take no cards.
    pub(crate) account: Option<IdText>,
    /// A digest of the keys that it is about, which the box keeps. Entries of older versions lack it.
    pub(crate) keys: Option<IdText>,
}

impl Movement for TakeCards {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<OwnersOnly> {
        owners_only(world, case.owner)?;
        Ok(Consequences::none().replying(json!({})))
    }
}
