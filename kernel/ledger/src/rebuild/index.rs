//! The place of every entry, by offset.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use imajin_dfos::Cid;
use imajin_log::entry::Sealed;
use imajin_protocol::Did;

use super::{Entries, Rebuilt, Sources, without_erased};
use crate::errors::OpenError;
use crate::folders::folders;
use crate::logfile::LogFile;

/// Logs with at most this many entries stay in memory, while there is room.
const HELD_ENTRIES_MAX: usize = 64;
/// Maximum bytes of entries kept in memory.
const HELD_BYTES_MAX: usize = 24 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IndexedEntry {
    pub(super) offset: u64,
    pub(super) log: u32,
    seq: u32,
}

impl IndexedEntry {
    pub(super) fn seq(&self) -> u64 {
        u64::from(self.seq)
    }
}

/// The last entry in a log's file.
#[derive(Debug, Clone, Copy)]
struct End {
    seq: u64,
    offset: u64,
}

pub(super) struct Index {
    /// Sorted by offset; taken from the front.
    places: Vec<IndexedEntry>,
    next: usize,
    logs: Vec<(Did, PathBuf)>,
    /// Entries in memory: the journal's rows that the logs lack, and short logs, which are therefore opened only once.
    held: HashMap<u32, Vec<(u64, Sealed)>>,
    held_bytes: usize,
    /// Bodies that the journal's rows erase although the logs still have them.
    erased: HashMap<u32, HashMap<Cid, u64>>,
}

impl Index {
    pub(super) fn read(sources: &Sources<'_>, rebuilt: &mut Rebuilt) -> Result<Self, OpenError> {
        let mut index = Self {
            places: Vec::new(),
            next: 0,
            logs: Vec::new(),
            held: HashMap::new(),
            held_bytes: 0,
            erased: HashMap::new(),
        };
        let users = sources.data.join("users");
        let mut last_of: HashMap<Did, (u32, Option<End>)> = HashMap::new();
        for folder in folders(&users)? {
            match index.read_log(sources, &folder) {
                Ok(Some((did, log, last))) => {
                    last_of.insert(did, (log, last));
                }
                Ok(None) => {}
                Err(error) => rebuilt.damaged.push((folder, error)),
            }
        }
        index.read_journal(sources, &mut last_of)?;
        rebuilt.logs = index.logs.len() as u64;
        index.places.sort_unstable();
        Ok(index)
    }

    fn read_log(
        &mut self,
        sources: &Sources<'_>,
        folder: &Path,
    ) -> Result<Option<(Did, u32, Option<End>)>, String> {
        let Some(did) = LogFile::whose(folder).map_err(|error| error.to_string())? else {
            return Ok(None);
        };
        let file = LogFile::open(sources.disk, folder, &did).map_err(|error| error.to_string())?;
        let Some(file) = file else { return Ok(None) };
        let log = u32::try_from(self.logs.len()).map_err(|_| "too many logs".to_owned())?;
        let offsets = file.offsets().map_err(|error| error.to_string())?;
        let mut last = None;
        let mut places = Vec::with_capacity(offsets.len());
        for (seq, offset) in offsets {
            let place = IndexedEntry {
                offset,
                log,
                seq: u32::try_from(seq).map_err(|_| "the log is too long".to_owned())?,
            };
            places.push(place);
            last = Some(End { seq, offset });
        }
        let short = places.len() <= HELD_ENTRIES_MAX && self.held_bytes < HELD_BYTES_MAX;
        let mut folder = folder.to_owned();
        if short {
            let entries = file
                .entries_with_offsets(None, HELD_ENTRIES_MAX)
                .map_err(|error| error.to_string())?;
            self.held_bytes += entries.iter().map(|(_, entry)| bytes_of(entry)).sum::<usize>();
            self.held.insert(log, entries);
            folder = PathBuf::new();
        }
        // Added only once all of it was readable: a damaged log contributes nothing.
        self.places.extend(places);
        self.logs.push((did.clone(), folder));
        Ok(Some((did, log, last)))
    }

    fn read_journal(
        &mut self,
        sources: &Sources<'_>,
        last_of: &mut HashMap<Did, (u32, Option<End>)>,
    ) -> Result<(), OpenError> {
        let Some(journal) = sources.journal else {
            return Ok(());
        };
        let mut rows = Vec::new();
        journal.for_each(|row| {
            rows.push((row.offset, row.entry));
            Ok(())
        })?;
        for (offset, entry) in without_erased(rows)? {
            let header = entry.header.clone();
            let new = u32::try_from(self.logs.len()).unwrap_or(u32::MAX);
            let (log, last) = *last_of.entry(header.did.clone()).or_insert_with(|| {
                self.logs.push((header.did.clone(), PathBuf::new()));
                (new, None)
            });
            // The entry was flushed, or belongs to a branch that another log has replaced.
            if last.is_some_and(|last| header.seq <= last.seq || offset <= last.offset) {
                continue;
            }
            if header.op == imajin_log::ops::BODY_ERASED
                && let Ok(bodies) = crate::logfile::erased_bodies(std::iter::once(&entry))
            {
                self.erased.entry(log).or_default().extend(bodies);
            }
            self.places.push(IndexedEntry {
                offset,
                log,
                seq: u32::try_from(header.seq).unwrap_or(u32::MAX),
            });
            self.held.entry(log).or_default().push((offset, entry));
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn next_chunk(&mut self, most: usize) -> Option<Vec<IndexedEntry>> {
        let end = (self.next + most).min(self.places.len());
        let chunk = self.places.get(self.next..end).filter(|chunk| !chunk.is_empty())?.to_vec();
        self.next = end;
        Some(chunk)
    }

    /// Returns the owner and the folder of a log; `None` if all of it is in memory.
    pub(super) fn log(&self, log: u32) -> (&Did, &Path) {
        let (did, folder) = &self.logs[log as usize];
        (did, folder)
    }

    /// Adds the entries of a log that are in memory, and removes the bodies that the journal's rows erase.
    pub(super) fn add_held(&self, log: u32, first: u64, last: u64, entries: &mut Entries) {
        for (offset, entry) in self.held.get(&log).into_iter().flatten() {
            if (first..=last).contains(&entry.header.seq) {
                entries.insert(*offset, entry.clone());
            }
        }
        let Some(erased) = self.erased.get(&log) else {
            return;
        };
        let (did, _) = self.log(log);
        for entry in entries.values_mut().filter(|entry| entry.header.did == *did) {
            let by = entry.header.body.as_ref().and_then(|body| erased.get(body));
            if by.is_some_and(|by| entry.header.seq < *by) {
                entry.body_bytes = None;
            }
        }
    }
}

/// Returns the approximate number of bytes of memory that an entry takes.
fn bytes_of(entry: &Sealed) -> usize {
    1024 + entry.header_bytes.len() + entry.body_bytes.as_ref().map_or(0, |body| body.len())
}
