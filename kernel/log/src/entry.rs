//! An entry of a log as this node numbers it. Its form is that of [`imajin_protocol::entry`], re-exported here.

use std::fmt;

use imajin_dfos::{Timestamp, Value};
use imajin_protocol::{Did, Fact, IdText};
use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;

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

macro_rules! number {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// Converts to SQLite's integer. A node never has more than 2^63 entries.
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
            }
        }
    };
}

number!(Seq);
number!(Offset);

/// An entry as a projection sees it: without its CID and its `txn`.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// The entry's position among all entries of this node.
    pub offset: Offset,
    /// The log's owner.
    pub did: &'a Did,
    /// The entry's number in the log.
    pub seq: Seq,
    /// The time at which the home entered it.
    pub at: Timestamp,
    /// The service.
    pub service: &'a str,
    /// The operation.
    pub op: &'a str,
    /// The id that the entry is about.
    pub reference: Option<&'a str>,
    /// The body; `None` if the entry has no body, or the body was erased.
    pub body: Option<&'a Value>,
    /// Numbers and ids on which other state depends.
    pub fact: Option<&'a Fact>,
    /// The DID whose will it is.
    pub author: &'a Did,
    /// The kind of will.
    pub will: WillKind,
}

impl<'a> Applied<'a> {
    /// The id that the fact has under a key.
    pub fn id(&self, key: &str) -> Option<&'a str> {
        self.fact?.id(key).map(IdText::as_str)
    }

    /// The number that the fact has under a key.
    pub fn int(&self, key: &str) -> Option<i64> {
        self.fact?.int(key)
    }

    /// The text that the body has under a key.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.body?.get_str(key)
    }
}
