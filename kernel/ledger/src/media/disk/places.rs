//! The places where the node looks for disks, and the plugged-in disks that people's files can move to.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use imajin_log::Space;
use imajin_protocol::Did;
use serde::Serialize;

use super::{Roots, marker};
use crate::stick::{State, Stick, Sticks};

/// File systems of sticks that files can move to: FAT has none longer than 4 GiB, and loses more when it is pulled out.
const FILE_SYSTEMS: [&str; 2] = ["ext4", "exfat"];
/// The key of the folder in the settings.
const FOLDER: &str = "folder";

/// The places where the node looks for disks.
#[derive(Debug, Clone, Default)]
pub struct DiskPlaces {
    /// The folder at which an administrator mounts a disk.
    pub folder: Option<PathBuf>,
    /// The disks that the machine mounts when they are plugged in.
    pub sticks: Option<Sticks>,
}

impl DiskPlaces {
    /// Returns every place that may have a disk now.
    pub(super) fn all(&self) -> Vec<PathBuf> {
        let sticks = self.sticks().into_iter().filter(|stick| stick.state == State::Mounted);
        self.folder.iter().cloned().chain(sticks.map(|stick| stick.root.clone())).collect()
    }

    fn sticks(&self) -> Vec<Stick> {
        let listed = self.sticks.as_ref().map(Sticks::list);
        // An unreadable list counts as an empty one.
        listed.and_then(Result::ok).unwrap_or_default()
    }
}

/// Why files cannot move to a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiskRefusal {
    /// No disk is mounted there: the folder is on the card.
    NotMounted,
    /// The disk can't be read, or was prepared for removal.
    Unreadable,
    /// The disk has neither ext4 nor exFAT.
    FileSystem,
    /// The disk is write-protected, or the node may not write there.
    ReadOnly,
    /// Another node's files are on it.
    OtherNode,
}

/// A disk that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDisk {
    /// The key for choosing the disk: `folder`, or the kernel's name of a stick.
    pub key: String,
    /// The display name.
    pub name: String,
    /// The type of its file system; empty of an administrator's mount.
    pub filesystem: String,
    /// Size of the file system in bytes.
    pub bytes: u64,
    /// Bytes that are free for the node.
    pub free: u64,
    /// The id in its marker, if it is a disk of this node.
    pub id: Option<String>,
    /// Why files can't move there, if they can't.
    pub refusal: Option<DiskRefusal>,
    pub(super) place: PathBuf,
}

impl Roots {
    /// Says where to look for disks; the first word counts.
    pub(in crate::media) fn look_in(&self, places: DiskPlaces) {
        // A second word would be of a second service with the same files.
        let _ = self.places.set(places);
    }

    pub(in crate::media) fn plugged_disks(&self, node: &Did) -> Vec<FoundDisk> {
        let Some(places) = self.places.get() else {
            return Vec::new();
        };
        let folder = places.folder.iter().map(|place| self.folder(node, place));
        let sticks = places.sticks();
        folder.chain(sticks.iter().map(|stick| self.stick(node, stick))).collect()
    }

    fn folder(&self, node: &Did, place: &Path) -> FoundDisk {
        let name = place.display().to_string();
        let disk = FoundDisk {
            key: FOLDER.to_owned(),
            name,
            filesystem: String::new(),
            bytes: 0,
            free: 0,
            id: None,
            refusal: None,
            place: place.to_owned(),
        };
        match Space::measure(place) {
            Ok(space) => self.looked_at(node, disk.with_space(space)),
            Err(_) => disk.refused(DiskRefusal::NotMounted),
        }
    }

    fn stick(&self, node: &Did, stick: &Stick) -> FoundDisk {
        let title = stick.title();
        let disk = FoundDisk {
            key: stick.name.clone(),
            name: title
                .map_or_else(|| stick.name.clone(), |title| format!("{title} ({})", stick.name)),
            filesystem: stick.filesystem.clone(),
            bytes: stick.bytes,
            free: stick.free,
            id: None,
            refusal: None,
            place: stick.root.clone(),
        };
        match () {
            () if stick.state != State::Mounted => disk.refused(DiskRefusal::Unreadable),
            () if !FILE_SYSTEMS.contains(&&*stick.filesystem) => {
                disk.refused(DiskRefusal::FileSystem)
            }
            () => self.looked_at(node, disk),
        }
    }

    fn looked_at(&self, node: &Did, mut found: FoundDisk) -> FoundDisk {
        let marked = marker::open(&found.place);
        found.refusal = match &marked {
            Ok(Some((_, marker))) if marker.node != *node => Some(DiskRefusal::OtherNode),
            Ok(Some((handle, marker))) => {
                found.id = Some(marker.id.clone());
                self.refusal(&found.place, Some(handle))
            }
            Ok(None) => self.refusal(&found.place, None),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Some(DiskRefusal::ReadOnly)
            }
            Err(_) => Some(DiskRefusal::Unreadable),
        };
        found
    }

    fn refusal(&self, place: &Path, handle: Option<&OwnedFd>) -> Option<DiskRefusal> {
        let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
        let flags = flags | rustix::fs::OFlags::CLOEXEC;
        let opened = match handle {
            Some(_) => None,
            None => rustix::fs::open(place, flags, rustix::fs::Mode::empty()).ok(),
        };
        let Some(handle) = handle.or(opened.as_ref()) else {
            return Some(DiskRefusal::Unreadable);
        };
        if self.is_on_card(handle) {
            return Some(DiskRefusal::NotMounted);
        }
        let flags = rustix::fs::fstatvfs(handle).map(|found| found.f_flag);
        let is_read_only = |flags: rustix::fs::StatVfsMountFlags| {
            flags.contains(rustix::fs::StatVfsMountFlags::RDONLY)
        };
        if flags.is_ok_and(is_read_only) { Some(DiskRefusal::ReadOnly) } else { None }
    }
}

impl FoundDisk {
    fn with_space(self, space: Space) -> Self {
        Self { bytes: space.total, free: space.free, ..self }
    }

    fn refused(self, refusal: DiskRefusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }
}
