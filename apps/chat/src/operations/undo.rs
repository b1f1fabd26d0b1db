//! Deletion of one or all of a person's messages, and hiding another person's.

use imajin_app::operation::{BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Request};
use imajin_app::{Problem, refuse_if};
use imajin_dfos::Cid;
use imajin_log::entry::Header;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{Derivation, EntryField, ErasureScope, TargetLog};
use imajin_protocol::{Did, IdText};

use super::{MessageSent, RoomRefusal, SendMessage, inside, the_same};
use crate::fields::MessageId;
use crate::queries;
use crate::verified::entry_at;

/// Bodies that one erasure names.
const ERASED_AT_ONCE: usize = 1_000;
/// Erasures of one operation in each log.
const ERASURES_MAX: usize = 100;
/// The operations whose bodies are messages.
const MESSAGES: &[&str] = &[MessageSent::NAME, SendMessage::NAME];
/// The log's member of a fact.
const LOG: EntryField = EntryField::Fact("log");
/// The author's own.
const AUTHOR: (EntryField, EntryField) = (EntryField::Author, EntryField::Author);
const MESSAGE: &[ErasureScope] =
    &[ErasureScope::new(MESSAGES, &[AUTHOR, (LOG, LOG), (EntryField::Ref, EntryField::Ref)])];
const CONVERSATION: &[ErasureScope] =
    &[ErasureScope::new(MESSAGES, &[AUTHOR, (LOG, EntryField::Ref)])];

/// Deletes a message of yours: its words are erased in both logs.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.delete",
    authority = Any,
    undo = Ends,
    derives = [Derivation::new(BODY_ERASED, TargetLog::Parties).erases(MESSAGE)],
    refusal = DeleteRefusal,
    prepared = Option<Cid>
)]
pub(crate) struct DeleteMessage {
    /// The message.
    #[reference]
    pub(crate) id: MessageId,
    /// The conversation's log.
    #[fact]
    pub(crate) log: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum DeleteRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// There is no such message here.
    #[refused(NotFound, field = "ref")]
    NoSuchMessage,
    /// Only its author deletes a message.
    #[refused(Forbidden)]
    NotAuthor,
    /// This message was deleted already.
    #[refused(Gone)]
    Deleted,
}

impl BeforeSubmit for DeleteMessage {
    fn before_submit(&self, request: &Request<'_>) -> Result<Option<Cid>, Problem> {
        let (node, id) = (request.node, self.id.as_str());
        let row = queries::read(node, |db| queries::message(db, &self.log, id))?;
        let entry = match row {
            Some(row) => entry_at(node, &self.log, row.seq)?,
            None => None,
        };
        Ok(entry.and_then(|entry| entry.decoded.body))
    }
}

impl Decide for DeleteMessage {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DeleteRefusal> {
        // A person who left may still delete their messages.
        inside(ctx, &self.log)?;
        let row = queries::message(ctx.reader(), &self.log, self.id.as_str())?;
        let row = row.ok_or(DeleteRefusal::NoSuchMessage)?;
        refuse_if!(row.author != *ctx.owner(), DeleteRefusal::NotAuthor);
        let body = ctx.prepared().filter(|_| row.is_there).ok_or(DeleteRefusal::Deleted)?;
        ctx.erase_in([ctx.owner().clone(), self.log.clone()], [body]);
        Ok(())
    }
}

/// Deletes everything that you wrote in a conversation.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.forget",
    authority = OwnKey,
    undo = Ends,
    derives = [Derivation::new(BODY_ERASED, TargetLog::Parties).at_most(100).erases(CONVERSATION)],
    refusal = ForgetRefusal,
    prepared = Vec<Cid>
)]
pub(crate) struct Forget {
    /// The conversation's log.
    #[reference]
    pub(crate) log: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum ForgetRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// There is nothing here that you wrote and did not delete.
    #[refused(NotFound, field = "ref")]
    Nothing,
}

impl BeforeSubmit for Forget {
    fn before_submit(&self, request: &Request<'_>) -> Result<Vec<Cid>, Problem> {
        let is_mine = |header: &Header| {
            let log = header.fact.as_ref().and_then(|fact| fact.id("log"));
            header.op == SendMessage::NAME && log.map(IdText::as_str) == Some(self.log.as_str())
        };
        request.node.bodies(request.owner, is_mine)
    }
}

impl Decide for Forget {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ForgetRefusal> {
        inside(ctx, &self.log)?;
        let bodies = ctx.prepared().clone();
        refuse_if!(bodies.is_empty(), ForgetRefusal::Nothing);
        for some in bodies.chunks(ERASED_AT_ONCE).take(ERASURES_MAX) {
            ctx.erase_in([ctx.owner().clone(), self.log.clone()], some.iter().copied());
        }
        Ok(())
    }
}

/// Hides a message from everybody who is in. Only people who lead do this.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.hide",
    authority = OwnKey,
    undo = Happened,
    derives = [the_same(Hidden::NAME)],
    refusal = HideRefusal
)]
pub(crate) struct Hide {
    /// The message.
    #[reference]
    pub(crate) id: MessageId,
    /// The conversation's log.
    #[fact]
    pub(crate) log: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum HideRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// People who lead a conversation hide messages.
    #[refused(Forbidden)]
    Role,
    /// There is no such message here.
    #[refused(NotFound, field = "ref")]
    NoSuchMessage,
    /// This message is hidden or deleted already.
    #[refused(Gone)]
    Hidden,
}

impl Decide for Hide {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<HideRefusal> {
        let (_, role) = inside(ctx, &self.log)?;
        let role = role.ok_or(HideRefusal::Room(RoomRefusal::Unknown))?;
        refuse_if!(!role.leads(), HideRefusal::Role);
        let row = queries::message(ctx.reader(), &self.log, self.id.as_str())?;
        let row = row.ok_or(HideRefusal::NoSuchMessage)?;
        refuse_if!(row.is_hidden || !row.is_there, HideRefusal::Hidden);
        let hidden = Hidden { id: self.id.clone(), log: self.log.clone() };
        Ok(ctx.derive(self.log.clone(), &hidden)?)
    }
}

/// The conversation's log: a message was hidden.
#[derive(Debug, Operation)]
#[operation(name = "chat.hidden", authority = Derived, facts)]
pub(crate) struct Hidden {
    /// The message.
    #[reference]
    id: MessageId,
    /// The conversation's log.
    log: Did,
}
