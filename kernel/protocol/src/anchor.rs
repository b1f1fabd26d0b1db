//! Anchors: documents that a node publishes so that it cannot tell another history of anyone's log afterwards
//! (docs/format.md §14).
//!
//! Always: a published document is a root and a nonce, so it reveals nothing about people's actions. Everyone who holds
//! a log finds that log's place in every tree; the path to it proves the head at that place, or the log's absence. No
//! one can show both for one root. Pure: this module does not know content chains or logs.

mod digest;
mod document;
mod file;
mod path;
mod tree;

#[cfg(test)]
mod tests;

pub use document::{Document, SCHEMA};
pub use file::{AnchorFile, ChainFile, FileError, NodePaths, path_from_json, path_to_json};
pub use path::{End, Path, PathError};
pub use tree::{Leaf, SameSubject, Tree};

use imajin_dfos::Cid;
use imajin_dfos::cid::sha256;

use crate::Did;

/// A SHA-256 digest.
pub type Hash = [u8; 32];
/// Bytes of a document's nonce, and of a body's salt.
pub const NONCE_BYTES: usize = 16;
/// A document's nonce: fresh for each anchor, so that a log has another place in each tree.
pub type Nonce = [u8; NONCE_BYTES];

/// A log's newest entry at the time of an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnchoredHead {
    /// The epoch of the home.
    pub epoch: u64,
    /// The entry's number.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
}

impl AnchoredHead {
    /// Returns the hash of the log's head in a leaf.
    pub fn value(&self) -> Hash {
        let cid = self.cid.to_bytes();
        tagged(b"mjn:anchor:head", &[&self.epoch.to_be_bytes(), &self.seq.to_be_bytes(), &cid])
    }
}

/// Returns the place of a log in the tree of an anchor. `log_salt` is the salt in the body of the log's entry 0: the
/// person who began the log chose it, and only people with a copy of the log know it.
pub fn subject(nonce: &Nonce, log_salt: &[u8; NONCE_BYTES], did: &Did) -> Hash {
    tagged(b"mjn:anchor:subject", &[nonce, log_salt, did.as_str().as_bytes()])
}

/// Hashes a tag and parts. All parts except the last have a fixed length, so that no two inputs give the same bytes.
fn tagged(tag: &[u8], parts: &[&[u8]]) -> Hash {
    let mut bytes = tag.to_vec();
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    sha256(&bytes)
}
