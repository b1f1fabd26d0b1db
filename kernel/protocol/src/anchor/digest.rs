//! The hashes of a tree's parts.
//!
//! Always: leaves, inner nodes and empty places have different hash prefixes, so that none can be taken for another.

use imajin_dfos::cid::sha256;

use super::Hash;

const LEAF: u8 = 0;
const NODE: u8 = 1;
const NOTHING: u8 = 2;
/// Bits of a subject: the longest path.
pub(super) const DEPTH_MAX: usize = 256;

/// Returns the bit of a subject that decides at a depth, most significant bit of the first byte first.
pub(super) fn bit(subject: &Hash, depth: usize) -> bool {
    subject.get(depth / 8).is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
}

pub(super) fn leaf(subject: &Hash, value: &Hash) -> Hash {
    pair(LEAF, subject, value)
}

pub(super) fn node(zeros: &Hash, ones: &Hash) -> Hash {
    pair(NODE, zeros, ones)
}

pub(super) fn nothing() -> Hash {
    sha256(&[NOTHING])
}

fn pair(tag: u8, first: &Hash, second: &Hash) -> Hash {
    let mut bytes = [tag; 65];
    bytes[1..33].copy_from_slice(first);
    bytes[33..].copy_from_slice(second);
    sha256(&bytes)
}
