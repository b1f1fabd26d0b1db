//! Mends a damaged log with a copy before the copy is used for anything else.
//!
//! Always: a log that accepts writes again has everything that this node acknowledged; if that is uncertain, the log is
//! frozen. The damaged file stays in quarantine.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use imajin_dfos::Cid;
use imajin_protocol::{Did, Head};

use super::check::{Checked, Partial};
use super::examine::{Examined, examine};
use super::install::{install, rows_are_there};
use super::plan::Relation;
use super::restored::{freeze_restored, is_restored};
use super::source::Source;
use super::upload::check_id;
use super::{FOLDER, ImportError, Imported, media};
use crate::bundle::names;
use crate::errors::ReadError;
use crate::ledger::Ledger;
use crate::quarantine::TakenBack;
use crate::repair::{Mended, RepairError, Whole, put_together};
use crate::rules::LogState;
use crate::shared::Shared;
use crate::sql::wal_path;
use crate::writer::install::InstallError;

/// Maximum number of reads of a log that changes while it is read.
const TRIES: u32 = 5;
/// The file name of a log while it is being mended.
const MENDED: &str = "mended.sqlite";

/// The damage found in a person's record, and what the repair achieved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The log's owner.
    pub did: Did,
    /// The damage to the log; `None` if it was intact.
    pub damage: Option<String>,
    /// The result for a damaged log.
    pub log: Option<Mended>,
    /// Files that were damaged or missing and are intact again.
    pub media: Vec<Cid>,
    /// Files that are still damaged or missing: no copy has them intact.
    pub media_left: Vec<Cid>,
    /// The newest entry's number, its CID and the newest head; `None` while the log is unreadable.
    pub newest: Option<(u64, Cid, String)>,
}

impl Repair {
    /// Returns whether anything was damaged.
    pub fn was_damaged(&self) -> bool {
        self.damage.is_some() || !self.media.is_empty() || !self.media_left.is_empty()
    }

    /// Returns the state of the record after the repair.
    pub(super) fn imported(self) -> Result<Imported, ImportError> {
        let Some((seq, cid, head)) = self.newest.clone() else {
            return Err(ImportError::Left(
                self.did.clone(),
                self.left().unwrap_or_default(),
            ));
        };
        Ok(Imported {
            did: self.did.clone(),
            seq,
            cid,
            head,
            changed: self.damage.is_some() || !self.media.is_empty(),
            side: None,
            repair: self.was_damaged().then_some(self),
        })
    }

    /// Describes the remaining damage, for people.
    pub fn left(&self) -> Option<String> {
        let log = self.log.as_ref().and_then(|log| log.left.as_ref());
        let log = log.map(|fault| fault.to_string());
        let files = (!self.media_left.is_empty()).then(|| {
            let names: Vec<String> = self.media_left.iter().map(Cid::to_string).collect();
            format!("no whole copy of the files {}", names.join(", "))
        });
        match (log, files) {
            (Some(log), Some(files)) => Some(format!("{log}; {files}")),
            (log, files) => log.or(files),
        }
    }
}

/// Mends this node's record with a verified copy, and takes nothing else from the copy. Blocks; do not call it from an
/// async task.
///
/// # Errors
///
/// [`ImportError::NoLog`] if this node has no such record; [`ImportError::Left`] if it is still damaged.
pub fn repair(ledger: &Ledger, mut checked: Checked) -> Result<Imported, ImportError> {
    let did = checked.did.clone();
    let repair = with_copy(ledger, &mut checked)?.ok_or_else(|| ImportError::NoLog(did.clone()))?;
    repair.imported()
}

/// Like [`repair`], with copies that need not be verified, such as the logs in a backup. `id` names the work, as it
/// names an import.
pub fn repair_from(
    ledger: &Ledger,
    did: &Did,
    copies: &[Source],
    id: &str,
) -> Result<Repair, ImportError> {
    check_id(id)?;
    let shared = ledger.shared();
    let path = shared.data.join(FOLDER).join(format!("{id}.partial"));
    let folder = Partial::new(path)?;
    let logs: Vec<&Path> = copies.iter().map(|copy| copy.log.as_path()).collect();
    let media: Vec<&Path> = copies
        .iter()
        .filter_map(|copy| copy.media.as_deref())
        .collect();
    let was = end_of(shared, did);
    let log = match examine(ledger, did, &folder.path)? {
        Examined::None => return Err(ImportError::NoLog(did.clone())),
        Examined::Whole => None,
        Examined::Damaged(damage) => {
            let (before, whole) = join(shared, did, &logs, &folder.path)?;
            let mended = whole.mended.clone();
            if let Some(checked) = Checked::of(folder, did, whole) {
                put(ledger, &checked, &mended, was, &before)?;
            }
            Some((damage, mended))
        }
    };
    finish(ledger, did, log, &media)
}

/// Mends this node's record with a copy that is about to be imported; `None` if this node has no log of it. The copy's
/// folder takes its place together with the mended log.
pub(super) fn with_copy(
    ledger: &Ledger,
    checked: &mut Checked,
) -> Result<Option<Repair>, ImportError> {
    let (shared, did) = (ledger.shared(), checked.did.clone());
    let folder = checked.folder.path.clone();
    let was = end_of(shared, &did);
    let log = match examine(ledger, &did, &folder)? {
        Examined::None => return Ok(None),
        Examined::Whole => None,
        Examined::Damaged(damage) => {
            let copy = folder.join(names::LOG);
            let (before, whole) = join(shared, &did, &[&copy], &folder)?;
            let mended = whole.mended.clone();
            if checked.become_whole(whole) {
                put(ledger, checked, &mended, was, &before)?;
            }
            Some((damage, mended))
        }
    };
    let media = folder.join(names::MEDIA);
    finish(ledger, &did, log, &[&media]).map(Some)
}

fn finish(
    ledger: &Ledger,
    did: &Did,
    log: Option<(String, Mended)>,
    copies: &[&Path],
) -> Result<Repair, ImportError> {
    let (damage, log) = log.unzip();
    let shared = ledger.shared();
    let can_be_read = shared.quarantine_of(did).is_none();
    let (media, media_left) = if can_be_read {
        media::mend(shared, did, copies)?
    } else {
        (Vec::new(), Vec::new())
    };
    let newest = if can_be_read {
        newest(ledger, did)?
    } else {
        None
    };
    Ok(Repair {
        did: did.clone(),
        damage,
        log,
        media,
        media_left,
        newest,
    })
}

fn newest(ledger: &Ledger, did: &Did) -> Result<Option<(u64, Cid, String)>, ImportError> {
    let store = |error: ReadError| ImportError::Store(error.to_string());
    let head = ledger.head(did).map_err(store)?;
    let status = ledger.status(did).map_err(store)?;
    Ok(status
        .zip(head)
        .map(|(status, head)| (status.seq, status.cid, head)))
}

/// Returns the newest entry's number, as far as this node's log is readable, in the log's file or still in the journal.
fn end_of(shared: &Shared, did: &Did) -> Option<u64> {
    let state = shared.state(did).ok().flatten()?;
    state.newest().map(|newest| newest.seq)
}

/// Times of the last writes to a log and its WAL, with their lengths.
type Written = [Option<(u64, SystemTime)>; 2];

fn written(log: &Path) -> Written {
    let look = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    };
    [look(log), look(&wal_path(log))]
}

/// Builds the mended log in `folder`, where it replaces the copy's log.
fn join(
    shared: &Shared,
    did: &Did,
    copies: &[&Path],
    folder: &Path,
) -> Result<(Written, Whole), ImportError> {
    let here = shared.logs.folder(did).join(names::LOG);
    let into = folder.join(MENDED);
    let ops = Arc::new(shared.ops.with_published()?);
    for _ in 0..TRIES {
        // The log is in quarantine: closes it, so that nothing opens it again.
        let closed = shared.logs.with_closed(did, |_| Ok(()));
        closed.map_err(|error| ImportError::Store(error.to_string()))?;
        let before = written(&here);
        let whole = put_together(did, &here, copies, &ops, &into)?;
        // The flusher may have been using it when it was quarantined.
        if written(&here) == before {
            if whole.known.is_some() {
                let log = folder.join(names::LOG);
                fs::rename(&into, &log).map_err(ImportError::io(&log))?;
            }
            return Ok((before, whole));
        }
        fs::remove_file(&into).map_err(ImportError::io(&into))?;
    }
    Err(ImportError::Busy)
}

/// Puts a mended log in its place. Freezes it, unless it certainly has everything that this node acknowledged.
fn put(
    ledger: &Ledger,
    checked: &Checked,
    mended: &Mended,
    was: Option<u64>,
    before: &Written,
) -> Result<(), ImportError> {
    let (shared, did) = (ledger.shared(), &checked.did);
    let is_sure = mended.reaches_end && was.is_none_or(|was| was < mended.entries);
    let held_before = shared.write_freezes.get(did).is_some();
    if !is_sure {
        freeze_restored(shared, did)?;
    }
    let taken = placed(ledger, checked, before)?;
    rows_are_there(shared, did)?;
    let all_back = taken.ahead == 0 && end_of(shared, did) >= was;
    let by_rows = taken.back > 0 && taken.ahead == 0;
    let by_file = !held_before && mended.reaches_end && all_back;
    if is_restored(shared, did) && (by_rows || by_file) {
        let lifted = shared.write_freezes.lift(did);
        return lifted.map_err(ImportError::io(&shared.data));
    }
    Ok(())
}

/// Writes the verified beginning of a damaged log to `log.sqlite` in `folder`, without any copy; `None` if not even its
/// first entry verifies.
pub(crate) fn put_beginning_together(
    shared: &Shared,
    did: &Did,
    folder: &Path,
) -> Result<Option<(LogState, Option<Head>)>, ImportError> {
    let (_, whole) = join(shared, did, &[], folder)?;
    Ok(whole.known)
}

fn placed(ledger: &Ledger, checked: &Checked, before: &Written) -> Result<TakenBack, ImportError> {
    let here = ledger.shared().logs.folder(&checked.did).join(names::LOG);
    for _ in 0..TRIES {
        if written(&here) != *before {
            return Err(ImportError::Busy);
        }
        match install(ledger, checked, &Relation::Damaged) {
            Ok(taken) => return Ok(taken),
            Err(InstallError::Again) => {}
            Err(InstallError::Held) => return Err(ImportError::Busy),
            Err(InstallError::Full) => return Err(ImportError::Full),
            Err(InstallError::Failed(reason)) => return Err(ImportError::Store(reason)),
        }
    }
    Err(ImportError::Busy)
}

impl From<RepairError> for ImportError {
    fn from(error: RepairError) -> Self {
        match error {
            RepairError::Io { path, error } => Self::io(&path)(error),
            RepairError::Sqlite(error) => Self::sqlite(error),
            RepairError::Verify(error) => error.into(),
        }
    }
}
