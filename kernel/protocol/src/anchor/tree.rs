//! The tree: a binary trie over the bits of the subjects, hashed as it stands.
//!
//! Always: one set of leaves has one root. A leaf stands at the end of the shortest prefix that it has for itself; leaf,
//! inner node and nothing are hashed apart, so that none can be taken for another.

use super::path::{End, Path};
use super::{AnchoredHead, Hash};
use imajin_dfos::cid::sha256;
use imajin_dfos::order::Order as _;

const LEAF: u8 = 0;
const NODE: u8 = 1;
const NOTHING: u8 = 2;
/// Bits of a subject: the longest way down.
pub(super) const DEPTH_MAX: usize = 256;

/// A log in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// Where: [`super::subject`].
    pub subject: Hash,
    /// How far the log was.
    pub head: AnchoredHead,
}

/// Two leaves have one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two leaves have one subject")]
pub struct SameSubject;

/// A tree with all its leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// By subject, which is the order of their bits.
    leaves: Vec<Leaf>,
}

impl Tree {
    /// The tree of some leaves, in any order.
    pub fn new(mut leaves: Vec<Leaf>) -> Result<Self, SameSubject> {
        leaves.order();
        if leaves
            .windows(2)
            .any(|pair| pair[0].subject == pair[1].subject)
        {
            return Err(SameSubject);
        }
        Ok(Self { leaves })
    }

    /// The leaves, by subject.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// The root.
    pub fn root(&self) -> Hash {
        hash(&self.leaves, 0)
    }

    /// What the tree says of a subject: its head, or that it has none.
    pub fn path(&self, subject: &Hash) -> Path {
        let mut siblings = Vec::new();
        let mut here = self.leaves.as_slice();
        while here.len() > 1 {
            let depth = siblings.len();
            let (zeros, ones) = split(here, depth);
            let (ours, theirs) = match bit(subject, depth) {
                false => (zeros, ones),
                true => (ones, zeros),
            };
            siblings.push(hash(theirs, depth + 1));
            here = ours;
        }
        let end = match here.first() {
            Some(leaf) if leaf.subject == *subject => End::Head(leaf.head),
            Some(leaf) => End::Other {
                subject: leaf.subject,
                value: leaf.head.value(),
            },
            None => End::Nothing,
        };
        Path { siblings, end }
    }
}

fn split(leaves: &[Leaf], depth: usize) -> (&[Leaf], &[Leaf]) {
    leaves.split_at(leaves.partition_point(|leaf| !bit(&leaf.subject, depth)))
}

/// Subjects differ, so there is one leaf at most long before the bits end.
fn hash(leaves: &[Leaf], depth: usize) -> Hash {
    match leaves {
        [] => nothing(),
        [leaf] => self::leaf(&leaf.subject, &leaf.head.value()),
        _ => {
            let (zeros, ones) = split(leaves, depth);
            node(&hash(zeros, depth + 1), &hash(ones, depth + 1))
        }
    }
}

/// The bit of a subject that decides at a depth, the highest of the first byte first.
pub(super) fn bit(subject: &Hash, depth: usize) -> bool {
    subject
        .get(depth / 8)
        .is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
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
