//! The lock on a data folder: one process holds it, and the lock file names that process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::errors::OpenError;

/// The file's name in the data folder.
const LOCK_NAME: &str = "lock";

/// Held while this process uses the data folder. The kernel releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

impl DataLock {
    /// Locks the folder.
    ///
    /// # Errors
    /// [`OpenError::Locked`] names the process that has it.
    pub fn take(data: &Path) -> Result<Self, OpenError> {
        let path = data.join(LOCK_NAME);
        let io = |source| OpenError::Io { path: path.clone(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder's name is only a courtesy.
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                let who = if holder.is_empty() {
                    "another process".to_owned()
                } else {
                    format!("the process {holder}")
                };
                return Err(OpenError::Locked(format!(
                    "{} is in use by {who}: stop that node first, or name another folder with --data",
                    data.display()
                )));
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        match file.rewind().and_then(|()| name(&mut file)) {
            // The lock is held even without the name.
            Err(error) if crate::media::is_disk_full(&error) => {}
            named => named.map_err(io)?,
        }
        Ok(Self { _file: file })
    }
}

/// Writes which process holds the lock. Overwrites the existing block: a full disk may have no other.
fn name(file: &mut File) -> std::io::Result<()> {
    let text = format!("{}\n", std::process::id());
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_has_it() {
        let data = tempfile::tempdir().unwrap();
        let lock = DataLock::take(data.path()).unwrap();
        let error = DataLock::take(data.path()).unwrap_err().to_string();
        assert!(error.contains(&std::process::id().to_string()), "{error}");
        drop(lock);
        DataLock::take(data.path()).unwrap();
    }
}
