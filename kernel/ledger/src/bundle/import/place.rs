//! Putting a verified copy where a person's folder is: the one moment in which it becomes real.
//!
//! Always: a new person's folder appears by one rename; where there is one, media and side logs come first, since they
//! are named by what they hold and change nothing, then the logs of things, each whole by itself, and the log's rename is
//! the moment. Only that one must not run beside the writer: see [`crate::writer`].

use std::fs;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use crate::logfile::{LogError, LogFile};
use crate::media::{MediaStore, create_dir_synced, sync_dir};
use crate::sql::wal_path;

const LOG: &str = "log.sqlite";
/// Where a database file says how it is written and read: 2 for a WAL.
const JOURNAL_VERSIONS_AT: u64 = 18;
const WAL: [u8; 2] = [2, 2];

/// Makes the copy a log as a node keeps them: written with a WAL from the first byte on.
fn make_live(log: &Path) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(log)?;
    file.seek(io::SeekFrom::Start(JOURNAL_VERSIONS_AT))?;
    file.write_all(&WAL)?;
    file.sync_all()
}

/// Moves all of the copy to `folder` that changes nothing of the log there, beside the writer; nothing where there is no
/// such folder.
pub(super) fn bring(media: &MediaStore, partial: &Path, folder: &Path) -> Result<(), LogError> {
    if !folder.exists() {
        return Ok(());
    }
    let mut files = Vec::new();
    walk(partial, Path::new(""), &mut files)?;
    // Those at the top are about the log itself, and go with it.
    for name in files.iter().filter(|name| name.components().count() > 1) {
        move_file(media, partial, folder, name)?;
    }
    Ok(())
}

/// Moves the copy in `partial` to `folder`. `open` is the log here, if it is open; it is closed first. The caller holds
/// it, so that nobody opens it meanwhile.
pub(crate) fn put(
    media: &MediaStore,
    partial: &Path,
    folder: &Path,
    open: &mut Option<LogFile>,
) -> Result<(), LogError> {
    make_live(&partial.join(LOG))?;
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
    // What is left are empty folders, which whoever made the copy removes.
    Ok(sync_dir(folder)?)
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
