//! Shared parts of the relay: the store, the writer, the time, the program around it.

use std::path::Path;
use std::sync::Arc;

use crate::clock::Clock;
use crate::host::Host;

use super::config::Limits;
use super::knowledge::{Knowledge, Recent, Side};
use super::projection::{self, StaleRows};
use super::store::{Answer, BlobKey, Snapshot, Store};

/// The relay without network.
pub(super) struct Core {
    pub(super) store: Store,
    pub(super) recent: Arc<Recent>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) host: Arc<dyn Host>,
    pub(super) limits: Limits,
}

impl Core {
    pub(super) fn new(
        file: &Path,
        clock: Arc<dyn Clock>,
        host: Arc<dyn Host>,
        limits: Limits,
    ) -> Answer<Self> {
        let recent = Arc::new(Recent::new());
        let forget = Arc::clone(&recent);
        Ok(Self { store: Store::open(file, move || forget.forget())?, recent, clock, host, limits })
    }

    /// Reads as of one moment. Blocks.
    pub(super) fn read<T>(&self, f: impl FnOnce(&Snapshot<'_>) -> Answer<T>) -> Answer<T> {
        self.store.read(f)
    }

    /// The identities among these that the relay has.
    pub(super) fn present(&self, mut dids: Vec<String>) -> Answer<Vec<String>> {
        self.read(|reads| {
            let mut present = Vec::new();
            for did in dids.drain(..) {
                if reads.identity_head(&did)?.is_some() {
                    present.push(did);
                }
            }
            Ok(present)
        })
    }

    /// Removes identities that the node no longer publishes.
    pub(super) fn withdraw(&self, dids: Vec<String>) -> Answer<u64> {
        let present = self.present(dids)?;
        if present.is_empty() {
            return Ok(0);
        }
        let removed =
            self.store.write(present.len(), |tx| present.iter().map(|did| tx.withdraw(did)).sum());
        // The cache must forget their keys.
        self.recent.forget();
        removed
    }

    /// Keeps a document that was checked against its name, and lets the index follow.
    pub(super) fn put_blob(&self, key: &BlobKey, bytes: &[u8]) -> Answer<()> {
        let view = projection::view(bytes);
        let now_secs = self.clock.now().as_secs();
        self.store.write(1, |tx| {
            tx.put_blob(key, bytes, &view)?;
            let mut dirty = StaleRows::default();
            for content_id in tx.content_with_document(&key.creator, &key.document)? {
                dirty.content(&content_id);
            }
            dirty.flush(tx, &self.recent, now_secs)
        })
    }

    /// Returns the state that verification depends on, from durable data.
    pub(super) fn knowledge<'a>(&'a self, reads: &'a Snapshot<'a>) -> Knowledge<'a> {
        Knowledge::new(reads, &self.recent, Side::Reader)
    }
}
