//! Writes a media file: hashed while its bytes arrive, named once all have arrived.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::cid::Cid;
use imajin_log::format::names::shard;
use imajin_log::synced::{create_dir_synced, sync_dir};
use imajin_protocol::Did;

use super::arrivals::Arrivals;
use super::disk::Root;
use super::hash::FileHash;
use super::{MediaError, MediaObject, MediaStore, PARTIAL_PREFIX, SYNC_BYTES, random_hex};

/// An incomplete file. Dropped, it is deleted.
#[derive(Debug)]
pub(super) struct Partial {
    pub(super) file: File,
    pub(super) path: PathBuf,
    hash: FileHash,
    pub(super) bytes: u64,
    _name: OnItsWay,
}

/// The name of a file that is being written: a sweep leaves it alone.
#[derive(Debug)]
struct OnItsWay {
    name: OsString,
    arrivals: Arc<Arrivals>,
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.arrivals.end(&self.name);
    }
}

impl Partial {
    /// Starts a file in a `media` folder.
    pub(super) fn begin(folder: &Path, arrivals: &Arc<Arrivals>) -> io::Result<Self> {
        let name = format!("{PARTIAL_PREFIX}{}", random_hex::<12>()?);
        let path = folder.join(&name);
        // Registered before the file exists, or a sweep would take the file for an earlier run's.
        let name = OsString::from(name);
        arrivals.begin(name.clone());
        let name = OnItsWay { name, arrivals: Arc::clone(arrivals) };
        create_dir_synced(folder)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path, hash: FileHash::default(), bytes: 0, _name: name })
    }

    /// Appends the next bytes.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let total = self.bytes.saturating_add(bytes.len() as u64);
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        if self.bytes / SYNC_BYTES != total / SYNC_BYTES {
            self.file.sync_data()?;
        }
        self.bytes = total;
        Ok(())
    }

    /// Returns the name of a file of the bytes that were written.
    pub(super) fn cid(&self) -> Cid {
        self.hash.clone().cid()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing left under this name. A sweep removes what a crash leaves.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that is being written. Dropping it before [`MediaWriter::finish`] deletes it.
#[derive(Debug)]
pub struct MediaWriter {
    pub(super) partial: Partial,
    store: MediaStore,
    did: Did,
    root: Root,
}

impl MediaWriter {
    pub(super) fn begin(store: &MediaStore, did: &Did) -> Result<Self, MediaError> {
        // The lock prevents a move away from the folder from ending before the file exists.
        let standing = store.roots.standing.read();
        let root = store.roots.target_of(&standing)?;
        let partial = Partial::begin(&root.media_of(did), &store.arrivals)?;
        drop(standing);
        Ok(Self { partial, store: store.clone(), did: did.clone(), root })
    }

    /// Appends the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), MediaError> {
        let bytes_max = self.store.file_bytes_max;
        if self.bytes().saturating_add(bytes.len() as u64) > bytes_max {
            return Err(MediaError::TooLarge { bytes_max });
        }
        Ok(self.partial.write(bytes)?)
    }

    /// Returns the number of bytes received so far.
    pub fn bytes(&self) -> u64 {
        self.partial.bytes
    }

    /// Names the file after its bytes; both are on the disk when this returns.
    pub fn finish(self) -> Result<MediaObject, MediaError> {
        let written = CompleteFile {
            file: &self.partial.file,
            path: &self.partial.path,
            cid: self.partial.cid(),
            bytes: self.partial.bytes,
        };
        written.name(&self.store, &self.did, &self.root)
    }
}

/// A complete file that has no name yet.
pub(super) struct CompleteFile<'w> {
    pub(super) file: &'w File,
    pub(super) path: &'w Path,
    /// The CID of all its bytes.
    pub(super) cid: Cid,
    pub(super) bytes: u64,
}

impl CompleteFile<'_> {
    /// Gives the file its name in the folder in which it was written; both are on the disk when this returns. It takes the place
    /// of one with the same name: these bytes are proven, so a file that rotted is whole again.
    pub(super) fn name(
        self,
        store: &MediaStore,
        did: &Did,
        root: &Root,
    ) -> Result<MediaObject, MediaError> {
        let name = self.cid.to_string();
        let shard_dir = root.media_of(did).join(shard(&name));
        let path = shard_dir.join(&name);
        store.arrivals.date(self.file)?;
        self.file.sync_all()?;
        let elsewhere = store.roots.now().paths(did, &self.cid)?;
        let existed = {
            let _dates = store.arrivals.dates.lock();
            create_dir_synced(&shard_dir)?;
            let existed = path.is_file() || elsewhere.iter().any(|path| path.is_file());
            fs::rename(self.path, &path)?;
            existed
        };
        sync_dir(&shard_dir)?;
        Ok(MediaObject { cid: self.cid, bytes: self.bytes, existed })
    }
}
