//! Selects the files of a data folder that belong to a backup, and reads each one consistently.
//!
//! Always: every file belongs to a backup unless this module excludes it, so a file of a later version is not
//! forgotten.

use super::{BackupError, Result};
use crate::folder::{NODE_FOLDER, is_sealed};
use imajin_dfos::order::Order as _;
use imajin_ledger::durable::if_there;
use imajin_ledger::media::is_unfinished;
use imajin_ledger::{BALLAST, Ledger};
use imajin_protocol::Did;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The folder of what backups need on this machine.
const FOLDER: &str = "backups";
/// The folder of a restore that is under way.
pub(super) const PARTIAL: &str = "restore.partial";
/// Folders that are made again from others, or hold what was not finished.
const LEFT_OUT: [&str; 9] = [
    "runtime",
    // Previews.
    "cache",
    "import",
    "export",
    "node/backups",
    // Ballot boxes: two backups of one would differ by one voter.
    "node/box",
    // The backups of friends' boxes, which those boxes make again.
    "node/contracts",
    PARTIAL,
    "lost+found",
];
/// Files of the running process only, or files that are empty once every entry is in its log.
const LEFT_OUT_FILES: [&str; 9] = [
    crate::power::reset::MARK,
    "lock",
    BALLAST,
    "node/reserve.partial",
    "node/address",
    "node/control",
    "node/work",
    "node/claim.code",
    "node/unlock.json",
];

/// The node's key and its secrets, and their names when sealed.
const KEY: &str = "node/identity.key";
const SEALED_KEY: &str = "node/identity.key.age";
pub(super) const SECRETS: &str = "secrets.sqlite";
const SEALED_SECRETS: &str = "secrets.sealed";

/// The way to read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A record: through the ledger, which keeps it to itself.
    Log(Did),
    /// A database that others write beside: by SQLite's own way of copying.
    Database,
    /// Read unchanged: written once, or replaced as a whole.
    Plain,
    /// The node's key, which is sealed on the disk: opened, since a backup is encrypted itself and must open without the card.
    Key,
    /// The node's secrets, in the same way.
    Secrets,
}

/// A file that belongs to a backup.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    /// Its name below the data folder.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    pub(super) bytes: u64,
    pub(super) changed_ns: i64,
    /// Whether something waits next to a database to be carried over into it.
    pub(super) has_wal: bool,
}

/// A folder of this program alone, for files in transit.
pub(super) fn scratch_folder(data: &Path) -> Result<PathBuf> {
    let folder = data.join(NODE_FOLDER).join(FOLDER);
    make_folder(&folder)?;
    Ok(folder)
}

/// Removes what a backup that broke off left on this machine.
pub(super) fn tidy(data: &Path) -> Result<()> {
    let folder = scratch_folder(data)?;
    for entry in fs::read_dir(&folder).map_err(BackupError::file(&folder))?.flatten() {
        if entry.file_name().to_string_lossy().ends_with(".partial") {
            // A leftover only takes up disk space, so an error is ignored.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// The files that belong to a backup.
pub(super) struct Files {
    /// All files, in order of their names.
    pub(super) found: Vec<SourceFile>,
    /// The disk that has people's files, and isn't there.
    pub(super) missing_disk: Option<String>,
}

/// Whether a file is one of people's, which may be on a disk.
pub(super) fn is_media(name: &str) -> bool {
    let mut parts = name.split('/');
    parts.next() == Some("users") && parts.nth(1) == Some("media")
}

/// Lists the files that belong to a backup. Files on the disk have the names that they would have on the card, so that a
/// backup can be restored without the disk.
pub(super) fn all(data: &Path, ledger: &Ledger) -> Result<Files> {
    let dids = ledger.dids()?;
    let dids: HashMap<String, Did> = dids.into_iter().map(|did| (did.folder_name(), did)).collect();
    let mut files = Vec::new();
    // Files may move between the card and the disk during the walk, in either direction.
    let mut on_disk = on_disk(data, ledger)?;
    walk(data, "", &dids, &mut files)?;
    on_disk.extend(self::on_disk(data, ledger)?);
    let missing_disk = ledger.media().missing_disk();
    for (name, path) in on_disk {
        files.extend(look(name, path, Kind::Plain)?);
    }
    if is_sealed(&data.join(NODE_FOLDER)) {
        files.retain(|found| found.name != SECRETS);
        for file in &mut files {
            (file.name, file.kind) = match file.name.as_str() {
                SEALED_KEY => (KEY.to_owned(), Kind::Key),
                SEALED_SECRETS => (SECRETS.to_owned(), Kind::Secrets),
                _ => continue,
            };
        }
    }
    files.order_by(|a: &SourceFile, b| a.name.cmp(&b.name));
    files.dedup_by(|a, b| a.name == b.name);
    Ok(Files { found: files, missing_disk })
}

fn on_disk(data: &Path, ledger: &Ledger) -> Result<Vec<(String, PathBuf)>> {
    let listing = ledger.media().on_disk();
    listing.map_err(|error| BackupError::File(data.join("users"), std::io::Error::other(error)))
}

fn walk(
    folder: &Path,
    prefix: &str,
    dids: &HashMap<String, Did>,
    found: &mut Vec<SourceFile>,
) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(BackupError::file(folder))? {
        let entry = entry.map_err(BackupError::file(folder))?;
        let path = entry.path();
        let Ok(part) = entry.file_name().into_string() else {
            tracing::warn!(path = %path.display(), "this file's name is not valid UTF-8: it is not in the backup");
            continue;
        };
        let name = format!("{prefix}{part}");
        let kind = entry.file_type().map_err(BackupError::file(&path))?;
        if kind.is_dir() && !LEFT_OUT.contains(&name.as_str()) {
            walk(&path, &format!("{name}/"), dids, found)?;
        } else if kind.is_file() && !is_left_out(&name) {
            let kind = kind_of(&name, dids);
            if matches!(kind, Kind::Log(_)) || !is_beside_log(&name, dids) {
                found.extend(look(name, path, kind)?);
            }
        }
    }
    Ok(())
}

fn is_left_out(name: &str) -> bool {
    LEFT_OUT_FILES.contains(&name)
        || name.ends_with(".partial")
        || name.ends_with("-partial")
        || name.ends_with(".remains")
        || name.ends_with("-shm")
        || name.starts_with("node/journal.sqlite")
        // An unfinished media file belongs to no record yet.
        || (name.starts_with("users/") && name.rsplit('/').next().is_some_and(is_unfinished))
        // A database's write-ahead log is read together with the database.
        || (name.ends_with("-wal") && !name.starts_with("users/"))
}

fn folder_of(name: &str) -> Option<&str> {
    name.strip_prefix("users/")?.split('/').next()
}

fn kind_of(name: &str, dids: &HashMap<String, Did>) -> Kind {
    let Some(folder) = folder_of(name) else {
        return if name.ends_with(".sqlite") { Kind::Database } else { Kind::Plain };
    };
    let is_log = name.strip_suffix("/log.sqlite") == Some(&format!("users/{folder}"));
    match dids.get(folder).filter(|_| is_log) {
        Some(did) => Kind::Log(did.clone()),
        // A quarantined log is copied as it is, with the files next to it.
        None => Kind::Plain,
    }
}

/// The WAL of a log that the ledger reads.
fn is_beside_log(name: &str, dids: &HashMap<String, Did>) -> bool {
    folder_of(name).is_some_and(|folder| {
        dids.contains_key(folder) && name == format!("users/{folder}/log.sqlite-wal")
    })
}

/// Describes a file's current state; `None` if it was removed in the meantime.
pub(super) fn look(name: String, path: PathBuf, kind: Kind) -> Result<Option<SourceFile>> {
    let Some(metadata) = if_there(fs::metadata(&path)).map_err(BackupError::file(&path))? else {
        return Ok(None);
    };
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let has_wal = kind != Kind::Plain && fs::metadata(wal).is_ok_and(|wal| wal.len() > 0);
    Ok(Some(SourceFile {
        bytes: metadata.len(),
        changed_ns: changed_ns(&metadata),
        name,
        path,
        kind,
        has_wal,
    }))
}

pub(super) fn changed_ns(metadata: &Metadata) -> i64 {
    metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec())
}

/// Copies a database that others may be writing, as of one moment.
pub(super) fn copy_database(from: &Path, to: &Path) -> Result<()> {
    let failed = |error| BackupError::Database(from.to_path_buf(), error);
    let source = Connection::open_with_flags(
        from,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    source.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
    let mut target = Connection::open(to).map_err(failed)?;
    let copying = rusqlite::backup::Backup::new(&source, &mut target).map_err(failed)?;
    // All pages in one step, so that no write comes between.
    copying.step(-1).map_err(failed)?;
    Ok(())
}

pub(super) fn make_folder(path: &Path) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(BackupError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_still_arriving_are_in_no_backup() {
        for name in [".upload-00", ".upload-00.json", ".partial-00"] {
            assert!(is_left_out(&format!("users/did_x/media/{name}")));
        }
        assert!(!is_left_out("users/did_x/media/aa/bafkreiaa"));
    }

    #[test]
    fn ballot_boxes_are_in_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("node/box");
        fs::create_dir_all(&open).unwrap();
        fs::write(open.join("a.sqlite"), "who and what").unwrap();
        fs::write(folder.path().join("node/identity.key"), "a key").unwrap();
        let mut files = Vec::new();
        walk(folder.path(), "", &HashMap::new(), &mut files).unwrap();
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["node/identity.key"]);
    }
}
