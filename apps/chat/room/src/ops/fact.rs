//! The facts of a conversation's entries.

use imajin_dfos::Cid;
use imajin_protocol::did::DidKind;
use imajin_protocol::proof::EntryPosition;
use imajin_protocol::{Did, Fact, IdText};

use super::ADMITTED_MAX;

/// The kind of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Two people, permanently.
    Direct,
    /// A group, a pod or a family.
    Group,
    /// The room of an event: never sealed, and its members depend on the node's word.
    Event,
}

impl Kind {
    /// The kind of a name; `None` if it names no conversation.
    pub fn from_name(name: &Did) -> Option<Self> {
        match name.kind() {
            DidKind::Direct => Some(Self::Direct),
            DidKind::Group => Some(Self::Group),
            DidKind::Event => Some(Self::Event),
            _ => None,
        }
    }

    /// Returns the name in facts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "dm",
            Self::Group => "group",
            Self::Event => "event",
        }
    }
}

/// A member's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Reader,
    /// Reads and writes.
    Member,
    /// Leads: adds and removes members.
    Admin,
    /// Leads, and changes roles.
    Owner,
}

impl Role {
    /// Returns the name in facts and bodies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of a word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Reader, Self::Member, Self::Admin, Self::Owner]
            .into_iter()
            .find(|role| role.as_str() == text)
    }

    /// Whether members with this role can add and remove members.
    pub fn leads(self) -> bool {
        self >= Self::Admin
    }
}

/// `chat.open`: `{log, kind, of?, after?, sealed, keyless?}`.
#[derive(Debug, Clone)]
pub struct OpenFact {
    /// The kind of conversation.
    pub kind: Kind,
    /// The group or event that it is the conversation of.
    pub of: Option<Did>,
    /// The previous log of the conversation, if this one continues it.
    pub after: Option<Did>,
    /// Whether the conversation is end-to-end encrypted.
    pub sealed: bool,
    /// The members without an encryption key, because of whom the conversation is readable.
    pub keyless: Vec<Did>,
}

impl OpenFact {
    /// Reads the fact.
    pub fn read(fact: Option<&Fact>) -> Option<Self> {
        let fact = fact?;
        let kind = fact.id("kind")?.as_str();
        let kinds = [Kind::Direct, Kind::Group, Kind::Event];
        Some(Self {
            kind: kinds.into_iter().find(|one| one.as_str() == kind)?,
            of: optional_did(fact, "of")?,
            after: optional_did(fact, "after")?,
            sealed: match fact.int("sealed")? {
                0 => false,
                1 => true,
                _ => return None,
            },
            keyless: dids(fact, "keyless")?,
        })
    }
}

/// `chat.admit`: `{dids, role, turns}`.
#[derive(Debug, Clone)]
pub struct Admit {
    /// The people to add.
    pub dids: Vec<Did>,
    /// Their role.
    pub role: Role,
    /// The turns that the signer knew.
    pub turns: u64,
}

impl Admit {
    /// Reads the fact.
    pub fn read(fact: Option<&Fact>) -> Option<Self> {
        let fact = fact?;
        let dids = dids(fact, "dids")?;
        let role = Role::parse(fact.id("role")?.as_str())?;
        let turns = count(fact, "turns")?;
        (1..=ADMITTED_MAX).contains(&dids.len()).then_some(Self { dids, role, turns })
    }
}

/// `chat.epoch`: `{epoch, turns, seq, seen}`.
#[derive(Debug, Clone)]
pub struct EpochFact {
    /// The epoch's number, from 1.
    pub epoch: u64,
    /// The turns that the signer knew.
    pub turns: u64,
    /// The newest entry that the signer's page had verified.
    pub seen: EntryPosition,
}

impl EpochFact {
    /// Reads the fact.
    pub fn read(fact: Option<&Fact>) -> Option<Self> {
        let fact = fact?;
        Some(Self { epoch: count(fact, "epoch")?, turns: count(fact, "turns")?, seen: seen(fact)? })
    }
}

/// `chat.send`: `{log, epoch, turns, seq, seen, re?, quiet?, keyless?, mentions?, media?}`.
#[derive(Debug, Clone)]
pub struct MessageFact {
    /// The epoch under which it is sealed; 0 while none was made.
    pub epoch: u64,
    /// The turns that the signer knew.
    pub turns: u64,
    /// The newest entry that the signer's page had verified.
    pub seen: EntryPosition,
    /// The message that it is about.
    pub re: Option<IdText>,
    /// The members without an encryption key, because of whom the message is readable.
    pub keyless: Vec<Did>,
}

impl MessageFact {
    /// Reads the fact.
    pub fn read(fact: Option<&Fact>) -> Option<Self> {
        let fact = fact?;
        Some(Self {
            epoch: count(fact, "epoch")?,
            turns: count(fact, "turns")?,
            seen: seen(fact)?,
            re: match fact.get("re") {
                None => None,
                Some(_) => Some(fact.id("re")?.clone()),
            },
            keyless: dids(fact, "keyless")?,
        })
    }
}

/// `chat.out`, `chat.role`: `{role}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnFact {
    /// A role.
    Role(Role),
    /// `offered`: they may take the group.
    Offered,
}

impl TurnFact {
    /// Reads the fact.
    pub fn read(fact: Option<&Fact>) -> Option<Self> {
        match fact?.id("role")?.as_str() {
            "offered" => Some(Self::Offered),
            role => Role::parse(role).map(Self::Role),
        }
    }
}

fn count(fact: &Fact, key: &str) -> Option<u64> {
    u64::try_from(fact.int(key)?).ok()
}

/// The DIDs under a key; none if the key is absent.
fn dids(fact: &Fact, key: &str) -> Option<Vec<Did>> {
    if fact.get(key).is_none() {
        return Some(Vec::new());
    }
    fact.ids(key)?.into_iter().map(IdText::to_did).collect()
}

fn optional_did(fact: &Fact, key: &str) -> Option<Option<Did>> {
    match fact.get(key) {
        None => Some(None),
        Some(_) => Some(Some(fact.id(key)?.to_did()?)),
    }
}

pub(crate) fn seen(fact: &Fact) -> Option<EntryPosition> {
    let seq = count(fact, "seq")?;
    let cid: Cid = fact.id("seen")?.to_cid()?;
    Some(EntryPosition { seq, cid })
}
