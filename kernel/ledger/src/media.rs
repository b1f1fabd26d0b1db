//! Content-addressed files of people: `users/<did folder>/media/<last two>/<cid>`, named by the raw CID of their bytes.
//!
//! Always: a file under its CID is whole and synced, with its folders, before [`MediaWriter::finish`] returns, so that
//! the entry that names it can follow; bytes are hashed on the way and never held. It must not know what a file means.

mod arrivals;
mod sweep;
#[cfg(test)]
mod tests;
mod writer;

pub use writer::MediaWriter;

use imajin_dfos::order::Order as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::cid::{CODEC_RAW, Cid, parse_cid, raw_cid_from_sha256};
use imajin_protocol::Did;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use arrivals::Arrivals;

/// Files on their way have names that no CID has, so that nobody takes them for whole ones.
const PARTIAL_PREFIX: &str = ".partial-";
/// Room for streaming copies: large enough that a syscall costs little, small enough for a Pi under load.
pub(crate) const COPY_BYTES: usize = 64 * 1024;

/// Why a media file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The disk has no room. Nothing was kept.
    #[error("the disk is full: free some space and send the file again")]
    Full,
    /// More bytes than one file may have.
    #[error("a file may have at most {bytes_max} bytes")]
    TooLarge {
        /// The limit in force.
        bytes_max: u64,
    },
    /// The bytes are not those that the CID names.
    #[error("the bytes of {cid} are damaged: their hash is another")]
    Damaged {
        /// The name that the bytes do not deserve.
        cid: Cid,
    },
    /// There is no such file.
    #[error("there is no media file {cid}")]
    NotFound {
        /// The name asked for.
        cid: Cid,
    },
    /// A CID of something else than raw bytes.
    #[error("{cid} does not name a file: a media file has a raw CID (bafkrei…)")]
    NotRaw {
        /// The name asked for.
        cid: Cid,
    },
    /// The disk failed.
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

/// Whether an error says that there is no room: ENOSPC, or a quota.
pub(crate) fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// Makes the names in a folder durable. Some file systems (exFAT by FUSE) know no such thing; there is nothing more
/// that one could do on them.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    match File::open(or_here(dir))?.sync_all() {
        Err(error) if is_unsupported(&error) => Ok(()),
        other => other,
    }
}

/// Renames what is synced, and makes that durable. On FAT a name also tells where the content begins, and a new name learns it
/// only when what has the name is written again: without that a stick that is pulled out has an empty file or folder.
pub(crate) fn rename_synced(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    sync_dir(to)?;
    sync_dir(to.parent().unwrap_or(Path::new(".")))
}

/// The parent of a bare name is empty, and means the folder that the process is in.
pub(crate) fn or_here(dir: &Path) -> &Path {
    if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

/// Makes `dir` and every missing folder above it, and each of their names durable.
pub(crate) fn create_dir_synced(dir: &Path) -> io::Result<()> {
    if or_here(dir).is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        create_dir_synced(parent)?;
    }
    match fs::create_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    dir.parent().map_or(Ok(()), sync_dir)
}

/// A media file that stands on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub cid: Cid,
    /// Its size.
    pub bytes: u64,
    /// Whether it was there before: the same bytes are kept once a person.
    pub existed: bool,
}

/// The media files of one data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaStore {
    users: Arc<Path>,
    file_bytes_max: u64,
    arrivals: Arc<Arrivals>,
}

impl MediaStore {
    /// The store under `<data>/users`. The clock dates files: a sweep goes by it.
    pub fn new(data: &Path, file_bytes_max: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            users: data.join("users").into(),
            file_bytes_max,
            arrivals: Arc::new(Arrivals::new(clock)),
        }
    }

    /// Where everything of `did` stands.
    pub(crate) fn user_folder(&self, did: &Did) -> PathBuf {
        self.users.join(did.folder_name())
    }

    /// Where the files of `did` stand.
    pub fn folder(&self, did: &Did) -> PathBuf {
        self.users.join(did.folder_name()).join("media")
    }

    /// Where a file of `did` stands, if it is there.
    pub fn path(&self, did: &Did, cid: &Cid) -> Result<PathBuf, MediaError> {
        if cid.codec() != CODEC_RAW {
            return Err(MediaError::NotRaw { cid: *cid });
        }
        let name = cid.to_string();
        Ok(self.folder(did).join(shard(&name)).join(name))
    }

    /// Begins a file whose bytes arrive in pieces (an upload).
    pub fn writer(&self, did: &Did) -> Result<MediaWriter, MediaError> {
        let folder = self.folder(did);
        create_dir_synced(&folder)?;
        MediaWriter::begin(folder, self.file_bytes_max, self.arrivals.clone())
    }

    /// Keeps all bytes of `source`: synced and named when this returns.
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

    /// Opens a file. Whether its bytes still deserve their name is [`Self::check`]'s to say.
    pub fn open(&self, did: &Did, cid: &Cid) -> Result<(File, u64), MediaError> {
        let path = self.path(did, cid)?;
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => MediaError::NotFound { cid: *cid },
            _ => MediaError::Io(error),
        })?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    }

    /// The size of a file, if it is there.
    pub fn size(&self, did: &Did, cid: &Cid) -> Result<Option<u64>, MediaError> {
        match fs::metadata(self.path(did, cid)?) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a file through and says whether its bytes are the ones that it is named after.
    pub fn check(&self, did: &Did, cid: &Cid) -> Result<u64, MediaError> {
        let (file, bytes) = self.open(did, cid)?;
        if raw_cid_from_sha256(hash_reader(file)?.0) == *cid {
            Ok(bytes)
        } else {
            Err(MediaError::Damaged { cid: *cid })
        }
    }

    /// Removes one file, durably. That it is not there is no error.
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

    /// All files of `did` in the order of their paths, with sizes.
    pub fn list(&self, did: &Did) -> Result<Vec<(Cid, u64)>, MediaError> {
        Ok(list_folder(&self.folder(did))?)
    }
}

/// The folder within `media/` for a name: its last two characters, so that no folder of a stick has more than
/// 10 000 names before there are ten million files.
pub(crate) fn shard(cid: &str) -> &str {
    cid.get(cid.len().saturating_sub(2)..).unwrap_or(cid)
}

/// The files of a `media` folder by path; whatever is not named as one is passed over.
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

/// SHA-256 and length of everything that `source` gives.
pub(crate) fn hash_reader(mut source: impl Read) -> io::Result<([u8; 32], u64)> {
    let mut hash = Sha256::new();
    let mut bytes = 0u64;
    let mut buffer = vec![0u8; COPY_BYTES];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((hash.finalize().into(), bytes)),
            Ok(n) => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
