//! Small files for this user alone: a key is never without its certificate, and a file is never half written.

use super::TlsError;
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;

/// A certificate (or several: its chain) with its key, as PEM.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// Loads a file's value; `None` if the file does not exist.
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

/// Saves a value, replacing the file as a whole.
pub(super) fn save<T: Serialize>(path: &Path, value: &T) -> Result<(), TlsError> {
    let failed = |error| TlsError::File(path.to_path_buf(), error);
    let json = serde_json::to_vec_pretty(value).map_err(|error| failed(error.into()))?;
    durable::replace(path, &json).map_err(failed)
}
