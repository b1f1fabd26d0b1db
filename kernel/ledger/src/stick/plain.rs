//! Files that a person put on a stick next to the copies, for the machine to read.
//!
//! Always: plain files at its top level with short plain names; never links, nor anything that waits for a writer.

use std::fs::{self, File};
use std::io;

use imajin_dfos::order::Order as _;
use imajin_log::format::regular;

use super::{Stick, StickError};

/// Maximum number of such files on one stick.
const FILES_MAX: usize = 8;
/// Maximum number of names that are read in the folder.
const NAMES_MAX: usize = 10_000;
const NAME_BYTES_MAX: usize = 100;

impl Stick {
    /// Returns the names of files with this ending, sorted.
    pub fn files(&self, ending: &str) -> Result<Vec<String>, StickError> {
        let entries = fs::read_dir(&self.root).map_err(StickError::io(&self.root))?;
        let mut names = Vec::new();
        for entry in entries.take(NAMES_MAX) {
            let name = entry.map_err(StickError::io(&self.root))?.file_name();
            let name = name.to_str().filter(|name| is_plain(name) && name.ends_with(ending));
            names.extend(name.map(str::to_owned));
        }
        names.order();
        names.truncate(FILES_MAX);
        Ok(names)
    }

    /// Opens one of these files.
    pub fn open(&self, name: &str) -> Result<File, StickError> {
        let path = self.root.join(name);
        if !is_plain(name) {
            return Err(StickError::io(&path)(io::ErrorKind::InvalidInput.into()));
        }
        regular::open(&path).map_err(StickError::io(&path))
    }
}

/// Returns whether a name leads nowhere else and is safe inside another name.
fn is_plain(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte);
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with('.')
}
