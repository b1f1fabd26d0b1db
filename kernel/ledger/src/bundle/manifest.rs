//! `manifest.json` and `bundle.json`: reading, writing and the texts that are signed (docs/format.md §12).
//!
//! Always: both are the JCS of what they say, so that a document has one text; what is signed is that text without
//! `signature`. It must not know whose keys are good: that is the verifier's.

use std::collections::BTreeMap;

use imajin_dfos::cid::sha256;
use imajin_protocol::jcs;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::hex;

/// The version of both documents.
const VERSION: u32 = 1;
/// Larger files are split: FAT32 holds no file of 4 GiB.
pub const SPLIT_DEFAULT: u64 = 2 << 30;
/// The largest part that every file system of a stick holds.
pub const SPLIT_MAX: u64 = (4 << 30) - 1;
/// A part's number has three digits.
pub const PARTS_MAX: u64 = 1000;
/// A manifest names each file in about 200 bytes: room for a million.
pub const MANIFEST_BYTES_MAX: u64 = 256 << 20;
/// The readable view is made in memory.
pub const BUNDLE_BYTES_MAX: u64 = 256 << 20;

/// An anchor a day is some hundred kilobytes a year; those on request are paced.
pub const ANCHORS_BYTES_MAX: u64 = 64 << 20;

/// Whose key signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignerKind {
    /// A key of the owner that is in force at the log's end.
    Owner,
    /// A key of the home node.
    Node,
}

/// Who signed a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The owner, or the node.
    pub kind: SignerKind,
    /// `<did>#<key id>`.
    pub kid: String,
}

/// What the manifest counts, for people and as a check of wholeness.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Entries of the log.
    pub entries: u64,
    /// Bodies that are there.
    pub bodies: u64,
    /// Media files.
    pub media: u64,
    /// Their bytes.
    pub media_bytes: u64,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Bytes, of the whole.
    pub size: u64,
    /// Lower-case hex, of the whole.
    pub sha256: String,
    /// How many parts it stands in, where it is split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
}

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// 1.
    pub v: u32,
    /// Whose bundle.
    pub did: String,
    /// The newest head, as JWS.
    pub head: String,
    /// What there is.
    pub counts: Counts,
    /// Every file but this one.
    pub files: BTreeMap<String, FileEntry>,
    /// Where files are split.
    pub split: u64,
    /// `at` of the head.
    pub exported_at: String,
    /// The node of the head.
    pub node: String,
    /// Who signed.
    pub signer: Signer,
    /// 128 hex digits.
    pub signature: String,
}

/// `bundle.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readable {
    /// 1.
    pub v: u32,
    /// Whose bundle.
    pub did: String,
    /// `at` of the head.
    pub exported_at: String,
    /// The node of the head.
    pub node: String,
    /// The views, by service.
    pub sections: Map<String, Value>,
    /// Who signed.
    pub signer: Signer,
    /// 128 hex digits.
    pub signature: String,
}

/// Why a document is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or not with exactly the members it must have.
    #[error("{name} is not readable: {what}")]
    Unreadable {
        /// Which file.
        name: &'static str,
        /// What the parser says.
        what: String,
    },
    /// JSON, but not its JCS.
    #[error("{name} is not in canonical form (JCS)")]
    NotCanonical {
        /// Which file.
        name: &'static str,
    },
    /// Of another version.
    #[error("{name} is of version {version}; this program knows version {VERSION}")]
    Version {
        /// Which file.
        name: &'static str,
        /// Its `v`.
        version: u32,
    },
}

impl Manifest {
    /// Reads `manifest.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let manifest: Self = parse(super::names::MANIFEST, bytes)?;
        check_version(super::names::MANIFEST, manifest.v)?;
        Ok(manifest)
    }

    /// The file.
    pub fn text(&self) -> String {
        canonical(self)
    }

    /// What is signed.
    pub fn to_sign(&self) -> String {
        without(self, &["signature"])
    }
}

impl Readable {
    /// Reads `bundle.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let readable: Self = parse(super::names::BUNDLE, bytes)?;
        check_version(super::names::BUNDLE, readable.v)?;
        Ok(readable)
    }

    /// The file.
    pub fn text(&self) -> String {
        canonical(self)
    }

    /// What is signed.
    pub fn to_sign(&self) -> String {
        without(self, &["signature"])
    }

    /// What the manifest's digest is of: a signature made at the same moment cannot stand in it.
    pub fn digest(&self) -> FileEntry {
        digest(without(self, &["signature", "signer"]).as_bytes())
    }
}

/// Size and digest of bytes.
pub fn digest(bytes: &[u8]) -> FileEntry {
    FileEntry {
        size: bytes.len() as u64,
        sha256: hex::encode(&sha256(bytes)),
        parts: None,
    }
}

/// How many parts a file of this many bytes stands in; `None` where it is not split.
pub fn parts(bytes: u64, split: u64) -> Option<u64> {
    (bytes > split && split > 0).then(|| bytes.div_ceil(split))
}

fn check_version(name: &'static str, version: u32) -> Result<(), DocumentError> {
    if version == VERSION {
        return Ok(());
    }
    Err(DocumentError::Version { name, version })
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
    // A member that is null where it should be absent reads like the absent one: the text tells them apart.
    if canonical(&document) != text {
        return Err(DocumentError::NotCanonical { name });
    }
    Ok(document)
}

fn members<T: Serialize>(document: &T) -> Map<String, Value> {
    match serde_json::to_value(document) {
        Ok(Value::Object(members)) => members,
        // Both documents are structs with text keys: they always become an object.
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
