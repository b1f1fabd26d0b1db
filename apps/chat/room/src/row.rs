//! A row of a conversation: the entry's header, the header of the intent that it follows from, and its body as far as the
//! reader may see it. Decoded with limits; nothing is verified here.

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value};
use imajin_protocol::entry::{Header, decode_body};

/// Rows that are checked at once at most.
pub const ROWS_MAX: usize = 200_000;

/// A row as it travels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowBytes {
    /// The header's bytes.
    pub header: Vec<u8>,
    /// The bytes of the intent's header; `None` if the entry follows from nothing.
    pub cause: Option<Vec<u8>>,
    /// The body's bytes; `None` if there is none, or it is not shown.
    pub body: Option<Vec<u8>>,
}

/// A header with its CID.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) cid: Cid,
    pub(crate) header: Header,
}

impl Entry {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let header = Header::decode(bytes).ok()?;
        let cid = dag_cbor_cid(bytes);
        Some(Self { cid, header })
    }
}

/// A decoded body with the CID of its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) cid: Cid,
    pub(crate) value: Value,
}

/// A decoded row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) entry: Entry,
    pub(crate) cause: Option<Entry>,
    pub(crate) body: Option<Body>,
}

impl Row {
    /// `None` if a part is malformed.
    pub(crate) fn read(bytes: &RowBytes) -> Option<Self> {
        let cause = bytes.cause.as_deref();
        let body = bytes.body.as_deref();
        Some(Self {
            entry: Entry::read(&bytes.header)?,
            cause: cause.map(Entry::read).map_or(Some(None), |read| read.map(Some))?,
            body: body.map(read_body).map_or(Some(None), |read| read.map(Some))?,
        })
    }

    pub(crate) fn header(&self) -> &Header {
        &self.entry.header
    }

    pub(crate) fn seq(&self) -> u64 {
        self.entry.header.seq
    }
}

pub(crate) fn read_body(bytes: &[u8]) -> Option<Body> {
    let value = decode_body(bytes).ok()?;
    let cid = dag_cbor_cid(bytes);
    Some(Body { cid, value })
}
