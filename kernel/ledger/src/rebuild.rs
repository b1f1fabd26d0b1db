//! Rebuilds projections from all logs and the journal, merged by offset.
//!
//! Always: the result equals what the writer made, in every table, in key order. Memory is bounded by a few bytes an
//! entry (its offset and its place) and one chunk of entries; one connection at a time reads a log.

mod compare;
mod index;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_log::entry::Sealed;
use imajin_log::ops::OpTable;
use imajin_protocol::Did;
use rusqlite::Connection;

use crate::disk::Disk;
use crate::durable;
use crate::errors::OpenError;
use crate::feed;
use crate::journal::Journal;
use crate::lock::DataLock;
use crate::logfile::{LogFile, erased_bodies};
use crate::machine::{ProjectionSpec, StateMachine};
use crate::projection::{self, carry};
use crate::rows::int;

pub use compare::Difference;
use index::{Index, IndexedEntry};

/// Entries read, sorted and fed at a time.
const CHUNK_ENTRIES: usize = 16_384;

/// The result of a rebuild.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Entries that were fed to projections.
    pub entries: u64,
    /// Logs that were read.
    pub logs: u64,
    /// Unreadable logs, with the reason. The projections have nothing of them.
    pub damaged: Vec<(PathBuf, String)>,
    /// The first difference, with `check`, of each projection that has one.
    pub differences: Vec<Difference>,
}

/// Receives the progress of a rebuild: entries done, entries in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Rebuilds all projections of a data folder, or with `check` compares them with the rebuilt ones. The node must be
/// stopped.
///
/// # Errors
/// [`OpenError`]; the projections are then unchanged.
pub fn rebuild(
    data: &Path,
    machine: &Arc<dyn StateMachine>,
    disk: &Arc<dyn Disk>,
    check: bool,
    progress: Progress<'_>,
) -> Result<Rebuilt, OpenError> {
    let _lock = DataLock::take(data)?;
    let journal_path = data.join("node").join("journal.sqlite");
    let journal =
        if journal_path.exists() { Some(Journal::open(&journal_path, disk)?) } else { None };
    let specs = machine.projections();
    let sources = Sources { data, machine, disk, journal: journal.as_ref() };
    if !check {
        return make_all(&sources, &specs, progress);
    }
    let scratch = tempfile::tempdir_in(data)
        .map_err(|source| OpenError::Io { path: data.to_owned(), source })?;
    let mut rebuilt = make_into(&sources, &specs, scratch.path(), progress)?;
    for spec in &specs {
        let here = projection::path_of(&data.join("runtime"), spec);
        let there = projection::path_of(scratch.path(), spec);
        let wrap = |source| OpenError::Database { path: here.clone(), source };
        rebuilt
            .differences
            .extend(compare::first_difference(spec.name, &here, &there).map_err(wrap)?);
    }
    Ok(rebuilt)
}

pub(crate) struct Sources<'a> {
    pub(crate) data: &'a Path,
    pub(crate) machine: &'a Arc<dyn StateMachine>,
    pub(crate) disk: &'a Arc<dyn Disk>,
    pub(crate) journal: Option<&'a Journal>,
}

/// Builds projections next to `runtime/` and renames them into place when they are complete.
pub(crate) fn make_all(
    sources: &Sources<'_>,
    specs: &[ProjectionSpec],
    progress: Progress<'_>,
) -> Result<Rebuilt, OpenError> {
    let runtime = sources.data.join("runtime");
    let io = |source| OpenError::Io { path: runtime.clone(), source };
    crate::disk::create_dir(&**sources.disk, &runtime).map_err(io)?;
    let scratch = tempfile::tempdir_in(&runtime).map_err(io)?;
    let rebuilt = make_into(sources, specs, scratch.path(), progress)?;
    for spec in specs {
        let from = projection::path_of(scratch.path(), spec);
        let to = projection::path_of(&runtime, spec);
        if to.exists() {
            // Without its WAL the old projection is incomplete; a start after a power cut must not continue from it.
            carry::distrust(&**sources.disk, &to).map_err(io)?;
        }
        // SQLite would read the old projection's WAL and shared memory as those of the new file.
        for suffix in ["-wal", "-shm"] {
            let mut name = to.clone().into_os_string();
            name.push(suffix);
            durable::remove_if_there(name.as_ref()).map_err(io)?;
        }
        let file = std::fs::File::open(&from).map_err(io)?;
        sources.disk.sync_file(&from, &file).map_err(io)?;
        std::fs::rename(&from, &to).map_err(io)?;
    }
    sources.disk.sync_dir(&runtime).map_err(io)?;
    carry::trust_again(&**sources.disk, &runtime, specs).map_err(io)?;
    Ok(rebuilt)
}

/// A projection that is being built.
struct Making {
    spec: ProjectionSpec,
    path: PathBuf,
    db: Connection,
    newest: u64,
}

fn make_into(
    sources: &Sources<'_>,
    specs: &[ProjectionSpec],
    folder: &Path,
    progress: Progress<'_>,
) -> Result<Rebuilt, OpenError> {
    let mut making = Vec::new();
    for spec in specs {
        let path = projection::path_of(folder, spec);
        let wrap = |source| OpenError::Database { path: path.clone(), source };
        let db = projection::make(&path, spec).map_err(wrap)?;
        db.pragma_update(None, "wal_autocheckpoint", 4_000).map_err(wrap)?;
        making.push(Making { spec: *spec, path: path.clone(), db, newest: 0 });
    }
    let ops = sources.machine.ops().with_published()?;
    let mut rebuilt = Rebuilt::default();
    let mut index = Index::read(sources, &mut rebuilt)?;
    let total = index.len() as u64;
    let mut done = 0;
    while let Some(chunk) = index.next_chunk(CHUNK_ENTRIES) {
        let entries = read_chunk(sources, &index, &chunk)?;
        all_known(&ops, &entries)?;
        for making in &mut making {
            give(sources, making, &chunk, &entries)?;
        }
        done += chunk.len() as u64;
        progress(done, total);
    }
    rebuilt.entries = total;
    for making in making {
        let wrap = |source| OpenError::Database { path: making.path.clone(), source };
        let end = [int(making.newest)];
        making.db.execute("UPDATE ledger_state SET offset = ?1", end).map_err(wrap)?;
        crate::sql::checkpoint(&making.db, "TRUNCATE").map_err(wrap)?;
    }
    Ok(rebuilt)
}

/// Refuses operations that this program lacks: it would compute other rows than the program that entered them.
fn all_known(known: &OpTable, entries: &Entries) -> Result<(), OpenError> {
    let unknown = entries.values().find(|entry| known.get(&entry.header.op).is_none());
    match unknown {
        None => Ok(()),
        Some(entry) => Err(OpenError::UnknownOp {
            did: entry.header.did.clone(),
            seq: entry.header.seq,
            op: entry.header.op.clone(),
        }),
    }
}

/// Entries by offset.
type Entries = BTreeMap<u64, Sealed>;

/// Reads the entries of a chunk, log by log.
fn read_chunk(
    sources: &Sources<'_>,
    index: &Index,
    chunk: &[IndexedEntry],
) -> Result<Entries, OpenError> {
    let mut entries = Entries::new();
    let mut ranges: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for place in chunk {
        ranges.entry(place.log).or_insert((place.seq(), place.seq())).1 = place.seq();
    }
    for (log, (first, last)) in ranges {
        let (did, folder) = index.log(log);
        if folder.as_os_str().is_empty() {
            index.add_held(log, first, last, &mut entries);
            continue;
        }
        let damaged = |error: String| OpenError::Damaged { path: folder.to_owned(), reason: error };
        let file =
            LogFile::open(sources.disk, folder, did).map_err(|error| damaged(error.to_string()))?;
        let file = file.ok_or_else(|| damaged("log.sqlite vanished".to_owned()))?;
        let count = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        let rows = file
            .entries_with_offsets(first.checked_sub(1), count)
            .map_err(|error| damaged(error.to_string()))?;
        entries.extend(rows);
        index.add_held(log, first, last, &mut entries);
    }
    Ok(entries)
}

fn give(
    sources: &Sources<'_>,
    making: &mut Making,
    chunk: &[IndexedEntry],
    entries: &Entries,
) -> Result<(), OpenError> {
    let wrap = |source| OpenError::Database { path: making.path.clone(), source };
    let damaged = |reason: String| OpenError::Damaged { path: sources.data.to_owned(), reason };
    let transaction = making.db.unchecked_transaction().map_err(wrap)?;
    for place in chunk {
        let Some(entry) = entries.get(&place.offset) else {
            return Err(damaged(format!("the entry with offset {} vanished", place.offset)));
        };
        if !feed::concerns(&**sources.machine, making.spec.name, &entry.header) {
            continue;
        }
        let body = entry.body().map_err(|error| damaged(error.to_string()))?;
        let applied = feed::applied(place.offset, entry, body.as_ref());
        sources.machine.apply(making.spec.name, &transaction, &applied).map_err(wrap)?;
        making.newest = place.offset;
    }
    transaction.commit().map_err(wrap)
}

/// Returns the journal's rows for a rebuild: without the bodies that later rows erase.
pub(crate) fn without_erased(rows: Vec<(u64, Sealed)>) -> Result<Vec<(u64, Sealed)>, OpenError> {
    let mut erased: BTreeMap<Did, std::collections::HashMap<imajin_dfos::Cid, u64>> =
        BTreeMap::new();
    for (_, entry) in
        rows.iter().filter(|(_, entry)| entry.header.op == imajin_log::ops::BODY_ERASED)
    {
        let bodies = erased_bodies(std::iter::once(entry)).map_err(|error| OpenError::Damaged {
            path: PathBuf::from("journal.sqlite"),
            reason: error.to_string(),
        })?;
        erased.entry(entry.header.did.clone()).or_default().extend(bodies);
    }
    let clear = |(offset, mut entry): (u64, Sealed)| {
        let header = &entry.header;
        let by = header.body.as_ref().and_then(|body| erased.get(&header.did)?.get(body));
        if by.is_some_and(|by| header.seq < *by) {
            entry.body_bytes = None;
        }
        (offset, entry)
    };
    Ok(rows.into_iter().map(clear).collect())
}
