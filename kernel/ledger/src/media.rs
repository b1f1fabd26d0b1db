//! People's content-addressed files: `users/<did folder>/media/<last two>/<cid>`, named by the raw CID of their bytes, or the
//! same on a disk, `imajin/media/<did folder>/<last two>/<cid>`. While files move between the two, they are read from both.
//!
//! Always: a file with a CID as its name is complete and synced, with its folders, before [`MediaWriter::finish`]
//! returns, so that the entry that names it can follow. Bytes are hashed while they are written and never held in
//! memory. This module does not know what a file means.

mod arrivals;
mod delivery;
mod disk;
mod hash;
mod moving;
mod pins;
mod removal;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;
mod writer;

pub use delivery::Delivery;
pub use disk::{DiskPlaces, DiskRefusal, FoundDisk, LostDisk, PlaceError, Reserve, Whereabouts};
pub use moving::{MoveProgress, MoveStep};
pub use pins::Pin;
pub(crate) use removal::Removed;
pub use upload::{UPLOAD_KEPT, Upload, UploadError, UploadId, UploadWriter};
pub use writer::MediaWriter;

use imajin_dfos::order::Order as _;
use imajin_log::Pace;
use imajin_log::clock::Clock;
use imajin_log::format::COPY_BYTES;
use imajin_log::format::names::shard;
use imajin_log::synced::sync_dir;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::cid::{Cid, parse_cid, raw_cid_from_sha256};
use imajin_dfos::hex;
use imajin_protocol::Did;

use crate::durable::if_there;
use arrivals::Arrivals;
use delivery::Deliveries;
pub(in crate::media) use disk::{Roots, raw_name};
use hash::FileHash;
pub(in crate::media) use moving::Moves;
use pins::Pins;
pub(in crate::media) use upload::OpenUploads;

/// Prefix of incomplete files. CIDs never have it, so nothing takes an incomplete file for a complete one.
const PARTIAL_PREFIX: &str = ".partial-";
/// Prefix of the files of a resumable upload.
const UPLOAD_PREFIX: &str = ".upload-";
/// Bytes after which a file that is being written is synced: a long file never leaves so much unwritten that the sync of
/// a log has to wait for it.
const SYNC_BYTES: u64 = 8 * 1024 * 1024;
/// Why a media file could not be stored or read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum MediaError {
    /// The disk is full. Nothing was stored.
    #[error("the disk is full: free some space and send the file again")]
    Full,
    #[error("a file may have at most {bytes_max} bytes")]
    TooLarge { bytes_max: u64 },
    #[error("the bytes of {cid} are damaged: they have another hash")]
    Damaged { cid: Cid },
    #[error("there is no media file {cid}")]
    NotFound { cid: Cid },
    /// The disk with the files is absent, so whether it has the file is unknown.
    #[error("the disk {disk}, which has people's files, is not plugged in")]
    DiskMissing { disk: String },
    #[error("{cid} does not name a file: a media file has a raw CID (bafkrei…)")]
    NotRaw { cid: Cid },
    #[error("media file: {0}")]
    Io(io::Error),
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        if is_disk_full(&error) { Self::Full } else { Self::Io(error) }
    }
}

/// Returns whether an error means that the disk is full: ENOSPC, or a quota.
pub fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Returns whether a file in a `media` folder is one that is still arriving. No copy of a person's data has it.
pub fn is_unfinished(file_name: &str) -> bool {
    file_name.starts_with(PARTIAL_PREFIX) || file_name.starts_with(UPLOAD_PREFIX)
}

/// A stored media file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaObject {
    /// The file's name.
    pub cid: Cid,
    /// The file's size in bytes.
    pub bytes: u64,
    /// Whether the person already had it: the same bytes are stored once.
    pub existed: bool,
}

/// The media files of one data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct MediaStore {
    roots: Arc<Roots>,
    file_bytes_max: u64,
    arrivals: Arc<Arrivals>,
    uploads: OpenUploads,
    pins: Arc<Pins>,
    deliveries: Arc<Deliveries>,
    moves: Arc<Moves>,
}

impl MediaStore {
    /// Returns the store under `<data>/users`, or on the disk that `<data>/node/media.json` names. The clock dates
    /// files for sweeps.
    pub fn new(data: &Path, file_bytes_max: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            roots: Arc::new(Roots::open(data)),
            file_bytes_max,
            arrivals: Arc::new(Arrivals::new(clock)),
            uploads: OpenUploads::default(),
            pins: Arc::default(),
            deliveries: Arc::default(),
            moves: Arc::default(),
        }
    }

    /// Returns the folder with everything of `did`, but for files on a disk.
    pub fn user_folder(&self, did: &Did) -> PathBuf {
        self.roots.users.join(did.folder_name())
    }

    /// Returns the folder with the files of `did` that are on the card.
    pub fn folder(&self, did: &Did) -> PathBuf {
        self.user_folder(did).join("media")
    }

    /// Returns the path of a file of `did`, on the card if it does not exist.
    ///
    /// # Errors
    /// [`MediaError::NotRaw`]; [`MediaError::DiskMissing`] if the file may be on the disk.
    pub fn path(&self, did: &Did, cid: &Cid) -> Result<PathBuf, MediaError> {
        let location =
            self.look(did, cid, |path, place| fs::metadata(path).map(|_| place.to_owned()))?;
        let name = raw_name(cid)?;
        Ok(location.unwrap_or_else(|| self.folder(did).join(shard(&name)).join(name)))
    }

    /// Looks for a file of `did` wherever it may be, by its path now and its path for later; `None` if it is nowhere.
    fn look<T>(
        &self,
        did: &Did,
        cid: &Cid,
        look: impl Fn(&Path, &Path) -> io::Result<T>,
    ) -> Result<Option<T>, MediaError> {
        let name = raw_name(cid)?;
        self.find_in_roots(|root| {
            let path = root.media_of(did).join(shard(&name)).join(&name);
            Ok(if_there(look(&path, &root.place_of(did, &name)))?)
        })
    }

    /// Asks one folder of people after the other for something that may move meanwhile; `None` if no folder has it.
    fn find_in_roots<T, E: From<MediaError>>(
        &self,
        find: impl Fn(&disk::Root) -> Result<Option<T>, E>,
    ) -> Result<Option<T>, E> {
        loop {
            let now = self.roots.now();
            // A file moves to the first folder from the second, so one that was missed in both is now in the first.
            let again = now.roots.first().filter(|_| now.roots.len() > 1);
            for root in now.roots.iter().chain(again) {
                if let Some(found) = find(root)? {
                    return Ok(Some(found));
                }
            }
            if !self.roots.is_changed(&now) {
                now.whole()?;
                return Ok(None);
            }
        }
    }

    /// Returns the maximum number of bytes of one file.
    pub fn file_bytes_max(&self) -> u64 {
        self.file_bytes_max
    }

    /// Starts a file whose bytes arrive in pieces, in one go. [`Self::create_upload`] is for those that may be interrupted.
    pub fn writer(&self, did: &Did) -> Result<MediaWriter, MediaError> {
        MediaWriter::begin(self, did)
    }

    /// Stores all bytes of `source`: synced and named when this returns.
    ///
    /// # Errors
    /// [`MediaError`]; nothing was stored.
    pub fn put(&self, did: &Did, mut source: impl Read) -> Result<MediaObject, MediaError> {
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
        let open = |path: &Path, _: &Path| {
            let file = File::open(path)?;
            let bytes = file.metadata()?.len();
            Ok((file, bytes))
        };
        let file = self.look(did, cid, open)?;
        file.ok_or(MediaError::NotFound { cid: *cid })
    }

    /// Returns the size of a file in bytes; `None` if it does not exist.
    pub fn size(&self, did: &Did, cid: &Cid) -> Result<Option<u64>, MediaError> {
        self.look(did, cid, |path, _| Ok(fs::metadata(path)?.len()))
    }

    /// Reads a file completely and checks that its bytes match its name. Returns its size in bytes.
    ///
    /// # Errors
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
        let paths = self.roots.now().whole()?.paths(did, cid)?;
        let _dates = self.arrivals.dates.lock();
        Ok(remove_all(&paths)?)
    }

    /// Returns all files of `did`, sorted by path, with their sizes in bytes.
    pub fn list(&self, did: &Did) -> Result<Vec<(Cid, u64)>, MediaError> {
        let now = self.roots.now().whole()?;
        let mut by_cid = BTreeMap::new();
        // A file moves to the first folder, and is found in one of them.
        for root in now.roots.iter().rev() {
            let files = list_folder(&root.media_of(did))?.into_iter();
            by_cid.extend(files.map(|(cid, bytes)| (in_order(&cid), (cid, bytes))));
        }
        Ok(by_cid.into_values().collect())
    }
}

/// Removes a file wherever it is, durably; true if there was one.
fn remove_all(paths: &[PathBuf]) -> io::Result<bool> {
    let mut was_there = false;
    for path in paths {
        if if_there(fs::remove_file(path))?.is_some() {
            was_there = true;
            path.parent().map_or(Ok(()), sync_dir)?;
        }
    }
    Ok(was_there)
}

/// Returns the files in a `media` folder, sorted by path; skips anything without a media file's name.
pub fn list_folder(folder: &Path) -> io::Result<Vec<(Cid, u64)>> {
    let mut listing = Vec::new();
    let Some(shards) = if_there(fs::read_dir(folder))? else {
        return Ok(listing);
    };
    for entry in shards {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let Some(files) = if_there(fs::read_dir(entry.path()))? else {
            continue;
        };
        for file in files {
            let file = file?;
            let name = file.file_name();
            let Some(name) = name.to_str() else { continue };
            let Ok(cid) = parse_cid(name) else { continue };
            // A file may have moved or been removed since its name was read.
            let Some(metadata) = if_there(file.metadata())? else {
                continue;
            };
            if metadata.is_file() && entry.file_name() == shard(name) {
                listing.push((cid, metadata.len()));
            }
        }
    }
    listing.order_by_key(|(cid, _)| in_order(cid));
    Ok(listing)
}

/// Draws `N` random bytes, in hexadecimal.
fn random_hex<const N: usize>() -> io::Result<String> {
    let mut random = [0u8; N];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(hex::encode(&random))
}

/// Returns a file's path below `media`.
fn in_order(cid: &Cid) -> String {
    let name = cid.to_string();
    format!("{}/{name}", shard(&name))
}

/// Returns the SHA-256 digest and length of everything that `source` returns.
pub fn hash_reader(mut source: impl Read) -> io::Result<([u8; 32], u64)> {
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
