//! Operations that stay in your own log: read marks, compared keys, secrets, settings.

use imajin_app::operation::{
    BeforeSubmit, Choice, Context, Decide, Decision, List, Never, Operation, Reasons, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_protocol::Did;

use super::RoomRefusal;
use crate::fields::{BoxBytes, Bytes, CidText, Flag, Number, Wrap};
use crate::queries;
use crate::room_role::role_in;
use crate::verified::check_seen;

/// Minimum time between a person's read marks in a conversation, in milliseconds: each mark causes wear on the SD card.
const MARKS_EVERY_MS: i64 = 2 * 60 * 1000;

/// Says how far its author has read a conversation.
#[derive(Debug, Operation)]
#[operation(name = "chat.read", authority = Any, facts, refusal = ReadRefusal, prepared = ())]
pub(crate) struct ReadMark {
    /// The conversation's log.
    #[reference]
    pub(crate) log: Did,
    /// The place of the newest entry that they verified.
    pub(crate) seq: Number,
    /// The CID of that entry.
    pub(crate) seen: CidText,
}

#[derive(Debug, Reasons)]
pub(crate) enum ReadRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// You have already marked this far, or further, as read.
    #[refused(Conflict, reason = "place")]
    Before,
}

impl BeforeSubmit for ReadMark {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let (node, me, log) = (request.node, request.owner, &self.log);
        let (room, mark) = queries::read(node, |db| {
            let room = queries::room(db, log.as_str())?;
            Ok((room, queries::read_mark(db, me, log)?))
        })?;
        let none = || Problem::not_found("You are not in such a conversation.");
        let room = room.ok_or_else(none)?;
        role_in(node, &room, me)?.ok_or_else(none)?;
        let since = mark.map(|(_, at)| request.now.as_millis().saturating_sub(at));
        if let Some(since) = since.filter(|since| *since < MARKS_EVERY_MS) {
            let left = (MARKS_EVERY_MS - since.max(0)) / 1000 + 1;
            return Err(Problem::too_many_of_yours(
                u32::try_from(left).unwrap_or(u32::MAX),
                "How far you read is written down once in two minutes.",
            ));
        }
        check_seen(node, &self.log, self.seq.0.unsigned_abs(), &self.seen)
    }
}

impl Decide for ReadMark {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReadRefusal> {
        let mark = queries::read_mark(ctx.reader(), ctx.owner(), &self.log)?;
        let is_before = mark.is_some_and(|(seq, _)| seq >= self.seq.0.unsigned_abs());
        refuse_if!(is_before, ReadRefusal::Before);
        Ok(())
    }
}

/// The way in which two people compared keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum How {
    /// A scan of each other's code.
    Code,
    /// The digits, read to each other.
    Digits,
    /// A method of a newer version.
    #[field(unknown)]
    Other,
}

/// Notes that its author compared keys with another person.
#[derive(Debug, Operation)]
#[operation(name = "chat.pin", authority = OwnKey, facts, refusal = Never)]
pub(crate) struct Pin {
    /// With whom.
    #[reference]
    pub(crate) who: Did,
    /// The newest operation of their chain then.
    pub(crate) chain: CidText,
    /// How.
    pub(crate) how: How,
}

impl Decide for Pin {}

/// Keeps the secrets of conversations for your own keys.
#[derive(Debug, Operation)]
#[operation(name = "chat.keyring", needs = Seal, authority = OwnKey, erasable_by = Author, refusal = Never)]
pub(crate) struct Keyring {
    /// The keyring's own key, for each of your encryption keys.
    pub(crate) wraps: List<Wrap, 1, 8>,
    /// 32 random bytes.
    pub(crate) nonce: Bytes<32>,
    /// The commitment of the key.
    pub(crate) commit: Bytes<32>,
    /// The secrets.
    #[field(name = "box")]
    pub(crate) sealed: BoxBytes,
}

impl Decide for Keyring {}

/// The people from whom a person takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Requests {
    /// From everyone.
    All,
    /// From people whom others connect them with.
    Reach,
    /// From no one.
    #[field(unknown)]
    None,
}

/// Chooses for all conversations, or for one.
#[derive(Debug, Operation)]
#[operation(name = "chat.settings", authority = Any, facts, refusal = Never)]
pub(crate) struct Settings {
    /// The conversation's log; all without it.
    #[reference]
    pub(crate) log: Option<Did>,
    /// From whom requests are taken: `all`, `reach`, `none`.
    pub(crate) requests: Requests,
    /// 1 if others see how far one read.
    pub(crate) receipts: Flag,
    /// 1 if connections see that you are there.
    pub(crate) presence: Flag,
    /// 1 if you are told nothing of what comes.
    pub(crate) mute: Flag,
}

impl Decide for Settings {}
