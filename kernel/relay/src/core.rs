//! Shared parts of the relay: the store, the writer, the time, the program around it.

use std::sync::Arc;

use crate::clock::Clock;
use crate::host::Host;
use crate::storage::writer::Writer;

use super::config::Limits;
use super::knowledge::{Knowledge, Recent, Side};
use super::projection::{self, StaleRows};
use super::store::{Answer, BlobKey, Reads, Store, WriteHandle};

/// The relay without network.
pub(super) struct Core {
    pub(super) store: Arc<dyn Store>,
    pub(super) writer: Writer<dyn WriteHandle>,
    pub(super) recent: Arc<Recent>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) host: Arc<dyn Host>,
    pub(super) limits: Limits,
}

impl Core {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        host: Arc<dyn Host>,
        limits: Limits,
    ) -> Answer<Self> {
        let recent = Arc::new(Recent::new());
        let forget = Arc::clone(&recent);
        let writer = Writer::new(store.writer()?, move || forget.forget());
        Ok(Self {
            store,
            writer,
            recent,
            clock,
            host,
            limits,
        })
    }

    /// Reads as of one moment. Blocks.
    pub(super) fn read<T>(&self, f: impl FnOnce(&dyn Reads) -> Answer<T>) -> Answer<T> {
        let mut f = Some(f);
        let mut found = None;
        self.store.read(&mut |reads| {
            if let Some(f) = f.take() {
                found = Some(f(reads)?);
            }
            Ok(())
        })?;
        found.ok_or_else(|| super::store::StoreError::Failed("the store did not read".to_owned()))
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
        let removed = self.writer.write(present.len(), |tx| {
            present.iter().map(|did| tx.withdraw(did)).sum()
        });
        // The cache must forget their keys.
        self.recent.forget();
        removed
    }

    /// Keeps a document that was checked against its name, and lets the index follow.
    pub(super) fn put_blob(&self, key: &BlobKey, bytes: &[u8]) -> Answer<()> {
        let view = projection::view(bytes);
        let now_secs = self.clock.now().as_secs();
        self.writer.write(1, |tx| {
            tx.put_blob(key, bytes, &view)?;
            let mut dirty = StaleRows::default();
            for content_id in tx.content_with_document(&key.creator, &key.document)? {
                dirty.content(&content_id);
            }
            dirty.flush(tx, &self.recent, now_secs)
        })
    }

    /// Returns the state that verification depends on, from durable data.
    pub(super) fn knowledge<'a>(&'a self, reads: &'a dyn Reads) -> Knowledge<'a> {
        Knowledge::new(reads, &self.recent, Side::Reader)
    }
}
