//! The DID of an identity: `did:dfos:` and the id of its genesis CID.
//!
//! Always: exactly 31 letters of the id alphabet follow the prefix. Other widths and alphabets are refused
//! wherever they appear (DFOS v1 DID-METHOD).

use std::fmt;

use crate::Cid;
use crate::multikey;

/// The prefix of every DID of the method.
const PREFIX: &str = "did:dfos:";

/// A DID of the method `dfos`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did(String);

/// The text is not a DID of the method `dfos`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a did:dfos of 31 letters")]
pub struct DidError;

impl Did {
    /// The DID derived from the CID of a genesis operation.
    pub fn from_genesis(genesis: &Cid) -> Self {
        Self(format!("{PREFIX}{}", multikey::id(&genesis.to_bytes())))
    }

    /// Parses a DID; refuses a DID URL (with `#` or `/`).
    pub fn parse(text: &str) -> Result<Self, DidError> {
        match text.strip_prefix(PREFIX) {
            Some(id) if multikey::is_id(id) => Ok(Self(text.to_owned())),
            _ => Err(DidError),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 31 letters after the prefix.
    pub fn id(&self) -> &str {
        self.0.get(PREFIX.len()..).unwrap_or_default()
    }

    /// The DID URL of one of its keys.
    pub fn key_url(&self, key_id: &str) -> String {
        format!("{self}#{key_id}")
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
