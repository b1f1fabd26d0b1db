//! The id of a content chain: derived from its genesis CID, without a prefix.

use std::fmt;

use crate::{Cid, multikey};

/// The id of a content chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(String);

/// The text is not the id of a content chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a content id of 31 letters")]
pub struct ContentIdError;

impl ContentId {
    /// The id derived from the CID of a genesis operation.
    pub fn from_genesis(genesis: &Cid) -> Self {
        Self(multikey::id(&genesis.to_bytes()))
    }

    /// Parses an id: exactly 31 letters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, ContentIdError> {
        if multikey::is_id(text) { Ok(Self(text.to_owned())) } else { Err(ContentIdError) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The chain as the resource of a credential.
    pub fn resource(&self) -> String {
        format!("chain:{self}")
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
