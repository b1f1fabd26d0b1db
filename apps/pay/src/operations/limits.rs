//! Limits: the owner lets an account spend more than it has, at the owner's own risk. A limit can be used neither for
//! payouts nor for shares that a payee passes to others.

use imajin_app::operation::{FieldError, Operation, draft};
use imajin_dfos::Timestamp;
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::{Currency, Did, Minor};
use serde_json::json;

use super::world::{Case, Consequences, Movement, Outcome, OwnersOnly, World, owners_only};

/// Lets an account spend more than it has, down to minus the limit.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.limit",
    authority = OwnKey,
    facts,
    derives = [Derivation::new(Limited::NAME, TargetLog::Node).equal(&[Equal::SameFact]).own(&["ref"])],
    refusal = OwnersOnly,
    check
)]
pub(crate) struct SetLimit {
    /// The owner of the account.
    pub(crate) account: Did,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The amount below zero that it may go to, in minor units; 0 ends the limit.
    pub(crate) limit: Minor,
    /// Until when (ms).
    pub(crate) until: Timestamp,
}

/// How much more than it has an account may spend. In the node's log.
#[derive(Debug, Operation)]
#[operation(name = "pay.limited", authority = Derived, facts)]
pub(crate) struct Limited {
    /// The owner of the account.
    #[reference]
    of: Did,
    /// The owner of the account.
    account: Did,
    /// In which currency.
    currency: Currency,
    /// The amount below zero that it may go to, in minor units.
    limit: Minor,
    /// Until when (ms).
    until: Timestamp,
}

impl SetLimit {
    fn check(&self) -> Result<(), FieldError> {
        if self.limit.is_negative() {
            Err(FieldError::new("limit", "limit must be 0 or more minor units (cents)."))
        } else {
            Ok(())
        }
    }
}

impl Movement for SetLimit {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<OwnersOnly> {
        owners_only(world, case.owner)?;
        let limited = Limited {
            of: self.account.clone(),
            account: self.account.clone(),
            currency: self.currency,
            limit: self.limit,
            until: self.until,
        };
        let drafts = vec![draft(world.node.clone(), &limited)?];
        Ok(Consequences { drafts, reply: json!({}), ..Consequences::none() })
    }
}
