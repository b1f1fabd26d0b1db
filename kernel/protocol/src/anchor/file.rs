//! The two files of anchors: the paths in a bundle (`anchors.json`), and what a node published (a chain file).
//!
//! Always: `anchors.json` is JCS and has one text; a chain file is strict JSON with exactly these members. Being in
//! either file proves nothing.

use imajin_dfos::{ContentId, hex};
use serde::{Deserialize, Serialize};

use super::path::{Path, PathError, PathJson};
use super::{NONCE_BYTES, Nonce};
use crate::Did;
use crate::did::DidKind;
use crate::jcs;

/// The version of both files.
const VERSION: u32 = 1;

/// `anchors.json` of a bundle: the paths from every anchor of its homes to its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorFile {
    /// The log's owner.
    pub did: Did,
    /// The nodes that anchored it.
    pub nodes: Vec<NodePaths>,
}

/// The paths in the trees of one node's content chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePaths {
    /// The node.
    pub node: Did,
    /// The node's content chain.
    pub chain: ContentId,
    /// One path for each of its anchors, in the order of the anchors, with the nonce of its document.
    pub paths: Vec<(Nonce, Path)>,
}

/// A node's published documents: its identity, all branches of its content chains, and its owners' countersignatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainFile {
    /// The node.
    pub node: Did,
    /// The node's identity chain, first operation first.
    pub identity: Vec<String>,
    /// Operations of its content chains, each after its parent.
    pub operations: Vec<String>,
    /// Owners' countersignatures of such operations.
    pub countersignatures: Vec<String>,
    /// Paths that someone kept, e.g. from an earlier bundle.
    pub paths: Vec<(Nonce, Path)>,
}

/// Why a file is malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum FileError {
    /// The file is not JSON, or has other members.
    #[error("{0}")]
    Unreadable(String),
    #[error("it is not in canonical form (JCS)")]
    NotCanonical,
    #[error("it is of version {0}; this program knows version {VERSION}")]
    Version(u32),
    #[error("{0:?} is not the DID of a log or node")]
    Did(String),
    #[error("{0:?} is not the id of a content chain")]
    Chain(String),
    #[error("a nonce must be 32 lower-case hexadecimal digits")]
    Nonce,
    #[error("a path: {0}")]
    Path(#[from] PathError),
    #[error("the chain {0} is there twice")]
    Twice(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorJson {
    did: String,
    nodes: Vec<NodeJson>,
    v: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeJson {
    chain: String,
    node: String,
    paths: Vec<PathJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainJson {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    countersignatures: Vec<String>,
    identity: Vec<String>,
    node: String,
    operations: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    paths: Vec<PathJson>,
    v: u32,
}

impl AnchorFile {
    /// Parses `anchors.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        let json: AnchorJson = read(bytes)?;
        check_version(json.v)?;
        let mut nodes: Vec<NodePaths> = Vec::with_capacity(json.nodes.len());
        for node in &json.nodes {
            let node = NodePaths {
                node: did(&node.node)?,
                chain: ContentId::parse(&node.chain)
                    .map_err(|_| FileError::Chain(node.chain.clone()))?,
                paths: paths(&node.paths)?,
            };
            if nodes.iter().any(|before| (&before.node, &before.chain) == (&node.node, &node.chain))
            {
                return Err(FileError::Twice(node.chain.to_string()));
            }
            nodes.push(node);
        }
        let file = Self { did: did(&json.did)?, nodes };
        if file.text().as_bytes() == bytes { Ok(file) } else { Err(FileError::NotCanonical) }
    }

    /// Returns the file's text.
    pub fn text(&self) -> String {
        let node = |node: &NodePaths| NodeJson {
            chain: node.chain.to_string(),
            node: node.node.to_string(),
            paths: to_json(&node.paths),
        };
        text(&AnchorJson {
            did: self.did.to_string(),
            nodes: self.nodes.iter().map(node).collect(),
            v: VERSION,
        })
    }
}

impl ChainFile {
    /// Parses a chain file, in any layout of JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        let json: ChainJson = read(bytes)?;
        check_version(json.v)?;
        Ok(Self {
            node: did(&json.node)?,
            paths: paths(&json.paths)?,
            identity: json.identity,
            operations: json.operations,
            countersignatures: json.countersignatures,
        })
    }

    /// Returns the file's text, as JCS.
    pub fn text(&self) -> String {
        text(&ChainJson {
            countersignatures: self.countersignatures.clone(),
            identity: self.identity.clone(),
            node: self.node.to_string(),
            operations: self.operations.clone(),
            paths: to_json(&self.paths),
            v: VERSION,
        })
    }
}

fn read<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, FileError> {
    let unreadable = |error: &dyn std::fmt::Display| FileError::Unreadable(error.to_string());
    let value = jcs::parse_strict(bytes).map_err(|error| unreadable(&error))?;
    serde_json::from_value(value).map_err(|error| unreadable(&error))
}

fn check_version(version: u32) -> Result<(), FileError> {
    if version == VERSION { Ok(()) } else { Err(FileError::Version(version)) }
}

fn did(text: &str) -> Result<Did, FileError> {
    let did = Did::parse_canonical(text).filter(|did| did.kind() == DidKind::Key);
    did.ok_or_else(|| FileError::Did(text.to_owned()))
}

fn paths(paths: &[PathJson]) -> Result<Vec<(Nonce, Path)>, FileError> {
    paths.iter().map(read_path).collect()
}

fn read_path(path: &PathJson) -> Result<(Nonce, Path), FileError> {
    let nonce = hex::decode_lower::<NONCE_BYTES>(&path.nonce).ok_or(FileError::Nonce)?;
    Ok((nonce, path.read()?))
}

fn to_json(paths: &[(Nonce, Path)]) -> Vec<PathJson> {
    paths.iter().map(|(nonce, path)| PathJson::from_path(nonce, path)).collect()
}

fn text<T: Serialize>(document: &T) -> String {
    // These structs have text keys, so they always become a value.
    serde_json::to_value(document).map(|value| jcs::to_string(&value)).unwrap_or_default()
}

/// Returns a path with its nonce as JSON, as both files contain it.
pub fn path_to_json(nonce: &Nonce, path: &Path) -> serde_json::Value {
    // A struct with text keys always becomes a value.
    serde_json::to_value(PathJson::from_path(nonce, path)).unwrap_or_default()
}

/// Parses the JSON of [`path_to_json`].
pub fn path_from_json(json: &serde_json::Value) -> Result<(Nonce, Path), FileError> {
    let unreadable = |error: serde_json::Error| FileError::Unreadable(error.to_string());
    read_path(&PathJson::deserialize(json).map_err(unreadable)?)
}
