//! DIDs. A [`Did`] is always in its canonical text form, so that comparing, hashing and sorting it as a string is
//! right; other accepted forms are converted when parsed. This module does not know who controls a DID: see
//! [`crate::identity`].

mod email;
mod folder;

pub use email::is_host_name;

use crate::base58;
use crate::json_form::json_form;
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Maximum bytes of a DID: an e-mail alias whose 64-byte local part is percent-encoded throughout, with the longest
/// domain (RFC 5321 §4.5.3.1, RFC 1035 §3.1).
pub const DID_BYTES_MAX: usize =
    "did:email:".len() + 3 * email::LOCAL_BYTES_MAX + "_at_".len() + email::DOMAIN_BYTES_MAX;

/// Maximum bytes of the id of an event's conversation.
pub const EVENT_ID_BYTES_MAX: usize = 64;

/// Alphabet and length of the identifier in `did:dfos:` (DFOS v1, "Encodings").
const DFOS_ALPHABET: &[u8] = b"2346789acdefhknrtvz";
const DFOS_ID_BYTES: usize = 31;

/// A DID in its canonical text form. Cheap to clone; ordered and hashed as its text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did(Arc<str>);

/// The kind of thing that a [`Did`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DidKind {
    /// `did:imajin:<base58btc of a 32 byte key>`: a person, an agent, a node, an event, a group.
    Key,
    /// `did:dfos:<31>`: the DFOS chain behind a DID.
    Dfos,
    /// `did:email:…`: another name of a soft identity. Only written where it can be erased.
    Email,
    /// `did:imajin:dm:<16 hex>`: the conversation of two DIDs.
    Direct,
    /// `did:imajin:group:<uuid>`: the conversation of a group.
    Group,
    /// `did:imajin:event:<id>`: the conversation of an event.
    Event,
}

/// Why a text is not a DID that a node accepts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum DidError {
    #[error("a DID begins with did:imajin:, did:dfos: or did:email:")]
    Method,
    #[error("a DID has at most {DID_BYTES_MAX} bytes")]
    TooLong,
    /// The suffix of `did:imajin:` or `did:mjn:` is not a key.
    #[error("the part after did:imajin: must be the base58btc form of a 32 byte key")]
    Key,
    #[error("the part after did:dfos: must be 31 characters of 2346789acdefhknrtvz")]
    Dfos,
    #[error("the part after did:imajin:dm: must be 16 lower-case hexadecimal digits")]
    Direct,
    #[error("the part after did:imajin:group: must be a UUID")]
    Group,
    #[error(
        "the part after did:imajin:event: must be 1 to {EVENT_ID_BYTES_MAX} characters of A-Z a-z 0-9 _ -"
    )]
    Event,
    #[error("the part before the @ must be 1 to 64 bytes without spaces or control characters")]
    EmailLocal,
    #[error("the part after the @ must be a host name (an international one in its xn-- form)")]
    EmailDomain,
    #[error(
        "an email DID is did:email:<local part>_at_<domain>, with _ and unusual characters as %XX"
    )]
    EmailForm,
}

impl Did {
    /// Parses a DID in any accepted form and returns the canonical one.
    ///
    /// `did:mjn:z6Mk…` becomes `did:imajin:…` of the same key; a UUID becomes lower-case; an e-mail alias gets exactly
    /// the percent-encoding that the rule requires.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        if text.len() > DID_BYTES_MAX {
            return Err(DidError::TooLong);
        }
        if let Some(rest) = text.strip_prefix("did:imajin:") {
            return match rest.split_once(':') {
                None if base58::decode::<32>(rest).is_some() => Ok(Self(text.into())),
                None => Err(DidError::Key),
                Some((kind, id)) => Self::parse_conversation(text, kind, id),
            };
        }
        if let Some(rest) = text.strip_prefix("did:dfos:") {
            let ok =
                rest.len() == DFOS_ID_BYTES && rest.bytes().all(|b| DFOS_ALPHABET.contains(&b));
            return if ok { Ok(Self(text.into())) } else { Err(DidError::Dfos) };
        }
        if let Some(rest) = text.strip_prefix("did:mjn:") {
            let bytes = rest.strip_prefix('z').and_then(base58::decode::<34>);
            return match bytes {
                Some([0xed, 0x01, key @ ..]) => Ok(Self::from_key(&key)),
                _ => Err(DidError::Key),
            };
        }
        if let Some(rest) = text.strip_prefix("did:email:") {
            return email::parse(rest).map(|canonical| Self(canonical.into()));
        }
        Err(DidError::Method)
    }

    /// Parses a DID that is in canonical form already; `None` for any other text.
    pub fn parse_canonical(text: &str) -> Option<Self> {
        Self::parse(text).ok().filter(|did| did == text)
    }

    fn parse_conversation(text: &str, kind: &str, id: &str) -> Result<Self, DidError> {
        match kind {
            "dm" if id.len() == 16 && id.bytes().all(is_lower_hex) => Ok(Self(text.into())),
            "dm" => Err(DidError::Direct),
            "group" => Self::group(id),
            "event" => Self::event(id),
            _ => Err(DidError::Key),
        }
    }

    /// Returns the DID of a raw Ed25519 key. The DID stays the same after the key is rotated away.
    pub fn from_key(key: &[u8; 32]) -> Self {
        Self(format!("did:imajin:{}", base58::encode(key)).into())
    }

    /// Returns the DID of a DFOS chain.
    pub fn from_dfos(did: &imajin_dfos::Did) -> Self {
        Self(did.as_str().into())
    }

    /// Returns the alias of the soft identity with this e-mail address. Case is ignored: the local part is lower-cased
    /// character by character (Unicode), the domain as ASCII, so `Bob@Example.com` is `bob@example.com`.
    pub fn from_email(address: &str) -> Result<Self, DidError> {
        email::from_address(address).map(|canonical| Self(canonical.into()))
    }

    /// Returns the conversation of two DIDs: an index and never an authorisation, because 64 bits of a hash prove
    /// nothing.
    ///
    /// The first 16 hex digits of SHA-256 over both, sorted by UTF-16 code units (which is byte order, because DIDs are
    /// ASCII) and joined by `:`.
    pub fn direct(one: &Did, other: &Did) -> Self {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        let mut hash = Sha256::new();
        hash.update(first.as_str());
        hash.update(b":");
        hash.update(second.as_str());
        let hex = imajin_dfos::hex::encode(&hash.finalize()[..8]);
        Self(format!("did:imajin:dm:{hex}").into())
    }

    /// Returns the conversation of a group, from its UUID.
    pub fn group(uuid: &str) -> Result<Self, DidError> {
        let dashes = [8, 13, 18, 23];
        let ok = uuid.len() == 36
            && uuid
                .bytes()
                .enumerate()
                .all(|(i, b)| if dashes.contains(&i) { b == b'-' } else { b.is_ascii_hexdigit() });
        if !ok {
            return Err(DidError::Group);
        }
        Ok(Self(format!("did:imajin:group:{}", uuid.to_ascii_lowercase()).into()))
    }

    /// Returns the conversation of a group, from the group's own DID: its UUID (version 8, RFC 9562) is made from it,
    /// so that either names the same thing on every node.
    pub fn conversation_of(group: &Did) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Sha256::digest(group.as_str())[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let digits = imajin_dfos::hex::encode(&bytes);
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        let (a, b, c) = (part(0, 8), part(8, 12), part(12, 16));
        let (d, e) = (part(16, 20), part(20, 32));
        Self(format!("did:imajin:group:{a}-{b}-{c}-{d}-{e}").into())
    }

    /// Returns the conversation of an event, from the event's id.
    pub fn event(id: &str) -> Result<Self, DidError> {
        let ok = (1..=EVENT_ID_BYTES_MAX).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !ok {
            return Err(DidError::Event);
        }
        Ok(Self(format!("did:imajin:event:{id}").into()))
    }

    /// Returns the canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the kind of DID.
    pub fn kind(&self) -> DidKind {
        let Some(rest) = self.0.strip_prefix("did:imajin:") else {
            return if self.0.starts_with("did:dfos:") { DidKind::Dfos } else { DidKind::Email };
        };
        match rest.split_once(':') {
            None => DidKind::Key,
            Some(("dm", _)) => DidKind::Direct,
            Some(("group", _)) => DidKind::Group,
            Some(_) => DidKind::Event,
        }
    }

    /// Returns the 32 bytes behind `did:imajin:<key>`: the key that the identity began with, not the one in force.
    pub fn key_bytes(&self) -> Option<[u8; 32]> {
        self.0.strip_prefix("did:imajin:").and_then(base58::decode)
    }

    /// Returns the e-mail address behind an alias.
    pub fn email(&self) -> Option<String> {
        self.0.strip_prefix("did:email:").and_then(email::to_address)
    }

    /// Returns whether this DID reveals something about a person, so that it may appear only where it can be erased.
    pub fn is_personal(&self) -> bool {
        self.kind() == DidKind::Email
    }

    /// Returns the name of this DID's folder (docs/format.md §12, the folders of `owned/` and `shared/`): ASCII, at
    /// most 100 bytes, safe on FAT32, and different for different DIDs even if case is ignored.
    pub fn folder_name(&self) -> String {
        folder::name(self)
    }
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Did {
    type Err = DidError;
    fn from_str(text: &str) -> Result<Self, DidError> {
        Self::parse(text)
    }
}

impl AsRef<str> for Did {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Did {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<Did> for String {
    fn from(did: Did) -> Self {
        did.0.as_ref().to_owned()
    }
}

impl PartialEq<str> for Did {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Did {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

json_form! { Did as String, |did| did.as_str(), |text| Did::parse(text) }

#[cfg(test)]
pub(crate) mod tests;
