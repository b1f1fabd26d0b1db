//! Scopes: what a site may request besides the identity itself.

use std::fmt;

use crate::Did;
use crate::content::ContentId;
use crate::credential::Attenuation;

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
            _ => ContentId::parse(text.strip_prefix("read:")?)
                .ok()
                .map(Self::Read),
        }
    }

    /// The permissions of a credential for this scope, issued by `subject`; `None` if the scope needs no credential.
    pub fn attenuation(&self, subject: &Did) -> Option<Attenuation> {
        match self {
            Self::Identity => None,
            Self::Read(content) => Some(Attenuation::new(content.resource(), "read")),
            Self::Deposit => Some(Attenuation::new(mailbox(subject), "deposit")),
        }
    }
}

/// An identity's mailbox as the resource of a credential.
pub fn mailbox(subject: &Did) -> String {
    format!("mailbox:{}", subject.id())
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
