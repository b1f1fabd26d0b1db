//! Reading through what lies on the disk while the node runs, to find what the disk lost since it was written.
//!
//! Always: a log that does not verify is set aside at once, so that nothing is appended to it and no copy of it passes for a
//! whole one. A log is held while its file is copied, not while the copy is verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_protocol::Did;
use tempfile::{Builder, TempPath};

use crate::ledger::{Ledger, ReadError};
use crate::ops::OpTable;
use crate::projection::{Projection, carry};
use crate::shared::Shared;
use crate::sql::{self, Trouble};
use crate::verify::{VerifyError, VerifyOptions, verify_log};

/// Copies stand here, beside the projections: on the same disk, and in no backup.
const FOLDER: &str = "runtime";
/// How the name of a copy begins.
const PREFIX: &str = "scrub-";
/// The end of the name of a copy.
const SUFFIX: &str = ".partial";

/// What reading one log or one file through came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Scrubbed {
    /// Bytes that were read.
    pub bytes: u64,
    /// What is wrong with it, if something is.
    pub fault: Option<String>,
}

impl Ledger {
    /// Verifies the log of `did` as it lies on the disk, by the rules of [`verify_log`]. A damaged one is set aside. None
    /// where there is no log. Blocks, beside the writer.
    ///
    /// # Errors
    /// [`ReadError::Quarantined`] of a log that was set aside before; I/O errors where it could not be read or copied: no room
    /// for the copy, among others.
    pub fn scrub_log(&self, did: &Did) -> Result<Option<Scrubbed>, ReadError> {
        let shared = self.shared();
        let copied = self.with_whole_file(did, |path| copy(shared, path))?;
        let Some(copied) = copied.transpose()? else {
            return Ok(None);
        };
        let installs = shared.installs_of(did);
        let bytes = fs::metadata(&copied)?.len();
        let fault = fault_of(&copied, did, &shared.ops)?;
        if let Some(fault) = &fault
            // Another log may have taken its place meanwhile.
            && shared.installs_of(did) == installs
        {
            shared.set_aside(did, fault);
        }
        Ok(Some(Scrubbed { bytes, fault }))
    }

    /// Names the projections of this ledger.
    pub fn projection_names(&self) -> Vec<&'static str> {
        let projections = self.shared().projections.iter();
        projections.map(|one| one.spec.name).collect()
    }

    /// Checks every page of a projection. A damaged one is made again from the logs at the next start. Blocks, beside the
    /// writer.
    ///
    /// # Errors
    /// It could not be read, or there is none of this name.
    pub fn scrub_projection(&self, name: &str) -> Result<Scrubbed, ReadError> {
        let mut projections = self.shared().projections.iter();
        let projection = projections
            .find(|one| one.spec.name == name)
            .ok_or_else(|| ReadError::Io(std::io::ErrorKind::NotFound.into()))?;
        let fault = damage_of(projection)?;
        if fault.is_some() {
            carry::distrust(projection.disk(), projection.path())?;
        }
        Ok(Scrubbed {
            bytes: fs::metadata(projection.path())?.len(),
            fault,
        })
    }

    /// Removes copies that a crash left behind.
    ///
    /// # Errors
    /// The folder could not be read.
    pub fn tidy_scrub(&self) -> Result<(), ReadError> {
        for entry in fs::read_dir(folder(self.shared()))?.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
                // It costs room, and nothing else.
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

fn folder(shared: &Shared) -> PathBuf {
    shared.data.join(FOLDER)
}

fn copy(shared: &Shared, log: &Path) -> std::io::Result<TempPath> {
    let mut name = Builder::new();
    let copy = name.prefix(PREFIX).suffix(SUFFIX);
    let copy = copy.tempfile_in(folder(shared))?.into_temp_path();
    // Not synced: it is read from the page cache, and gone in a moment.
    fs::copy(log, &copy)?;
    Ok(copy)
}

fn fault_of(log: &Path, did: &Did, ops: &Arc<OpTable>) -> Result<Option<String>, ReadError> {
    let options = VerifyOptions {
        did: Some(did.clone()),
        threads: 1,
        ..VerifyOptions::default()
    };
    match verify_log(log, ops, &options) {
        Ok(report) => Ok(report.fault.map(|fault| fault.to_string())),
        Err(VerifyError::Unusable { error, .. }) => Err(ReadError::Io(error)),
        Err(error) => Err(ReadError::Io(std::io::Error::other(error))),
    }
}

/// What SQLite finds wrong: table by table, each in a read of its own, since a long one keeps the projection's WAL from ending.
fn damage_of(projection: &Projection) -> Result<Option<String>, ReadError> {
    match first_damage(projection) {
        Ok(found) => Ok(found),
        Err(error) => match sql::trouble(&error) {
            Trouble::Damaged(text) => Ok(Some(text)),
            Trouble::Full | Trouble::Failed(_) => Err(error.into()),
        },
    }
}

fn first_damage(projection: &Projection) -> rusqlite::Result<Option<String>> {
    let db = projection.connect()?;
    let mut query = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = query.query_map([], |row| row.get::<_, String>(0))?;
    for table in tables.collect::<rusqlite::Result<Vec<_>>>()? {
        // The first line is enough: a damaged projection is made again as a whole.
        let sql = format!("PRAGMA integrity_check(\"{table}\")");
        let line: String = db.query_row(&sql, [], |row| row.get(0))?;
        if line != "ok" {
            return Ok(Some(format!("{table}: {line}")));
        }
    }
    Ok(None)
}
