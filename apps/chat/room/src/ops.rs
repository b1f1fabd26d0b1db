//! The operations of a conversation (docs/conversations.md), read from headers and bodies into types.
//!
//! Always: what is read here is well-formed. Whether it is allowed is the business of the rules.

mod body;
mod fact;

use imajin_protocol::entry::Header;

pub use body::{
    EpochBody, MemberKeys, MessageBody, MessageContents, MessageKind, OpenBody, Unreadable, Wraps,
};
pub(crate) use body::{erased_bodies, keyring};
pub(crate) use fact::seen;
pub use fact::{Admit, EpochFact, Kind, MessageFact, OpenFact, Role, TurnFact};

/// Members of a sealed conversation at most.
pub const SEALED_MEMBERS_MAX: usize = 256;
/// Members of a readable group at most.
pub const MEMBERS_MAX: usize = 1000;
/// People in one admission at most.
pub const ADMITTED_MAX: usize = 5;
/// Turns between two epochs at most.
pub const TURNS_MAX: usize = 4096;

/// The authority that an operation of a person's own log needs, if their page takes something from it or it needs their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The author's signature with their own key, as soon as they have one.
    OwnKey,
    /// A session or a delegate, too.
    Any,
}

impl Authority {
    /// Operations that the author must sign with their own key.
    pub(crate) const OWN_KEY: [&str; 15] = [
        "chat.admit",
        "chat.consent",
        "chat.consent.end",
        "chat.epoch",
        "chat.forget",
        "chat.hide",
        "chat.keyring",
        "chat.pin",
        "connections.group.create",
        "connections.group.dissolve",
        "connections.group.join",
        "connections.group.offer",
        "connections.group.remove",
        "connections.group.role",
        "connections.group.take",
    ];

    /// `None` for operations that say nothing here.
    pub(crate) fn from_op(op: &str) -> Option<Self> {
        match op {
            "chat.accept" | "chat.open" | "chat.read" | "chat.send" => Some(Self::Any),
            op => Self::OWN_KEY.contains(&op).then_some(Self::OwnKey),
        }
    }
}

/// The kind of a conversation's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Opened,
    Admitted,
    EpochMade,
    Message,
    Accepted,
    Hidden,
    Out,
    Role,
    Erased,
    /// An entry of the log that says nothing of the conversation.
    Other,
}

impl Op {
    /// The operation of an entry. `None` for one of chat that a newer version made.
    pub(crate) fn from_header(header: &Header) -> Option<Self> {
        Some(match header.op.as_str() {
            "chat.opened" => Self::Opened,
            "chat.admitted" => Self::Admitted,
            "chat.epoch.made" => Self::EpochMade,
            "chat.message" => Self::Message,
            "chat.accepted" => Self::Accepted,
            "chat.hidden" => Self::Hidden,
            "chat.out" => Self::Out,
            "chat.role" => Self::Role,
            "auth.body.erased" => Self::Erased,
            op if op.starts_with("chat.") => return None,
            _ => Self::Other,
        })
    }

    /// The operations that it may follow from.
    pub(crate) fn intents(self) -> &'static [&'static str] {
        match self {
            Self::Opened => &["chat.open"],
            Self::Admitted => &["chat.admit"],
            Self::EpochMade => &["chat.epoch"],
            Self::Message => &["chat.send"],
            Self::Accepted => &["chat.accept"],
            Self::Hidden => &["chat.hide"],
            Self::Out => &["connections.group.leave", "connections.group.remove"],
            Self::Role => {
                &["connections.group.role", "connections.group.offer", "connections.group.take"]
            }
            Self::Erased => &["chat.delete", "chat.forget"],
            Self::Other => &[],
        }
    }

    /// Whether it changes who is in, or the secret.
    pub(crate) fn is_turn(self) -> bool {
        matches!(self, Self::Opened | Self::Admitted | Self::EpochMade | Self::Out | Self::Role)
    }

    /// Whether the entry has the very ref, fact and body of its intent.
    pub(crate) fn is_same(self) -> bool {
        !matches!(self, Self::Out | Self::Role | Self::Erased | Self::Other)
    }
}
