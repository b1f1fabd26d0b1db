//! `index.html` of a bundle, which shows people in their language what the bundle contains. The page is drawn outside
//! the ledger, which does not know what an operation means.
//!
//! Always: no verifier computes it again (docs/format.md §12): it is the word of the manifest's signer.

use imajin_dfos::{Cid, Timestamp};
use imajin_log::entry::Sealed;
use imajin_log::format::views::OwnedThing;
use imajin_protocol::Did;
use serde_json::{Map, Value};

/// The subject of a page.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The owner of the record.
    pub did: &'a Did,
    /// The node that vouches for the newest entry.
    pub node: &'a Did,
    /// The time of the head, which is that of the copy.
    pub at: Timestamp,
    /// The head of the log.
    pub head: Cid,
    /// The sections of `bundle.json`.
    pub sections: &'a Map<String, Value>,
    /// The things that the record says its owner has, and whose logs are not in the copy.
    pub left_out: &'a [OwnedThing],
    /// Number of media files.
    pub media: u64,
    /// Total bytes of the media files.
    pub media_bytes: u64,
}

/// Draws pages.
pub trait IndexPages: Send + Sync {
    /// Begins the page of a log, whose first and last entries are of these times.
    fn begin(&self, first: Timestamp, last: Timestamp) -> Box<dyn IndexPage>;
}

/// A page for which the log is read.
pub trait IndexPage {
    /// Takes the next entry, and whether its body is there.
    fn entry(&mut self, entry: &Sealed, has_body: bool);
    /// Returns the HTML.
    fn finish(self: Box<Self>, about: &About<'_>) -> String;
}

/// A page that only says whose record it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPage;

impl IndexPages for NoPage {
    fn begin(&self, _: Timestamp, _: Timestamp) -> Box<dyn IndexPage> {
        Box::new(Self)
    }
}

impl IndexPage for NoPage {
    fn entry(&mut self, _: &Sealed, _: bool) {}

    fn finish(self: Box<Self>, about: &About<'_>) -> String {
        // A DID has no character that HTML reads.
        format!("<!DOCTYPE html><title>{}</title>", about.did)
    }
}
