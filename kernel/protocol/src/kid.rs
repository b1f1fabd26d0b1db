//! `kid`: the name of a signing key, `<did>#<key id>`. It never has an e-mail alias, because it is never erased.

use crate::Did;
use crate::did::DidError;
use std::fmt;

/// Maximum bytes of a key id.
pub const KEY_ID_BYTES_MAX: usize = 64;

/// The name of a key: the DID that it belongs to and its id there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid {
    did: Did,
    key_id: String,
}

/// Why a text is not a `kid`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum KidError {
    #[error(
        "a kid is <did>#<key id>, the key id 1 to {KEY_ID_BYTES_MAX} characters of A-Z a-z 0-9 _ . -"
    )]
    Form,
    #[error("the DID of a kid: {0}")]
    Did(#[from] DidError),
    #[error("a kid needs the did:imajin or did:dfos form of a DID")]
    NotCanonical,
}

impl Kid {
    /// Returns the name of the key `key_id` of `did`.
    pub fn new(did: Did, key_id: impl Into<String>) -> Result<Self, KidError> {
        let key_id = key_id.into();
        if !is_key_id(&key_id) {
            return Err(KidError::Form);
        }
        if did.is_personal() {
            return Err(KidError::NotCanonical);
        }
        Ok(Self { did, key_id })
    }

    /// Parses `<did>#<key id>`; the DID must be in canonical form.
    pub fn parse(text: &str) -> Result<Self, KidError> {
        let (did_text, key_id) = text.split_once('#').ok_or(KidError::Form)?;
        let did = Did::parse(did_text)?;
        if did == *did_text { Self::new(did, key_id) } else { Err(KidError::NotCanonical) }
    }

    /// Returns the name of the key in `did:imajin:<key>`, with its conventional id; `None` for other DIDs.
    pub fn of_bare_key(did: &Did) -> Option<Self> {
        let key_id = imajin_dfos::multikey::key_id(&did.key_bytes()?);
        Self::new(did.clone(), key_id).ok()
    }

    /// Returns whether this equals [`Kid::of_bare_key`] for the DID of `key`.
    pub fn is_of_bare_key(&self, key: &[u8; 32]) -> bool {
        self.did.key_bytes().as_ref() == Some(key)
            && self.key_id == imajin_dfos::multikey::key_id(key)
    }

    /// Returns the DID.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Returns the key's id, unique within the DID.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

/// Returns whether `text` may be a key's id: `[A-Za-z0-9_.-]{1,64}`.
pub fn is_key_id(text: &str) -> bool {
    (1..=KEY_ID_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.did.as_str())?;
        f.write_str("#")?;
        f.write_str(&self.key_id)
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let did = Did::from_key(&[7; 32]);
        for key_id in ["key_2346789acdefhknrtvz2346789acdef", "a", "A.b-1"] {
            let kid = Kid::new(did.clone(), key_id).unwrap();
            assert_eq!(kid.to_string(), format!("{did}#{key_id}"));
            assert_eq!(Kid::parse(&kid.to_string()), Ok(kid));
        }
        for key_id in ["", "a b", "a#b", "a\"b", "é", &"a".repeat(65)] {
            assert_eq!(Kid::parse(&format!("{did}#{key_id}")), Err(KidError::Form), "{key_id}");
        }
        assert_eq!(Kid::parse(did.as_str()), Err(KidError::Form));
        assert!(matches!(Kid::parse("did:web:x#a"), Err(KidError::Did(_))));
        assert_eq!(Kid::parse("did:email:a_at_b.c#a"), Err(KidError::NotCanonical));
        assert_eq!(
            Kid::parse("did:mjn:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw#a"),
            Err(KidError::NotCanonical)
        );
        let bare = Kid::of_bare_key(&did).unwrap();
        assert_eq!(bare.key_id(), imajin_dfos::multikey::key_id(&[7; 32]));
        assert!(bare.is_of_bare_key(&[7; 32]));
        assert!(!bare.is_of_bare_key(&[8; 32]));
        let other = Kid::new(did, "key_a").map(|kid| kid.is_of_bare_key(&[7; 32]));
        assert_eq!(other, Ok(false));
    }
}
