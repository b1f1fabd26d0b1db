//! The way back from quarantine: a verified copy replaces a damaged file, and the quarantined rows follow it.

use imajin_dfos::order::Order as _;
use imajin_log::clock::monotonic;
use imajin_log::rules::Newest;
use imajin_log::sql::wal_path;
use imajin_log::verify::{VerifyOptions, verify_log};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_protocol::Did;

use super::{FOLDER, QuarantineFile, chain, damaged_path, files, path_of, set_aside_of};
use crate::disk::create_dir;
use crate::durable::if_there;
use crate::feed;
use crate::flusher::Flusher;
use crate::journal::Journal;
use crate::logfile::{LOG_NAME, LogError, LogFile, Row};
use crate::projection::Writable;
use crate::shared::Shared;
use crate::write_freeze::WriteFreeze;

/// The outcome for the quarantined rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// Rows that are in the log again.
    pub back: usize,
    /// Rows that wait for entries between the log's end and them; at least one if any were unreadable.
    pub ahead: usize,
    /// Rows of a branch that the log does not have.
    pub apart: usize,
}

/// Returns the rows that would continue a log which ends with `newest`.
pub(crate) fn following(shared: &Shared, did: &Did, newest: &Newest) -> Result<Vec<Row>, LogError> {
    let mut rows = set_aside_of(shared, did)?;
    for waiting in shared.pending_entries.rows(did, usize::MAX) {
        let row = shared.row(&waiting)?;
        rows.extend(row.filter(|row| rows.iter().all(|kept| kept.offset != row.offset)));
    }
    Ok(chain(rows, newest.cid).0)
}

/// Returns the rows that continue a log to it, with their own offsets. The log is whole and nothing writes to it. The
/// caller feeds them to the projections, which must count as stale until then, or notes that the rows must be replayed.
pub(crate) fn take_back(
    shared: &Arc<Shared>,
    flusher: &Flusher,
    journal: &mut Journal,
    next_offset: &mut u64,
    did: &Did,
) -> Result<TakenBack, LogError> {
    let path = path_of(&shared.data, did);
    if !path.exists() {
        return Ok(TakenBack::default());
    }
    let read = QuarantineFile::open(&path).and_then(|kept| Ok((kept.rows()?, kept)));
    let (rows, kept) = match read {
        Ok(read) => read,
        Err(LogError::Damaged(reason)) => {
            give_up(shared, did, &reason)?;
            return Ok(TakenBack { ahead: 1, ..TakenBack::default() });
        }
        Err(error) => return Err(error),
    };
    let state = shared.state(did).map_err(LogError::damaged)?;
    let Some(newest) = state.as_ref().and_then(|state| state.newest().copied()) else {
        return Err(LogError::Damaged("log.sqlite is missing".to_owned()));
    };
    let (mut there, mut new) = (Vec::new(), Vec::new());
    for row in rows {
        let entry = shared.entry(did, row.entry.header.seq).map_err(LogError::damaged)?;
        if entry.is_some_and(|entry| entry.cid == row.entry.cid) {
            there.push(row.offset)
        } else {
            new.push(row)
        }
    }
    let (mut following, others) = chain(new, newest.cid);
    let end = following.last().map_or(newest.seq, |row| row.entry.header.seq);
    let apart = branched(others.as_slice(), end);
    let taken =
        TakenBack { back: there.len() + following.len(), ahead: others.len() - apart, apart };
    there.extend(following.iter().map(|row| row.offset));
    for row in &mut following {
        row.offset = *next_offset;
        *next_offset += 1;
    }
    if !following.is_empty() {
        journal.reserve(*next_offset - 1, &[])?;
        shared.pending_entries.push_held(did, following, journal.current(), monotonic());
        // After the rows: a reader may have read the log without them just before.
        shared.states.remove(did);
        flusher.move_log(did)?;
    }
    kept.forget(&there)?;
    shared.disk.sync_dir(&shared.data.join(FOLDER))?;
    if taken != TakenBack::default() {
        tracing::info!(%did, ?taken, "quarantined entries were examined");
    }
    Ok(taken)
}

/// Returns the number of rows that can never follow a log that ends at `end`, because another entry has their number.
fn branched(rows: &[Row], end: u64) -> usize {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.order_by_key(|row| row.entry.header.seq);
    let mut apart: HashSet<Cid> = HashSet::new();
    for row in rows {
        let header = &row.entry.header;
        let of_those = header.prev.is_some_and(|prev| apart.contains(&prev));
        if header.seq <= end + 1 || of_those {
            apart.insert(row.entry.cid);
        }
    }
    apart.len()
}

/// Puts the quarantined rows back into the logs that were repaired, at a start; the others stay in quarantine.
pub(crate) fn at_start(
    shared: &Arc<Shared>,
    journal: &mut Journal,
    projections: &mut BTreeMap<&'static str, Writable>,
) -> Result<(), LogError> {
    let flusher = Flusher::new(shared.clone());
    for path in files(&shared.data)? {
        let rows = match QuarantineFile::open(&path).and_then(|file| file.rows()) {
            Ok(rows) => rows,
            Err(LogError::Damaged(reason)) => {
                let Some(did) = owner_here(shared, &path) else {
                    let path = path.display();
                    tracing::error!(%path, %reason, "quarantined entries of a log that is not here are unreadable");
                    continue;
                };
                // The projections may have what is lost.
                if is_whole(shared, &did).is_ok() {
                    give(shared, projections, &did)?;
                }
                give_up(shared, &did, &reason)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let Some(did) = rows.first().map(|row| row.entry.header.did.clone()) else {
            continue;
        };
        if let Err(reason) = is_whole(shared, &did) {
            let text = format!("{reason}; acknowledged entries of it wait in {}", path.display());
            shared.set_aside(&did, &text);
            continue;
        }
        let mut next_offset = journal.newest() + 1;
        let all = next_offset + rows.len() as u64;
        let stale: Vec<(&str, u64)> = projections.keys().map(|name| (*name, all)).collect();
        journal.reserve(all, &stale)?;
        if take_back(shared, &flusher, journal, &mut next_offset, &did)?.ahead > 0 {
            freeze_back(shared, &did)?;
        }
        give(shared, projections, &did)?;
        let left = projections.values().map(|one| (one.shared.spec.name, one.shared.relevant()));
        journal.reserve(next_offset - 1, &left.collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Returns the owner of a file of rows, if their log is here, whole or damaged.
fn owner_here(shared: &Shared, path: &Path) -> Option<Did> {
    let folder = shared.data.join("users").join(path.file_stem()?);
    LogFile::whose(&folder).ok().flatten()
}

/// Gives up the quarantined rows of a log, which are unreadable. They were acknowledged, so the log is frozen: nothing may
/// be written in their place. Their file is kept under another name, so that neither a start nor a copy meets it again.
pub(crate) fn give_up(shared: &Shared, did: &Did, reason: &str) -> Result<(), LogError> {
    freeze_back(shared, did)?;
    let (path, kept) = (path_of(&shared.data, did), damaged_path(&shared.data, did)?);
    // SQLite would roll a journal that was left back into the next file of this name.
    if_there(std::fs::rename(rollback_journal(&path), rollback_journal(&kept)))?;
    std::fs::rename(&path, &kept)?;
    shared.disk.sync_dir(&shared.data.join(FOLDER))?;
    let path = kept.display();
    tracing::error!(%did, %path, reason, "acknowledged entries of a log are unreadable: their file is kept, and the log is read-only");
    Ok(())
}

fn rollback_journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    PathBuf::from(name)
}

/// Checks that a log's file exists and verifies.
fn is_whole(shared: &Shared, did: &Did) -> Result<(), String> {
    let path = shared.logs.folder(did).join(LOG_NAME);
    let options = VerifyOptions { did: Some(did.clone()), ..VerifyOptions::default() };
    let report = verify_log(&path, &shared.ops, &options).map_err(|error| error.to_string())?;
    report.fault.map_or(Ok(()), |fault| Err(fault.to_string()))
}

/// Freezes a log whose newest entries are elsewhere: it must not continue from an older one.
fn freeze_back(shared: &Shared, did: &Did) -> Result<(), LogError> {
    if shared.write_freezes.get(did).is_some() {
        return Ok(());
    }
    let reason = "newer entries of it were acknowledged here than it has: bring a newer copy (imajin import), or a home entry signed by its owner";
    Ok(shared.write_freezes.put(WriteFreeze {
        did: did.clone(),
        reason: reason.into(),
        newer: None,
        epoch: None,
        whole: false,
    })?)
}

fn give(
    shared: &Shared,
    projections: &mut BTreeMap<&'static str, Writable>,
    did: &Did,
) -> Result<(), LogError> {
    feed::give_owner_again(shared, projections.values_mut(), did)
        .map_err(|broken| LogError::Failed(format!("a projection: {broken:?}")))?;
    for projection in projections.values_mut() {
        projection.commit()?;
        shared.checkpoint(&projection.shared, "TRUNCATE")?;
    }
    Ok(())
}

/// Keeps a damaged log, with its WAL, in the quarantine. The file stays in its place until another replaces it, but its
/// WAL is removed: SQLite must never read it as another file's.
pub(crate) fn set_damaged_aside(shared: &Shared, did: &Did) -> Result<(), LogError> {
    let folder = shared.data.join(FOLDER);
    create_dir(&*shared.disk, &folder)?;
    let log = shared.logs.folder(did).join(LOG_NAME);
    if !log.exists() {
        return Ok(());
    }
    let aside = damaged_path(&shared.data, did)?;
    link_or_copy(&log, &aside)?;
    let wal = wal_path(&log);
    if std::fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
        link_or_copy(&wal, &wal_path(&aside))?;
    }
    shared.disk.sync_dir(&folder)?;
    if wal.exists() {
        std::fs::remove_file(&wal)?;
    }
    tracing::warn!(%did, path = %aside.display(), "the damaged log is in quarantine; a copy replaces it");
    Ok(())
}

/// Makes a hard link, or a copy on a file system without links.
fn link_or_copy(from: &Path, to: &PathBuf) -> Result<(), LogError> {
    if std::fs::hard_link(from, to).is_err() {
        std::fs::copy(from, to)?;
        std::fs::File::open(to)?.sync_all()?;
    }
    Ok(())
}
