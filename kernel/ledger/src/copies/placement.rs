//! Moves a verified copy to the person's folder: the moment in which it becomes real.
//!
//! Always: a new person's folder appears by one rename. In an existing folder, media and side logs come first (they are
//! named by their content and change nothing), then the logs of things, each complete, and the rename of the log itself
//! last. Only that rename must not happen while the writer works: see [`crate::writer`].

use std::fs;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use imajin_dfos::cid::parse_cid;
use imajin_log::format::names::MEDIA;
use imajin_log::sql::wal_path;
use imajin_log::synced::{create_dir_synced, sync_dir};
use imajin_protocol::Did;

use crate::durable::if_there;
use crate::logfile::{LogError, LogFile};
use crate::media::{MediaStore, Pin};

const LOG: &str = "log.sqlite";
/// The offset at which a database file has its read and write versions; 2 means WAL (SQLite file format §1.3.3).
const JOURNAL_VERSIONS_AT: u64 = 18;
const WAL: [u8; 2] = [2, 2];

/// Prepares the copy for a node's use: with a WAL from the first write on.
fn make_live(log: &Path) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(log)?;
    file.seek(io::SeekFrom::Start(JOURNAL_VERSIONS_AT))?;
    file.write_all(&WAL)?;
    file.sync_all()
}

/// Moves everything from the copy to `folder` that does not change the log there, off the writer's thread; does nothing
/// if the folder does not exist. The media files stay while the pins are kept.
pub(super) fn bring(
    media: &MediaStore,
    did: &Did,
    partial: &Path,
    folder: &Path,
) -> Result<Vec<Pin>, LogError> {
    let mut pins = Vec::new();
    if !folder.exists() {
        return Ok(pins);
    }
    let mut files = Vec::new();
    walk(partial, Path::new(""), &mut files)?;
    // Files at the top belong to the log itself and move with it.
    for name in files.iter().filter(|name| name.components().count() > 1) {
        let cid = name.file_name().and_then(|name| name.to_str());
        if let (true, Some(Ok(cid))) = (name.starts_with(MEDIA), cid.map(parse_cid)) {
            pins.push(media.pin_arriving(did, cid));
        }
        move_file(media, partial, folder, name)?;
    }
    Ok(pins)
}

/// Moves the copy in `partial` to `folder`, after closing `open`, the present log, if it is open. The caller
/// holds the log's slot, so that it stays closed meanwhile.
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
    // Only empty folders are left, which the caller removes.
    Ok(sync_dir(folder)?)
}

fn move_file(
    media: &MediaStore,
    partial: &Path,
    folder: &Path,
    name: &Path,
) -> Result<(), LogError> {
    let (from, to) = (partial.join(name), folder.join(name));
    if name.starts_with(MEDIA) {
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

/// Closes a log and removes its WAL: SQLite must never read the old file's frames as those of the new file.
fn close(open: &mut Option<LogFile>, path: &Path) -> Result<(), LogError> {
    if let Some(log) = open {
        log.checkpoint()?;
    }
    *open = None;
    let wal = wal_path(path);
    match if_there(fs::metadata(&wal))? {
        Some(metadata) if metadata.len() > 0 => {
            return Err(LogError::Failed("the WAL of the log could not be emptied".to_owned()));
        }
        Some(_) => fs::remove_file(&wal)?,
        None => {}
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
