//! Messages: sealed where everybody has a key, else readable by the box. Edits and reactions are messages about others.
//!
//! Always: what pages would stop at (docs/format.md §19, rules 4 and 11 to 13) is not entered.

use imajin_protocol::Did;
use imajin_service::Problem;
use imajin_service::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Group, Line, List, MediaFile, Operation,
    Reasons, Record, Request,
};

use super::{EpochNow, Keyless, RoomRefusal, inside, the_same};
use crate::epochs::{Because, why_over};
use crate::fields::{BoxBytes, Bytes, CidText, Flag, Kind, MessageId, Number, Role, Said, Written};
use crate::manifest::MANIFEST;
use crate::pace::Pace;
use crate::queries::{self, Room};
use crate::room_role::role_in;
use crate::verified::check_seen;

/// Characters of a message before a request was taken.
const REQUEST_CHARS_MAX: usize = 1_000;
/// Bytes of a box that holds as many.
const REQUEST_BOX_BYTES_MAX: usize = 4096 + 16;
/// How long a business may answer, in milliseconds.
const ANSWERS_MS: i64 = 30 * 24 * 3600 * 1000;

/// A file that a readable message shows.
#[derive(Debug, Clone, Record)]
pub(crate) struct FileSaid {
    /// The file.
    pub(crate) cid: MediaFile,
    /// What it is called.
    pub(crate) name: Option<Line<200>>,
    /// Its kind.
    pub(crate) mime: Option<Line<100>>,
    /// Its bytes.
    pub(crate) size: Option<Number>,
}

/// A message.
#[derive(Debug, Clone, Group)]
pub(crate) struct Message {
    /// The conversation's log.
    #[fact]
    pub(crate) log: Did,
    /// The epoch under which it is sealed; 0 if it is readable.
    #[fact]
    pub(crate) epoch: Number,
    /// The turns that the signer knows.
    #[fact]
    pub(crate) turns: Number,
    /// The place of the newest entry that the signer's page verified.
    #[fact]
    pub(crate) seq: Number,
    /// The CID of that entry.
    #[fact]
    pub(crate) seen: CidText,
    /// The message that it answers, edits or reacts to.
    #[fact]
    pub(crate) re: Option<MessageId>,
    /// 1 if nobody is to be told of it.
    #[fact]
    pub(crate) quiet: Option<Flag>,
    /// Up to four people for whose lack of an encryption key it is readable.
    #[fact]
    pub(crate) keyless: Option<List<Did, 1, 4>>,
    /// The file that it brings, so that those who are in may fetch it.
    #[fact]
    pub(crate) media: Option<List<MediaFile, 1, 1>>,
    /// Of a sealed one: 32 random bytes.
    pub(crate) nonce: Option<Bytes<32>>,
    /// Of a sealed one: what its key commits to.
    pub(crate) commit: Option<Bytes<32>>,
    /// Of a sealed one: the box.
    #[field(name = "box")]
    pub(crate) sealed: Option<BoxBytes>,
    /// Of a readable one: `text`, `media`, `voice`, `location` (a `geo:` address), `edit`, `reaction` or `reaction.end`.
    #[field(name = "type")]
    pub(crate) said: Option<Said>,
    /// Of a readable one: its words.
    pub(crate) text: Option<Written>,
    /// Of a readable one: what its file is.
    #[field(name = "media")]
    pub(crate) file: Option<FileSaid>,
}

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

/// What is found out about a writer before the decision.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writer {
    /// Their role by the service that the conversation is about.
    pub(crate) role: Option<Role>,
    /// Of two: whether they are connected.
    pub(crate) is_connected: bool,
    /// Of two: whether the other one blocked them anywhere on this node.
    pub(crate) is_blocked: bool,
}

/// Why a message is not taken.
#[derive(Debug, Reasons)]
pub(crate) enum SendRefusal {
    /// Nothing can be done here.
    #[refused(all)]
    Room(RoomRefusal),
    /// They read.
    #[refused(Forbidden, message = "You read here: others write.")]
    Reader,
    /// The other one has not taken the request, or takes nothing from them. Which of the two is nobody's to know.
    #[refused(
        Forbidden,
        reason = "not-accepted",
        message = "They have not taken your request yet. You can write again once they have."
    )]
    NotAccepted,
    /// A business writes without being written to.
    #[refused(
        Forbidden,
        reason = "consent",
        message = "A business answers within 30 days of a person's last message. For more it takes their consent, and a market on this box."
    )]
    Consent,
    /// A request is long.
    #[refused(
        TooLarge,
        message = "The message with a request has at most {} characters."
    )]
    TooLong(usize),
    /// It is not under an epoch that takes messages.
    #[refused(
        Conflict,
        reason = "epoch",
        members,
        message = "This conversation needs a new epoch first ({}): make one, and send again."
    )]
    Epoch(EpochNow),
    /// The signer passes over an entry of their own, or knows turns that are none.
    #[refused(
        Conflict,
        reason = "place",
        message = "You have entered something here since: look at the conversation again, and sign anew."
    )]
    Place,
    /// The id has a message.
    #[refused(
        Conflict,
        reason = "exists",
        message = "There is a message of this id: draw another."
    )]
    Exists,
    /// Somebody who is named has a key.
    #[refused(
        Conflict,
        reason = "keyless",
        members,
        message = "{} has an encryption key by now, or is not in this conversation."
    )]
    Keyless(Keyless),
    /// There is no message that it could be about.
    #[refused(NotFound, field = "re", message = "There is no such message here.")]
    NoSuchMessage,
    /// It is about another's.
    #[refused(
        Forbidden,
        field = "re",
        message = "Only its author changes a message or ends a reaction."
    )]
    NotAuthor,
    /// It was deleted.
    #[refused(Gone, field = "re", message = "This message was deleted.")]
    Deleted,
}

impl BeforeSubmit for SendMessage {
    fn before_submit(&self, request: &Request<'_>) -> Result<Writer, Problem> {
        let (node, owner, message) = (request.node, request.owner, &self.message);
        let log = message.log.as_str();
        let room = node.read(MANIFEST.name, |db| queries::room(db, log))?;
        let Some(room) = room else {
            return Ok(Writer::default());
        };
        let role = role_in(node, &room, owner)?;
        if role.is_none() {
            return Ok(Writer::default());
        }
        node.state::<Pace>().take(node, owner, room.kind)?;
        check_seen(
            node,
            &message.log,
            message.seq.0.unsigned_abs(),
            &message.seen,
        )?;
        let other = match room.kind {
            Kind::Direct => {
                node.read(MANIFEST.name, |db| queries::other(db, log, owner.as_str()))?
            }
            Kind::Group | Kind::Event => None,
        };
        let mut writer = Writer {
            role,
            ..Writer::default()
        };
        if let Some(other) = other {
            writer.is_connected = node.connected(owner, &other)? == Some(true);
            writer.is_blocked = node.is_blocked(owner, &[other].into())?;
        }
        Ok(writer)
    }
}

impl SendMessage {
    fn check_form(&self) -> Result<(), FieldError> {
        let message = &self.message;
        let parts = [
            message.nonce.is_some(),
            message.commit.is_some(),
            message.sealed.is_some(),
        ];
        let has_words = message.said.is_some() || message.text.is_some() || message.file.is_some();
        let is_sealed = parts == [true; 3] && !has_words;
        let is_readable = parts == [false; 3] && message.said.is_some();
        let wrong = |field: &str, text: &str| Err(FieldError::new(field, text));
        match (message.epoch.0 > 0, is_sealed, is_readable) {
            (true, true, _) => return Ok(()),
            (true, false, _) => {
                return wrong(
                    "box",
                    "A sealed message has nonce, commit and box, and nothing else.",
                );
            }
            (false, _, false) => {
                return wrong(
                    "type",
                    "A readable message has a type and its words, and no box.",
                );
            }
            (false, _, true) => {}
        }
        let said = message.said.filter(|said| said.is_about());
        if said.is_some() && message.re.is_none() {
            return wrong("re", "re must name the message that this is about.");
        }
        let needs_text = !matches!(message.said, Some(Said::Media | Said::Voice));
        if needs_text
            && message
                .text
                .as_ref()
                .is_none_or(|text| text.as_str().is_empty())
        {
            return wrong("text", "text must not be empty.");
        }
        Ok(())
    }

    /// Who may write to whom in a conversation of two.
    fn check_two(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        let (db, log, me) = (ctx.reader(), room.log.as_str(), ctx.owner().as_str());
        let other = queries::other(db, log, me)?.ok_or(SendRefusal::Room(RoomRefusal::Unknown))?;
        if ctx.prepared().is_blocked || queries::blocks(db, other.as_str(), me)? {
            return Err(SendRefusal::NotAccepted.into());
        }
        if queries::person(db, me)?.is_business {
            let (_, last) = queries::written(db, log, other.as_str())?;
            let since = last.map(|at| ctx.now().as_millis().saturating_sub(at));
            if since.is_none_or(|since| since > ANSWERS_MS) {
                return Err(SendRefusal::Consent.into());
            }
        }
        if room.is_accepted || ctx.prepared().is_connected {
            return Ok(());
        }
        if queries::request(db, me, log)?.is_some() {
            // Taking the request comes first.
            return Err(SendRefusal::NotAccepted.into());
        }
        if queries::request(db, other.as_str(), log)?.is_none() {
            return Ok(());
        }
        let (written, _) = queries::written(db, log, me)?;
        let text = self.message.text.as_ref();
        let is_long = text.is_some_and(|text| text.as_str().chars().count() > REQUEST_CHARS_MAX);
        let sealed = self.message.sealed.as_ref();
        let is_large = sealed.is_some_and(|sealed| sealed.0.len() > REQUEST_BOX_BYTES_MAX);
        match (written, is_long || is_large) {
            (0, false) => Ok(()),
            (0, true) => Err(SendRefusal::TooLong(REQUEST_CHARS_MAX).into()),
            _ => Err(SendRefusal::NotAccepted.into()),
        }
    }

    fn check_epoch(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        let message = &self.message;
        let (epoch, turns) = (
            message.epoch.0.unsigned_abs(),
            message.turns.0.unsigned_abs(),
        );
        let now = |because| Err(SendRefusal::Epoch(EpochNow::of(room, because)).into());
        if !room.is_sealed {
            return match (epoch, turns > room.turns) {
                (0, false) => Ok(()),
                (0, true) => Err(SendRefusal::Place.into()),
                _ => now(Because::First),
            };
        }
        if let Some(because @ (Because::First | Because::Turn)) =
            why_over(ctx.reader(), room.log.as_str(), ctx.now())?
        {
            return now(because);
        }
        if epoch != room.epoch {
            return now(Because::Newer);
        }
        if turns != room.turns {
            return now(Because::Turn);
        }
        match why_over(ctx.reader(), room.log.as_str(), ctx.now())? {
            Some(because) => now(because),
            None => Ok(()),
        }
    }

    fn check_keyless(&self, ctx: &Context<'_, Self>, room: &Room) -> Decision<SendRefusal> {
        for did in self.message.keyless.iter().flat_map(|list| &list.0) {
            let is_in = queries::role(ctx.reader(), room.log.as_str(), did.as_str())?.is_some();
            let has_key = !queries::person(ctx.reader(), did.as_str())?.keys.is_empty();
            if has_key || !is_in {
                let keyless = vec![did.to_string()];
                return Err(SendRefusal::Keyless(Keyless { keyless }).into());
            }
        }
        Ok(())
    }

    fn check_about(&self, ctx: &Context<'_, Self>) -> Decision<SendRefusal> {
        let log = self.message.log.as_str();
        let Some(re) = &self.message.re else {
            return Ok(());
        };
        let about = queries::message(ctx.reader(), log, re.as_str())?;
        let about = about.ok_or(SendRefusal::NoSuchMessage)?;
        let said = self.message.said;
        if said == Some(Said::Edit) && (!about.is_there || about.is_hidden) {
            return Err(SendRefusal::Deleted.into());
        }
        // Of a sealed one its readers find out.
        let is_mine = about.author == ctx.owner().as_str();
        match said.is_some_and(Said::is_authors) && !is_mine {
            true => Err(SendRefusal::NotAuthor.into()),
            false => Ok(()),
        }
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
            Some(Role::Reader) => return Err(SendRefusal::Reader.into()),
            Some(_) => {}
        }
        if room.kind == Kind::Direct {
            self.check_two(ctx, &room)?;
        }
        self.check_form()?;
        self.check_epoch(ctx, &room)?;
        let place = queries::place(ctx.reader(), message.log.as_str(), ctx.owner().as_str())?;
        if place.is_some_and(|place| message.seq.0.unsigned_abs() < place) {
            return Err(SendRefusal::Place.into());
        }
        if queries::message(ctx.reader(), message.log.as_str(), self.id.as_str())?.is_some() {
            return Err(SendRefusal::Exists.into());
        }
        self.check_about(ctx)?;
        self.check_keyless(ctx, &room)?;
        let sent = MessageSent {
            id: self.id.clone(),
            message: message.clone(),
        };
        Ok(ctx.derive(message.log.clone(), &sent)?)
    }
}

/// The conversation's log: somebody wrote.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.message",
    authority = Derived,
    erasable_by = Author,
    bound = Intent
)]
pub(crate) struct MessageSent {
    /// The message.
    #[reference]
    id: MessageId,
    #[group]
    message: Message,
}
