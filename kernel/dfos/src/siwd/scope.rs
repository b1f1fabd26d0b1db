//! Scopes: what a site may request besides the identity itself.

use std::fmt;

use crate::content::ContentId;

/// A scope of an authorization request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Only the identity.
    Identity,
    /// Reading a content chain.
    Read(ContentId),
    /// Leaving sign requests in the identity's mailbox.
    Deposit,
}

impl Scope {
    /// Parses a scope; `None` for an unknown one.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "identity" => Some(Self::Identity),
            "deposit" => Some(Self::Deposit),
            _ => ContentId::parse(text.strip_prefix("read:")?).ok().map(Self::Read),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("identity"),
            Self::Read(content) => write!(f, "read:{content}"),
            Self::Deposit => f.write_str("deposit"),
        }
    }
}
