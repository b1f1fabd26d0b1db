//! The tree: a binary trie over the bits of the subjects, with a hash for each node.
//!
//! Always: one set of leaves has one root. A leaf is at the end of the shortest prefix that no other leaf has. Leaves,
//! inner nodes and empty places have different hash prefixes, so that none can be taken for another.

use super::digest::{self, bit, node, nothing};
use super::path::{End, Path};
use super::{AnchoredHead, Hash};
use imajin_dfos::order::Order as _;

/// A log in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// The log's place: [`super::subject`].
    pub subject: Hash,
    /// The log's newest entry.
    pub head: AnchoredHead,
}

/// Two leaves have one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("two leaves have one subject")]
pub struct SameSubject;

/// A tree with all its leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Sorted by subject, which is the order of their bits.
    leaves: Vec<Leaf>,
}

impl Tree {
    /// Builds the tree of some leaves, in any order.
    ///
    /// # Errors
    /// Two leaves have the same subject.
    pub fn new(mut leaves: Vec<Leaf>) -> Result<Self, SameSubject> {
        leaves.order();
        if leaves.windows(2).any(|pair| pair[0].subject == pair[1].subject) {
            return Err(SameSubject);
        }
        Ok(Self { leaves })
    }

    /// Returns the leaves, sorted by subject.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Returns the root.
    pub fn root(&self) -> Hash {
        hash(&self.leaves, 0)
    }

    /// Returns the path to a subject's place, which proves its head or that it has none.
    pub fn path(&self, subject: &Hash) -> Path {
        let mut siblings = Vec::new();
        let mut here = self.leaves.as_slice();
        while here.len() > 1 {
            let depth = siblings.len();
            let (zeros, ones) = split(here, depth);
            let (ours, theirs) = if bit(subject, depth) { (ones, zeros) } else { (zeros, ones) };
            siblings.push(hash(theirs, depth + 1));
            here = ours;
        }
        let end = match here.first() {
            Some(leaf) if leaf.subject == *subject => End::Head(leaf.head),
            Some(leaf) => End::Other { subject: leaf.subject, value: leaf.head.value() },
            None => End::Nothing,
        };
        Path { siblings, end }
    }
}

fn split(leaves: &[Leaf], depth: usize) -> (&[Leaf], &[Leaf]) {
    leaves.split_at(leaves.partition_point(|leaf| !bit(&leaf.subject, depth)))
}

/// Subjects differ, so there is at most one leaf long before the bits end.
fn hash(leaves: &[Leaf], depth: usize) -> Hash {
    match leaves {
        [] => nothing(),
        [leaf] => digest::leaf(&leaf.subject, &leaf.head.value()),
        _ => {
            let (zeros, ones) = split(leaves, depth);
            node(&hash(zeros, depth + 1), &hash(ones, depth + 1))
        }
    }
}
