//! In which form the data folder holds the secrets, and the way from one form to the other.
//!
//! Always: `secrets.sqlite` decides which file is valid. Normally it is the database; on a sealed node it is a database
//! without tables of a later version, which an older program refuses, and `secrets.sealed` holds the secrets. The
//! change from one form to the other is one rename, and the next start, which knows whether the node is sealed, cleans
//! up after a power cut.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use imajin_ledger::durable;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::sealed::{self, Sealed, Vault, image_of, in_memory, sync_folder};
use super::{APPLICATION_ID, SecretsError, VERSION, VERSION_SEALED, connect, create_private};

/// The database while it leaves the folder.
const REMAINS: &str = "secrets.sqlite.remains";
/// The offsets of a database's version and application (SQLite's file format, §1.3).
const HEADER_BYTES: usize = 100;

pub(super) fn is_sealed(path: &Path) -> Result<bool, SecretsError> {
    let mut header = [0; HEADER_BYTES];
    let Some(mut file) = durable::if_there(File::open(path))? else {
        return Ok(false);
    };
    match file.read_exact(&mut header) {
        // A new one is empty.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        other => other?,
    }
    let word = |at: usize| {
        let bytes = header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_be_bytes)
    };
    Ok(word(68) == APPLICATION_ID && word(60) == VERSION_SEALED)
}

pub(super) fn sealed_path(path: &Path) -> PathBuf {
    path.with_file_name(sealed::FILE)
}

fn remains_path(path: &Path) -> PathBuf {
    path.with_file_name(REMAINS)
}

/// Brings the secrets of a node that does not run into the form that is wanted.
pub fn settle(path: &Path, vault: &Vault, sealed: bool) -> Result<(), SecretsError> {
    let remains = remains_path(path);
    if remains.exists() && !path.exists() {
        // The plug was pulled before the new form was in force.
        std::fs::rename(&remains, path)?;
        sync_folder(path)?;
    }
    match (is_sealed(path)?, sealed) {
        (false, true) => seal(path, vault)?,
        (true, false) => unseal(path, vault)?,
        _ => {}
    }
    wipe(&remains)?;
    if !sealed {
        durable::remove_if_there(&sealed_path(path))?;
    }
    Ok(())
}

fn seal(path: &Path, vault: &Vault) -> Result<(), SecretsError> {
    let image = if path.exists() { image_of(&in_memory_copy(path)?)? } else { Vec::new() };
    // A file of an earlier attempt is of no use.
    durable::remove_if_there(&sealed_path(path))?;
    if !image.is_empty() {
        let written = Sealed::write(&sealed_path(path), vault, image)?;
        let read = sealed::read(&sealed_path(path), vault)?;
        if read.image != written.image {
            return Err(SecretsError::Damaged);
        }
    }
    let marker = path.with_extension("sqlite-partial");
    write_private(&marker, &marker_bytes()?)?;
    if path.exists() {
        std::fs::rename(path, remains_path(path))?;
    }
    std::fs::rename(&marker, path)?;
    sync_folder(path)?;
    // SQLite's own files of the database that is gone.
    for beside in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        wipe(Path::new(&name))?;
    }
    Ok(())
}

fn unseal(path: &Path, vault: &Vault) -> Result<(), SecretsError> {
    let plain = path.with_extension("sqlite-partial");
    durable::remove_if_there(&plain)?;
    write_private(&plain, &open_image(path, vault)?.unwrap_or_default())?;
    std::fs::rename(&plain, path)?;
    sync_folder(path)?;
    Ok(())
}

/// The secrets of a sealed node as the database that they are for one that is not; `None` if there are none yet.
pub(super) fn open_image(path: &Path, vault: &Vault) -> Result<Option<Vec<u8>>, SecretsError> {
    if sealed_path(path).exists() {
        Ok(Some(sealed::read(&sealed_path(path), vault)?.image))
    } else {
        Ok(None)
    }
}

/// All of a database, without SQLite's other files and without its free pages.
fn in_memory_copy(path: &Path) -> Result<Connection, SecretsError> {
    create_private(path)?;
    let source = connect(path)?;
    let (id, version): (i32, i32) = (
        source.query_row("PRAGMA application_id", [], |row| row.get(0))?,
        source.query_row("PRAGMA user_version", [], |row| row.get(0))?,
    );
    if !matches!((id, version), (0, 0) | (APPLICATION_ID, VERSION)) {
        return Err(SecretsError::Version { found: version });
    }
    source.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let mut copy = in_memory(&[])?;
    // All pages in one step; no other process has the database.
    if Backup::new(&source, &mut copy)?.step(-1)? != StepResult::Done {
        return Err(SecretsError::Io(io::ErrorKind::ResourceBusy.into()));
    }
    copy.execute_batch("VACUUM")?;
    Ok(copy)
}

/// The file that replaces a sealed node's database.
fn marker_bytes() -> Result<Vec<u8>, SecretsError> {
    let marker = in_memory(&[])?;
    marker.pragma_update(None, "application_id", APPLICATION_ID)?;
    marker.pragma_update(None, "user_version", VERSION_SEALED)?;
    // A page is made for the two.
    marker.execute_batch("VACUUM")?;
    image_of(&marker)
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), SecretsError> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

/// Removes a file and overwrites its bytes, as far as the file system reaches: a card may keep old bytes elsewhere.
pub fn wipe(path: &Path) -> io::Result<()> {
    let Some(mut file) = durable::if_there(OpenOptions::new().write(true).open(path))? else {
        return Ok(());
    };
    let length = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    file.sync_all()?;
    std::fs::remove_file(path)?;
    sync_folder(path)
}
