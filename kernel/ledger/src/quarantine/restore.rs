//! The way back: a damaged file makes room for a copy that verifies, and the rows that were set aside follow it.

use imajin_dfos::order::Order as _;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_protocol::Did;

use super::{FOLDER, Kept, chain, files, path_of};
use crate::clock::monotonic;
use crate::disk::create_dir;
use crate::feed;
use crate::holds::Hold;
use crate::journal::Journal;
use crate::logfile::{LOG_NAME, LogError, Row};
use crate::mover::Mover;
use crate::projection::Writable;
use crate::rules::Newest;
use crate::shared::Shared;
use crate::sql::wal_path;
use crate::verify::{VerifyOptions, verify_log};

/// What became of rows that were set aside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TakenBack {
    /// They stand in the log again.
    pub(crate) back: usize,
    /// They wait for entries between the log's end and them.
    pub(crate) ahead: usize,
    /// They are of a branch that the log does not have.
    pub(crate) apart: usize,
}

/// The rows that would continue a log which ends with `newest`.
pub(crate) fn following(shared: &Shared, did: &Did, newest: &Newest) -> Result<Vec<Row>, LogError> {
    let path = path_of(&shared.data, did);
    let mut rows = match path.exists() {
        true => Kept::open(&path)?.rows()?,
        false => Vec::new(),
    };
    for waiting in shared.waiting.rows(did, usize::MAX) {
        let row = shared.row(&waiting)?;
        rows.extend(row.filter(|row| rows.iter().all(|kept| kept.offset != row.offset)));
    }
    Ok(chain(rows, newest.cid).0)
}

/// Puts the rows that continue a log back into it, with offsets of their own. The log is whole and nobody writes to it.
/// The caller gives them to the projections, which must count as stale until then, or note that the rows are to be made
/// again.
pub(crate) fn take_back(
    shared: &Arc<Shared>,
    mover: &Mover,
    journal: &mut Journal,
    next_offset: &mut u64,
    did: &Did,
) -> Result<TakenBack, LogError> {
    let path = path_of(&shared.data, did);
    if !path.exists() {
        return Ok(TakenBack::default());
    }
    let kept = Kept::open(&path)?;
    let damaged = |error: crate::ledger::ReadError| LogError::Damaged(error.to_string());
    let state = shared.state(did).map_err(damaged)?;
    let Some(newest) = state.as_ref().and_then(|state| state.newest().copied()) else {
        return Err(LogError::Damaged("log.sqlite is missing".to_owned()));
    };
    let (mut there, mut new) = (Vec::new(), Vec::new());
    for row in kept.rows()? {
        let entry = shared.entry(did, row.entry.header.seq).map_err(damaged)?;
        match entry.is_some_and(|entry| entry.cid == row.entry.cid) {
            true => there.push(row.offset),
            false => new.push(row),
        }
    }
    let (mut following, others) = chain(new, newest.cid);
    let end = following
        .last()
        .map_or(newest.seq, |row| row.entry.header.seq);
    let apart = branched(others.as_slice(), end);
    let taken = TakenBack {
        back: there.len() + following.len(),
        ahead: others.len() - apart,
        apart,
    };
    there.extend(following.iter().map(|row| row.offset));
    for row in &mut following {
        row.offset = *next_offset;
        *next_offset += 1;
    }
    if !following.is_empty() {
        journal.reserve(*next_offset - 1, &[])?;
        shared.states.remove(did);
        shared
            .waiting
            .push_held(did, following, journal.current(), monotonic());
        mover.move_log(did)?;
    }
    kept.forget(&there)?;
    shared.disk.sync_dir(&shared.data.join(FOLDER))?;
    if taken != TakenBack::default() {
        tracing::info!(%did, ?taken, "entries that were set aside were looked at");
    }
    Ok(taken)
}

/// How many rows can never follow a log that ends at `end`: one that does not stands in their place.
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

/// What a start does for the logs whose rows were set aside: those that were repaired get them back, the others stay
/// aside.
pub(crate) fn at_start(
    shared: &Arc<Shared>,
    journal: &mut Journal,
    projections: &mut BTreeMap<&'static str, Writable>,
) -> Result<(), LogError> {
    let mover = Mover::new(shared.clone());
    for path in files(&shared.data)? {
        let rows = Kept::open(&path)?.rows()?;
        let Some(did) = rows.first().map(|row| row.entry.header.did.clone()) else {
            continue;
        };
        if let Err(reason) = is_whole(shared, &did) {
            let text = format!(
                "{reason}; acknowledged entries of it wait in {}",
                path.display()
            );
            shared.set_aside(&did, &text);
            continue;
        }
        let mut next_offset = journal.newest() + 1;
        let all = next_offset + rows.len() as u64;
        let stale: Vec<(&str, u64)> = projections.keys().map(|name| (*name, all)).collect();
        journal.reserve(all, &stale)?;
        let taken = take_back(shared, &mover, journal, &mut next_offset, &did)?;
        if taken.ahead > 0 {
            hold_back(shared, &did)?;
        }
        give(shared, projections, &did)?;
        let left: Vec<(&str, u64)> = projections
            .values()
            .map(|projection| (projection.shared.spec.name, projection.shared.relevant()))
            .collect();
        journal.reserve(next_offset - 1, &left)?;
    }
    Ok(())
}

/// Whether a log's file is there and verifies.
fn is_whole(shared: &Shared, did: &Did) -> Result<(), String> {
    let path = shared.logs.folder(did).join(LOG_NAME);
    let options = VerifyOptions {
        did: Some(did.clone()),
        ..VerifyOptions::default()
    };
    let report = verify_log(&path, &shared.ops, &options).map_err(|error| error.to_string())?;
    report.fault.map_or(Ok(()), |fault| Err(fault.to_string()))
}

/// A log whose newest entries are known to be elsewhere is not gone on with from an older one.
fn hold_back(shared: &Shared, did: &Did) -> Result<(), LogError> {
    if shared.holds.get(did).is_some() {
        return Ok(());
    }
    let reason = "newer entries of it were acknowledged here than it has: bring a newer copy (imajin import), or a home entry signed by its owner";
    Ok(shared.holds.put(Hold {
        did: did.clone(),
        reason: reason.into(),
        newer: None,
        epoch: None,
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

/// Keeps a damaged log, with its WAL, in the quarantine. It stays where it was until something else takes its place, but
/// its WAL goes: nothing of it may be taken for another file's.
pub(crate) fn set_damaged_aside(shared: &Shared, did: &Did) -> Result<(), LogError> {
    let folder = shared.data.join(FOLDER);
    create_dir(&*shared.disk, &folder)?;
    let log = shared.logs.folder(did).join(LOG_NAME);
    let name = |n: u32| folder.join(format!("{}.damaged-{n}", did.folder_name()));
    let aside = (1..).map(name).find(|path| !path.exists());
    let Some(aside) = aside.filter(|_| log.exists()) else {
        return Ok(());
    };
    link_or_copy(&log, &aside)?;
    let wal = wal_path(&log);
    if std::fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
        link_or_copy(&wal, &wal_path(&aside))?;
    }
    shared.disk.sync_dir(&folder)?;
    if wal.exists() {
        std::fs::remove_file(&wal)?;
    }
    tracing::warn!(%did, path = %aside.display(), "the damaged log is kept aside; a copy takes its place");
    Ok(())
}

/// A second name, or where the file system knows none, a copy.
fn link_or_copy(from: &Path, to: &PathBuf) -> Result<(), LogError> {
    if std::fs::hard_link(from, to).is_err() {
        std::fs::copy(from, to)?;
        std::fs::File::open(to)?.sync_all()?;
    }
    Ok(())
}
