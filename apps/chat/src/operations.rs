//! The operations of this service: what a person wills is in their own log, and what follows from it, with the very same words, in the
//! conversation's.
//!
//! | room | what it has |
//! |---|---|
//! | here | all of them, and what they have in common |
//! | `open` | opening a conversation |
//! | `answers` | answering a request, and blocking a person |
//! | `admit` | letting people in |
//! | `epoch` | a new secret |
//! | `message` | what a message is |
//! | `send` | writing one |
//! | `undo` | deleting, forgetting, hiding |
//! | `own` | what stays in your own log |
//! | `consent` | letting a business write |
//! | `turns` | who is out and who has another role, as the service with groups says |

mod admit;
mod answers;
mod consent;
mod epoch;
mod message;
mod open;
mod own;
mod send;
mod turns;
mod undo;

pub(crate) use admit::{Admit, Admitted};
pub(crate) use answers::{Accept, Accepted, Block, Decline, EndBlock};
pub(crate) use consent::{Consent, ConsentEnded, Consented, EndConsent};
pub(crate) use epoch::{EpochMade, MakeEpoch};
pub(crate) use message::{FileSaid, MENTIONS_MAX, Message, MessageSent};
pub(crate) use open::{Open, OpenedConversation, Requested};
pub(crate) use own::{Keyring, Pin, ReadMark, Settings};
pub(crate) use send::SendMessage;
pub(crate) use turns::{Out, RoleGiven};
pub(crate) use undo::{DeleteMessage, Forget, Hidden, Hide};

use imajin_app::operation::{Choice, Context, Operation, Reasons, Refused};
use imajin_app::{RoomRole, refuse_if};
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::Did;

use crate::epochs::Because;
use crate::fields::Kind;
use crate::queries::{self, Room};

imajin_app::declarations! {
    Open, OpenedConversation, Requested, Accept, Accepted, Decline, Block, EndBlock, Admit,
    Admitted, MakeEpoch, EpochMade, SendMessage, MessageSent, DeleteMessage, Forget, Hide, Hidden,
    ReadMark, Pin, Keyring, Settings, Consent, Consented, EndConsent, ConsentEnded, Out, RoleGiven,
}

/// People in a sealed conversation at most.
pub(crate) const SEALED_MAX: usize = imajin_room::ops::SEALED_MEMBERS_MAX;
/// People in a readable one at most.
pub(crate) const READABLE_MAX: usize = imajin_room::ops::MEMBERS_MAX;
/// Maximum number of people without a key that an answer names.
pub(crate) const KEYLESS_NAMED: usize = 4;

/// The entry in the conversation's log that has the very words of its intent.
const fn the_same(op: &'static str) -> Derivation {
    Derivation::new(op, TargetLog::Parties).equal(&[Equal::RefIsIntentRef, Equal::Fact])
}

#[derive(Debug, Reasons)]
pub(crate) enum RoomRefusal {
    // The author is not in the conversation; the answer reveals nothing about it.
    /// You are not in such a conversation.
    #[refused(NotFound)]
    Unknown,
    /// This conversation is closed.
    #[refused(Gone)]
    Away,
    /// This conversation is end-to-end encrypted: sign what you enter here with your own key.
    #[refused(Forbidden, reason = "own-key")]
    OwnKey,
}

/// A conversation with its author's role there by the log; in an event's room the log lists no members. An author who never was in
/// the conversation learns nothing of its state.
fn inside<O: Operation>(
    ctx: &Context<'_, O>,
    log: &Did,
) -> Result<(Room, Option<RoomRole>), Refused<O::Refusal>>
where
    O::Refusal: From<RoomRefusal>,
{
    let refused = |reason: RoomRefusal| Refused::For(reason.into());
    let room = queries::room(ctx.reader(), log.as_str())?;
    let room = room.ok_or_else(|| refused(RoomRefusal::Unknown))?;
    let was_in = !queries::spans(ctx.reader(), log, ctx.owner())?.is_empty();
    refuse_if!(!was_in && room.kind != Kind::Event, refused(RoomRefusal::Unknown));
    refuse_if!(!ctx.takes_entries(log), refused(RoomRefusal::Away));
    refuse_if!(room.is_sealed && !ctx.is_own_key(), refused(RoomRefusal::OwnKey));
    Ok((room, queries::role(ctx.reader(), log, ctx.owner())?))
}

/// The current epoch and turns, for clients whose messages need another epoch first.
#[derive(Debug, serde::Serialize)]
pub(crate) struct EpochNow {
    pub(crate) epoch: u64,
    pub(crate) turns: u64,
    /// `first`, `turn`, `keys`, `full`, `old` or `newer`.
    pub(crate) because: &'static str,
}

impl EpochNow {
    fn new(room: &Room, because: Because) -> Self {
        Self { epoch: room.epoch, turns: room.turns, because: because.name() }
    }
}

impl std::fmt::Display for EpochNow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.because)
    }
}

/// People without an encryption key, the first few by name.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Keyless {
    pub(crate) keyless: Vec<String>,
}

impl std::fmt::Display for Keyless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.keyless.join(", "))
    }
}
