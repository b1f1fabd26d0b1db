//! Faults of a log or a bundle, with the codes of docs/format.md §11.

use std::fmt;

use serde::{Serialize, Serializer};

/// The broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// The file is not a log: schema, application id, or a row of a wrong type.
    File,
    /// A header or body is not strict dag-cbor, or has an unknown or wrong field.
    Decode,
    /// The entry belongs to another DID.
    Did,
    /// An entry is missing.
    Seq,
    /// `prev` is not the CID of the entry before.
    Prev,
    /// `at` is not later than that of the entry before.
    At,
    /// The body is missing without an erasure, exists although it was erased, or does not match the header's CID.
    Body,
    /// A signature does not verify, or a member does not agree with the header.
    Proof,
    /// The key is not in force, has the wrong role, or the chain goes back.
    Key,
    /// `after` or `seen` breaks the order of the signatures.
    Order,
    /// The proof is not addressed to the home in force.
    Aud,
    /// `iat` is more than 300 s from `at`.
    Iat,
    /// An identity operation does not extend the chain.
    Identity,
    /// The delegation is missing, ended, expired, out of scope or used up.
    Delegation,
    /// This operation may not have this will, or this will may not have a field.
    Will,
    /// The intent is missing, does not match, or the table does not allow the derivation.
    Cause,
    /// One signed text is in two headers.
    Twice,
    /// An opening is missing or does not match.
    Txn,
    /// A home entry breaks §5.
    Home,
    /// A head does not verify or does not fit the log.
    Head,
    /// A head, or the requested head, is of an entry that the log lacks.
    Cut,
    /// The erased body must stay.
    Erasure,
    /// A row that no entry refers to.
    Stray,
    /// The file is not the canonical tar of its files, or the parts are not those of one.
    Tar,
    /// A bundle's file is not allowed, is missing, or differs from the manifest.
    Manifest,
    /// A media file is missing, no entry names it, or its bytes do not match its name.
    Media,
    /// `bundle.json` differs from what the log gives.
    View,
    /// The log contradicts a published anchor.
    Anchor,
    /// The bundle leaves out what an anchor of its time has.
    Path,
}

impl Code {
    /// Every code, in the order of the table in docs/format.md §11.
    pub const ALL: [Self; 29] = [
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
        Self::Twice,
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

    /// Returns the code's text in reports.
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
            Self::Twice => "twice",
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
    /// The code of the rule.
    pub code: Code,
    /// The fault in a sentence.
    pub message: String,
}

impl Fault {
    /// Makes a fault with a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Returns a broken rule as an `Err`.
pub(super) fn fail<T>(code: Code, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::new(code, message))
}
