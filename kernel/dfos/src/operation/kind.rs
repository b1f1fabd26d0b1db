//! The kinds of operations, and their names on a relay.

use crate::artifact::Artifact;
use crate::countersign::Countersign;
use crate::credential::Credential;
use crate::revocation::Revocation;
use crate::statement::Statement;
use crate::{content, identity};

/// A kind of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An operation of an identity chain.
    Identity,
    /// A document inside a token.
    Artifact,
    /// The revocation of a credential.
    Revocation,
    /// A credential for everyone.
    Credential,
    /// An operation of a content chain.
    Content,
    /// A witness's countersignature.
    Countersign,
}

impl Kind {
    /// All kinds, in the order of their dependencies.
    pub const ALL: [Self; 6] = [
        Self::Identity,
        Self::Artifact,
        Self::Revocation,
        Self::Credential,
        Self::Content,
        Self::Countersign,
    ];

    /// The kind of tokens of this `typ`.
    pub fn from_typ(typ: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.typ() == typ)
    }

    /// The `typ` of its tokens.
    pub fn typ(self) -> &'static str {
        match self {
            Self::Identity => identity::TYP,
            Self::Artifact => Artifact::TYP,
            Self::Revocation => Revocation::TYP,
            Self::Credential => Credential::TYP,
            Self::Content => content::TYP,
            Self::Countersign => Countersign::TYP,
        }
    }

    /// Its name in a relay's log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity-op",
            Self::Artifact => "artifact",
            Self::Revocation => "revocation",
            Self::Credential => "credential",
            Self::Content => "content-op",
            Self::Countersign => "countersign",
        }
    }

    /// The kind of this name in a relay's log.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Kinds with a greater number may depend on those with a smaller one, never the other way round.
    pub fn order(self) -> u8 {
        match self {
            Self::Identity => 0,
            Self::Artifact | Self::Revocation | Self::Credential => 1,
            Self::Content => 2,
            Self::Countersign => 3,
        }
    }
}
