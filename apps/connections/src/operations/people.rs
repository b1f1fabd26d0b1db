//! Operations only in the author's own record: blocks, and names for people.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_protocol::Did;

use crate::blocks::blocks;
use crate::fields::Nickname;

/// Blocks a person: entries that they would leave in your record are refused. It also ends their connection in that record.
#[derive(Debug, Operation)]
#[operation(name = "connections.block", authority = Any, refusal = BlockRefusal)]
pub(crate) struct Block {
    /// The one to block.
    #[reference]
    pub(crate) other: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum BlockRefusal {
    #[refused(all)]
    Oneself(SomebodyElse),
    /// You blocked them already.
    #[refused(Conflict, reason = "blocked")]
    Blocked,
}

/// An operation for other people that names its author.
#[derive(Debug, Reasons)]
pub(crate) enum SomebodyElse {
    /// ref must be the DID of somebody else: did:imajin:…
    #[refused(BadRequest, field = "ref")]
    Oneself,
}

impl Decide for Block {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BlockRefusal> {
        refuse_if!(self.other == *ctx.owner(), BlockRefusal::Oneself(SomebodyElse::Oneself));
        refuse_if!(blocks(ctx.reader(), ctx.owner(), &self.other)?, BlockRefusal::Blocked);
        Ok(())
    }
}

/// Ends a block. What it ended stays ended.
#[derive(Debug, Operation)]
#[operation(name = "connections.block.end", authority = Any, refusal = EndBlockRefusal)]
pub(crate) struct EndBlock {
    /// The blocked person.
    #[reference]
    pub(crate) other: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum EndBlockRefusal {
    #[refused(all)]
    Oneself(SomebodyElse),
    /// You did not block them.
    #[refused(Conflict, reason = "unblocked")]
    Unblocked,
}

impl Decide for EndBlock {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EndBlockRefusal> {
        refuse_if!(self.other == *ctx.owner(), EndBlockRefusal::Oneself(SomebodyElse::Oneself));
        refuse_if!(!blocks(ctx.reader(), ctx.owner(), &self.other)?, EndBlockRefusal::Unblocked);
        Ok(())
    }
}

/// Gives a person a name that only the owner sees.
#[derive(Debug, Operation)]
#[operation(
    name = "connections.nickname",
    authority = Any,
    erasable_by = Author,
    refusal = SomebodyElse
)]
pub(crate) struct NamePerson {
    /// The person.
    #[reference]
    pub(crate) other: Did,
    /// The name, at most 100 characters; null takes it away.
    pub(crate) nickname: Nickname,
}

impl Decide for NamePerson {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SomebodyElse> {
        if self.other == *ctx.owner() { Err(SomebodyElse::Oneself.into()) } else { Ok(()) }
    }
}
