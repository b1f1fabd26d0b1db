//! Which operation is the head, and in which order all of them count: one order for both.
//!
//! Always: by time, then by the bytes of the CID's *text*. The letters of base32 do not sort like the bits
//! they stand for, so comparing binary CIDs would choose other heads than everybody else.
//!
//! Rules: DFOS v1 PROTOCOL "Fork Resolution", CONTENT-MODEL "Canonical Fold".

use std::cmp::Ordering;

use crate::Timestamp;

/// The order of two operations, by `createdAt` and the text of the CID: the later one is preferred as head
/// and counts last in a fold.
pub fn compare(a: (Timestamp, &str), b: (Timestamp, &str)) -> Ordering {
    a.0.cmp(&b.0)
        .then_with(|| a.1.as_bytes().cmp(b.1.as_bytes()))
}

/// The head among operations without children.
pub fn select_head<'a>(
    tips: impl IntoIterator<Item = (Timestamp, &'a str)>,
) -> Option<(Timestamp, &'a str)> {
    tips.into_iter().max_by(|a, b| compare(*a, *b))
}
