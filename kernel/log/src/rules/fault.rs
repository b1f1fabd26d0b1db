//! Faults of a log or a bundle, with the codes of docs/format.md §11.

use std::fmt;

use serde::{Serialize, Serializer};

/// Defines the codes with their texts.
macro_rules! codes {
    ($(#[doc = $doc:literal] $code:ident = $text:literal,)*) => {
        /// The broken rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $doc] $code,)*
        }

        impl Code {
            /// Every code, in the order of the table in docs/format.md §11.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// Returns the code's text in reports.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The file is not a log: schema, application id, or a row of a wrong type.
    File = "file",
    /// A header or body is not strict dag-cbor, or has an unknown or wrong field.
    Decode = "decode",
    /// The entry belongs to another DID.
    Did = "did",
    /// An entry is missing.
    Seq = "seq",
    /// `prev` is not the CID of the entry before.
    Prev = "prev",
    /// `at` is not later than that of the entry before.
    At = "at",
    /// The body is missing without an erasure, exists although it was erased, or does not match the header's CID.
    Body = "body",
    /// A signature does not verify, or a member does not agree with the header.
    Proof = "proof",
    /// The key is not in force, has the wrong role, or the chain goes back.
    Key = "key",
    /// `after` or `seen` breaks the order of the signatures.
    Order = "order",
    /// The proof is not addressed to the home in force.
    Aud = "aud",
    /// `iat` is more than 300 s from `at`.
    Iat = "iat",
    /// An identity operation does not extend the chain.
    Identity = "identity",
    /// The delegation is missing, ended, expired, out of scope or used up.
    Delegation = "delegation",
    /// This operation may not have this will, or this will may not have a field.
    Will = "will",
    /// The intent is missing, does not match, or the table does not allow the derivation.
    Cause = "cause",
    /// One signed text is in two headers.
    Twice = "twice",
    /// An opening is missing or does not match.
    Txn = "txn",
    /// A home entry breaks §5.
    Home = "home",
    /// A head does not verify or does not fit the log.
    Head = "head",
    /// A head, or the requested head, is of an entry that the log lacks.
    Cut = "cut",
    /// The erased body must stay.
    Erasure = "erasure",
    /// A row that no entry refers to.
    Stray = "stray",
    /// The file is not the canonical tar of its files, or the parts are not those of one.
    Tar = "tar",
    /// A bundle's file is not allowed, is missing, or differs from the manifest.
    Manifest = "manifest",
    /// A media file is missing, no entry names it, or its bytes do not match its name.
    Media = "media",
    /// `bundle.json` differs from what the log gives.
    View = "view",
    /// The log contradicts a published anchor.
    Anchor = "anchor",
    /// The bundle leaves out what an anchor of its time has.
    Path = "path",
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
        Self { code, message: message.into() }
    }
}

/// Returns a broken rule as an `Err`.
pub(crate) fn fail<T, E: From<Fault>>(code: Code, message: impl Into<String>) -> Result<T, E> {
    Err(Fault::new(code, message).into())
}
