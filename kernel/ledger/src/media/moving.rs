//! Moves people's files between the card and the disk.
//!
//! Always: a file is removed from where it was once its copy was synced, read back and named, with its name synced, too. So it is in
//! one place or both at every moment, and a move that was stopped anywhere continues with what is left. It keeps a pace, since people read
//! and write on the same disks meanwhile.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use imajin_dfos::cid::{Cid, raw_cid_from_sha256};
use imajin_log::Pace;
use imajin_log::format::names::shard;
use imajin_log::synced::{create_dir_synced, sync_dir};
use parking_lot::Mutex;
use rustix::fs::{Advice, fadvise};

use super::disk::{Now, Root, remove_empty_shards};
use super::sweep::unfinished_in;
use super::upload::{UploadId, files_of};
use super::writer::Partial;
use super::{MediaError, MediaStore, PARTIAL_PREFIX, hash_reader, in_order, list_folder};
use crate::durable::{self, if_there};

/// Bytes that are copied before the caller is asked again whether to continue.
const PIECE_BYTES: usize = 1 << 20;

/// The last step of a move with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveStep {
    /// A piece of it was copied.
    Piece,
    /// All of it was copied and synced.
    Copied,
    /// The copy was read back and is the same.
    Proven,
    /// The copy has the file's name.
    Named,
    /// The file was removed from its old place.
    Removed,
}

/// Progress of a move since the program's start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoveProgress {
    /// Files that were moved.
    pub files_done: u64,
    /// Bytes of the moved files.
    pub bytes_done: u64,
    /// Files that were to move when it began or continued.
    pub files: u64,
    /// Bytes of the files that were to move.
    pub bytes: u64,
    /// Why it stopped, if it did.
    pub failure: Option<String>,
}

/// The move that is under way.
#[derive(Debug, Default)]
pub(super) struct Moves {
    progress: Mutex<MoveProgress>,
    /// One goes at a time.
    alone: Mutex<()>,
}

/// Why a move ends before everything is moved.
enum Interruption {
    Stop,
    /// A disk failed.
    Failure(MediaError),
}

impl<E: Into<MediaError>> From<E> for Interruption {
    fn from(error: E) -> Self {
        Self::Failure(error.into())
    }
}

struct Mover<'m> {
    store: &'m MediaStore,
    now: &'m Now,
    /// The folder that files go to; `source` is the folder that they come from.
    target: &'m Root,
    source: &'m Root,
    pace: &'m Pace,
    /// Reports a step, and returns whether to continue.
    may_continue: &'m mut dyn FnMut(MoveStep) -> bool,
}

impl MediaStore {
    /// Moves files to the owner's chosen place, at a pace; true if nothing is left to move. Stops where `pace` or
    /// `may_continue`, which hears of each step, says no. Blocks.
    ///
    /// # Errors
    /// The disk is missing or full, or it failed. Files moved until then stay moved.
    pub fn move_files(
        &self,
        pace: &Pace,
        may_continue: &mut dyn FnMut(MoveStep) -> bool,
    ) -> Result<bool, MediaError> {
        pace.begin();
        let _alone = self.moves.alone.lock();
        let now = self.roots.now().whole()?;
        let [target, source] = now.roots.as_slice() else {
            return Ok(true);
        };
        let mut mover = Mover { store: self, now: &now, target, source, pace, may_continue };
        let moved = match mover.all() {
            Ok(()) => self.settle_move(),
            Err(Interruption::Stop) => Ok(false),
            Err(Interruption::Failure(error)) => Err(error),
        };
        self.moves.progress.lock().failure = moved.as_ref().err().map(MediaError::to_string);
        moved
    }

    /// Returns the progress of the move.
    pub fn move_progress(&self) -> MoveProgress {
        self.moves.progress.lock().clone()
    }

    /// Returns the numbers of files and bytes that are on the card, and so would move to a disk.
    pub fn on_card(&self) -> Result<(u64, u64), MediaError> {
        Ok(count(&Root::card(&self.roots.users))?)
    }

    /// Lists the files on the disk: their names on the card (`users/…/media/…`), and where they are. None without a
    /// disk, or if it isn't there.
    pub fn on_disk(&self) -> Result<Vec<(String, PathBuf)>, MediaError> {
        let mut files = Vec::new();
        for root in self.roots.now().roots.iter().filter(|root| root.is_disk()) {
            for folder in root.people()? {
                for (cid, _) in list_folder(&root.media(&folder))? {
                    let below = in_order(&cid);
                    let place = root.place(&folder).join(&below);
                    files.push((format!("users/{folder}/media/{below}"), place));
                }
            }
        }
        Ok(files)
    }

    /// Returns the number of bytes of all files in a folder of people.
    pub(super) fn bytes_in(&self, root: &Root) -> io::Result<u64> {
        count(root).map(|(_, bytes)| bytes)
    }
}

/// Returns the numbers of files and bytes in a folder of people.
fn count(root: &Root) -> io::Result<(u64, u64)> {
    let mut sum = (0, 0);
    for folder in root.people()? {
        for (_, bytes) in list_folder(&root.media(&folder))? {
            sum = (sum.0 + 1, sum.1 + bytes);
        }
    }
    Ok(sum)
}

impl Mover<'_> {
    fn all(&mut self) -> Result<(), Interruption> {
        let (files, bytes) = count(self.source)?;
        {
            let mut progress = self.store.moves.progress.lock();
            progress.files = progress.files_done + files;
            progress.bytes = progress.bytes_done + bytes;
        }
        for folder in self.source.people()? {
            let media = self.source.media(&folder);
            for (cid, bytes) in list_folder(&media)? {
                // Another place may have been chosen meanwhile.
                if self.store.roots.is_changed(self.now) {
                    return Err(Interruption::Stop);
                }
                self.file(&folder, &cid)?;
                let mut progress = self.store.moves.progress.lock();
                progress.files_done += 1;
                progress.bytes_done += bytes;
            }
            self.unfinished(&folder)?;
            let _dates = self.store.arrivals.dates.lock();
            remove_empty_shards(&media);
        }
        Ok(())
    }

    /// Reports a step, and asks whether to continue.
    fn step(&mut self, done: MoveStep) -> Result<(), Interruption> {
        if (self.may_continue)(done) && self.pace.may_continue() {
            Ok(())
        } else {
            Err(Interruption::Stop)
        }
    }

    /// Reports a copied piece. A short piece costs as much as a full one: most of it are the syncs of its file and of
    /// two folders.
    fn piece(&mut self) -> Result<(), Interruption> {
        if self.pace.moved(PIECE_BYTES as u64) {
            self.step(MoveStep::Piece)
        } else {
            Err(Interruption::Stop)
        }
    }

    fn file(&mut self, folder: &str, cid: &Cid) -> Result<(), Interruption> {
        let name = cid.to_string();
        let shard_dir = self.target.media(folder).join(shard(&name));
        let to = shard_dir.join(&name);
        let from = self.source.media(folder).join(shard(&name)).join(&name);
        // A stopped move may have copied the file, or a sender uploaded the same bytes.
        if !self.is_whole(&to, cid)? {
            let Some(source) = if_there(File::open(&from))? else {
                // The owner removed the file meanwhile.
                return Ok(());
            };
            let partial = self.copy(source, folder)?;
            if partial.cid() != *cid {
                tracing::warn!(%cid, "a file is damaged, and moves as it is");
            }
            {
                let _dates = self.store.arrivals.dates.lock();
                let Some(date) = date_of(&from)? else {
                    // The owner removed the file meanwhile.
                    return Ok(());
                };
                let there = date_of(&to)?;
                create_dir_synced(&shard_dir)?;
                fs::rename(&partial.path, &to)?;
                let date = there.map_or(date, |there| there.max(date));
                partial.file.set_modified(date)?;
            }
            partial.file.sync_all()?;
            sync_dir(&shard_dir)?;
            self.step(MoveStep::Named)?;
        }
        {
            let _dates = self.store.arrivals.dates.lock();
            // The file may have been removed from both places meanwhile.
            if let (Some(date), Some(there)) = (date_of(&from)?, date_of(&to)?) {
                if there < date {
                    File::open(&to)?.set_modified(date)?;
                }
                fs::remove_file(&from)?;
            }
        }
        sync_dir(from.parent().unwrap_or(Path::new(".")))?;
        self.step(MoveStep::Removed)
    }

    fn hash(&self, file: File) -> Result<Cid, Interruption> {
        match hash_reader(self.pace.read(file)) {
            Ok((sum, _)) => Ok(raw_cid_from_sha256(sum)),
            Err(_) if !self.pace.may_continue() => Err(Interruption::Stop),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns whether a file exists and has the bytes that its name says.
    fn is_whole(&self, path: &Path, cid: &Cid) -> Result<bool, Interruption> {
        match if_there(File::open(path))? {
            Some(file) => Ok(self.hash(file)? == *cid),
            None => Ok(false),
        }
    }

    /// Makes a copy that is synced and read back.
    fn copy(&mut self, mut source: File, folder: &str) -> Result<Partial, Interruption> {
        let mut partial = Partial::begin(&self.target.media(folder), &self.store.arrivals)?;
        let mut piece = vec![0u8; PIECE_BYTES];
        loop {
            match source.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => partial.write(piece.get(..count).unwrap_or_default())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            }
            self.piece()?;
        }
        partial.file.sync_all()?;
        self.step(MoveStep::Copied)?;
        // Read from the disk, not from memory. A file system that keeps the pages in memory all the same reads those
        // back.
        let _ = fadvise(&partial.file, 0, None, Advice::DontNeed);
        if self.hash(File::open(&partial.path)?)? != partial.cid() {
            let text = "the disk does not return what was written to it";
            return Err(io::Error::other(text).into());
        }
        self.step(MoveStep::Proven)?;
        Ok(partial)
    }

    /// Moves a person's uploads, and removes what an earlier run of the program left.
    fn unfinished(&mut self, folder: &str) -> Result<(), Interruption> {
        let media = self.source.media(folder);
        let mut moved = None;
        for name in unfinished_in(&media)? {
            let Some(id) = UploadId::in_name(&name) else {
                let is_left = name.starts_with(PARTIAL_PREFIX)
                    && !self.store.arrivals.is_on_its_way(&name.clone().into());
                if is_left {
                    durable::remove_if_there(&media.join(name))?;
                }
                continue;
            };
            if moved.as_ref() == Some(&id) {
                continue;
            }
            self.upload(folder, &id)?;
            moved = Some(id);
        }
        Ok(())
    }

    fn upload(&mut self, folder: &str, id: &UploadId) -> Result<(), Interruption> {
        // One that is being written has its turn later.
        let Some(_held) = self.store.hold_upload(id) else {
            return Ok(());
        };
        let (source, target) = (self.source.media(folder), self.target.media(folder));
        let (from, note_from) = files_of(&source, id);
        let (to, note_to) = files_of(&target, id);
        if note_from.exists() && !note_to.exists() {
            create_dir_synced(&target)?;
            if from.exists() {
                self.copy_to(&from, &to)?;
            }
            durable::replace(&note_to, &fs::read(&note_from)?)?;
        }
        for name in unfinished_in(&source)? {
            if UploadId::in_name(&name).as_ref() == Some(id) {
                durable::remove_if_there(&source.join(name))?;
            }
        }
        sync_dir(&source)?;
        Ok(())
    }

    /// Copies a file as it is, synced.
    fn copy_to(&mut self, from: &Path, to: &Path) -> Result<(), Interruption> {
        let mut source = File::open(from)?;
        let mut copy = File::create(to)?;
        loop {
            let piece = &mut source.by_ref().take(PIECE_BYTES as u64);
            if io::copy(piece, &mut copy)? == 0 {
                break;
            }
            self.piece()?;
        }
        copy.sync_all()?;
        Ok(())
    }
}

/// Returns the time at which a file arrived; `None` if it does not exist.
fn date_of(path: &Path) -> io::Result<Option<SystemTime>> {
    if_there(fs::metadata(path).and_then(|found| found.modified()))
}
