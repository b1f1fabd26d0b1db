//! Messages: sealed where everybody has a key, else readable by the box. Edits and reactions are messages about others.
//!
//! Always: what pages would stop at (docs/conversations.md, rules 4 and 11 to 13) is not entered.

use imajin_app::operation::{BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Request};
use imajin_app::{Problem, RoomRole, refuse_if};
use imajin_host::prelude::*;

use super::message::{Message, MessageSent};
use super::{EpochNow, Keyless, RoomRefusal, inside, the_same};
use crate::epochs::{Because, why_over};
use crate::fields::{ContentKind, Kind, MessageId};
use crate::pace::Pace;
use crate::queries::{self, Room};
use crate::room_role::role_in;
use crate::verified::check_seen;

/// Characters of a message before a request was taken.
const REQUEST_CHARS_MAX: usize = 1_000;
/// Bytes of a box that holds as many.
const REQUEST_BOX_BYTES_MAX: usize = 4096 + 16;
/// Time for a business to answer, in milliseconds.
const ANSWERS_MS: i64 = 30 * 24 * 3600 * 1000;

/// Writes in a conversation.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.send",
    authority = Any,
    undo = By(&["chat.delete"]),
    erasable_by = Author,
    derives = [the_same(MessageSent::NAME)],
    refusal = SendRefusal,
    prepared = Writer
)]
pub(crate) struct SendMessage {
    /// The message: `msg_` and 24 of 0-9 a-f, drawn by its writer.
    #[reference]
    pub(crate) id: MessageId,
    #[group]
    pub(crate) message: Message,
}

/// The result of the checks of a writer before the decision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writer {
    /// The writer's role by the service that has the group or event.
    pub(crate) role: Option<RoomRole>,
    /// Whether the two are connected, in a conversation of two.
    pub(crate) is_connected: bool,
    /// Whether the other person blocked the writer anywhere on this node, in a conversation of two.
    pub(crate) is_blocked: bool,
    /// Whether the message mentions a person who is not in the conversation.
    pub(crate) mentions_stranger: bool,
}

#[derive(Debug, Reasons)]
pub(crate) enum SendRefusal {
    #[refused(all)]
    Room(RoomRefusal),
    /// You can only read here.
    #[refused(Forbidden)]
    Reader,
    // The other person has not accepted the request, or blocks the author. Does not reveal which.
    /// They have not accepted your request yet. You can write again once they have.
    #[refused(Forbidden, reason = "not-accepted")]
    NotAccepted,
    /// A business answers within 30 days of a person's last message. For more it takes their consent, and a market on
    /// this box.
    #[refused(Forbidden, reason = "consent")]
    Consent,
    /// The message with a request has at most {} characters.
    #[refused(TooLarge)]
    TooLong(usize),
    /// This conversation needs a new epoch first ({}): make one, and send again.
    #[refused(Conflict, reason = "epoch", members)]
    Epoch(EpochNow),
    // The signer has a newer entry in the conversation than the one that they name, or names turns that do not exist.
    /// You have entered something here since: look at the conversation again, and sign again.
    #[refused(Conflict, reason = "place")]
    Place,
    /// There is a message with this id already: draw another id.
    #[refused(Conflict, reason = "exists")]
    Exists,
    /// {} has an encryption key by now, or is not in this conversation.
    #[refused(Conflict, reason = "keyless", members)]
    Keyless(Keyless),
    /// Only people in this conversation can be mentioned.
    #[refused(Forbidden, field = "mentions")]
    Stranger,
    /// There is no such message here.
    #[refused(NotFound, field = "re")]
    NoSuchMessage,
    /// Only its author changes a message or ends a reaction.
    #[refused(Forbidden, field = "re")]
    NotAuthor,
    /// This message was deleted.
    #[refused(Gone, field = "re")]
    Deleted,
}

impl BeforeSubmit for SendMessage {
    fn before_submit(&self, request: &Request<'_>) -> Result<Writer, Problem> {
        let (node, owner, message) = (request.node, request.owner, &self.message);
        let room = queries::read(node, |db| queries::room(db, message.log.as_str()))?;
        let Some(room) = room else {
            return Ok(Writer::default());
        };
        let role = role_in(node, &room, owner)?;
        if role.is_none() {
            return Ok(Writer::default());
        }
        node.state::<Pace>().take(node, owner, room.kind)?;
        check_seen(node, &message.log, message.seq.0.unsigned_abs(), &message.seen)?;
        let other = match room.kind {
            Kind::Direct => queries::read(node, |db| queries::other(db, &room.log, owner))?,
            Kind::Group | Kind::Event => None,
        };
        let mut writer = Writer { role, ..Writer::default() };
        for did in message.mentions.iter().flat_map(|list| &list.0) {
            writer.mentions_stranger |= role_in(node, &room, did)?.is_none();
        }
        if let Some(other) = other {
            writer.is_connected = node.connected(owner, &other)? == Some(true);
            writer.is_blocked = node.is_blocked(owner, &[other].into())?;
        }
        Ok(writer)
    }
}

impl SendMessage {
    /// Refuses people who may not write in a conversation of two.
    fn check_two(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        let (db, log, me) = (ctx.reader(), &room.log, ctx.owner());
        let other = queries::other(db, log, me)?.ok_or(SendRefusal::Room(RoomRefusal::Unknown))?;
        if queries::person(db, me)?.is_business {
            let last = queries::said_at(db, log, &other)?;
            let since = last.map(|at| ctx.now().as_millis().saturating_sub(at));
            refuse_if!(since.is_none_or(|since| since > ANSWERS_MS), SendRefusal::Consent);
        }
        if room.is_accepted || ctx.prepared().is_connected {
            return Ok(());
        }
        if queries::request(db, me, log)?.is_some() {
            // Taking the request comes first.
            return Err(SendRefusal::NotAccepted.into());
        }
        if queries::request(db, &other, log)?.is_none() {
            return Ok(());
        }
        let is_first = queries::said_at(db, log, me)?.is_none();
        let text = self.message.text.as_ref();
        let is_long = text.is_some_and(|text| text.as_str().chars().count() > REQUEST_CHARS_MAX);
        let sealed = self.message.sealed.as_ref();
        let is_large = sealed.is_some_and(|sealed| sealed.0.len() > REQUEST_BOX_BYTES_MAX);
        match (is_first, is_long || is_large) {
            (true, false) => Ok(()),
            (true, true) => Err(SendRefusal::TooLong(REQUEST_CHARS_MAX).into()),
            _ => Err(SendRefusal::NotAccepted.into()),
        }
    }

    /// Refuses people whom the other one of two blocked, as if their request had not been taken. It comes last: a message that
    /// is refused for another reason gets that one, blocked or not.
    fn check_block(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        let (db, me) = (ctx.reader(), ctx.owner());
        let other = queries::other(db, &room.log, me)?;
        let other = other.ok_or(SendRefusal::Room(RoomRefusal::Unknown))?;
        let is_blocked = ctx.prepared().is_blocked || queries::blocks(db, &other, me)?;
        refuse_if!(is_blocked, SendRefusal::NotAccepted);
        Ok(())
    }

    fn check_epoch(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        let message = &self.message;
        let (epoch, turns) = (message.epoch.0.unsigned_abs(), message.turns.0.unsigned_abs());
        let now = |because| Err(SendRefusal::Epoch(EpochNow::new(room, because)).into());
        if !room.is_sealed {
            return match (epoch, turns > room.turns) {
                (0, false) => Ok(()),
                (0, true) => Err(SendRefusal::Place.into()),
                _ => now(Because::First),
            };
        }
        if let Some(because @ (Because::First | Because::Turn)) =
            why_over(ctx.reader(), &room.log, ctx.now())?
        {
            return now(because);
        }
        if epoch != room.epoch {
            return now(Because::Newer);
        }
        if turns != room.turns {
            return now(Because::Turn);
        }
        match why_over(ctx.reader(), &room.log, ctx.now())? {
            Some(because) => now(because),
            None => Ok(()),
        }
    }

    fn check_keyless(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        for did in self.message.keyless.iter().flat_map(|list| &list.0) {
            let is_in = queries::role(ctx.reader(), &room.log, did)?.is_some();
            let has_key = !queries::person(ctx.reader(), did)?.keys.is_empty();
            if has_key || !is_in {
                let keyless = vec![did.to_string()];
                return Err(SendRefusal::Keyless(Keyless { keyless }).into());
            }
        }
        Ok(())
    }

    fn check_about(&self, ctx: &Context<'_, Self>) -> Decision<SendRefusal> {
        let Some(re) = &self.message.re else {
            return Ok(());
        };
        let about = queries::message(ctx.reader(), &self.message.log, re.as_str())?;
        let about = about.ok_or(SendRefusal::NoSuchMessage)?;
        let kind = self.message.said;
        let is_gone = kind == Some(ContentKind::Edit) && (!about.is_there || about.is_hidden);
        refuse_if!(is_gone, SendRefusal::Deleted);
        // The kind of a sealed message is encrypted: its readers check the author.
        let is_mine = about.author == *ctx.owner();
        refuse_if!(kind.is_some_and(ContentKind::is_authors) && !is_mine, SendRefusal::NotAuthor);
        Ok(())
    }
}

impl Decide for SendMessage {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SendRefusal> {
        let message = &self.message;
        let (room, by_log) = inside(ctx, &message.log)?;
        let role = match room.kind {
            Kind::Event => ctx.prepared().role,
            // Both must say so, and the log says it as of now.
            _ => by_log.and_then(|role| Some(role.min(ctx.prepared().role?))),
        };
        match role {
            None => return Err(SendRefusal::Room(RoomRefusal::Unknown).into()),
            Some(RoomRole::Reader) => return Err(SendRefusal::Reader.into()),
            Some(_) => {}
        }
        if room.kind == Kind::Direct {
            self.check_two(ctx, &room)?;
        }
        message.check_form()?;
        self.check_epoch(ctx, &room)?;
        let place = queries::place(ctx.reader(), &message.log, ctx.owner())?;
        let is_behind = place.is_some_and(|place| message.seq.0.unsigned_abs() < place);
        refuse_if!(is_behind, SendRefusal::Place);
        let before = queries::message(ctx.reader(), &message.log, self.id.as_str())?;
        refuse_if!(before.is_some(), SendRefusal::Exists);
        refuse_if!(ctx.prepared().mentions_stranger, SendRefusal::Stranger);
        self.check_about(ctx)?;
        self.check_keyless(ctx, &room)?;
        if room.kind == Kind::Direct {
            self.check_block(ctx, &room)?;
        }
        let sent = MessageSent { id: self.id.clone(), message: message.clone() };
        Ok(ctx.derive(message.log.clone(), &sent)?)
    }
}
