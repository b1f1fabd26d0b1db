//! The way from a root down to a subject's place, and its form in JSON.
//!
//! Always: for one root and one subject there is one outcome: two ends would be a collision of SHA-256. What parses is
//! written again byte for byte.

use imajin_dfos::cid::{CODEC_DAG_CBOR, parse_cid};
use imajin_dfos::{base64, hex};
use serde::{Deserialize, Serialize};

use super::tree::{self, DEPTH_MAX};
use super::{AnchoredHead, Document, Hash, Nonce};

/// A path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The hashes beside the way, from the root down.
    pub siblings: Vec<Hash>,
    /// What stands at its end.
    pub end: End,
}

/// What stands at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The log was anchored this far.
    Head(AnchoredHead),
    /// Another log is alone below this place: this one is not in the tree.
    Other {
        /// Where the other stands.
        subject: Hash,
        /// What is said of it, as a hash.
        value: Hash,
    },
    /// Nothing stands here: the log is not in the tree.
    Nothing,
}

/// Why something is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The siblings.
    #[error("siblings must be at most 256 hashes in base64url")]
    Siblings,
    /// Both a head and another log.
    #[error("a path ends with a head, with another, or with nothing")]
    End,
    /// The head.
    #[error("head must be {{cid, epoch, seq}} of an entry")]
    Head,
    /// The other log.
    #[error("other must be {{subject, value}}, each 64 lower-case hexadecimal digits")]
    Other,
}

impl Path {
    /// The root that this path leads down from to `subject`; none where it leads elsewhere.
    pub fn root(&self, subject: &Hash) -> Option<Hash> {
        let depth = self.siblings.len();
        if depth > DEPTH_MAX {
            return None;
        }
        let end = match &self.end {
            End::Head(head) => tree::leaf(subject, &head.value()),
            End::Other {
                subject: other,
                value,
            } => {
                let same_way = (0..depth).all(|at| tree::bit(other, at) == tree::bit(subject, at));
                if other == subject || !same_way {
                    return None;
                }
                tree::leaf(other, value)
            }
            End::Nothing => tree::nothing(),
        };
        let up = |below: Hash, (at, sibling): (usize, &Hash)| match tree::bit(subject, at) {
            false => tree::node(&below, sibling),
            true => tree::node(sibling, &below),
        };
        Some(self.siblings.iter().enumerate().rev().fold(end, up))
    }

    /// The document whose tree this path leads down, with the nonce that stands in it.
    pub fn document(&self, nonce: &Nonce, subject: &Hash) -> Option<Document> {
        let root = self.root(subject)?;
        Some(Document {
            nonce: *nonce,
            root,
        })
    }

    /// How far the log was, if it is in the tree.
    pub fn head(&self) -> Option<&AnchoredHead> {
        match &self.end {
            End::Head(head) => Some(head),
            _ => None,
        }
    }
}

/// A path as JSON, without the nonce of the document that it belongs to.
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
    pub(super) fn of(nonce: &Nonce, path: &Path) -> Self {
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
                subject: fixed(&other.subject).ok_or(PathError::Other)?,
                value: fixed(&other.value).ok_or(PathError::Other)?,
            },
            (None, None) => End::Nothing,
            (Some(_), Some(_)) => return Err(PathError::End),
        };
        Ok(Path {
            siblings: siblings.to_vec(),
            end,
        })
    }
}

impl HeadJson {
    fn read(&self) -> Option<AnchoredHead> {
        let cid = parse_cid(&self.cid).ok()?;
        let safe = |number: u64| i64::try_from(number).is_ok_and(|n| n <= crate::SAFE_INTEGER_MAX);
        let is_head =
            cid.codec() == CODEC_DAG_CBOR && self.epoch > 0 && safe(self.epoch) && safe(self.seq);
        is_head.then_some(AnchoredHead {
            epoch: self.epoch,
            seq: self.seq,
            cid,
        })
    }
}

/// Exactly `N` bytes in lower-case hexadecimal.
pub(super) fn fixed<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = hex::decode(text)?.try_into().ok()?;
    (hex::encode(&bytes) == text).then_some(bytes)
}
