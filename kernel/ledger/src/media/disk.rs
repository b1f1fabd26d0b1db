//! The disk that may have people's files: how the node knows it, where it looks for it, and what the owner chose.
//!
//! Always: a disk is the node's by the marker in its folder `imajin`, never by its place; where that marker isn't, nothing is
//! written. The folder that has the marker is open while something is written below it, so that bytes for a disk that was
//! pulled out never land in the empty folder it was mounted at.

mod choice;
mod marker;
mod places;
mod standing;
#[cfg(test)]
mod tests;

pub use choice::{PlaceError, Reserve};
use parking_lot::RwLock;
pub use places::{DiskPlaces, DiskRefusal, FoundDisk};
use standing::{Going, NodeDisk, Standing};
pub use standing::{LostDisk, Whereabouts};

use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use imajin_dfos::cid::{CODEC_RAW, Cid};
use imajin_log::format::names::shard;
use imajin_protocol::Did;

use super::MediaError;
use crate::durable::if_there;

/// The folder of people on a disk, below its folder `imajin`.
const PEOPLE: &str = "media";

/// A folder that has people's files: on the card, or on the disk. While a `Root` exists, its paths lead to the same
/// file system, whatever is plugged in or pulled out.
#[derive(Debug, Clone)]
pub(super) struct Root {
    /// The folder of people: by handle on a disk.
    people: PathBuf,
    /// The path of `people` below the mount point, for reading later.
    place: PathBuf,
    /// The folder with the marker; `None` for the card.
    handle: Option<Arc<OwnedFd>>,
}

impl Root {
    pub(super) fn card(users: &Path) -> Self {
        Self { people: users.to_owned(), place: users.to_owned(), handle: None }
    }

    fn disk(place: &Path, handle: OwnedFd) -> Self {
        Self {
            people: path_of(&handle).join(PEOPLE),
            place: place.join(marker::FOLDER).join(PEOPLE),
            handle: Some(Arc::new(handle)),
        }
    }

    fn below(&self, people: &Path, folder: &str) -> PathBuf {
        match self.handle {
            Some(_) => people.join(folder),
            None => people.join(folder).join("media"),
        }
    }

    pub(super) fn is_disk(&self) -> bool {
        self.handle.is_some()
    }

    /// Returns a folder of the same file system, which always exists.
    fn top(&self) -> PathBuf {
        match &self.handle {
            Some(handle) => path_of(handle),
            None => self.people.clone(),
        }
    }

    /// Returns the folder with the files of one person, by the name of their folder.
    pub(super) fn media(&self, folder: &str) -> PathBuf {
        self.below(&self.people, folder)
    }

    /// Returns the folder with the files of one person.
    pub(super) fn media_of(&self, did: &Did) -> PathBuf {
        self.media(&did.folder_name())
    }

    fn file(&self, did: &Did, name: &str) -> PathBuf {
        self.media_of(did).join(shard(name)).join(name)
    }

    /// Returns the folder with the files of one person, by mount path: for reading later, when the disk's handle is
    /// closed.
    pub(super) fn place(&self, folder: &str) -> PathBuf {
        self.below(&self.place, folder)
    }

    /// Returns a file of a person, by its place.
    pub(super) fn place_of(&self, did: &Did, name: &str) -> PathBuf {
        let media = self.place(&did.folder_name());
        media.join(shard(name)).join(name)
    }

    /// Returns the names of people's folders.
    pub(super) fn people(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let Some(entries) = if_there(fs::read_dir(&self.people))? else {
            return Ok(names);
        };
        for entry in entries {
            // A name with a leading dot is a folder that is being added or removed.
            let name = entry?.file_name().into_string();
            names.extend(name.ok().filter(|name| !name.starts_with('.')));
        }
        names.sort();
        Ok(names)
    }
}

/// Returns a path to a folder that is open, whatever becomes of its name.
fn path_of(folder: &OwnedFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()))
}

/// The places of people's files at this moment.
#[derive(Debug)]
pub(super) struct Now {
    /// The folders of the card and of the disk, unless it is missing. New files go to the first, and while files move they move to it.
    pub(super) roots: Vec<Root>,
    /// The disk that should be there and isn't.
    pub(super) missing: Option<String>,
    /// Number of earlier changes of the choice.
    changes: u64,
}

impl Now {
    pub(super) fn paths(&self, did: &Did, cid: &Cid) -> Result<Paths, MediaError> {
        let name = raw_name(cid)?;
        let roots = self.roots.iter();
        Ok(Paths {
            paths: roots.map(|root| root.file(did, &name)).collect(),
            _roots: self.roots.clone(),
        })
    }

    /// Fails if the disk is missing.
    pub(super) fn whole(self) -> Result<Self, MediaError> {
        match self.missing {
            Some(disk) => Err(MediaError::DiskMissing { disk }),
            None => Ok(self),
        }
    }

    /// Returns the folder for new files.
    fn target(self) -> Result<Root, MediaError> {
        let mut roots = self.whole()?.roots;
        roots.truncate(1);
        let none = || MediaError::Io(io::ErrorKind::NotFound.into());
        roots.pop().ok_or_else(none)
    }
}

/// Paths of a file, which lead to the same file system for as long as this value exists.
pub(super) struct Paths {
    paths: Vec<PathBuf>,
    _roots: Vec<Root>,
}

impl std::ops::Deref for Paths {
    type Target = [PathBuf];

    fn deref(&self) -> &[PathBuf] {
        &self.paths
    }
}

pub(super) fn raw_name(cid: &Cid) -> Result<String, MediaError> {
    match cid.codec() {
        CODEC_RAW => Ok(cid.to_string()),
        _ => Err(MediaError::NotRaw { cid: *cid }),
    }
}

/// The card, the disk, and what the owner chose of them.
///
/// Always lock [`Roots::standing`] before the dates, and ask nothing of this while that lock is held.
#[derive(Debug)]
pub(super) struct Roots {
    /// `<data>/users`.
    pub(super) users: PathBuf,
    /// `<data>/node/media.json`.
    note: PathBuf,
    /// The choice: while it is locked, no other place can be chosen, and no move ends.
    pub(super) standing: RwLock<Standing>,
    changes: AtomicU64,
    places: OnceLock<DiskPlaces>,
    /// Whether the disk was missing at the last check.
    was_missing: AtomicBool,
}

impl Roots {
    pub(super) fn open(data: &Path) -> Self {
        let note = data.join("node").join(standing::NOTE);
        Self {
            users: data.join("users"),
            standing: RwLock::new(Standing::read(&note)),
            note,
            changes: AtomicU64::new(0),
            places: OnceLock::new(),
            was_missing: AtomicBool::new(false),
        }
    }

    /// Notes a choice; it is in force from then on.
    fn note(&self, standing: &mut Standing, next: Standing) -> io::Result<()> {
        next.write(&self.note)?;
        *standing = next;
        self.changes.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// Returns the current places of files.
    pub(super) fn now(&self) -> Now {
        self.now_of(&self.standing.read())
    }

    /// Returns the places of files for a choice that cannot change meanwhile.
    pub(super) fn now_of(&self, standing: &Standing) -> Now {
        let changes = self.changes.load(Ordering::Acquire);
        let mut now = Now { roots: vec![Root::card(&self.users)], missing: None, changes };
        let Some(disk) = &standing.disk else {
            return now;
        };
        match self.find(disk) {
            Some(root) => {
                let at = usize::from(disk.going == Going::ToCard);
                now.roots.insert(at, root);
            }
            None => now.missing = Some(disk.name.clone()),
        }
        let is_missing = now.missing.is_some();
        if self.was_missing.swap(is_missing, Ordering::AcqRel) != is_missing {
            if is_missing {
                tracing::warn!(disk = disk.name, "the disk with people's files is not there")
            } else {
                tracing::info!(disk = disk.name, "the disk with people's files is there again")
            }
        }
        now
    }

    /// Returns the folder for new files for a choice that cannot change meanwhile.
    pub(super) fn target_of(&self, standing: &Standing) -> Result<Root, MediaError> {
        self.now_of(standing).target()
    }

    /// Returns whether something else was chosen since.
    pub(super) fn is_changed(&self, since: &Now) -> bool {
        self.changes.load(Ordering::Acquire) != since.changes
    }

    /// Returns the disk, wherever it is plugged in.
    fn find(&self, disk: &NodeDisk) -> Option<Root> {
        let is_it = |place: &Path| {
            let (handle, marker) = marker::open(place).ok()??;
            let is_it = marker.id == disk.id && marker.node == disk.node;
            is_it.then(|| Root::disk(place, handle))
        };
        is_it(&disk.place).or_else(|| {
            let places = self.places.get()?.all();
            places.iter().find_map(|place| is_it(place))
        })
    }

    /// Returns whether two paths are on the same file system, as far as that can be told.
    fn is_on_card(&self, handle: &OwnedFd) -> bool {
        let card = self.users.parent().unwrap_or(&self.users);
        let of_card = rustix::fs::stat(card).map(|found| found.st_dev);
        let of_disk = rustix::fs::fstat(handle).map(|found| found.st_dev);
        of_card.is_ok() && of_card == of_disk
    }
}

/// Returns whether nothing of a person is in a folder: no file, and none that is still arriving.
pub(super) fn is_empty(media: &Path) -> io::Result<bool> {
    let Some(entries) = if_there(fs::read_dir(media))? else {
        return Ok(true);
    };
    // Arriving files first: one that gets its name meanwhile is then in a shard, which is read later.
    let mut shards = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            shards.push(entry.path())
        } else if super::is_unfinished(&entry.file_name().to_string_lossy()) {
            return Ok(false);
        }
    }
    Ok(shards.is_empty() || super::list_folder(media)?.is_empty())
}

/// Removes the folders of a person that have nothing in them.
pub(super) fn remove_empty_shards(media: &Path) {
    let Ok(entries) = fs::read_dir(media) else {
        return;
    };
    for entry in entries.flatten() {
        // One that has something stays.
        let _ = fs::remove_dir(entry.path());
    }
}
