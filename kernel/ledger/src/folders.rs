//! The folders of people under `users/`, by name.

use std::path::{Path, PathBuf};

use imajin_dfos::order::Order as _;

use crate::durable::if_there;
use crate::errors::OpenError;

/// Returns the folders under `users/`, sorted; empty if `users/` is missing.
/// Errors: `users/` is unreadable.
pub(crate) fn folders(users: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let io = |source| OpenError::Io { path: users.to_owned(), source };
    let mut folders = Vec::new();
    for entry in if_there(std::fs::read_dir(users)).map_err(io)?.into_iter().flatten() {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        // A name with a leading dot is a folder that is being added or removed.
        if !name.to_string_lossy().starts_with('.') && entry.path().is_dir() {
            folders.push(entry.path());
        }
    }
    folders.order();
    Ok(folders)
}
