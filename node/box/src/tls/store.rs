//! Small files for this user alone: a key is never without its certificate, and a file is never half written.

use super::TlsError;
use imajin_ledger::durable;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A certificate (or several: its chain) with its key, as PEM.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) certificate: String,
    pub(super) key: String,
}

/// Loads a file's value; `None` if the file does not exist.
pub(super) fn load<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, TlsError> {
    durable::read_json(path).map_err(|error| TlsError::File(path.to_path_buf(), error))
}

/// Saves a value, replacing the file as a whole.
pub(super) fn save<T: Serialize>(path: &Path, value: &T) -> Result<(), TlsError> {
    let failed = |error| TlsError::File(path.to_path_buf(), error);
    let json = serde_json::to_vec_pretty(value).map_err(|error| failed(error.into()))?;
    durable::replace(path, &json).map_err(failed)
}
