//! Ids: the only text that may appear where nothing is ever erased (an entry's `ref`, a `fact`). The grammar allows
//! DIDs, CIDs, UUIDs, random ids and dotted names, and no sentence.

use crate::Did;
use crate::fair::Digest;
use crate::json_form::json_form;
use imajin_dfos::Timestamp;
use imajin_dfos::cid::{Cid, parse_cid};
use std::fmt;
use std::sync::Arc;

/// Maximum bytes of an id: enough for a CID (59), a `did:imajin` (55) or a provider's payment id, too short for prose.
pub const ID_BYTES_MAX: usize = 160;

/// Returns the bytes of a new id: the time in milliseconds since 1970 (48 bits), then random ones. So ids sort by time,
/// like UUIDs of version 7 (RFC 9562 §5.7), and an index appends a new one at its end instead of writing another page
/// for each.
pub fn new_id_bytes(now: Timestamp, random: [u8; 6]) -> [u8; 12] {
    let [_, _, time @ ..] = now.as_millis().to_be_bytes();
    let mut bytes = [0; 12];
    bytes[..6].copy_from_slice(&time);
    bytes[6..].copy_from_slice(&random);
    bytes
}

/// A text `[A-Za-z0-9:._%+@/-]{1,160}` that is not an e-mail alias. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdText(Arc<str>);

/// Why a text may not be used as an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum IdError {
    #[error("an id has 1 to {ID_BYTES_MAX} characters")]
    Length,
    #[error("an id has only characters of A-Z a-z 0-9 : . _ % + @ / -")]
    Character,
    #[error(
        "an email DID may appear only in a body, which can be erased: use the did:imajin behind it"
    )]
    Personal,
}

impl IdText {
    /// Parses an id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        check(text)?;
        Ok(Self(text.into()))
    }

    /// Makes an id of a DID.
    ///
    /// # Errors
    /// [`IdError`] for an e-mail alias.
    pub fn from_did(did: &Did) -> Result<Self, IdError> {
        Self::parse(did.as_str())
    }

    /// Makes an id of a CID.
    pub fn from_cid(cid: &Cid) -> Self {
        Self(cid.to_string().into())
    }

    /// Makes an id of a manifest's digest.
    pub fn from_digest(digest: &Digest) -> Self {
        Self(digest.to_string().into())
    }

    /// Returns the DID, if this id is one in canonical form.
    pub fn to_did(&self) -> Option<Did> {
        Did::parse_canonical(&self.0)
    }

    /// Returns the CID, if this id is one.
    pub fn to_cid(&self) -> Option<Cid> {
        parse_cid(&self.0).ok()
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() || text.len() > ID_BYTES_MAX {
        return Err(IdError::Length);
    }
    if !text.bytes().all(is_id_byte) {
        return Err(IdError::Character);
    }
    // An alias identifies a person, and an id is never erased.
    if text.starts_with("did:email:") { Err(IdError::Personal) } else { Ok(()) }
}

pub(crate) fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":._%+@/-".contains(&byte)
}

impl fmt::Display for IdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl std::str::FromStr for IdText {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl AsRef<str> for IdText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

json_form! { IdText as String, |id| id.as_str(), |text| IdText::parse(text) }

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn new_ids_stand_in_the_order_of_their_time() {
        let at = |text| Timestamp::parse(text).unwrap();
        let before = new_id_bytes(at("2026-11-20T10:00:00.000Z"), [255; 6]);
        let after = new_id_bytes(at("2026-11-20T10:00:00.001Z"), [0; 6]);
        assert!(before < after);
        assert_eq!(before[..6], [0x01, 0xA1, 0xF8, 0x66, 0x0D, 0x00]);
        assert_eq!(before[6..], [255; 6]);
    }

    #[test]
    fn grammar() {
        for good in [
            "a",
            "evt_9f",
            "bafyreia/1",
            "did:imajin:dm:0123456789abcdef",
            "pi_3N%2F+@x.y-z",
            &"a".repeat(160),
        ] {
            assert_eq!(IdText::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(IdText::parse(""), Err(IdError::Length));
        assert_eq!(IdText::parse(&"a".repeat(161)), Err(IdError::Length));
        for bad in ["a b", "a\n", "é", "\"", "a\\b", "<b>", "a,b", "a=b"] {
            assert_eq!(IdText::parse(bad), Err(IdError::Character), "{bad:?}");
        }
        assert_eq!(IdText::parse("did:email:ada_at_example.org"), Err(IdError::Personal));
        assert!(serde_json::from_str::<IdText>("\"a b\"").is_err());
    }

    #[test]
    fn dids_and_cids() {
        let did = Did::from_key(&[7; 32]);
        assert_eq!(IdText::from_did(&did).unwrap().to_did(), Some(did));
        assert_eq!(IdText::parse("did:mjn:x").unwrap().to_did(), None);
        assert_eq!(IdText::from_did(&Did::from_email("a@b.c").unwrap()), Err(IdError::Personal));
        let cid = imajin_dfos::cid::raw_cid(b"x");
        assert_eq!(IdText::from_cid(&cid).to_cid(), Some(cid));
        assert_eq!(IdText::parse(&cid.to_string()), Ok(IdText::from_cid(&cid)));
    }

    proptest! {
        /// The proof's hand-written JSON relies on this: an id needs no escapes.
        #[test]
        fn stands_in_json_as_it_is(text in "[ -~]{1,20}") {
            if let Ok(id) = IdText::parse(&text) {
                prop_assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
            }
        }
    }
}
