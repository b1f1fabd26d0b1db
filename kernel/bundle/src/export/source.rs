//! The source of an export's log: a running ledger, or the folder of a stopped node.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::Timestamp;
use imajin_ledger::anchors::node_paths;
use imajin_ledger::durable::if_there;
use imajin_ledger::media::MediaStore;
use imajin_ledger::{Ledger, NodeKey, ReadError};
use imajin_log::clock::SystemClock;
use imajin_log::format::names;
use imajin_log::format::shared::SharedLog;
use imajin_protocol::Did;
use imajin_protocol::anchor::{AnchorFile, NONCE_BYTES, NodePaths, Nonce};
use rusqlite::{Connection, OpenFlags};

use super::ExportError;
use crate::part;
use crate::snapshot;

/// The place of a log and its files.
pub struct Source<'s> {
    pub(super) folder: PathBuf,
    pub(super) did: Did,
    log: Log<'s>,
    /// The files of people.
    pub(super) media: MediaStore,
    owned: Vec<Did>,
    /// The logs that are shared with the person, and what of each they may see.
    pub(super) shared: Vec<SharedLog>,
    /// Signs a head for the newest entry if the log has none yet.
    pub(super) node: Option<NodeKey>,
}

#[derive(Clone, Copy)]
enum Log<'s> {
    Live(&'s Ledger),
    Standing,
}

impl<'s> Source<'s> {
    /// Makes a source of a person's log in a running ledger.
    pub fn live(ledger: &'s Ledger, did: &Did) -> Self {
        let folder = ledger.media().user_folder(did);
        Self {
            folder,
            did: did.clone(),
            log: Log::Live(ledger),
            media: ledger.media().clone(),
            owned: Vec::new(),
            shared: Vec::new(),
            node: Some(ledger.node_key().clone()),
        }
    }

    /// Makes a source of a person's log in the data folder of a node that was stopped gracefully, so that its journal
    /// is empty.
    pub fn standing(data: &Path, did: &Did, node: Option<NodeKey>) -> Source<'static> {
        let folder = data.join("users").join(did.folder_name());
        Source {
            folder,
            did: did.clone(),
            log: Log::Standing,
            media: MediaStore::new(data, u64::MAX, Arc::new(SystemClock)),
            owned: Vec::new(),
            shared: Vec::new(),
            node,
        }
    }

    /// Adds the logs of things whose sole owner this is; the export includes copies of them.
    pub fn with_owned(mut self, owned: Vec<Did>) -> Self {
        self.owned = owned;
        self
    }

    /// Adds the logs that are shared with the person; the export includes the part of each that they may see.
    pub fn with_shared(mut self, shared: Vec<SharedLog>) -> Self {
        self.shared = shared;
        self
    }

    /// Returns the source of each thing's log.
    pub(super) fn owned(&self) -> impl Iterator<Item = Self> + '_ {
        self.owned.iter().map(|did| self.sibling(did))
    }

    /// Returns the source of another log in the same place.
    pub(super) fn sibling(&self, did: &Did) -> Self {
        let users = self.folder.parent().unwrap_or(Path::new("."));
        Self {
            folder: users.join(did.folder_name()),
            did: did.clone(),
            log: self.log,
            media: self.media.clone(),
            owned: Vec::new(),
            shared: Vec::new(),
            node: self.node.clone(),
        }
    }

    /// Returns the anchor paths for the log, from this node and from earlier homes.
    pub(super) fn anchors(
        &self,
        salt: &[u8; NONCE_BYTES],
        since: Timestamp,
    ) -> Result<Option<AnchorFile>, ExportError> {
        let mut nodes = self.imported_anchors()?;
        for mut made in self.own_anchors(salt, since)? {
            let same = |kept: &NodePaths| (&kept.node, &kept.chain) == (&made.node, &made.chain);
            // A log that returned to this node brings what this node's anchors said, which may be more than the node's
            // own log has.
            if let Some(at) = nodes.iter().position(same) {
                let mut kept = nodes.remove(at).paths;
                let is_made = |nonce: &Nonce| made.paths.iter().any(|(other, _)| other == nonce);
                kept.retain(|(nonce, _)| !is_made(nonce));
                made.paths.splice(0..0, kept);
            }
            nodes.push(made);
        }
        let did = self.did.clone();
        Ok((!nodes.is_empty()).then_some(AnchorFile { did, nodes }))
    }

    /// Returns the anchors that came with the log's import.
    fn imported_anchors(&self) -> Result<Vec<NodePaths>, ExportError> {
        let path = self.folder.join(names::ANCHORS);
        let Some(bytes) = if_there(std::fs::read(&path)).map_err(ExportError::io(&path))? else {
            return Ok(Vec::new());
        };
        let file = AnchorFile::parse(&bytes).map(|file| file.nodes);
        file.map_err(|error| ExportError::Store(format!("{}: {error}", path.display())))
    }

    /// Returns the anchors in this node's own log.
    fn own_anchors(
        &self,
        salt: &[u8; NONCE_BYTES],
        since: Timestamp,
    ) -> Result<Vec<NodePaths>, ExportError> {
        let Some(node) = &self.node else {
            return Ok(Vec::new());
        };
        let read = |db: &Connection| node_paths(&node.did, db, &self.did, salt, since);
        match &self.log {
            Log::Live(ledger) => ledger
                .read_log(&node.did, |db| db.map_or_else(|| Ok(Vec::new()), read))
                .map_err(ExportError::store),
            Log::Standing => {
                let path = self.sibling(&node.did).folder.join(names::LOG);
                if path.is_file() {
                    open(&path).and_then(|db| read(&db)).map_err(ExportError::store)
                } else {
                    Ok(Vec::new())
                }
            }
        }
    }

    /// Copies the part of the log that the recipient may see, with the newest chains of everyone it mentions.
    pub(super) fn snapshot_part(&self, part: &SharedLog, into: &Path) -> Result<(), ExportError> {
        match &self.log {
            Log::Live(ledger) => live_part(ledger, part, into),
            Log::Standing => {
                let path = self.folder.join(names::LOG);
                let db = open(&path).map_err(ExportError::store)?;
                let copied = part::snapshot(&db, into, part);
                copied.map(drop).map_err(ExportError::snapshot(into))
            }
        }
    }

    /// Copies the log as it is now.
    pub(super) fn snapshot(&self, into: &Path) -> Result<(), ExportError> {
        match &self.log {
            Log::Live(ledger) => live_log(ledger, &self.did, into),
            Log::Standing => {
                let path = self.folder.join(names::LOG);
                if !path.is_file() {
                    return Err(ExportError::NoLog(self.did.clone()));
                }
                let db = open(&path).map_err(ExportError::store)?;
                snapshot::snapshot(&db, into).map_err(ExportError::snapshot(into))
            }
        }
    }
}

fn unread(error: ReadError) -> ExportError {
    match error {
        ReadError::Quarantined { did, reason } => ExportError::Damaged(did, reason),
        other => ExportError::store(other),
    }
}

/// Copies a log, with everything that was acknowledged, in the form that a bundle has.
fn live_log(ledger: &Ledger, did: &Did, into: &Path) -> Result<(), ExportError> {
    let copied = ledger.read_log(did, |db| Ok(db.map(|db| snapshot::snapshot(db, into))));
    match copied.map_err(unread)? {
        None => Err(ExportError::NoLog(did.clone())),
        Some(copied) => copied.map_err(ExportError::snapshot(into)),
    }
}

/// Copies the part of a log that the recipient may see, in the form that a bundle has. The chains of everyone it mentions
/// are included as they are on this node now: bodies may name people who wrote nothing, or newer keys.
fn live_part(ledger: &Ledger, part: &SharedLog, into: &Path) -> Result<(), ExportError> {
    let did = &part.did;
    let copied = ledger.read_log(did, |db| Ok(db.map(|db| part::snapshot(db, into, part))));
    let about = match copied.map_err(unread)? {
        None => return Err(ExportError::NoLog(did.clone())),
        Some(copied) => copied.map_err(ExportError::snapshot(into))?,
    };
    // After the log's slot is free: each chain is in a separate log.
    let chains = about.iter().filter_map(|did| Some((did, ledger.chain(did)?.tokens())));
    part::lengthen(into, chains).map_err(ExportError::snapshot(into))
}

/// Opens a log that no one has open. The connection is read-write, so that SQLite reads a leftover WAL to its end; the
/// export itself writes nothing.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}
