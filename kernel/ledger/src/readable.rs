//! The readable beginning of a damaged log, as far as that verifies, in a separate file.
//!
//! Always: nothing comes from the damaged file itself, and no entry that does not verify. The beginning is built at the
//! first request, off the writer's thread, and deleted once the log is whole again. The writer never sees it: a damaged
//! log takes no entry, and no key is looked up in a beginning that may lack the key's end.

use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_log::is_database_full;
use imajin_log::repair::RepairError;
use imajin_log::verify::VerifyError;
use imajin_protocol::Did;
use tempfile::Builder;

use crate::beginnings::{Beginning, PREFIX, Turn};
use crate::copies::{JoinError, join};
use crate::errors::{ReadError, Result};
use crate::ledger::Ledger;
use crate::media::is_disk_full;
use crate::shared::Shared;
use crate::status::{LogStatus, StoredEntry};

/// The damage of a log, returned with everything that is shown of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// The damage.
    pub reason: String,
    /// The number of the first entry that is not shown: those before it verify.
    pub from: u64,
}

/// A part of a log.
#[derive(Debug, Clone)]
pub struct Readable {
    /// Oldest first. For a damaged log, only entries that verify.
    pub entries: Vec<StoredEntry>,
    /// The log's damage; `None` if it is whole.
    pub damaged: Option<Damaged>,
}

impl Ledger {
    /// Returns why a log is in quarantine, if it is. Reads nothing from the disk.
    pub fn damage(&self, did: &Did) -> Option<String> {
        self.shared().quarantine_of(did)
    }

    /// Returns whether another file replaced a log since the start, and that file has no known damage.
    pub fn is_replaced(&self, did: &Did) -> bool {
        self.shared().quarantine_of(did).is_none() && self.shared().installs_of(did) > 0
    }

    /// Returns the entries after number `after`, oldest first, for people to read. For a damaged log: those that
    /// verify, and the damage. Checks every entry against its CIDs, and quarantines a log that breaks one at once.
    /// Blocks: the first reader of a damaged log waits as long as its verification takes.
    ///
    /// # Errors
    /// The errors of [`Ledger::entries`]; [`ReadError::Busy`] while another caller has the same log verified.
    pub fn readable(&self, did: &Did, after: Option<u64>, limit: usize) -> Result<Readable> {
        let shared = self.shared();
        if shared.quarantine_of(did).is_none() {
            match self.entries(did, after, limit) {
                Ok(entries) => match broken(&entries) {
                    None => {
                        return Ok(Readable { entries, damaged: None });
                    }
                    // Another log may have replaced it while this one was read; the next start then lifts the
                    // quarantine.
                    Some(reason) => shared.set_aside(did, &reason),
                },
                Err(ReadError::Quarantined { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let Some((beginning, reason)) = beginning(shared, did)? else {
            let entries = self.entries(did, after, limit)?;
            return Ok(Readable { entries, damaged: None });
        };
        Ok(Readable {
            entries: beginning.read(after, limit)?,
            damaged: Some(Damaged { reason, from: beginning.entries() }),
        })
    }

    /// Returns the state of a log, for people to read. For a damaged log: the state of its beginning, with the damage
    /// in [`LogStatus::quarantined`]. `None` if the log does not exist. Blocks as [`Ledger::readable`].
    ///
    /// # Errors
    /// The errors of [`Ledger::readable`]; [`ReadError::Quarantined`] if not even the first entry verifies.
    pub fn readable_status(&self, did: &Did) -> Result<Option<LogStatus>> {
        let error = match self.status(did) {
            Err(error @ ReadError::Quarantined { .. }) => error,
            other => return other,
        };
        let Some((beginning, reason)) = beginning(self.shared(), did)? else {
            return self.status(did);
        };
        let Some((state, _)) = &beginning.known else {
            return Err(error);
        };
        let mut status = self.status_in(state);
        if let Some(status) = &mut status {
            status.quarantined = Some(reason);
        }
        Ok(status)
    }

    /// Returns the newest existing head; for a damaged log, that of its beginning.
    pub fn readable_head(&self, did: &Did) -> Result<Option<String>> {
        match self.last_head(did) {
            Err(ReadError::Quarantined { .. }) => {}
            other => return other,
        }
        match beginning(self.shared(), did)? {
            Some((beginning, _)) => {
                Ok((beginning.known.as_ref()).and_then(|(_, head)| head.clone()))
            }
            None => self.last_head(did),
        }
    }
}

/// Returns the beginning of a quarantined log, with the reason; `None` if the log is no longer in quarantine.
fn beginning(shared: &Shared, did: &Did) -> Result<Option<(Arc<Beginning>, String)>> {
    let Some(reason) = shared.quarantine_of(did) else {
        return Ok(None);
    };
    let beginnings = &shared.beginnings;
    if let Some(beginning) = beginnings.made.lock().get(did) {
        return Ok(Some((beginning.clone(), reason)));
    }
    if !beginnings.making.lock().insert(did.clone()) {
        return Err(ReadError::Busy);
    }
    let _turn = Turn(beginnings, did.clone());
    let installs = shared.installs_of(did);
    let mut name = Builder::new();
    let folder = (name.prefix(PREFIX)).tempdir_in(shared.data.join("runtime"))?;
    let (_, whole) = join(shared, did, &[], folder.path()).map_err(unread)?;
    let state = whole.known.map(|(state, head)| (state, head.map(|head| head.to_compact())));
    let beginning = Arc::new(Beginning { folder, known: state });
    if shared.installs_of(did) != installs {
        return Err(ReadError::Busy);
    }
    beginnings.made.lock().insert(did.clone(), beginning.clone());
    // The quarantine may have ended after the request and before this was stored.
    if shared.quarantine_of(did).is_none() {
        beginnings.forget(did);
        return Ok(None);
    }
    Ok(Some((beginning, reason)))
}

fn unread(error: JoinError) -> ReadError {
    let is_full = || ReadError::Io(std::io::ErrorKind::StorageFull.into());
    match error {
        JoinError::Busy => ReadError::Busy,
        JoinError::Repair(RepairError::Io { error, .. })
        | JoinError::Repair(RepairError::Verify(VerifyError::Unusable { error, .. })) => {
            if is_disk_full(&error) {
                is_full()
            } else {
                ReadError::Io(error)
            }
        }
        JoinError::Repair(RepairError::Sqlite(error)) if is_database_full(&error) => is_full(),
        other => ReadError::Io(std::io::Error::other(other)),
    }
}

/// Returns the first mistake in consecutive entries: a number, a link, or a body that does not match its CID.
fn broken(entries: &[StoredEntry]) -> Option<String> {
    let mut before: Option<(u64, Cid)> = None;
    for entry in entries {
        let (seq, header) = (entry.seq, &*entry.decoded);
        if let Some((last, cid)) = before
            && (header.seq != last + 1 || header.prev != Some(cid))
        {
            return Some(format!("entry {seq} does not follow the one before it"));
        }
        let body = entry.body.as_deref().map(dag_cbor_cid);
        if body.is_some() && body != header.body {
            return Some(format!("the body of entry {seq} is not what its header names"));
        }
        before = Some((seq, entry.cid));
    }
    None
}
