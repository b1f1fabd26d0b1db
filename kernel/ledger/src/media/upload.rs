//! Resumable uploads: files whose bytes come in parts, with hours or a restart of the node in between.
//!
//! Always: an offset that was told is on the disk, after all bytes before it; what follows it is cut off when the upload
//! resumes. An upload has one writer at a time, and its file gets a name only by the hash of all its bytes. In `media/`,
//! `.upload-<id>` has the bytes and `.upload-<id>.json` the upload's state.

mod slots;
mod syncing;
#[cfg(test)]
mod tests;
mod writer;

pub use writer::UploadWriter;

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Timestamp;
use imajin_dfos::cid::parse_cid;
use imajin_dfos::order;
use imajin_log::synced::create_dir_synced;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};

use super::disk::Root;
use super::{MediaError, MediaObject, MediaStore, UPLOAD_PREFIX, random_hex};
use crate::durable::{self, if_there};
use crate::rows::int;
use slots::{SlotRefusal, Slots};

/// The uploads that this run of the program wrote to.
#[derive(Debug, Default, Clone)]
pub(super) struct OpenUploads(Arc<Slots>);

/// Maximum time that an upload waits for its next bytes.
pub const UPLOAD_KEPT: Duration = Duration::from_secs(3 * 24 * 3600);

/// Bytes of an id: too many to guess.
const ID_BYTES: usize = 16;
/// Maximum bytes of an upload's note: the headers of a request are smaller.
const NOTE_BYTES_MAX: u64 = 256 * 1024;

/// Why an upload does not continue.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum UploadError {
    #[error("there is no such upload")]
    Unknown,
    #[error("another request is writing to this upload")]
    Busy,
    /// The bytes are for another place than where the upload is, or it has all of them already.
    #[error("the upload is at {offset}")]
    Offset { offset: u64 },
    #[error("the upload has {length} bytes")]
    TooLong { length: u64 },
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl From<io::Error> for UploadError {
    fn from(error: io::Error) -> Self {
        Self::Media(error.into())
    }
}

impl From<SlotRefusal> for UploadError {
    fn from(taken: SlotRefusal) -> Self {
        match taken {
            SlotRefusal::Busy => Self::Busy,
            SlotRefusal::Ended => Self::Unknown,
        }
    }
}

/// The name of an upload: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(String);

impl UploadId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn random() -> Result<Self, MediaError> {
        Ok(Self(random_hex::<ID_BYTES>()?))
    }

    /// Reads a name; `None` if no upload can have it.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 2 * ID_BYTES && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    pub(super) fn in_name(name: &str) -> Option<Self> {
        Self::parse(name.strip_prefix(UPLOAD_PREFIX)?.get(..2 * ID_BYTES)?)
    }

    fn prefix(&self) -> String {
        format!("{UPLOAD_PREFIX}{self}")
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The state of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// Bytes of the whole file.
    pub length: u64,
    /// Bytes that are on the disk.
    pub offset: u64,
    /// The sender's metadata about the file.
    pub meta: Vec<(String, String)>,
    /// The time at which the upload began.
    pub created: Timestamp,
    /// The time at which the last bytes arrived.
    pub changed: Timestamp,
    /// The CID of the file, once all bytes came and it has its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<String>,
    /// The outcome, in the words of the one that finished it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

impl Upload {
    /// Returns whether it still waits for bytes or for its name, and so takes room besides the stored files.
    pub fn is_open(&self) -> bool {
        self.stored.is_none()
    }

    /// Returns the time at which the upload expires if nothing more comes.
    pub fn expires(&self) -> Timestamp {
        let expires = self.changed.checked_add_millis(int(UPLOAD_KEPT.as_millis()));
        expires.unwrap_or(Timestamp::MAX)
    }
}

impl MediaStore {
    /// Begins an upload of this many bytes.
    ///
    /// # Errors
    /// [`MediaError::TooLarge`], [`MediaError::Full`] or a file error; nothing began.
    pub fn create_upload(
        &self,
        did: &Did,
        length: u64,
        meta: Vec<(String, String)>,
    ) -> Result<Upload, MediaError> {
        let bytes_max = self.file_bytes_max;
        if length > bytes_max {
            return Err(MediaError::TooLarge { bytes_max });
        }
        // The lock prevents a move away from the folder from ending before the upload's files exist.
        let standing = self.roots.standing.read();
        let root = self.roots.target_of(&standing)?;
        create_dir_synced(&root.media_of(did))?;
        let now = self.arrivals.now();
        let upload = Upload {
            id: UploadId::random()?,
            length,
            offset: 0,
            meta,
            created: now,
            changed: now,
            stored: None,
            outcome: None,
        };
        // A sweep would take the first file without the second for the rest of an earlier run.
        let _held = self.uploads.0.take(upload.id.as_str());
        let (bytes, note) = files_of(&root.media_of(did), &upload.id);
        let made = OpenOptions::new().write(true).create_new(true).open(&bytes);
        let noted = made.and_then(|_| write_note(&note, &upload));
        if let Err(error) = noted {
            // A sweep removes what cannot be removed now.
            let _ = fs::remove_file(&bytes);
            return Err(error.into());
        }
        Ok(upload)
    }

    /// Returns the uploads of a person that did not end, complete ones among them; damaged ones, and those on a disk
    /// that isn't there, left out.
    pub fn uploads(&self, did: &Did) -> Result<Vec<Upload>, MediaError> {
        let mut uploads = Vec::new();
        for id in self.upload_ids(did)? {
            match self.upload(did, &id) {
                Ok(upload) => uploads.push(upload),
                Err(UploadError::Media(error)) => return Err(error),
                Err(_) => {}
            }
        }
        Ok(uploads)
    }

    /// Returns one upload of a person.
    ///
    /// # Errors
    /// [`UploadError::Unknown`], or a file error.
    pub fn upload(&self, did: &Did, id: &UploadId) -> Result<Upload, UploadError> {
        self.find_upload(did, id).map(|(_, upload)| upload)
    }

    /// Returns one upload of a person, and the folder that has it. Nothing moves it while its slot is taken.
    fn find_upload(&self, did: &Did, id: &UploadId) -> Result<(Root, Upload), UploadError> {
        let upload = self.find_in_roots(|root| match read_upload(&root.media_of(did), id) {
            Err(UploadError::Unknown) => Ok(None),
            found => found.map(|upload| Some((root.clone(), upload))),
        })?;
        upload.ok_or(UploadError::Unknown)
    }

    /// Lets an upload continue from `offset`, which has to be where it is.
    ///
    /// # Errors
    /// [`UploadError`]; a file error leaves the upload as it is.
    pub fn append(
        &self,
        did: &Did,
        id: &UploadId,
        offset: u64,
    ) -> Result<UploadWriter, UploadError> {
        UploadWriter::begin(self, did, id, offset)
    }

    /// Returns the file of an upload that has all its bytes, under its name. Repeating it gives the same answer while
    /// the file is there.
    ///
    /// # Errors
    /// [`UploadError::Offset`] if bytes are missing; [`MediaError::NotFound`] if the file was named and removed since.
    pub fn finish_upload(&self, did: &Did, id: &UploadId) -> Result<MediaObject, UploadError> {
        let upload = self.upload(did, id)?;
        let Some(cid) = upload.stored.as_deref().and_then(|cid| parse_cid(cid).ok()) else {
            return self.append(did, id, upload.length)?.finish();
        };
        let bytes = self.size(did, &cid)?.ok_or(MediaError::NotFound { cid })?;
        Ok(MediaObject { cid, bytes, existed: true })
    }

    /// Notes the outcome of a complete upload, so that a client that asks again gets the same response.
    ///
    /// # Errors
    /// [`UploadError::Unknown`], or a file error.
    pub fn note_outcome(&self, did: &Did, id: &UploadId, outcome: &str) -> Result<(), UploadError> {
        self.upload(did, id)?;
        let mut held = self.uploads.0.take(id.as_str())?;
        let (root, mut upload) = self.find_upload(did, id)?;
        upload.outcome = Some(outcome.to_owned());
        let (_, note) = files_of(&root.media_of(did), id);
        Ok(held.while_here(|| write_note(&note, &upload))??)
    }

    /// Ends an upload, also while it is being written; true if there was one. A complete one leaves its file.
    ///
    /// # Errors
    /// A file could not be removed.
    pub fn end_upload(&self, did: &Did, id: &UploadId) -> Result<bool, MediaError> {
        let prefix = id.prefix();
        self.uploads.0.end(id.as_str(), || {
            let removed = self.remove_unfinished_if(did, |name| name.starts_with(&prefix))?;
            Ok(removed > 0)
        })
    }

    /// Ends the uploads of a person whose last bytes came before this time, and those that are damaged.
    pub(crate) fn end_old_uploads(&self, did: &Did, than: Timestamp) -> Result<u64, MediaError> {
        let mut ended = 0;
        for id in self.upload_ids(did)? {
            let is_old = match self.upload(did, &id) {
                Ok(upload) => upload.changed < than,
                Err(UploadError::Media(error)) => return Err(error),
                Err(_) => true,
            };
            if is_old && !self.uploads.0.is_busy(id.as_str()) {
                ended += u64::from(self.end_upload(did, &id)?);
            }
        }
        Ok(ended)
    }

    /// Keeps an upload as it is until the answer is dropped; `None` while it is being written.
    pub(super) fn hold_upload(&self, id: &UploadId) -> Option<impl Sized> {
        self.uploads.0.take(id.as_str()).ok()
    }

    pub(super) fn upload_ids(&self, did: &Did) -> Result<BTreeSet<UploadId>, MediaError> {
        let names = self.unfinished(did)?;
        let ids = names.iter().filter_map(|name| UploadId::in_name(name));
        Ok(order::set(ids))
    }
}

/// Returns the two files of an upload in a `media` folder: its bytes, and its note.
pub(super) fn files_of(media: &Path, id: &UploadId) -> (PathBuf, PathBuf) {
    let prefix = id.prefix();
    (media.join(&prefix), media.join(format!("{prefix}.json")))
}

/// Returns an upload in a `media` folder.
fn read_upload(media: &Path, id: &UploadId) -> Result<Upload, UploadError> {
    let (bytes, note) = files_of(media, id);
    let mut text = Vec::new();
    let note = if_there(File::open(note))?.ok_or(UploadError::Unknown)?;
    note.take(NOTE_BYTES_MAX).read_to_end(&mut text)?;
    let read = serde_json::from_slice::<Upload>(&text);
    let Some(mut upload) = read.ok().filter(|upload| upload.id == *id) else {
        tracing::warn!(%id, "what was noted of an upload is damaged: it cannot continue");
        return Err(UploadError::Unknown);
    };
    if let Some(metadata) = if_there(fs::metadata(bytes))? {
        upload.offset = upload.offset.min(metadata.len());
        // The file had not got its name yet.
        upload.stored = None;
    } else if upload.stored.is_none() {
        return Err(UploadError::Unknown);
    }
    Ok(upload)
}

fn write_note(path: &Path, upload: &Upload) -> io::Result<()> {
    durable::replace_json(path, upload)
}
