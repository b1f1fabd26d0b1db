//! Strict JSON text: reads signed documents, writes the canonical form (RFC 8785, JCS).
//!
//! Always: UTF-8 only, no duplicate keys, no lone surrogates, numbers normalised as in DFOS. Depth costs memory, never
//! the thread's stack. A general JSON reader would keep the last of two equal keys, and then two readers of one
//! signature could see two statements.
//!
//! Rules: RFC 8259; DFOS v1 PROTOCOL "Numbers", "Duplicate JSON keys"; RFC 8785.

mod parse;
mod write;

pub use parse::{DEPTH_MAX, parse, parse_with};
pub use write::{to_jcs, write_string};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum JsonError {
    #[error("malformed JSON at byte {0}")]
    Malformed(usize),
    #[error("JSON must be UTF-8")]
    Utf8,
    #[error("an object key occurs twice")]
    DuplicateKey,
    #[error("fractions are not representable: write them as text")]
    Fraction,
    /// An integer beyond ±(2^53 − 1).
    #[error("an integer is out of range: write it as text")]
    IntegerRange,
    #[error("nested deeper than {0} levels")]
    Depth(usize),
    #[error("plain JSON has no bytes and no links")]
    NotJson,
}

#[cfg(test)]
mod tests;
