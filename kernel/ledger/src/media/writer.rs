//! Writes a media file: hashed while its bytes arrive, named once all have arrived.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::cid::Cid;

use super::arrivals::Arrivals;
use super::hash::FileHash;
use super::{MediaError, PARTIAL_PREFIX, SYNC_BYTES, Stored, shard};
use crate::synced::{create_dir_synced, sync_dir};

/// A file that is being written. Dropping it before [`MediaWriter::finish`] deletes it.
#[derive(Debug)]
pub struct MediaWriter {
    file: Option<File>,
    pub(super) partial: PathBuf,
    folder: PathBuf,
    hash: FileHash,
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
            hash: FileHash::default(),
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
        if self.bytes / SYNC_BYTES != total / SYNC_BYTES {
            file.sync_data()?;
        }
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
        let cid = std::mem::take(&mut self.hash).cid();
        let written = Written {
            file: &file,
            path: &self.partial,
            cid,
            bytes: self.bytes,
        };
        written.name(&self.folder, &self.arrivals)
    }
}

/// A complete file that has no name yet.
pub(super) struct Written<'w> {
    pub(super) file: &'w File,
    pub(super) path: &'w Path,
    /// Of all its bytes.
    pub(super) cid: Cid,
    pub(super) bytes: u64,
}

impl Written<'_> {
    /// Gives the file its name in this `media` folder; both are on the disk when this returns. It takes the place of one
    /// with the same name: these bytes are proven, so a file that rotted is whole again.
    pub(super) fn name(self, folder: &Path, arrivals: &Arrivals) -> Result<Stored, MediaError> {
        let name = self.cid.to_string();
        let shard_dir = folder.join(shard(&name));
        let path = shard_dir.join(&name);
        create_dir_synced(&shard_dir)?;
        arrivals.date(self.file)?;
        self.file.sync_all()?;
        let existed = {
            let _dates = arrivals.dates();
            let existed = path.is_file();
            fs::rename(self.path, &path)?;
            existed
        };
        sync_dir(&shard_dir)?;
        Ok(Stored {
            cid: self.cid,
            bytes: self.bytes,
            existed,
        })
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
