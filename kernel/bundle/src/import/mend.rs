//! Mends a damaged log with a copy before the copy is used for anything else.
//!
//! Always: a log that accepts writes again has everything that this node acknowledged; if that is uncertain, the log is
//! frozen. The damaged file stays in quarantine.

use std::path::Path;

use imajin_dfos::Cid;
use imajin_ledger::Ledger;
use imajin_ledger::copies::{InstallError, LogStamp, Replaces};
use imajin_ledger::quarantine::TakenBack;
use imajin_log::format::names;
use imajin_log::repair::Mended;
use imajin_protocol::Did;

use super::check::{Partial, VerifiedBundle};
use super::examine::{Examined, examine};
use super::install::{install, rows_are_there};
use super::restored::{freeze_restored, is_restored};
use super::source::Source;
use super::upload::check_id;
use super::{FOLDER, ImportError, Imported, Result, media};

/// Maximum number of reads of a log that changes while it is read.
const TRIES: u32 = 5;

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
    pub(super) fn imported(self) -> Result<Imported> {
        let Some((seq, cid, head)) = self.newest.clone() else {
            return Err(ImportError::Left(self.did.clone(), self.left().unwrap_or_default()));
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
/// [`ImportError::NoLog`] if this node has no such record; [`ImportError::Left`] if it is still damaged.
pub fn repair(ledger: &Ledger, mut checked: VerifiedBundle) -> Result<Imported> {
    let did = checked.did.clone();
    let repair = with_copy(ledger, &mut checked)?.ok_or_else(|| ImportError::NoLog(did.clone()))?;
    repair.imported()
}

/// Like [`repair`], with copies that need not be verified, such as the logs in a backup. `id` names the work, as it
/// names an import.
pub fn repair_from(ledger: &Ledger, did: &Did, copies: &[Source], id: &str) -> Result<Repair> {
    check_id(id)?;
    let path = ledger.data().join(FOLDER).join(format!("{id}.partial"));
    let folder = Partial::new(path)?;
    let logs: Vec<&Path> = copies.iter().map(|copy| copy.log.as_path()).collect();
    let media: Vec<&Path> = copies.iter().filter_map(|copy| copy.media.as_deref()).collect();
    let was = end_of(ledger, did);
    let log = match examine(ledger, did, &folder.path)? {
        Examined::None => return Err(ImportError::NoLog(did.clone())),
        Examined::Whole => None,
        Examined::Damaged(damage) => {
            let (before, whole) = ledger.join(did, &logs, &folder.path)?;
            let mended = whole.mended.clone();
            if let Some(checked) = VerifiedBundle::from_mended(folder, did, whole) {
                put(ledger, &checked, &mended, was, &before)?;
            }
            Some((damage, mended))
        }
    };
    finish(ledger, did, log, &media)
}

/// Mends this node's record with a copy that is about to be imported; `None` if this node has no log of it. The copy's
/// folder takes its place together with the mended log.
pub(super) fn with_copy(ledger: &Ledger, checked: &mut VerifiedBundle) -> Result<Option<Repair>> {
    let did = checked.did.clone();
    let folder = checked.folder.path.clone();
    let was = end_of(ledger, &did);
    let log = match examine(ledger, &did, &folder)? {
        Examined::None => return Ok(None),
        Examined::Whole => None,
        Examined::Damaged(damage) => {
            let copy = folder.join(names::LOG);
            let (before, whole) = ledger.join(&did, &[&copy], &folder)?;
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
) -> Result<Repair> {
    let (damage, log) = log.unzip();
    let can_be_read = ledger.damage(did).is_none();
    let (media, media_left) =
        if can_be_read { media::mend(ledger, did, copies)? } else { (Vec::new(), Vec::new()) };
    let newest = if can_be_read { newest(ledger, did)? } else { None };
    Ok(Repair { did: did.clone(), damage, log, media, media_left, newest })
}

fn newest(ledger: &Ledger, did: &Did) -> Result<Option<(u64, Cid, String)>> {
    let head = ledger.head(did).map_err(ImportError::read)?;
    let status = ledger.status(did).map_err(ImportError::read)?;
    Ok(status.zip(head).map(|(status, head)| (status.seq, status.cid, head)))
}

/// Returns the newest entry's number, as far as this node's log is readable, in the log's file or still in the journal.
fn end_of(ledger: &Ledger, did: &Did) -> Option<u64> {
    let state = ledger.state(did).ok().flatten()?;
    state.newest().map(|newest| newest.seq)
}

/// Puts a mended log in its place. Freezes it, unless it certainly has everything that this node acknowledged.
fn put(
    ledger: &Ledger,
    checked: &VerifiedBundle,
    mended: &Mended,
    was: Option<u64>,
    before: &LogStamp,
) -> Result<()> {
    let did = &checked.did;
    let is_sure = mended.reaches_end && was.is_none_or(|was| was < mended.entries);
    let held_before = ledger.freeze_of(did).is_some();
    if !is_sure {
        freeze_restored(ledger, did)?;
    }
    let taken = placed(ledger, checked, before)?;
    rows_are_there(ledger, did)?;
    let all_back = taken.ahead == 0 && end_of(ledger, did) >= was;
    let by_rows = taken.back > 0 && taken.ahead == 0;
    let by_file = !held_before && mended.reaches_end && all_back;
    if is_restored(ledger, did) && (by_rows || by_file) {
        return ledger.unfreeze(did).map_err(ImportError::freeze(ledger));
    }
    Ok(())
}

fn placed(ledger: &Ledger, checked: &VerifiedBundle, before: &LogStamp) -> Result<TakenBack> {
    for _ in 0..TRIES {
        if ledger.log_stamp(&checked.did) != *before {
            return Err(ImportError::Busy);
        }
        match install(ledger, checked, Replaces::Damaged) {
            Ok(taken) => return Ok(taken),
            Err(InstallError::Again) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ImportError::Busy)
}
