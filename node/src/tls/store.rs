//! Small files for this user alone: a key never stands without its certificate, and a half-written file never stands.

use super::TlsError;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A certificate (or several: its chain) with its key, as PEM.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// What a file holds; none where there is no such file.
pub(super) fn load<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<Option<T>, TlsError> {
    let failed = |error| TlsError::File(path.to_path_buf(), error);
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| failed(error.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// Puts it there, whole.
pub(super) fn save<T: Serialize>(path: &Path, value: &T) -> Result<(), TlsError> {
    let failed = |error| TlsError::File(path.to_path_buf(), error);
    let json = serde_json::to_vec_pretty(value).map_err(|error| failed(error.into()))?;
    let partial = path.with_extension("partial");
    let write = || {
        // One of an attempt that broke off may have other permissions.
        let _ = std::fs::remove_file(&partial);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&partial)?;
        file.write_all(&json)?;
        file.sync_all()?;
        std::fs::rename(&partial, path)?;
        path.parent()
            .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    write().map_err(failed)
}
