//! A damaged log is mended with a copy before the copy is taken for anything else.
//!
//! Always: a log that is written to here again has all that was acknowledged here; where that is not sure, it is held. The
//! damaged file stays in the quarantine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use imajin_dfos::Cid;
use imajin_protocol::Did;

use super::check::{Checked, Partial};
use super::examine::{Examined, examine};
use super::install::{install, rows_are_there};
use super::plan::Relation;
use super::take::{hold_restored, is_restored};
use super::upload::check_id;
use super::{FOLDER, ImportError, Imported, media};
use crate::bundle::names;
use crate::ledger::{Ledger, ReadError};
use crate::quarantine::TakenBack;
use crate::repair::{Mended, RepairError, Whole, put_together};
use crate::shared::Shared;
use crate::sql::wal_path;
use crate::writer::install::InstallError;

/// How often a log that was still being written to is read again.
const TRIES: u32 = 5;
/// What a log is called while it is put together.
const MENDED: &str = "mended.sqlite";

/// A copy of a log. It need not be whole: whatever is right in it proves itself.
#[derive(Debug, Clone)]
pub struct Source {
    /// The log's file.
    pub log: PathBuf,
    /// The folder `media` that belongs to it, if there is one.
    pub media: Option<PathBuf>,
}

/// What was found damaged of a person's record, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Whose.
    pub did: Did,
    /// What was wrong with the log; none where it was whole.
    pub damage: Option<String>,
    /// What came of a damaged log.
    pub log: Option<Mended>,
    /// Files that were damaged or missing, and are right again.
    pub media: Vec<Cid>,
    /// Files that still are: no copy has them whole.
    pub media_left: Vec<Cid>,
    /// The newest entry, its CID and the newest head; none while the log cannot be read.
    pub newest: Option<(u64, Cid, String)>,
}

impl Repair {
    /// Whether anything was wrong.
    pub fn was_damaged(&self) -> bool {
        self.damage.is_some() || !self.media.is_empty() || !self.media_left.is_empty()
    }

    /// What is here now.
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

    /// What is still damaged, for people.
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

/// Mends the record that is here with a verified copy, and takes nothing else from it. Blocks; not for async tasks.
pub fn repair(ledger: &Ledger, mut checked: Checked) -> Result<Imported, ImportError> {
    let did = checked.did.clone();
    let repair = with_copy(ledger, &mut checked)?.ok_or_else(|| ImportError::NoLog(did.clone()))?;
    repair.imported()
}

/// The same with copies that need not have been verified, such as the logs in a backup. `id` names the work, as that of
/// an import.
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
                put(shared, &checked, &mended, was, &before)?;
            }
            Some((damage, mended))
        }
    };
    finish(ledger, did, log, &media)
}

/// Mends the record that is here with a copy that is about to be taken in; none where there is no log here. The copy's folder goes
/// to its place with a log that was mended.
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
                put(shared, checked, &mended, was, &before)?;
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
    let (media, media_left) = match can_be_read {
        true => media::mend(shared, did, copies)?,
        false => (Vec::new(), Vec::new()),
    };
    let newest = match can_be_read {
        true => newest(ledger, did)?,
        false => None,
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

/// The place of the newest entry, as far as the log here can be read: moved or not.
fn end_of(shared: &Shared, did: &Did) -> Option<u64> {
    let state = shared.state(did).ok().flatten()?;
    state.newest().map(|newest| newest.seq)
}

/// When a log and its WAL were last written to.
type Written = [Option<(u64, SystemTime)>; 2];

fn written(log: &Path) -> Written {
    let look = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    };
    [look(log), look(&wal_path(log))]
}

/// Puts the log together in `folder`, where it takes the copy's place.
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
        // It is set aside, so that it is not opened again.
        let closed = shared.logs.with_closed(did, |_| Ok(()));
        closed.map_err(|error| ImportError::Store(error.to_string()))?;
        let before = written(&here);
        let whole = put_together(did, &here, copies, &ops, &into)?;
        // The mover may have had it in its hands when it was set aside.
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

/// Puts a mended log in its place. It is held, unless it surely goes as far as what was acknowledged here.
fn put(
    shared: &Shared,
    checked: &Checked,
    mended: &Mended,
    was: Option<u64>,
    before: &Written,
) -> Result<(), ImportError> {
    let did = &checked.did;
    let is_sure = mended.reaches_end && was.is_none_or(|was| was < mended.entries);
    let held_before = shared.holds.get(did).is_some();
    if !is_sure {
        hold_restored(shared, did)?;
    }
    let taken = placed(shared, checked, before)?;
    rows_are_there(shared, did)?;
    let all_back = taken.ahead == 0 && end_of(shared, did) >= was;
    let by_rows = taken.back > 0 && taken.ahead == 0;
    let by_file = !held_before && mended.reaches_end && all_back;
    if is_restored(shared, did) && (by_rows || by_file) {
        let lifted = shared.holds.lift(did);
        return lifted.map_err(ImportError::io(&shared.data));
    }
    Ok(())
}

fn placed(shared: &Shared, checked: &Checked, before: &Written) -> Result<TakenBack, ImportError> {
    let here = shared.logs.folder(&checked.did).join(names::LOG);
    for _ in 0..TRIES {
        if written(&here) != *before {
            return Err(ImportError::Busy);
        }
        match install(shared, checked, &Relation::Damaged) {
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
