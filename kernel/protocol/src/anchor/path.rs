//! The path from a root down to a subject's place, and its JSON form.
//!
//! Always: one root and one subject have one outcome: two would be a collision of SHA-256. A parsed path is written
//! again byte for byte.

use imajin_dfos::cid::{CODEC_DAG_CBOR, parse_cid};
use imajin_dfos::{base64, hex};
use serde::{Deserialize, Serialize};

use super::digest::{self, DEPTH_MAX};
use super::{AnchoredHead, Document, Hash, Nonce};

/// A path from a tree's root to the place of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The hashes next to the path, from the root down.
    pub siblings: Vec<Hash>,
    /// The end of the path.
    pub end: End,
}

/// The end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The log's head: the anchor contains the log.
    Head(AnchoredHead),
    /// Another log is alone below this place: the anchor does not contain this log.
    Other {
        /// The other log's place.
        subject: Hash,
        /// The hash of the other log's head.
        value: Hash,
    },
    /// The place is empty: the anchor does not contain the log.
    Nothing,
}

/// Why JSON is not a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum PathError {
    #[error("siblings must be at most 256 hashes in base64url")]
    Siblings,
    #[error("a path ends with a head, with another, or with nothing")]
    End,
    #[error("head must be {{cid, epoch, seq}} of an entry")]
    Head,
    #[error("other must be {{subject, value}}, each 64 lower-case hexadecimal digits")]
    Other,
}

impl Path {
    /// Returns the root from which this path leads to `subject`; `None` if it leads elsewhere.
    pub fn root(&self, subject: &Hash) -> Option<Hash> {
        let depth = self.siblings.len();
        if depth > DEPTH_MAX {
            return None;
        }
        let end = match &self.end {
            End::Head(head) => digest::leaf(subject, &head.value()),
            End::Other { subject: other, value } => {
                let same_way =
                    (0..depth).all(|at| digest::bit(other, at) == digest::bit(subject, at));
                if other == subject || !same_way {
                    return None;
                }
                digest::leaf(other, value)
            }
            End::Nothing => digest::nothing(),
        };
        let up = |below: Hash, (at, sibling): (usize, &Hash)| {
            if digest::bit(subject, at) {
                digest::node(sibling, &below)
            } else {
                digest::node(&below, sibling)
            }
        };
        Some(self.siblings.iter().enumerate().rev().fold(end, up))
    }

    /// Returns the document whose tree this path leads through, with the given nonce.
    pub fn document(&self, nonce: &Nonce, subject: &Hash) -> Option<Document> {
        let root = self.root(subject)?;
        Some(Document { nonce: *nonce, root })
    }

    /// Returns the log's head, if the anchor contains the log.
    pub fn head(&self) -> Option<&AnchoredHead> {
        match &self.end {
            End::Head(head) => Some(head),
            _ => None,
        }
    }
}

/// A path as JSON, without the nonce of its document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<HeadJson>,
    pub(super) nonce: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other: Option<OtherJson>,
    siblings: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadJson {
    cid: String,
    epoch: u64,
    seq: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherJson {
    subject: String,
    value: String,
}

impl PathJson {
    pub(super) fn from_path(nonce: &Nonce, path: &Path) -> Self {
        let (head, other) = match &path.end {
            End::Head(head) => (Some(head), None),
            End::Other { subject, value } => (None, Some((subject, value))),
            End::Nothing => (None, None),
        };
        Self {
            head: head.map(|head| HeadJson {
                cid: head.cid.to_string(),
                epoch: head.epoch,
                seq: head.seq,
            }),
            nonce: hex::encode(nonce),
            other: other.map(|(subject, value)| OtherJson {
                subject: hex::encode(subject),
                value: hex::encode(value),
            }),
            siblings: base64::encode_url(&path.siblings.concat()),
        }
    }

    pub(super) fn read(&self) -> Result<Path, PathError> {
        let bytes = base64::decode_url(&self.siblings).map_err(|_| PathError::Siblings)?;
        let (siblings, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || siblings.len() > DEPTH_MAX {
            return Err(PathError::Siblings);
        }
        let end = match (&self.head, &self.other) {
            (Some(head), None) => End::Head(head.read().ok_or(PathError::Head)?),
            (None, Some(other)) => End::Other {
                subject: hex::decode_lower(&other.subject).ok_or(PathError::Other)?,
                value: hex::decode_lower(&other.value).ok_or(PathError::Other)?,
            },
            (None, None) => End::Nothing,
            (Some(_), Some(_)) => return Err(PathError::End),
        };
        Ok(Path { siblings: siblings.to_vec(), end })
    }
}

impl HeadJson {
    fn read(&self) -> Option<AnchoredHead> {
        let cid = parse_cid(&self.cid).ok()?;
        let safe = |number: u64| i64::try_from(number).is_ok_and(|n| n <= crate::SAFE_INTEGER_MAX);
        let is_head =
            cid.codec() == CODEC_DAG_CBOR && self.epoch > 0 && safe(self.epoch) && safe(self.seq);
        is_head.then_some(AnchoredHead { epoch: self.epoch, seq: self.seq, cid })
    }
}
