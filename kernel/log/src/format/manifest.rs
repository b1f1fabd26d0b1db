//! `manifest.json` and `bundle.json`: reading, writing and the texts to sign (docs/format.md §12).
//!
//! Always: both files are the JCS (RFC 8785) of their content, so that a document has one text; the signed text is the
//! document without `signature`. This module does not know which keys are valid: the verifier does.

use std::collections::BTreeMap;

use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_protocol::jcs;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of both documents.
const VERSION: u32 = 1;
/// Default size, in bytes, above which files are split: FAT32 holds no file of 4 GiB.
pub const SPLIT_DEFAULT: u64 = 2 << 30;
/// The largest part, in bytes, that every file system of a stick holds.
pub const SPLIT_MAX: u64 = (4 << 30) - 1;
/// Maximum number of parts of one file: a part's number has three digits.
pub const PARTS_MAX: u64 = 1000;
/// Maximum bytes of a manifest. A manifest needs about 200 bytes for each file: room for a million.
pub const MANIFEST_BYTES_MAX: u64 = 256 << 20;
/// Bytes of `bundle.json` at most, because it is built in memory.
pub const BUNDLE_BYTES_MAX: u64 = 256 << 20;

/// Bytes of `anchors.json` at most. An anchor a day makes some hundred kilobytes a year, and those on request are
/// rate-limited.
pub const ANCHORS_BYTES_MAX: u64 = 64 << 20;

/// The owner of the key that signed a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignerKind {
    /// A key of the owner, in force at the log's end.
    Owner,
    /// A key of the home node.
    Node,
}

/// The signer of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The owner, or the node.
    pub kind: SignerKind,
    /// `<did>#<key id>`.
    pub kid: String,
}

/// The manifest's counts, for people and as a check of completeness.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Entries in the log.
    pub entries: u64,
    /// Bodies in the log.
    pub bodies: u64,
    /// Media files.
    pub media: u64,
    /// Bytes of the media files.
    pub media_bytes: u64,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Bytes of the complete file.
    pub size: u64,
    /// SHA-256 of the complete file, as 64 lower-case hex digits.
    pub sha256: String,
    /// The number of parts, if the file is split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
}

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The document's version: 1.
    pub v: u32,
    /// The DID of the bundle's owner.
    pub did: String,
    /// The newest head, as JWS.
    pub head: String,
    /// The counts of entries, bodies and media.
    pub counts: Counts,
    /// Every file except this one, by name.
    pub files: BTreeMap<String, FileEntry>,
    /// The size, in bytes, above which files are split.
    pub split: u64,
    /// The time `at` of the head.
    pub exported_at: String,
    /// The DID of the head's node.
    pub node: String,
    /// The signer.
    pub signer: Signer,
    /// The Ed25519 signature as 128 hex digits.
    pub signature: String,
}

/// `bundle.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readable {
    /// The document's version: 1.
    pub v: u32,
    /// The DID of the bundle's owner.
    pub did: String,
    /// The time `at` of the head.
    pub exported_at: String,
    /// The DID of the head's node.
    pub node: String,
    /// The views, by service.
    pub sections: Map<String, Value>,
    /// The signer.
    pub signer: Signer,
    /// The Ed25519 signature as 128 hex digits.
    pub signature: String,
}

/// Why a document was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum DocumentError {
    /// The file is not JSON, or does not have exactly the members that it must have.
    #[error("{name} is not readable: {what}")]
    Unreadable { name: &'static str, what: String },
    #[error("{name} is not in canonical form (JCS)")]
    NotCanonical { name: &'static str },
    #[error("{name} is of version {version}; this program knows version {VERSION}")]
    Version { name: &'static str, version: u32 },
}

macro_rules! document {
    ($document:ident as $file:expr) => {
        impl $document {
            /// Parses the file.
            ///
            /// # Errors
            /// [`DocumentError`] if the bytes are not exactly what [`Self::text`] writes.
            pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
                let document: Self = parse($file, bytes)?;
                match document.v {
                    VERSION => Ok(document),
                    version => Err(DocumentError::Version { name: $file, version }),
                }
            }

            /// Returns the file's text: the JCS of the document.
            pub fn text(&self) -> String {
                canonical(self)
            }

            /// Returns the text to sign: the document without `signature`.
            pub fn to_sign(&self) -> String {
                without(self, &["signature"])
            }
        }
    };
}

document! { Manifest as super::names::MANIFEST }
document! { Readable as super::names::BUNDLE }

impl Readable {
    /// Returns the size and digest for the manifest. They cover the text without its signature: both documents are
    /// signed at the same moment, so the manifest cannot name the other's signature.
    pub fn digest(&self) -> FileEntry {
        digest(without(self, &["signature", "signer"]).as_bytes())
    }
}

/// Returns the size and digest of bytes.
pub fn digest(bytes: &[u8]) -> FileEntry {
    FileEntry { size: bytes.len() as u64, sha256: hex::encode(&sha256(bytes)), parts: None }
}

/// Returns the number of parts of a file with `bytes` bytes; `None` if it is not split.
pub fn parts(bytes: u64, split: u64) -> Option<u64> {
    (bytes > split && split > 0).then(|| bytes.div_ceil(split))
}

fn parse<T: Serialize + for<'de> Deserialize<'de>>(
    name: &'static str,
    bytes: &[u8],
) -> Result<T, DocumentError> {
    let unreadable = |what: String| DocumentError::Unreadable { name, what };
    let text = std::str::from_utf8(bytes).map_err(|e| unreadable(e.to_string()))?;
    let value = jcs::parse_strict(bytes).map_err(|e| unreadable(e.to_string()))?;
    if jcs::to_string(&value) != text {
        return Err(DocumentError::NotCanonical { name });
    }
    let document: T = serde_json::from_value(value).map_err(|e| unreadable(e.to_string()))?;
    // Serde reads a member that is null like an absent one; comparing the text tells them apart.
    if canonical(&document) != text {
        return Err(DocumentError::NotCanonical { name });
    }
    Ok(document)
}

fn members<T: Serialize>(document: &T) -> Map<String, Value> {
    match serde_json::to_value(document) {
        Ok(Value::Object(members)) => members,
        // Both documents are structs with text keys, which always serialize to an object.
        _ => Map::new(),
    }
}

fn canonical<T: Serialize>(document: &T) -> String {
    without(document, &[])
}

fn without<T: Serialize>(document: &T, names: &[&str]) -> String {
    let mut members = members(document);
    members.retain(|name, _| !names.contains(&name.as_str()));
    jcs::to_string(&Value::Object(members))
}
