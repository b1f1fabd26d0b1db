//! Files that somebody put on a stick beside the copies, for the machine to read.
//!
//! Always: plain files at the top of it, under short plain names; neither a link nor anything that waits for a writer.

use std::fs::{self, File};
use std::io;

use imajin_dfos::order::Order as _;

use super::super::regular;
use super::{Stick, StickError};

/// More of them on one stick are not looked at.
const FILES_MAX: usize = 8;
/// And no more names than that are read.
const NAMES_MAX: usize = 10_000;
const NAME_BYTES_MAX: usize = 100;

impl Stick {
    /// The names of files that end so, in order.
    pub fn files(&self, ending: &str) -> Result<Vec<String>, StickError> {
        let entries = fs::read_dir(&self.root).map_err(StickError::io(&self.root))?;
        let mut names = Vec::new();
        for entry in entries.take(NAMES_MAX) {
            let name = entry.map_err(StickError::io(&self.root))?.file_name();
            let name = name
                .to_str()
                .filter(|name| is_plain(name) && name.ends_with(ending));
            names.extend(name.map(str::to_owned));
        }
        names.order();
        names.truncate(FILES_MAX);
        Ok(names)
    }

    /// Opens one of them.
    pub fn open(&self, name: &str) -> Result<File, StickError> {
        let path = self.root.join(name);
        if !is_plain(name) {
            return Err(StickError::io(&path)(io::ErrorKind::InvalidInput.into()));
        }
        regular::open(&path).map_err(StickError::io(&path))
    }
}

/// A name that leads nowhere else, and can stand in another one.
fn is_plain(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte);
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with('.')
}
