//! A tar that arrives in pieces, perhaps over days: the node keeps what it received, and the sender continues from
//! there.
//!
//! Always: the file is a prefix of what the sender has. Whether it is a bundle is checked once it is complete.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{FOLDER, ImportError, Result};
use imajin_ledger::durable;
use imajin_log::synced::{create_dir_synced, sync_dir};

const ID_CHARS_MAX: usize = 64;

/// An upload on the disk.
#[derive(Debug, Clone)]
pub struct Upload {
    path: PathBuf,
    id: String,
    bytes_max: u64,
    length: Option<u64>,
}

impl Upload {
    /// Opens the upload with this id, started or not.
    ///
    /// # Errors
    /// [`ImportError::Id`] for a malformed id.
    pub fn open(data: &Path, id: &str, bytes_max: u64) -> Result<Self> {
        check_id(id)?;
        let folder = data.join(FOLDER);
        create_dir_synced(&folder).map_err(ImportError::io(&folder))?;
        Ok(Self {
            path: folder.join(format!("{id}.tar")),
            id: id.to_owned(),
            bytes_max,
            length: None,
        })
    }

    /// Sets the length in bytes that the sender declared, which the upload must have.
    pub fn with_length(mut self, length: Option<u64>) -> Self {
        self.length = length;
        self
    }

    /// Returns the upload's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the path of the received bytes.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of bytes received so far.
    pub fn received(&self) -> Result<u64> {
        let metadata = durable::if_there(fs::metadata(&self.path));
        let metadata = metadata.map_err(ImportError::io(&self.path))?;
        Ok(metadata.map_or(0, |metadata| metadata.len()))
    }

    /// Checks that all declared bytes are there.
    ///
    /// # Errors
    /// [`ImportError::Incomplete`] for an upload that broke off.
    pub fn check_complete(&self) -> Result<()> {
        let received = self.received()?;
        match self.length {
            Some(length) if received < length => Err(ImportError::Incomplete { received, length }),
            _ => Ok(()),
        }
    }

    /// Opens the upload for the next piece, which must start where the last one ended.
    ///
    /// # Errors
    /// [`ImportError::Offset`] says where to continue.
    pub fn append(&self, from: u64) -> Result<Piece> {
        let io = || ImportError::io(&self.path);
        let file = OpenOptions::new().append(true).create(true).open(&self.path).map_err(io())?;
        let received = file.metadata().map_err(io())?.len();
        if received != from {
            return Err(ImportError::Offset { received });
        }
        Ok(Piece {
            file,
            path: self.path.clone(),
            received,
            bytes_max: self.bytes_max,
            length: self.length,
        })
    }

    /// Deletes the received bytes.
    pub fn remove(&self) -> Result<()> {
        durable::remove_if_there(&self.path).map_err(ImportError::io(&self.path))
    }
}

/// A piece that is being received. Its bytes stay, even if the piece is not finished.
#[derive(Debug)]
pub struct Piece {
    file: File,
    path: PathBuf,
    received: u64,
    bytes_max: u64,
    length: Option<u64>,
}

impl Piece {
    /// Checks that this many further bytes may come.
    ///
    /// # Errors
    /// [`ImportError::TooLong`] for more than were declared, [`ImportError::TooLarge`] for more than the limit.
    pub fn check_fits(&self, bytes: u64) -> Result<()> {
        let total = self.received.saturating_add(bytes);
        match self.length {
            Some(length) if total > length => Err(ImportError::TooLong { length }),
            _ if total > self.bytes_max => Err(ImportError::TooLarge { bytes_max: self.bytes_max }),
            _ => Ok(()),
        }
    }

    /// Appends the next bytes.
    ///
    /// # Errors
    /// The errors of [`Self::check_fits`], or the disk's.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.check_fits(bytes.len() as u64)?;
        self.file.write_all(bytes).map_err(ImportError::io(&self.path))?;
        self.received += bytes.len() as u64;
        Ok(())
    }

    /// Makes the piece durable, and returns the bytes received so far.
    pub fn finish(self) -> Result<u64> {
        self.file.sync_all().map_err(ImportError::io(&self.path))?;
        if let Some(parent) = self.path.parent() {
            sync_dir(parent).map_err(ImportError::io(parent))?;
        }
        Ok(self.received)
    }
}

pub(super) fn check_id(id: &str) -> Result<()> {
    let ok = (1..=ID_CHARS_MAX).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if ok { Ok(()) } else { Err(ImportError::Id) }
}
