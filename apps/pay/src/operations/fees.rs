//! The node's fees: its owner's choice, entered in the node's own log so that anyone can see since when.

use imajin_app::operation::{Choice, FieldError, Int, Operation, Reasons, draft};
use imajin_app::refuse_if;
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::settlement::FeeProfile;
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::world::{Case, Consequences, Movement, Outcome, World, stored};

/// A share in millionths.
pub(crate) type Millionths = Int<0, 1_000_000>;

/// Chooses the node's fees: lower ones count at once, higher ones after 24 hours.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.fees.change",
    authority = OwnKey,
    facts,
    derives = [Derivation::new(FeesChanged::NAME, TargetLog::Node).equal(&[Equal::RefIsIntentAuthor, Equal::SameFact])],
    refusal = FeesRefusal,
    check
)]
pub(crate) struct ChangeFees {
    /// Whether there are fees at all.
    pub(crate) profile: Profile,
    /// The node's own fee in millionths: of `mjn` 2 500 to 20 000.
    pub(crate) node: Millionths,
    /// The recipient of the network's fee.
    pub(crate) network: Did,
}

/// The fee schedule's profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Profile {
    None,
    Mjn,
}

/// The node's fees, as its owner chose them. In the node's log.
#[derive(Debug, Operation)]
#[operation(name = "pay.fees.changed", authority = Derived, facts)]
pub(crate) struct FeesChanged {
    /// The owner.
    #[reference]
    owner: IdText,
    /// Whether there are fees at all.
    profile: Profile,
    /// The node's own fee in millionths.
    node: Millionths,
    /// The recipient of the network's fee.
    network: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum FeesRefusal {
    /// Only the owner of this box chooses its fees.
    #[refused(Forbidden)]
    NotOwner,
}

impl ChangeFees {
    /// Checks that the fees are within their bounds.
    fn check(&self) -> Result<(), FieldError> {
        let Profile::Mjn = self.profile else {
            return Ok(());
        };
        let fees = u32::try_from(self.node.0).map(FeeProfile::mjn);
        match fees {
            Ok(Err(error)) => Err(FieldError::new("node", format!("{error}."))),
            _ => Ok(()),
        }
    }
}

impl Movement for ChangeFees {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<FeesRefusal> {
        refuse_if!(!world.is_owner(case.owner)?, FeesRefusal::NotOwner);
        let changed = FeesChanged {
            owner: IdText::from_did(case.owner).map_err(stored)?,
            profile: self.profile,
            node: self.node,
            network: self.network.clone(),
        };
        let drafts = vec![draft(world.node.clone(), &changed)?];
        Ok(Consequences { drafts, reply: json!({}), ..Consequences::none() })
    }
}
