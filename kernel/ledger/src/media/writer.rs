//! Writes a media file: hashed while its bytes arrive, named once all have arrived.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::cid::raw_cid_from_sha256;
use sha2::{Digest, Sha256};

use super::arrivals::Arrivals;
use super::{MediaError, PARTIAL_PREFIX, Stored, create_dir_synced, shard, sync_dir};

/// A file that is being written. Dropping it before [`MediaWriter::finish`] deletes it.
#[derive(Debug)]
pub struct MediaWriter {
    file: Option<File>,
    pub(super) partial: PathBuf,
    folder: PathBuf,
    hash: Sha256,
    bytes: u64,
    bytes_max: u64,
    arrivals: Arc<Arrivals>,
}

impl MediaWriter {
    /// Starts a file in an existing `media` folder.
    pub(super) fn begin(
        folder: PathBuf,
        bytes_max: u64,
        arrivals: Arc<Arrivals>,
    ) -> Result<Self, MediaError> {
        let mut random = [0u8; 12];
        getrandom::fill(&mut random)
            .map_err(|error| MediaError::Io(io::Error::other(error.to_string())))?;
        let name = format!("{PARTIAL_PREFIX}{}", crate::bundle::hex::encode(&random));
        // Registered before the file exists, or a sweep would take the file for an earlier run's; dropped if it cannot
        // be created.
        arrivals.begin(name.clone().into());
        let mut writer = Self {
            file: None,
            partial: folder.join(name),
            folder,
            hash: Sha256::new(),
            bytes: 0,
            bytes_max,
            arrivals,
        };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&writer.partial)?;
        writer.file = Some(file);
        Ok(writer)
    }

    /// Appends the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        let total = self.bytes.saturating_add(bytes.len() as u64);
        if total > self.bytes_max {
            return Err(MediaError::TooLarge {
                bytes_max: self.bytes_max,
            });
        }
        let file = self.file.as_mut().ok_or_else(closed)?;
        file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes = total;
        Ok(())
    }

    /// Bytes received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Names the file after its bytes; both are on the disk when this returns.
    pub fn finish(mut self) -> Result<Stored, MediaError> {
        let file = self.file.take().ok_or_else(closed)?;
        let cid = raw_cid_from_sha256(std::mem::take(&mut self.hash).finalize().into());
        let name = cid.to_string();
        let shard_dir = self.folder.join(shard(&name));
        let path = shard_dir.join(&name);
        let existed = self.name(&file, &shard_dir, &path)?;
        // Another writer may have renamed it a moment ago: its name must be durable before this returns.
        sync_dir(&shard_dir)?;
        Ok(Stored {
            cid,
            bytes: self.bytes,
            existed,
        })
    }
}

impl MediaWriter {
    /// Renames the file, unless there is one with these bytes; either way it arrived now. True if there was one.
    fn name(&self, file: &File, shard_dir: &Path, path: &Path) -> Result<bool, MediaError> {
        let mut is_ready = false;
        loop {
            {
                let _dates = self.arrivals.dates();
                // The existing file may be corrupt. This compares the length only; `check` reads all bytes.
                if fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() == self.bytes) {
                    self.arrivals.date_path(path)?;
                    return Ok(true);
                }
                if is_ready {
                    fs::rename(&self.partial, path)?;
                    return Ok(false);
                }
            }
            create_dir_synced(shard_dir)?;
            self.arrivals.date(file)?;
            file.sync_all()?;
            is_ready = true;
        }
    }
}

impl Drop for MediaWriter {
    fn drop(&mut self) {
        // After a rename there is nothing left under this name. A sweep removes what a crash leaves.
        let _ = fs::remove_file(&self.partial);
        if let Some(name) = self.partial.file_name() {
            self.arrivals.end(&name.to_owned());
        }
    }
}

fn closed() -> MediaError {
    MediaError::Io(io::Error::other("the file was finished already"))
}
