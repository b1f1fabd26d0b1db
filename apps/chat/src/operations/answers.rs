//! Answering a request, and blocking a person. The other person is not told of a refusal: it stays in your own log.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_protocol::Did;

use super::{RoomRefusal, inside, the_same};
use crate::queries;

/// Takes a request: both may write from now on.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.accept",
    authority = Any,
    undo = Happened,
    derives = [the_same(Accepted::NAME)],
    refusal = AnswerRefusal
)]
pub(crate) struct Accept {
    /// Who asked.
    #[reference]
    pub(crate) who: Did,
    /// The conversation's log.
    #[fact]
    pub(crate) log: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum AnswerRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// There is no request of theirs here that waits for this answer.
    #[refused(NotFound, field = "ref")]
    NoRequest,
}

/// Returns the state of a person's request.
fn answered(
    ctx: &Context<'_, impl Operation>,
    log: &Did,
    who: &Did,
) -> rusqlite::Result<Option<String>> {
    let request = queries::request(ctx.reader(), ctx.owner(), log)?;
    Ok(request.filter(|(asker, _)| who == asker.as_str()).map(|(_, state)| state))
}

impl Decide for Accept {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnswerRefusal> {
        match answered(ctx, &self.log, &self.who)?.as_deref() {
            // A declined request can be accepted later.
            Some("open" | "declined") => {}
            _ => return Err(AnswerRefusal::NoRequest.into()),
        }
        let (_, role) = inside(ctx, &self.log)?;
        refuse_if!(role.is_none(), AnswerRefusal::Room(RoomRefusal::Unknown));
        let accepted = Accepted { who: self.who.clone(), log: self.log.clone() };
        Ok(ctx.derive(self.log.clone(), &accepted)?)
    }
}

/// The conversation's log: the request was taken.
#[derive(Debug, Operation)]
#[operation(name = "chat.accepted", authority = Derived, facts)]
pub(crate) struct Accepted {
    /// Who asked.
    #[reference]
    who: Did,
    /// The conversation's log.
    log: Did,
}

/// Doesn't take a request. Nobody is told.
#[derive(Debug, Operation)]
#[operation(name = "chat.decline", authority = Any, facts, refusal = AnswerRefusal)]
pub(crate) struct Decline {
    /// Who asked.
    #[reference]
    pub(crate) who: Did,
    /// The conversation's log.
    pub(crate) log: Did,
}

impl Decide for Decline {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnswerRefusal> {
        match answered(ctx, &self.log, &self.who)?.as_deref() {
            Some("open") => Ok(()),
            _ => Err(AnswerRefusal::NoRequest.into()),
        }
    }
}

/// Takes nothing more from a person in conversations of two. The person is not told.
#[derive(Debug, Operation)]
#[operation(name = "chat.block", authority = Any, facts, refusal = BlockRefusal)]
pub(crate) struct Block {
    /// Who.
    #[reference]
    pub(crate) who: Did,
    /// The conversation's log.
    pub(crate) log: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum BlockRefusal {
    /// You cannot block yourself.
    #[refused(BadRequest, field = "ref")]
    Oneself,
    /// Nothing would change: look at the conversation again.
    #[refused(Conflict, reason = "blocked")]
    Already,
}

impl Decide for Block {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BlockRefusal> {
        refuse_if!(self.who == *ctx.owner(), BlockRefusal::Oneself);
        refuse_if!(queries::blocks(ctx.reader(), ctx.owner(), &self.who)?, BlockRefusal::Already);
        Ok(())
    }
}

/// Takes messages from a person again.
#[derive(Debug, Operation)]
#[operation(name = "chat.block.end", authority = Any, facts, refusal = BlockRefusal)]
pub(crate) struct EndBlock {
    /// Who.
    #[reference]
    pub(crate) who: Did,
    /// The conversation's log.
    pub(crate) log: Did,
}

impl Decide for EndBlock {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<BlockRefusal> {
        refuse_if!(!queries::blocks(ctx.reader(), ctx.owner(), &self.who)?, BlockRefusal::Already);
        Ok(())
    }
}
