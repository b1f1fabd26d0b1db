//! A media file on its way in: hashed as its bytes arrive, named when they have all come.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use imajin_dfos::cid::raw_cid_from_sha256;
use sha2::{Digest, Sha256};

use super::{MediaError, PARTIAL_PREFIX, Stored, create_dir_synced, shard, sync_dir};

/// A file on its way in. Dropped before [`MediaWriter::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct MediaWriter {
    file: Option<File>,
    pub(super) partial: PathBuf,
    folder: PathBuf,
    hash: Sha256,
    bytes: u64,
    bytes_max: u64,
}

impl MediaWriter {
    /// Begins a file in a `media` folder that is there.
    pub(super) fn begin(folder: PathBuf, bytes_max: u64) -> Result<Self, MediaError> {
        let mut random = [0u8; 12];
        getrandom::fill(&mut random)
            .map_err(|error| MediaError::Io(io::Error::other(error.to_string())))?;
        let partial = folder.join(format!(
            "{PARTIAL_PREFIX}{}",
            crate::bundle::hex::encode(&random)
        ));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&partial)?;
        Ok(Self {
            file: Some(file),
            partial,
            folder,
            hash: Sha256::new(),
            bytes: 0,
            bytes_max,
        })
    }

    /// Takes the next bytes.
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

    /// How many bytes arrived so far.
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
        // The bytes under a name may have rotted; equal length is what a glance can tell, `check` reads all of them.
        let existed = fs::metadata(&path).is_ok_and(|m| m.is_file() && m.len() == self.bytes);
        if existed {
            // A concurrent writer may have renamed it a moment ago: its name must be durable before ours returns.
            sync_dir(&shard_dir)?;
        } else {
            create_dir_synced(&shard_dir)?;
            file.sync_all()?;
            fs::rename(&self.partial, &path)?;
            sync_dir(&shard_dir)?;
        }
        Ok(Stored {
            cid,
            bytes: self.bytes,
            existed,
        })
    }
}

impl Drop for MediaWriter {
    fn drop(&mut self) {
        // After a rename there is nothing left under this name. What a crash leaves is swept at the next start.
        let _ = fs::remove_file(&self.partial);
    }
}

fn closed() -> MediaError {
    MediaError::Io(io::Error::other("the file was finished already"))
}
