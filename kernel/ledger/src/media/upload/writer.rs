//! Writes the next bytes of an upload.
//!
//! Always: the data are synced before the offset that counts them is noted, while at most as many further bytes come as
//! lie between two syncs. However a writer ends, dropped or by an error, the upload continues from the last noted
//! offset.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use imajin_log::format::COPY_BYTES;
use imajin_protocol::Did;

use super::super::disk::Root;
use super::super::writer::CompleteFile;
use super::super::{MediaObject, MediaStore, SYNC_BYTES};
use super::slots::{Running, SlotGuard};
use super::syncing::{Due, Syncing, Unsynced};
use super::{Upload, UploadError, UploadId, files_of, write_note};

/// Bytes that are hashed in one go of catching up: a fraction of a second.
const CATCH_UP_BYTES: u64 = 4 * 1024 * 1024;

/// The only writer of an upload. Dropped, the upload waits at the last byte that was written, as after
/// [`UploadWriter::pause`].
#[derive(Debug)]
pub struct UploadWriter {
    upload: Upload,
    store: MediaStore,
    did: Did,
    root: Root,
    bytes: PathBuf,
    note: PathBuf,
    held: SlotGuard,
    file: File,
    /// Whole pieces that are in the file. The offset of `upload` is the noted part of them.
    at: u64,
    /// A sync of earlier pieces, while the next come.
    syncing: Option<Syncing>,
    /// A piece was written in part.
    is_torn: bool,
    /// A sync failed: whether the disk has the bytes since the last one is unknown, even if the next succeeds.
    is_doubtful: bool,
    /// The hash state before the bytes that do not count yet.
    before: Option<Running>,
    is_settled: bool,
}

impl UploadWriter {
    pub(super) fn begin(
        store: &MediaStore,
        did: &Did,
        id: &UploadId,
        offset: u64,
    ) -> Result<Self, UploadError> {
        store.upload(did, id)?;
        let mut held = store.uploads.0.take(id.as_str())?;
        // The slot now excludes other writers.
        let (root, upload) = store.find_upload(did, id)?;
        if offset != upload.offset || !upload.is_open() {
            return Err(UploadError::Offset { offset: upload.offset });
        }
        let (bytes, note) = files_of(&root.media_of(did), id);
        let mut file = OpenOptions::new().read(true).write(true).open(&bytes)?;
        if held.running.bytes > offset {
            held.forget();
        }
        if file.metadata()?.len() > offset {
            file.set_len(offset)?;
        }
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self {
            store: store.clone(),
            did: did.clone(),
            root,
            upload,
            bytes,
            note,
            held,
            file,
            at: offset,
            syncing: None,
            is_torn: false,
            is_doubtful: false,
            before: None,
            is_settled: false,
        })
    }

    /// Returns the offset of the next byte.
    pub fn offset(&self) -> u64 {
        self.at
    }

    /// Hashes some of the bytes that were written in an earlier run of the program; true if all are hashed. Nobody has to
    /// call it: [`Self::finish`] does the rest, which may take minutes.
    pub fn catch_up(&mut self) -> Result<bool, UploadError> {
        let running = &mut self.held.running;
        let until = self.at.min(running.bytes.saturating_add(CATCH_UP_BYTES));
        let mut buffer = vec![0u8; COPY_BYTES];
        while running.bytes < until {
            let most = usize::try_from(until - running.bytes).unwrap_or(COPY_BYTES);
            let part = buffer.get_mut(..most.min(COPY_BYTES)).unwrap_or_default();
            match self.file.read_at(part, running.bytes) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                Ok(count) => {
                    running.hash.update(part.get(..count).unwrap_or_default());
                    running.bytes += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(running.bytes == self.at)
    }

    /// Holds back the bytes written from here on: they do not count unless [`Self::keep`] is called before the writer
    /// ends: its sender announced a checksum, which has to come true first.
    pub fn hold(&mut self) {
        self.before = Some(self.held.running.clone());
    }

    /// Counts the written bytes.
    pub fn keep(&mut self) {
        self.before = None;
    }

    /// Appends the next bytes.
    ///
    /// # Errors
    /// [`UploadError::TooLong`], [`UploadError::Unknown`] if the upload was ended meanwhile, or a file error.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        let total = self.at.saturating_add(bytes.len() as u64);
        let length = self.upload.length;
        if total > length {
            return Err(UploadError::TooLong { length });
        }
        let file = &mut self.file;
        self.is_torn = true;
        self.held.while_here(|| file.write_all(bytes))??;
        self.is_torn = false;
        let running = &mut self.held.running;
        if running.bytes == self.at {
            running.hash.update(bytes);
            running.bytes = total;
        }
        let is_due = self.at / SYNC_BYTES != total / SYNC_BYTES;
        self.at = total;
        if is_due { self.begin_sync() } else { Ok(()) }
    }

    /// Has another thread sync the written bytes, and note their number if they count, while the next bytes come. Waits
    /// for the sync before, so that no more than two stretches are ever lost.
    fn begin_sync(&mut self) -> Result<(), UploadError> {
        self.end_sync()?;
        self.syncing = Some(Syncing::begin(self.due()?)?);
        Ok(())
    }

    /// Waits for the sync under way, if there is one.
    fn end_sync(&mut self) -> Result<(), UploadError> {
        match self.syncing.take() {
            Some(syncing) => self.synced(syncing.end()),
            None => Ok(()),
        }
    }

    /// Syncs the written bytes, and notes their number if they count.
    fn sync(&mut self) -> Result<(), UploadError> {
        self.end_sync()?;
        let due = self.due()?;
        self.synced(due.sync())
    }

    /// Returns the data and note to sync now.
    fn due(&self) -> io::Result<Due> {
        Ok(Due {
            file: self.file.try_clone()?,
            noted: self.before.is_none().then(|| (self.noted(), self.note.clone())),
            door: self.held.door(),
        })
    }

    /// Returns the upload's state once the written bytes are synced.
    fn noted(&self) -> Upload {
        Upload { offset: self.at, changed: self.store.arrivals.now(), ..self.upload.clone() }
    }

    fn synced(&mut self, synced: Result<Option<Upload>, Unsynced>) -> Result<(), UploadError> {
        self.is_doubtful |= matches!(synced, Err(Unsynced::Data(_)));
        if let Some(noted) = synced? {
            self.upload = noted;
        }
        Ok(())
    }

    /// Ends this part of the upload; returns where the next begins. All bytes before it are on the disk.
    ///
    /// # Errors
    /// [`UploadError::Unknown`] if the upload was ended meanwhile. A file error: it is where it was noted last.
    pub fn pause(mut self) -> Result<u64, UploadError> {
        self.settle()?;
        Ok(self.upload.offset)
    }

    /// Ends the upload, which has all its bytes: names the file after them. Name and file are on the disk when this returns.
    ///
    /// # Errors
    /// [`UploadError::Offset`] if bytes are missing or do not count, or as [`Self::pause`]; the upload continues from there.
    pub fn finish(mut self) -> Result<MediaObject, UploadError> {
        if self.before.is_some() {
            self.settle()?;
        }
        if self.at != self.upload.length {
            return Err(UploadError::Offset { offset: self.at });
        }
        while !self.catch_up()? {}
        self.end_sync()?;
        let synced = self.file.sync_data().map_err(Unsynced::Data);
        self.synced(synced.map(|()| None))?;
        let cid = self.held.running.hash.clone().cid();
        let noted = Upload { stored: Some(cid.to_string()), ..self.noted() };
        let written = CompleteFile { file: &self.file, path: &self.bytes, cid, bytes: self.at };
        let (note, store) = (&self.note, &self.store);
        let (did, root) = (&self.did, &self.root);
        let stored = self.held.while_here(|| -> Result<MediaObject, UploadError> {
            // A crash in between leaves the bytes, from which the file gets its name again.
            write_note(note, &noted)?;
            Ok(written.name(store, did, root)?)
        })??;
        self.is_settled = true;
        self.held.forget();
        Ok(stored)
    }

    /// Brings the disk to what counts.
    fn settle(&mut self) -> Result<(), UploadError> {
        self.is_settled = true;
        // The error says where the upload resumes.
        let _ = self.end_sync();
        let before = self.before.take();
        let is_cut = self.is_torn || self.is_doubtful || before.is_some();
        if self.is_doubtful || before.is_some() {
            self.held.running = before.filter(|_| !self.is_doubtful).unwrap_or_default();
            self.at = self.upload.offset;
        }
        let settled = self.settle_at(is_cut);
        if settled.is_err() {
            self.held.forget();
        }
        settled
    }

    fn settle_at(&mut self, is_cut: bool) -> Result<(), UploadError> {
        if is_cut {
            self.file.set_len(self.at)?;
        }
        if self.at == self.upload.offset { Ok(()) } else { self.sync() }
    }
}

impl Drop for UploadWriter {
    fn drop(&mut self) {
        if !self.is_settled
            && let Err(error) = self.settle()
        {
            tracing::debug!(%error, id = %self.upload.id, "an upload continues from an earlier offset");
        }
    }
}
