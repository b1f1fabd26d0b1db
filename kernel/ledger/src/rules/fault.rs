//! What is wrong with a log or a bundle: the codes of docs/format.md §11.

use std::fmt;

use serde::{Serialize, Serializer};

/// Which rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Not a log: schema, application id, a row of a wrong type.
    File,
    /// Header or body is not strict dag-cbor, or has an unknown or wrong field.
    Decode,
    /// Of another DID.
    Did,
    /// A gap.
    Seq,
    /// Another entry before.
    Prev,
    /// Not later than the entry before.
    At,
    /// Missing without erasure, present although erased, or not the one the header names.
    Body,
    /// A signature does not verify, or a member does not agree with the header.
    Proof,
    /// Key not in force, chain goes back, wrong role.
    Key,
    /// `after` or `seen` breaks the order of what was signed.
    Order,
    /// Not addressed to the home in force.
    Aud,
    /// More than 300 s from `at`.
    Iat,
    /// An identity operation does not extend the chain.
    Identity,
    /// Missing, ended, expired, out of scope, used up.
    Delegation,
    /// A will that this op may not have, or a field that this will may not have.
    Will,
    /// The intent is missing, does not match, or derives what the table does not allow.
    Cause,
    /// An opening is missing or does not match.
    Txn,
    /// A home entry breaks §5.
    Home,
    /// A head does not verify or does not fit the log.
    Head,
    /// A head, or the head asked for, is of an entry that the log lacks.
    Cut,
    /// Erased what must stay.
    Erasure,
    /// A row that nothing refers to.
    Stray,
    /// Not the canonical tar of its files, or not the parts of one.
    Tar,
    /// A bundle's file that may not be there, is missing, or is not the one that the manifest lists.
    Manifest,
    /// A media file that is missing, that no entry names, or that has other bytes than its name says.
    Media,
    /// `bundle.json` is not what the log gives.
    View,
    /// The log says another thing than was published.
    Anchor,
    /// The bundle keeps back what an anchor of its time holds.
    Path,
}

impl Code {
    /// Every code, in the order of the page's table.
    pub const ALL: [Self; 28] = [
        Self::File,
        Self::Decode,
        Self::Did,
        Self::Seq,
        Self::Prev,
        Self::At,
        Self::Body,
        Self::Proof,
        Self::Key,
        Self::Order,
        Self::Aud,
        Self::Iat,
        Self::Identity,
        Self::Delegation,
        Self::Will,
        Self::Cause,
        Self::Txn,
        Self::Home,
        Self::Head,
        Self::Cut,
        Self::Erasure,
        Self::Stray,
        Self::Tar,
        Self::Manifest,
        Self::Media,
        Self::View,
        Self::Anchor,
        Self::Path,
    ];

    /// The code as reports have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Decode => "decode",
            Self::Did => "did",
            Self::Seq => "seq",
            Self::Prev => "prev",
            Self::At => "at",
            Self::Body => "body",
            Self::Proof => "proof",
            Self::Key => "key",
            Self::Order => "order",
            Self::Aud => "aud",
            Self::Iat => "iat",
            Self::Identity => "identity",
            Self::Delegation => "delegation",
            Self::Will => "will",
            Self::Cause => "cause",
            Self::Txn => "txn",
            Self::Home => "home",
            Self::Head => "head",
            Self::Cut => "cut",
            Self::Erasure => "erasure",
            Self::Stray => "stray",
            Self::Tar => "tar",
            Self::Manifest => "manifest",
            Self::Media => "media",
            Self::View => "view",
            Self::Anchor => "anchor",
            Self::Path => "path",
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Fault {
    /// Which.
    pub code: Code,
    /// How, in a sentence.
    pub message: String,
}

impl Fault {
    /// A fault.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// A failed rule as a result.
pub(super) fn fail<T>(code: Code, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::new(code, message))
}
