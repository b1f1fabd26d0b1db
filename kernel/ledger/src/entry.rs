//! An entry of a log as this node numbers it. Its form is that of [`imajin_protocol::entry`], re-exported here.

use std::fmt;

pub use imajin_protocol::entry::{
    BODY_BYTES_MAX, BODY_DEPTH_MAX, EntryError, HEADER_BYTES_MAX, Header, ProofPart, SALT_BYTES,
    Sealed, Will, WillKind, decode_body, encode_body,
};

/// The number of an entry in its log, from 0, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

/// The position of an entry among all that this node ever entered. Local: not signed, and different after an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
