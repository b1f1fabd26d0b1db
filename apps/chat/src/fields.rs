//! The field types of this service's operations, each with one canonical form: bytes and links in `bytes`, all others
//! here.

mod bytes;

use imajin_app::operation::{Choice, Int, Record};
use imajin_app::{RoomRole, impl_field, text_type};
use imajin_dfos::Cid;
use imajin_dfos::cid::{CODEC_DAG_CBOR, dag_cbor_cid, parse_cid};
use imajin_protocol::{Did, DidKind};
use serde_json::json;

pub(crate) use bytes::{BoxBytes, Bytes, Link, TurnAt, Wrap};

/// A number of entries or turns.
pub(crate) type Number = Int<0, 9_007_199_254_740_991>;
/// Whether something is so: 1 or 0.
pub(crate) type Flag = Int<0, 1>;

/// Maximum size of a text, in bytes.
const TEXT_BYTES_MAX: usize = 16 * 1024;

text_type!(
    /// A message, by the name that its writer drew.
    MessageId,
    is_message_id,
    "must be msg_ and 24 of 0-9 a-f",
    json!({ "type": "string", "pattern": "^msg_[0-9a-f]{24}$" }),
    |_| "msg_000000000000000000000001"
);

text_type!(
    /// An entry or an operation of a chain, by its CID.
    CidText,
    |text| parse_cid(text).is_ok_and(|cid| cid.codec() == CODEC_DAG_CBOR),
    "must be a CID: bafyrei…",
    json!({ "type": "string", "pattern": "^bafyrei" }),
    |_| dag_cbor_cid(b"an entry").to_string()
);

text_type!(
    /// The text of a message.
    Written,
    |text| text.len() <= TEXT_BYTES_MAX && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')),
    "must be a text of at most 16 KiB without control characters",
    json!({ "type": "string", "maxLength": TEXT_BYTES_MAX }),
    |words| words.take()
);

impl CidText {
    pub(crate) fn from_cid(cid: &Cid) -> Self {
        Self(cid.to_string())
    }
}

fn is_message_id(text: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.strip_prefix("msg_").is_some_and(|digits| digits.len() == 24 && digits.bytes().all(is_hex))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(pub(crate) Did);

impl_field!(
    Name,
    |value| {
        let text = value.as_str().unwrap_or_default();
        let did = Did::parse(text).ok().filter(|did| did.as_str() == text);
        did.filter(|did| Kind::from_did(did).is_some()).map(Self)
    },
    "must be the name of a conversation: did:imajin:dm:…, did:imajin:group:… or did:imajin:event:…",
    |field| field.0.as_str(),
    json!({ "type": "string", "pattern": "^did:imajin:(dm|group|event):" }),
    |_| "did:imajin:dm:0000000000000001"
);

/// A kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Kind {
    /// Two people, for ever.
    #[field(name = "dm")]
    Direct,
    Group,
    Event,
}

impl Kind {
    pub(crate) fn from_did(name: &Did) -> Option<Self> {
        match name.kind() {
            DidKind::Direct => Some(Self::Direct),
            DidKind::Group => Some(Self::Group),
            DidKind::Event => Some(Self::Event),
            _ => None,
        }
    }
}

/// The kind of a readable message. A sealed message's kind is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum ContentKind {
    Text,
    Media,
    Voice,
    Location,
    Edit,
    Reaction,
    #[field(name = "reaction.end")]
    ReactionEnd,
}

impl ContentKind {
    /// Whether only the author of the message that it is about may say it.
    pub(crate) fn is_authors(self) -> bool {
        matches!(self, Self::Edit | Self::ReactionEnd)
    }

    /// Whether it is about another message.
    pub(crate) fn is_about(self) -> bool {
        matches!(self, Self::Edit | Self::Reaction | Self::ReactionEnd)
    }
}

/// The subject of a turn: a role, or the offer of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum TurnRole {
    Reader,
    Member,
    Admin,
    Owner,
    Offered,
}

impl TurnRole {
    /// The role; none of an offer.
    pub(crate) fn role(self) -> Option<RoomRole> {
        RoomRole::from_name(self.name())
    }
}

/// Somebody who is in from the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Record)]
pub(crate) struct MemberRole {
    /// Who.
    pub(crate) did: Did,
    /// As what.
    pub(crate) role: RoomRole,
}

#[cfg(test)]
mod tests {
    use imajin_app::operation::Field;
    use imajin_dfos::Value;

    use super::*;

    fn reads<T: Field>(value: impl Into<Value>) -> bool {
        T::read(&value.into()).is_ok()
    }

    #[test]
    fn each_field_is_read_in_its_one_form() {
        assert!(reads::<MessageId>("msg_0123456789abcdef01234567"));
        assert!(!reads::<MessageId>("msg_0123456789ABCDEF01234567"));
        assert!(!reads::<MessageId>("msg_0123456789abcdef0123456"));
        assert!(reads::<Written>("two\nlines") && !reads::<Written>("a\u{7}"));
        assert!(!reads::<Written>("a".repeat(16_385)));
        assert!(reads::<Name>("did:imajin:dm:0123456789abcdef"));
        assert!(!reads::<Name>(Did::from_key(&[7; 32]).as_str()));
        assert!(!reads::<Name>("did:imajin:dm:0123456789ABCDEF"));
        let cid = dag_cbor_cid(b"x").to_string();
        assert!(reads::<CidText>(cid.as_str()) && !reads::<CidText>("bafyrei"));
    }
}
