//! Looking whether a backup is whole, and the records in it.

use super::backup_place::BackupPlace;
use super::catalogue::Damage;
use super::catalogue::Entry;
use super::manifest::Manifest;
use super::restore::{fetch, lay_out, manifest, put_into, target};
use super::{BackupError, Result};
use crate::key::PersonKey;
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_log::{OpTable, Pace};
use imajin_protocol::Did;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Report of a backup's check.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// The backup.
    pub id: String,
    /// Files in it.
    pub files: usize,
    /// Records among them.
    pub logs: u64,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Records that are damaged in it.
    pub damaged: Vec<Damage>,
}

/// Reads a whole backup, checks the sum of every piece, and verifies every record. Only records are written to disk, into a
/// temporary folder of the system that is removed afterwards.
pub fn check(
    place: &BackupPlace,
    entry: &Entry,
    key: &PersonKey,
    ops: &Arc<OpTable>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Check> {
    let manifest = manifest(place, entry, key)?;
    let folder = tempfile::tempdir().map_err(BackupError::file(std::env::temp_dir()))?;
    let is_log = |name: &str| name.starts_with("users/") && name.ends_with("/log.sqlite");
    let logs = Manifest {
        files: (manifest.files.iter()).filter(|file| is_log(&file.path)).cloned().collect(),
        ..manifest.clone()
    };
    lay_out(&logs, folder.path())?;
    let mut put = put_into(folder.path());
    let mut put_log = |file: &str, at: u64, bytes: &[u8]| {
        if is_log(file) { put(file, at, bytes) } else { Ok(()) }
    };
    fetch((place, entry), &manifest, key, &mut put_log, progress)?;
    let mut damaged = Vec::new();
    for file in &logs.files {
        let path = target(folder.path(), &file.path)?;
        damaged.extend(damage(&path, &file.path, ops, None)?);
    }
    Ok(Check {
        id: entry.id.clone(),
        files: manifest.files.len(),
        logs: manifest.logs(),
        bytes: manifest.bytes(),
        damaged,
    })
}

/// Verifies a record's log and returns its damage; `None` if it is intact.
pub(super) fn damage(
    log: &Path,
    name: &str,
    ops: &Arc<OpTable>,
    pace: Option<&Arc<Pace>>,
) -> Result<Option<Damage>> {
    let did = name.trim_start_matches("users/").trim_end_matches("/log.sqlite").replace('_', ":");
    let options = VerifyOptions {
        did: Did::parse(&did).ok(),
        pace: pace.cloned(),
        threads: usize::from(pace.is_some()),
        ..VerifyOptions::default()
    };
    let report =
        verify_log(log, ops, &options).map_err(|error| BackupError::damaged(name, error))?;
    Ok(report.fault.map(|fault| Damage { did, why: fault.to_string() }))
}
