//! Putting a verified copy where a person's folder is: the one moment in which it becomes real.
//!
//! Always: a new person's folder appears by one rename; where there is one, media and side logs come first, since they
//! are named by what they hold and change nothing, and the log's rename is the moment. It must not run beside the
//! writer: see [`crate::writer`].

use std::fs;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use super::ImportError;
use crate::logfile::{LogError, LogFile};
use crate::media::{MediaStore, create_dir_synced, sync_dir};
use crate::sql::wal_path;

const LOG: &str = "log.sqlite";
/// Where a database file says how it is written and read: 2 for a WAL.
const JOURNAL_VERSIONS_AT: u64 = 18;
const WAL: [u8; 2] = [2, 2];

/// Makes the copy a log as a node keeps them: written with a WAL from the first byte on.
pub(super) fn make_live(log: &Path) -> Result<(), ImportError> {
    let io = || ImportError::io(log);
    let mut file = fs::OpenOptions::new().write(true).open(log).map_err(io())?;
    file.seek(io::SeekFrom::Start(JOURNAL_VERSIONS_AT))
        .map_err(io())?;
    file.write_all(&WAL).map_err(io())?;
    file.sync_all().map_err(io())
}

/// Moves the copy in `partial` to `folder`. `open` is the log here, if it is open; it is closed first. The caller holds
/// it, so that nobody opens it meanwhile.
pub(crate) fn put(
    media: &MediaStore,
    partial: &Path,
    folder: &Path,
    open: &mut Option<LogFile>,
) -> Result<(), LogError> {
    let users = folder.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        create_dir_synced(users)?;
        fs::rename(partial, folder)?;
        return Ok(sync_dir(users)?);
    }
    let mut files = Vec::new();
    walk(partial, Path::new(""), &mut files)?;
    for name in files.iter().filter(|name| **name != Path::new(LOG)) {
        move_file(media, partial, folder, name)?;
    }
    close(open, &folder.join(LOG))?;
    fs::rename(partial.join(LOG), folder.join(LOG))?;
    sync_dir(folder)?;
    // What is left are empty folders; that they cannot be removed changes nothing.
    let _ = fs::remove_dir_all(partial);
    Ok(())
}

fn move_file(
    media: &MediaStore,
    partial: &Path,
    folder: &Path,
    name: &Path,
) -> Result<(), LogError> {
    let (from, to) = (partial.join(name), folder.join(name));
    if name.starts_with("media") {
        return Ok(media.bring(&from, &to)?);
    }
    if name.starts_with("side") && to.exists() {
        return Ok(());
    }
    let parent = to.parent().unwrap_or(folder);
    create_dir_synced(parent)?;
    fs::rename(from, &to)?;
    Ok(sync_dir(parent)?)
}

/// Closes a log and leaves nothing of its WAL: frames of the old file must never be taken for the new one's.
fn close(open: &mut Option<LogFile>, path: &Path) -> Result<(), LogError> {
    if let Some(log) = open {
        log.checkpoint()?;
    }
    *open = None;
    let wal = wal_path(path);
    match fs::metadata(&wal) {
        Ok(metadata) if metadata.len() > 0 => {
            return Err(LogError::Failed(
                "the WAL of the log could not be emptied".to_owned(),
            ));
        }
        Ok(_) => fs::remove_file(&wal)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    Ok(sync_dir(path.parent().unwrap_or(Path::new(".")))?)
}

fn walk(root: &Path, below: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            walk(root, &name, files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}
