//! Ownership of the node: giving it to another person, releasing it, and taking a released one.
//!
//! Always: each of these leaves an `auth.node.claim` in the node's log, and the newest of those names the owner. The
//! node's own DID there means that the node has no owner.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_ledger::Reader;
use imajin_log::{Derivation, Equal, TargetLog, ops};
use imajin_protocol::Did;

use super::identity::ClaimNode;
use crate::queries;

/// Gives the node to another person of it. If the node itself is named, it has no owner from then on.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.node.give",
    authority = Controller,
    derives = [Derivation::new(ops::NODE_CLAIM, TargetLog::Node).equal(&[Equal::RefIsIntentRef])],
    refusal = GiveRefusal,
    after_submit
)]
pub struct GiveNode {
    /// The new owner, or the node itself to release it.
    #[reference]
    pub to: Did,
}

/// Why the node cannot be given.
#[derive(Debug, Reasons)]
pub enum GiveRefusal {
    /// Only the owner of this node can hand it over or release it.
    #[refused(Forbidden, reason = "owner")]
    NotOwner,
    /// The new owner needs a record on this node and a key of their own. To release the node, name the node itself.
    #[refused(BadRequest, field = "ref")]
    WithoutKeyHere,
}

impl Decide for GiveNode {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<GiveRefusal> {
        let node = ctx.node().clone();
        if queries::owner_of(ctx.reader(), &node)?.as_deref() != Some(ctx.owner().as_str()) {
            return Err(GiveRefusal::NotOwner.into());
        }
        if self.to == *ctx.owner() || (self.to != node && !may_own(ctx.reader(), &node, &self.to)?)
        {
            return Err(GiveRefusal::WithoutKeyHere.into());
        }
        let owner = self.to.clone();
        Ok(ctx.derive(node, &ClaimNode { owner })?)
    }
}

/// Whether a person may own the node: they have their own key and their home is this node.
pub(crate) fn may_own<'a>(
    db: impl Into<Reader<'a>>,
    node: &Did,
    did: &Did,
) -> rusqlite::Result<bool> {
    let sql = format!(
        "SELECT 1 FROM identities WHERE owner_did = ?2 AND {IS_MEMBER}",
        IS_MEMBER = queries::IS_MEMBER
    );
    db.into().exists(&sql, [node.as_str(), did.as_str()])
}

/// Becomes the owner of a node that was released, by its new claim code.
#[derive(Debug, Operation)]
#[operation(
    name = "auth.node.take",
    needs = Code,
    authority = Controller,
    derives = [Derivation::new(ops::NODE_CLAIM, TargetLog::Node).equal(&[Equal::RefIsIntentDid])],
    refusal = TakeRefusal,
    prepared = ShowedCode,
    after_submit
)]
pub struct TakeNode {}

/// Proof that the request had the claim code of the node.
#[derive(Debug, Clone, Copy)]
pub struct ShowedCode;

/// Why the node cannot be taken.
#[derive(Debug, Reasons)]
pub enum TakeRefusal {
    /// This node has an owner already; a claim code works once.
    #[refused(Conflict, reason = "claimed")]
    Claimed,
    /// To own a node, you need a key of your own and a record whose home it is.
    #[refused(Forbidden)]
    WithoutKeyHere,
}

impl Decide for TakeNode {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<TakeRefusal> {
        let (node, owner) = (ctx.node().clone(), ctx.owner().clone());
        refuse_if!(queries::owner_of(ctx.reader(), &node)?.is_some(), TakeRefusal::Claimed);
        refuse_if!(!may_own(ctx.reader(), &node, &owner)?, TakeRefusal::WithoutKeyHere);
        Ok(ctx.derive(node, &ClaimNode { owner })?)
    }
}
