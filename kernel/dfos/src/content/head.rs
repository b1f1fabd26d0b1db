//! Selects the head, and orders all operations: one order for both.
//!
//! Always: by time, then by the bytes of the CID's *text*. The letters of base32 do not sort like the bits that they
//! encode, so comparing binary CIDs would select other heads than other implementations do.
//!
//! Rules: DFOS v1 PROTOCOL "Fork Resolution", CONTENT-MODEL "Canonical Fold".

use std::cmp::Ordering;

use crate::Timestamp;

/// Compares two operations by `createdAt` and the text of the CID: the later one is preferred as head and comes last in
/// a fold.
pub fn compare(a: (Timestamp, &str), b: (Timestamp, &str)) -> Ordering {
    a.0.cmp(&b.0).then_with(|| a.1.as_bytes().cmp(b.1.as_bytes()))
}

/// The head among operations without children.
pub fn select_head<'a>(
    tips: impl IntoIterator<Item = (Timestamp, &'a str)>,
) -> Option<(Timestamp, &'a str)> {
    tips.into_iter().max_by(|a, b| compare(*a, *b))
}
