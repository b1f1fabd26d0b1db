//! Rows of a log for those whom an app lets see them, such as the members of a conversation: each entry with the header of its
//! intent, so that they check it without trusting this node (docs/conversations.md).
//!
//! Always: an answer is bounded in rows and in bytes. The app decides which readers see a log, and which bodies of it.

use imajin_dfos::base64;
use imajin_ledger::{StoredEntry, StoredRow};
use imajin_log::entry::Header;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::blocking;
use crate::node::Node;
use crate::problem::Problem;

/// Bytes of entries in one answer, more or less: a body may have 1 MiB.
pub const ANSWER_BYTES: usize = 4 << 20;

/// An entry, with what is needed to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogRow {
    /// The header's dag-cbor, base64url.
    pub header: String,
    /// The header of its intent with the proof, dag-cbor, base64url; null if it follows from none.
    pub cause: Option<String>,
    /// The body's dag-cbor, base64url; null if there is none, or no more, or it is not for this reader.
    pub body: Option<String>,
}

/// A part of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogRows {
    /// Oldest first.
    pub rows: Vec<LogRow>,
    /// Whether there are more behind these.
    pub has_more: bool,
}

impl LogRow {
    fn from_stored(stored: &StoredRow, shows: bool) -> Self {
        let body = stored.entry.body.as_ref().filter(|_| shows);
        Self {
            header: base64::encode_url(&stored.entry.header),
            cause: stored.cause.as_ref().map(|cause| base64::encode_url(cause)),
            body: body.map(|body| base64::encode_url(body)),
        }
    }
}

impl Node {
    /// At most `limit` rows of a log after a sequence number, and at least one if there is any. `shows` decides for
    /// which entries the reader may see the body.
    ///
    /// # Errors
    /// Where the log cannot be read, or is damaged.
    pub async fn log_rows(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
        shows: impl Fn(&Header) -> bool + Send + 'static,
    ) -> Result<LogRows, Problem> {
        let (node, did) = (self.clone(), did.clone());
        let limit = limit.max(1);
        let read = blocking::run(move || node.ledger().rows(&did, after, limit + 1));
        let stored = read.await??;
        let sizes = stored.iter().map(|row| {
            let cause = row.cause.as_ref().map_or(0, |cause| cause.len());
            size_of(&row.entry) + cause
        });
        let fits = fitting(sizes, limit);
        let row = |stored: &StoredRow| LogRow::from_stored(stored, shows(&stored.entry.decoded));
        Ok(LogRows {
            rows: stored.iter().take(fits).map(row).collect(),
            has_more: fits < stored.len(),
        })
    }
}

/// The bytes of an entry.
pub fn size_of(entry: &StoredEntry) -> usize {
    entry.header.len() + entry.body.as_ref().map_or(0, |body| body.len())
}

/// The number of items, at most `limit`, that fit into one answer: the one that reaches [`ANSWER_BYTES`] is the last.
pub fn fitting(sizes: impl Iterator<Item = usize>, limit: usize) -> usize {
    let mut bytes = 0;
    let fits = sizes.take(limit).take_while(|size| {
        let fits = bytes < ANSWER_BYTES;
        bytes += size;
        fits
    });
    fits.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_bounded_in_rows_and_in_bytes_and_has_at_least_one() {
        assert_eq!(fitting([1; 9].into_iter(), 5), 5);
        assert_eq!(fitting([1; 3].into_iter(), 5), 3);
        let half = ANSWER_BYTES / 2;
        assert_eq!(fitting([half; 9].into_iter(), 9), 2);
        assert_eq!(fitting([half + 1; 9].into_iter(), 9), 2);
        assert_eq!(fitting([half - 1; 9].into_iter(), 9), 3);
        assert_eq!(fitting([ANSWER_BYTES * 2; 2].into_iter(), 9), 1);
        assert_eq!(fitting(std::iter::empty(), 9), 0);
    }
}
