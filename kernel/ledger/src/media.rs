//! People's content-addressed files: `users/<did folder>/media/<last two>/<cid>`, named by the raw CID of their bytes.
//!
//! Always: a file with a CID as its name is complete and synced, with its folders, before [`MediaWriter::finish`]
//! returns, so that the entry that names it can follow. Bytes are hashed while they are written and never held in
//! memory. This module does not know what a file means.

mod arrivals;
mod delivery;
mod hash;
mod pins;
mod removal;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;
mod writer;

pub use delivery::Delivery;
pub use pins::Pin;
pub(crate) use removal::Removed;
pub use upload::{UPLOAD_KEPT, Upload, UploadError, UploadId, UploadWriter};
pub use writer::MediaWriter;

use imajin_dfos::order::Order as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::cid::{CODEC_RAW, Cid, parse_cid, raw_cid_from_sha256};
use imajin_protocol::Did;

use crate::clock::Clock;
use crate::pace::Pace;
use crate::synced::{create_dir_synced, sync_dir};
use arrivals::Arrivals;
use delivery::Deliveries;
use hash::FileHash;
use pins::Pins;
use upload::OpenUploads;

/// Prefix of incomplete files. CIDs never have it, so nothing takes an incomplete file for a complete one.
const PARTIAL_PREFIX: &str = ".partial-";
/// Prefix of the files of a resumable upload.
const UPLOAD_PREFIX: &str = ".upload-";
/// Bytes after which a file that is being written is synced: a long file never leaves so much unwritten that the sync of
/// a log has to wait for it.
const SYNC_BYTES: u64 = 8 * 1024 * 1024;
/// Buffer for copies in bytes: large enough that a system call costs little, small enough for a Pi under load.
pub(crate) const COPY_BYTES: usize = 64 * 1024;

/// Why a media file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The disk is full. Nothing was stored.
    #[error("the disk is full: free some space and send the file again")]
    Full,
    /// The file exceeds the limit.
    #[error("a file may have at most {bytes_max} bytes")]
    TooLarge {
        /// The limit in bytes.
        bytes_max: u64,
    },
    /// The bytes do not match the CID.
    #[error("the bytes of {cid} are damaged: they have another hash")]
    Damaged {
        /// The file's name.
        cid: Cid,
    },
    /// The person has no such file.
    #[error("there is no media file {cid}")]
    NotFound {
        /// The requested name.
        cid: Cid,
    },
    /// The CID is not of raw bytes.
    #[error("{cid} does not name a file: a media file has a raw CID (bafkrei…)")]
    NotRaw {
        /// The requested name.
        cid: Cid,
    },
    /// A file operation failed.
    #[error("media file: {0}")]
    Io(io::Error),
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        if is_disk_full(&error) {
            Self::Full
        } else {
            Self::Io(error)
        }
    }
}

/// Whether an error means that the disk is full: ENOSPC, or a quota.
pub fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// Whether a file in a `media` folder is one that is still arriving. No copy of a person's data has it.
pub fn is_unfinished(file_name: &str) -> bool {
    file_name.starts_with(PARTIAL_PREFIX) || file_name.starts_with(UPLOAD_PREFIX)
}

/// A stored media file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// The file's name.
    pub cid: Cid,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether the person already had it: the same bytes are stored once.
    pub existed: bool,
}

/// The media files of one data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaStore {
    users: Arc<Path>,
    file_bytes_max: u64,
    arrivals: Arc<Arrivals>,
    uploads: OpenUploads,
    pins: Arc<Pins>,
    deliveries: Arc<Deliveries>,
}

impl MediaStore {
    /// The store under `<data>/users`. The clock dates files for sweeps.
    pub fn new(data: &Path, file_bytes_max: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            users: data.join("users").into(),
            file_bytes_max,
            arrivals: Arc::new(Arrivals::new(clock)),
            uploads: OpenUploads::default(),
            pins: Arc::default(),
            deliveries: Arc::default(),
        }
    }

    /// The folder with everything of `did`.
    pub(crate) fn user_folder(&self, did: &Did) -> PathBuf {
        self.users.join(did.folder_name())
    }

    /// The folder with the files of `did`.
    pub fn folder(&self, did: &Did) -> PathBuf {
        self.users.join(did.folder_name()).join("media")
    }

    /// The path of a file of `did`.
    ///
    /// # Errors
    ///
    /// [`MediaError::NotRaw`]; [`MediaError::NotFound`] if it does not exist.
    pub fn path(&self, did: &Did, cid: &Cid) -> Result<PathBuf, MediaError> {
        if cid.codec() != CODEC_RAW {
            return Err(MediaError::NotRaw { cid: *cid });
        }
        let name = cid.to_string();
        Ok(self.folder(did).join(shard(&name)).join(name))
    }

    /// The most bytes of one file.
    pub fn file_bytes_max(&self) -> u64 {
        self.file_bytes_max
    }

    /// Starts a file whose bytes arrive in pieces, in one go. [`Self::create_upload`] is for those that may be interrupted.
    pub fn writer(&self, did: &Did) -> Result<MediaWriter, MediaError> {
        let folder = self.folder(did);
        create_dir_synced(&folder)?;
        MediaWriter::begin(folder, self.file_bytes_max, self.arrivals.clone())
    }

    /// Stores all bytes of `source`: synced and named when this returns.
    ///
    /// # Errors
    ///
    /// [`MediaError`]; nothing was stored.
    pub fn put(&self, did: &Did, mut source: impl Read) -> Result<Stored, MediaError> {
        let mut writer = self.writer(did)?;
        let mut buffer = vec![0u8; COPY_BYTES];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return writer.finish(),
                Ok(n) => writer.write(&buffer[..n])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(MediaError::Io(error)),
            }
        }
    }

    /// Opens a file and returns its size in bytes. [`Self::check`] tells whether its bytes match its name.
    pub fn open(&self, did: &Did, cid: &Cid) -> Result<(File, u64), MediaError> {
        let path = self.path(did, cid)?;
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => MediaError::NotFound { cid: *cid },
            _ => MediaError::Io(error),
        })?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    }

    /// The size of a file in bytes; `None` if it does not exist.
    pub fn size(&self, did: &Did, cid: &Cid) -> Result<Option<u64>, MediaError> {
        match fs::metadata(self.path(did, cid)?) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a file completely and checks that its bytes match its name. Returns its size in bytes.
    ///
    /// # Errors
    ///
    /// [`MediaError::Damaged`], or why it was unreadable.
    pub fn check(&self, did: &Did, cid: &Cid) -> Result<u64, MediaError> {
        self.check_at(did, cid, None)
    }

    /// Like [`Self::check`], at a pace; fails with a read error if the pace ends the work.
    pub fn check_at(&self, did: &Did, cid: &Cid, pace: Option<&Pace>) -> Result<u64, MediaError> {
        let (file, bytes) = self.open(did, cid)?;
        let file: Box<dyn io::Read + '_> = match pace {
            Some(pace) => Box::new(pace.read(file)),
            None => Box::new(file),
        };
        if raw_cid_from_sha256(hash_reader(file)?.0) == *cid {
            Ok(bytes)
        } else {
            Err(MediaError::Damaged { cid: *cid })
        }
    }

    /// Removes a file durably; true if there was one.
    pub fn remove(&self, did: &Did, cid: &Cid) -> Result<bool, MediaError> {
        let path = self.path(did, cid)?;
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        if let Some(parent) = path.parent() {
            sync_dir(parent)?;
        }
        Ok(true)
    }

    /// All files of `did`, sorted by path, with their sizes in bytes.
    pub fn list(&self, did: &Did) -> Result<Vec<(Cid, u64)>, MediaError> {
        Ok(list_folder(&self.folder(did))?)
    }
}

/// The folder in `media/` for a name: the name's last two characters, so that no folder on a stick has more than 10 000
/// names before there are ten million files.
pub(crate) fn shard(cid: &str) -> &str {
    cid.get(cid.len().saturating_sub(2)..).unwrap_or(cid)
}

/// The files in a `media` folder, sorted by path; skips anything without a media file's name.
pub(crate) fn list_folder(folder: &Path) -> io::Result<Vec<(Cid, u64)>> {
    let mut found = Vec::new();
    let Some(shards) = read_dir_or_none(folder)? else {
        return Ok(found);
    };
    for entry in shards {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let Some(files) = read_dir_or_none(&entry.path())? else {
            continue;
        };
        for file in files {
            let file = file?;
            let name = file.file_name();
            let Some(name) = name.to_str() else { continue };
            let Ok(cid) = parse_cid(name) else { continue };
            let metadata = file.metadata()?;
            if metadata.is_file() && entry.file_name() == shard(name) {
                found.push((cid, metadata.len()));
            }
        }
    }
    found.order_by_key(|(cid, _)| {
        let name = cid.to_string();
        format!("{}/{name}", shard(&name))
    });
    Ok(found)
}

fn read_dir_or_none(folder: &Path) -> io::Result<Option<fs::ReadDir>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(Some(entries)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The SHA-256 digest and length of everything that `source` returns.
pub(crate) fn hash_reader(mut source: impl Read) -> io::Result<([u8; 32], u64)> {
    let mut hash = FileHash::default();
    let mut bytes = 0u64;
    let mut buffer = vec![0u8; COPY_BYTES];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((hash.digest(), bytes)),
            Ok(n) => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
