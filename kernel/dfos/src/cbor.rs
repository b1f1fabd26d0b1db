//! Strict dag-cbor: one byte string for every value, and one value for every accepted byte string.
//!
//! Always: what [`decode`] accepts is exactly what [`encode`] writes, byte for byte.
//! This module knows nothing of the documents it carries.
//!
//! Rules: DFOS v1 PROTOCOL "Encodings" and the IPLD dag-cbor specification. Definite lengths, shortest
//! integers, map keys ordered by byte length and then by bytes, no floats, no tag but 42 (a CID).

mod decode;
mod encode;
mod json;
mod reader;
mod value;

pub use decode::{DEFAULT_DEPTH_MAX, decode, decode_with};
pub use encode::{encode, encode_into};
pub(crate) use json::whole;
pub use json::{from_dag_json, from_json, to_dag_json, to_json};
pub use reader::{Item, Reader};
pub use value::Value;

/// 2^53 − 1: the largest integer that every JSON implementation reads exactly.
pub const SAFE_INTEGER_MAX: i64 = 9_007_199_254_740_991;

/// The tag of a CID link in dag-cbor (IPLD dag-cbor specification).
const TAG_CID: u64 = 42;

/// Why bytes or a document are not strict dag-cbor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum CborError {
    /// The input ends inside an item, or a length exceeds what is left.
    #[error("the input ends inside an item")]
    Truncated,
    #[error("malformed CBOR at byte {0}")]
    Malformed(usize),
    #[error("{0} bytes follow the item")]
    Trailing(usize),
    #[error("not in canonical form")]
    NotCanonical,
    #[error("floating point numbers are not representable")]
    Float,
    #[error("an integer is out of range")]
    IntegerRange,
    #[error("tag {0} is not allowed")]
    Tag(u64),
    /// `undefined` or another simple value.
    #[error("simple value {0} is not allowed")]
    Simple(u8),
    #[error("a map key is not a text string")]
    Key,
    #[error("a map key occurs twice")]
    DuplicateKey,
    #[error("a text string is not UTF-8")]
    Utf8,
    /// A link that is not a CIDv1 of dag-cbor or raw bytes by sha2-256.
    #[error("a link is not a supported CID")]
    Link,
    #[error("nested deeper than {0} levels")]
    Depth(usize),
    /// A value that the JSON form cannot carry (bytes and links in plain JSON; the reserved key `/`).
    #[error("not representable as JSON: {0}")]
    Json(&'static str),
}

#[cfg(test)]
mod tests;
