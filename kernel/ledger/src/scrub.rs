//! Reads everything on the disk while the node runs, to find what the disk lost since it was written.
//!
//! Always: a log that does not verify is quarantined at once, so that nothing is appended to it and no copy of it
//! passes for a whole one. A log is locked while its file is copied, not while the copy is verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use imajin_log::Pace;
use imajin_log::ops::OpTable;
use imajin_log::sql::{SqlErrorKind, classify};
use imajin_log::verify::{VerifyError, VerifyOptions, verify_log};
use imajin_protocol::Did;
use tempfile::{Builder, TempPath};

use crate::errors::{ReadError, Result};
use crate::ledger::Ledger;
use crate::projection::{Projection, carry};
use crate::shared::Shared;

/// The folder for copies, next to the projections: on the same disk, and in no backup.
const FOLDER: &str = "runtime";
/// The prefix of a copy's name.
const PREFIX: &str = "scrub-";
/// The suffix of a copy's name.
const SUFFIX: &str = ".partial";
/// Maximum number of copies of a changing log at a pace before it is locked for its copy.
const COPIES_MAX: u32 = 3;
/// A pause longer than a tick of any file system's clock.
const TICK: Duration = Duration::from_millis(50);

/// The result of scrubbing one log or one file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// Bytes read.
    pub bytes: u64,
    /// The damage, if there is any.
    pub fault: Option<String>,
}

impl Ledger {
    /// Verifies the log of `did` as it is on the disk, by the rules of [`verify_log`]. Quarantines a damaged one.
    /// `None` if the log does not exist. Blocks, off the writer's thread, for as long as the pace takes.
    ///
    /// # Errors
    /// [`ReadError::Quarantined`] if the log is already in quarantine; [`ReadError::Busy`] if the pace ended the work;
    /// I/O errors if it could not be read or copied, for example without room for the copy.
    pub fn scrub_log(&self, did: &Did, pace: Option<&Arc<Pace>>) -> Result<Option<Scrubbed>> {
        let shared = self.shared();
        let copied = match pace {
            Some(pace) => self.copy_at(did, pace)?,
            None => (self.with_whole_file(did, |path| copy(shared, path))?).transpose()?,
        };
        let Some(copied) = copied else {
            return Ok(None);
        };
        let installs = shared.installs_of(did);
        let bytes = fs::metadata(&copied)?.len();
        let fault = fault_of(&copied, did, &shared.ops, pace);
        if pace.is_some_and(|pace| !pace.may_continue()) {
            // The error of an interrupted statement is not damage.
            return Err(ReadError::Busy);
        }
        let fault = fault?;
        if let Some(fault) = &fault
            // Another log may have replaced it meanwhile.
            && shared.installs_of(did) == installs
        {
            shared.set_aside(did, fault);
        }
        Ok(Some(Scrubbed { bytes, fault }))
    }

    /// Copies a log at a pace, which takes long: its owner keeps writing meanwhile. New entries go into the WAL; if
    /// they reached the file itself, the copy starts over, and finally happens while the log is locked.
    fn copy_at(&self, did: &Did, pace: &Arc<Pace>) -> Result<Option<TempPath>> {
        let shared = self.shared();
        pace.begin();
        for _ in 0..COPIES_MAX {
            let Some(log) = self.with_whole_file(did, Path::to_path_buf)? else {
                return Ok(None);
            };
            // Any further change that began within this tick of the file system's clock will have a later time.
            std::thread::sleep(TICK);
            let before = written(&log)?;
            let copy = scratch(shared)?;
            let copied = pace.copy(&log, &copy);
            if !pace.may_continue() {
                return Err(ReadError::Busy);
            }
            copied?;
            if written(&log)? == before {
                return Ok(Some(copy));
            }
        }
        Ok((self.with_whole_file(did, |path| copy(shared, path))?).transpose()?)
    }

    /// Returns the names of this ledger's projections.
    pub fn projection_names(&self) -> Vec<&'static str> {
        self.shared().projections.iter().map(|one| one.spec.name).collect()
    }

    /// Checks every page of a projection. The next start rebuilds a damaged one from the logs. Blocks, off the writer's
    /// thread.
    ///
    /// # Errors
    /// The projection is unreadable, or none has this name.
    pub fn scrub_projection(&self, name: &str) -> Result<Scrubbed> {
        let projection = self.shared().projection(name);
        let projection =
            projection.ok_or_else(|| ReadError::Io(std::io::ErrorKind::NotFound.into()))?;
        let fault = damage_of(projection)?;
        if fault.is_some() {
            carry::distrust(projection.disk(), projection.path())?;
        }
        Ok(Scrubbed { bytes: fs::metadata(projection.path())?.len(), fault })
    }

    /// Removes copies that a crash left behind.
    pub fn tidy_scrub(&self) -> Result<()> {
        for entry in fs::read_dir(folder(self.shared()))?.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                // A leftover copy only costs room.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

fn folder(shared: &Shared) -> PathBuf {
    shared.data.join(FOLDER)
}

/// Returns the length of a file and the time of its last change.
pub(crate) fn written(path: &Path) -> std::io::Result<(u64, SystemTime)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.len(), metadata.modified()?))
}

fn scratch(shared: &Shared) -> std::io::Result<TempPath> {
    let mut name = Builder::new();
    Ok(name.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder(shared))?.into_temp_path())
}

fn copy(shared: &Shared, log: &Path) -> std::io::Result<TempPath> {
    let copy = scratch(shared)?;
    // The copy is not synced: it is read from the page cache, and deleted soon.
    fs::copy(log, &copy)?;
    Ok(copy)
}

fn fault_of(
    log: &Path,
    did: &Did,
    ops: &Arc<OpTable>,
    pace: Option<&Arc<Pace>>,
) -> Result<Option<String>> {
    let options = VerifyOptions {
        did: Some(did.clone()),
        threads: 1,
        pace: pace.cloned(),
        ..VerifyOptions::default()
    };
    match verify_log(log, ops, &options) {
        Ok(report) => Ok(report.fault.map(|fault| fault.to_string())),
        Err(VerifyError::Unusable { error, .. }) => Err(ReadError::Io(error)),
        Err(error) => Err(ReadError::Io(std::io::Error::other(error))),
    }
}

/// Checks a projection with SQLite, table by table in separate reads, because a long read keeps the projection's WAL
/// from being reused.
fn damage_of(projection: &Projection) -> Result<Option<String>> {
    first_damage(projection).or_else(|error| match classify(&error) {
        SqlErrorKind::Damaged(text) => Ok(Some(text)),
        SqlErrorKind::Full | SqlErrorKind::Failed(_) => Err(error.into()),
    })
}

fn first_damage(projection: &Projection) -> rusqlite::Result<Option<String>> {
    let db = projection.connect()?;
    let mut query = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = query.query_map([], |row| row.get::<_, String>(0))?;
    for table in tables.collect::<rusqlite::Result<Vec<_>>>()? {
        // The first line is enough: a damaged projection is rebuilt as a whole.
        let sql = format!("PRAGMA integrity_check(\"{table}\")");
        let line: String = db.query_row(&sql, [], |row| row.get(0))?;
        if line != "ok" {
            return Ok(Some(format!("{table}: {line}")));
        }
    }
    Ok(None)
}
