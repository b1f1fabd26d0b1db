//! The verified beginnings of damaged logs, for reading: one file each, made by [`crate::readable`].

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use imajin_log::entry::Sealed;
use imajin_log::format::names;
use imajin_log::rules::LogState;
use imajin_protocol::Did;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, params};
use tempfile::TempDir;

use crate::errors::Result;
use crate::rows::int;
use crate::status::StoredEntry;

/// Prefix of a beginning's folder name; the folder is next to the projections. A start removes the folders of earlier
/// runs.
pub(crate) const PREFIX: &str = "readable-";

/// The beginnings of damaged logs that readers have requested.
#[derive(Default)]
pub(crate) struct Beginnings {
    pub(crate) made: Mutex<HashMap<Did, Arc<Beginning>>>,
    /// The logs whose beginning a thread is building now.
    pub(crate) making: Mutex<HashSet<Did>>,
}

/// The beginning of one damaged log.
pub(crate) struct Beginning {
    /// The folder that holds it, deleted when this value is dropped.
    pub(crate) folder: TempDir,
    /// The state at the end of the beginning; `None` if not even the first entry verifies.
    pub(crate) known: Option<(LogState, Option<String>)>,
}

impl Beginning {
    pub(crate) fn entries(&self) -> u64 {
        self.known.as_ref().map_or(0, |(state, _)| state.next_seq())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(names::LOG)
    }

    pub(crate) fn read(&self, after: Option<u64>, limit: usize) -> Result<Vec<StoredEntry>> {
        if self.known.is_none() {
            return Ok(Vec::new());
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(self.path(), flags)?;
        let mut query = db.prepare(
            "SELECT e.header, b.body FROM entries e LEFT JOIN bodies b ON b.seq = e.seq
             WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2",
        )?;
        let mut rows = query.query(params![after.map_or(-1, int), int(limit)])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let (header, body): (Vec<u8>, Option<Vec<u8>>) = (row.get(0)?, row.get(1)?);
            let entry = Sealed::decode(header.into(), body.map(Into::into));
            entries.push(entry.map_err(std::io::Error::other)?.into());
        }
        Ok(entries)
    }
}

impl Beginnings {
    /// Forgets the beginning: the log is whole again, or has been replaced.
    pub(crate) fn forget(&self, did: &Did) {
        let gone = self.made.lock().remove(did);
        // Deletes the files after the lock is released.
        drop(gone);
    }
}

/// The right to build a beginning; held while a thread builds it.
pub(crate) struct Turn<'b>(pub(crate) &'b Beginnings, pub(crate) Did);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.making.lock().remove(&self.1);
    }
}
