//! The bodies of a conversation's entries, and what is in a box.

use std::collections::BTreeMap;

use imajin_dfos::{Cid, Value};
use imajin_protocol::Did;
use imajin_protocol::encryption::KEYS_MAX;
use imajin_protocol::proof::EntryPosition;
use serde_json::Value as Json;

use super::{MEMBERS_MAX, Role, SEALED_MEMBERS_MAX, TURNS_MAX};
use crate::seal::{BOX_BYTES_MAX, Sealed, WRAP_BYTES};

/// Lengths of a message's text at most, in bytes.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// A wrapped secret for each encryption key.
pub type Wraps = BTreeMap<[u8; 32], Vec<u8>>;

/// `chat.open`: who is in.
#[derive(Debug, Clone)]
pub struct OpenBody {
    /// The members' roles.
    pub members: BTreeMap<Did, Role>,
}

impl OpenBody {
    /// Reads the body.
    pub fn read(body: &Value) -> Option<Self> {
        only(body, &["members"])?;
        let items = list(body, "members", MEMBERS_MAX)?;
        let mut members = BTreeMap::new();
        for item in items {
            let role = Role::parse(item.get_str("role")?)?;
            if members.insert(did(item.get("did")?)?, role).is_some() {
                return None;
            }
        }
        Some(Self { members })
    }
}

/// A member's wraps in an epoch.
#[derive(Debug, Clone)]
pub struct MemberKeys {
    /// The operation of their chain whose keys these are.
    pub chain: Cid,
    /// The wrapped secret for each key.
    pub wraps: Wraps,
}

/// `chat.epoch`.
#[derive(Debug, Clone)]
pub struct EpochBody {
    /// The version of the cryptography.
    pub suite: u64,
    /// The commitment to the secret, see [`crate::seal::check_of`].
    pub check: [u8; 32],
    /// The turns since the previous epoch, starting with that epoch itself.
    pub turns: Vec<EntryPosition>,
    /// Each member's wraps.
    pub members: BTreeMap<Did, MemberKeys>,
}

impl EpochBody {
    /// Reads the body.
    pub fn read(body: &Value) -> Option<Self> {
        only(body, &["suite", "check", "turns", "members"])?;
        let turns = list(body, "turns", TURNS_MAX)?.iter().map(turn);
        let mut members = BTreeMap::new();
        for item in list(body, "members", SEALED_MEMBERS_MAX)? {
            let chain = *item.get("chain")?.as_link()?;
            let wraps = wraps(item)?;
            let who = did(item.get("did")?)?;
            if members.insert(who, MemberKeys { chain, wraps }).is_some() {
                return None;
            }
        }
        Some(Self {
            suite: body.get("suite")?.as_u64()?,
            check: array(body.get("check")?)?,
            turns: turns.collect::<Option<_>>()?,
            members,
        })
    }
}

/// The body of a message.
#[derive(Debug, Clone)]
pub enum MessageBody {
    /// A sealed message.
    Sealed(Sealed),
    /// A readable message.
    Plain(MessageContents),
    /// Readable, by a newer version.
    Newer,
}

impl MessageBody {
    /// Reads the body.
    pub fn read(body: &Value) -> Option<Self> {
        if body.get("box").is_some() {
            only(body, &["nonce", "commit", "box"])?;
            return sealed(body).map(Self::Sealed);
        }
        // The salt is not part of the message. Bytes and links have no JSON form, and no message of this version
        // contains them.
        let members = body.as_map()?.iter().filter(|(name, _)| *name != "salt");
        let contents =
            Value::Map(members.map(|(name, value)| (name.clone(), value.clone())).collect());
        let json = imajin_dfos::cbor::to_json(&contents).ok()?;
        match MessageContents::from_json(&json) {
            Ok(said) => Some(Self::Plain(said)),
            Err(Unreadable::Newer) => Some(Self::Newer),
            Err(Unreadable::Malformed) => None,
        }
    }
}

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// A text.
    Text,
    /// A file.
    Media,
    /// A recording.
    Voice,
    /// A place.
    Location,
    /// A new text for an earlier message.
    Edit,
    /// A reaction to a message.
    Reaction,
    /// The end of a reaction.
    ReactionEnd,
}

impl MessageKind {
    const ALL: [Self; 7] = [
        Self::Text,
        Self::Media,
        Self::Voice,
        Self::Location,
        Self::Edit,
        Self::Reaction,
        Self::ReactionEnd,
    ];

    /// Returns the name in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Media => "media",
            Self::Voice => "voice",
            Self::Location => "location",
            Self::Edit => "edit",
            Self::Reaction => "reaction",
            Self::ReactionEnd => "reaction.end",
        }
    }

    /// Whether only the author of the message that it is about may say it.
    pub fn is_authors(self) -> bool {
        matches!(self, Self::Edit | Self::ReactionEnd)
    }
}

/// The contents of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageContents {
    /// The kind.
    pub kind: MessageKind,
    /// The text; empty if there is none.
    pub text: String,
    /// The whole contents.
    pub json: Json,
}

/// Why a message can't be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// A newer version wrote it.
    Newer,
    /// The contents are not a message.
    Malformed,
}

impl MessageContents {
    /// Reads what a box has: `{v:1, type, text?, …}`.
    pub fn from_box(text: &[u8]) -> Result<Self, Unreadable> {
        let json: Json = serde_json::from_slice(text).map_err(|_| Unreadable::Malformed)?;
        match json.get("v").and_then(Json::as_f64) {
            Some(1.0) => Self::from_json(&json),
            Some(_) => Err(Unreadable::Newer),
            None => Err(Unreadable::Malformed),
        }
    }

    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        let kind = json.get("type").and_then(Json::as_str).ok_or(Unreadable::Malformed)?;
        let message_kind = MessageKind::ALL.into_iter().find(|one| one.as_str() == kind);
        let kind = message_kind.ok_or(Unreadable::Newer)?;
        let text = match json.get("text") {
            None => "",
            Some(text) => text.as_str().ok_or(Unreadable::Malformed)?,
        };
        if text.len() > TEXT_BYTES_MAX {
            return Err(Unreadable::Malformed);
        }
        Ok(Self { kind, text: text.to_owned(), json: json.clone() })
    }
}

/// The bodies that an `auth.body.erased` names.
pub(crate) fn erased_bodies(body: &Value) -> Option<Vec<Cid>> {
    list(body, "bodies", usize::MAX)?.iter().map(|link| link.as_link().copied()).collect()
}

/// `chat.keyring`: the wraps of its key, and its box.
pub(crate) fn keyring(body: &Value) -> Option<(Wraps, Sealed)> {
    only(body, &["wraps", "nonce", "commit", "box"])?;
    Some((wraps(body)?, sealed(body)?))
}

fn sealed(body: &Value) -> Option<Sealed> {
    let sealed = body.get("box")?.as_bytes()?;
    (sealed.len() <= BOX_BYTES_MAX).then_some(())?;
    Some(Sealed {
        nonce: array(body.get("nonce")?)?,
        commit: array(body.get("commit")?)?,
        sealed: sealed.to_vec(),
    })
}

/// `wraps:[[key, 80 bytes]]`, no key twice.
fn wraps(value: &Value) -> Option<Wraps> {
    let mut wraps = BTreeMap::new();
    for item in list(value, "wraps", KEYS_MAX)? {
        let [key, wrap] = item.as_list()? else {
            return None;
        };
        let wrap = wrap.as_bytes().filter(|wrap| wrap.len() == WRAP_BYTES)?;
        if wraps.insert(array(key)?, wrap.to_vec()).is_some() {
            return None;
        }
    }
    Some(wraps)
}

fn turn(item: &Value) -> Option<EntryPosition> {
    let [seq, cid] = item.as_list()? else {
        return None;
    };
    Some(EntryPosition { seq: seq.as_u64()?, cid: *cid.as_link()? })
}

fn did(value: &Value) -> Option<Did> {
    let text = value.as_str()?;
    Did::parse(text).ok().filter(|did| *did == *text)
}

fn list<'a>(value: &'a Value, name: &str, most: usize) -> Option<&'a [Value]> {
    value.get(name)?.as_list().filter(|items| items.len() <= most)
}

fn array<const N: usize>(value: &Value) -> Option<[u8; N]> {
    value.as_bytes()?.try_into().ok()
}

/// Checks that a body has only these members, apart from the salt.
fn only(body: &Value, names: &[&str]) -> Option<()> {
    let map = body.as_map()?;
    let is_allowed = |name: &String| name == "salt" || names.contains(&name.as_str());
    map.keys().all(is_allowed).then_some(())
}
