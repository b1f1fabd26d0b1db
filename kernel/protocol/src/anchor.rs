//! Anchors: what a node publishes so that it cannot change its mind about anybody's log (docs/format.md §15).
//!
//! Always: a published document is a root and a nonce, so it tells nothing of who did what; whoever holds a log finds its
//! own place in every tree, and the path there says either which head stands in it or that none does. Nobody can show
//! both for one root. Pure: what a content chain or a log is, is not known here.

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
/// A document's nonce: fresh for each anchor, so that nobody is at the same place in two trees.
pub type Nonce = [u8; NONCE_BYTES];

/// How far a log was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnchoredHead {
    /// The epoch of the home.
    pub epoch: u64,
    /// The entry's place.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
}

impl AnchoredHead {
    /// What a leaf says of the log.
    pub fn value(&self) -> Hash {
        let cid = self.cid.to_bytes();
        tagged(
            b"mjn:anchor:head",
            &[&self.epoch.to_be_bytes(), &self.seq.to_be_bytes(), &cid],
        )
    }
}

/// Where a log stands in the tree of an anchor. `log_salt` is the salt of the body of the log's entry 0: fixed by whoever
/// began the log, known only to those who hold it.
pub fn subject(nonce: &Nonce, log_salt: &[u8; NONCE_BYTES], did: &Did) -> Hash {
    tagged(
        b"mjn:anchor:subject",
        &[nonce, log_salt, did.as_str().as_bytes()],
    )
}

/// All parts but the last have a fixed length, so that no two inputs are the same bytes.
fn tagged(tag: &[u8], parts: &[&[u8]]) -> Hash {
    let mut bytes = tag.to_vec();
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    sha256(&bytes)
}
