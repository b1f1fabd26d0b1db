//! Strict JSON text: read for what was signed, write in the canonical form (RFC 8785, JCS).
//!
//! Always: UTF-8 only, no key twice, no lone surrogates, numbers as DFOS normalises them. Depth costs memory,
//! never the thread's stack. A general JSON reader would keep the last of two equal keys, and then two readers
//! of one signature could see two statements.
//!
//! Rules: RFC 8259; DFOS v1 PROTOCOL "Numbers", "Duplicate JSON keys"; RFC 8785.

mod parse;
mod write;

pub use parse::{DEPTH_MAX, parse, parse_with};
pub use write::{to_jcs, write_string};

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, at this byte.
    #[error("malformed JSON at byte {0}")]
    Malformed(usize),
    /// Not UTF-8.
    #[error("JSON must be UTF-8")]
    Utf8,
    /// An object names a key twice.
    #[error("an object key occurs twice")]
    DuplicateKey,
    /// A fraction, which has no canonical form.
    #[error("fractions are not representable: write them as text")]
    Fraction,
    /// An integer beyond ±(2^53 − 1).
    #[error("an integer is out of range: write it as text")]
    IntegerRange,
    /// Deeper than allowed.
    #[error("nested deeper than {0} levels")]
    Depth(usize),
    /// A value that has no plain JSON form: bytes or a link.
    #[error("plain JSON has no bytes and no links")]
    NotJson,
}

#[cfg(test)]
mod tests;
