//! The marker by which the node knows a disk: `imajin/media.json` on it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;

use imajin_protocol::Did;
use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

use crate::durable;
use crate::media::random_hex;

pub(super) const FOLDER: &str = "imajin";
/// The marker in it.
const NAME: &str = "media.json";
/// A marker is a hundred bytes.
const BYTES_MAX: u64 = 4096;
/// Bytes of an id: two disks never have the same.
const ID_BYTES: usize = 16;

/// The contents of a disk's marker file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    v: u32,
    /// The node that owns the disk.
    pub(super) node: Did,
    /// The id of this disk among the node's disks.
    pub(super) id: String,
}

impl Marker {
    /// Returns the marker of another disk of a node.
    pub(super) fn new(node: &Did) -> io::Result<Self> {
        Ok(Self { v: 1, node: node.clone(), id: random_hex::<ID_BYTES>()? })
    }
}

/// Returns the node's folder on the disk at a place, open; `None` if it has none.
pub(super) fn open_folder(place: &Path) -> io::Result<Option<OwnedFd>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match rustix::fs::open(place.join(FOLDER), flags, Mode::empty()) {
        Ok(folder) => Ok(Some(folder)),
        Err(error) => match io::Error::from(error).kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
            _ => Err(error.into()),
        },
    }
}

/// Returns the marker in the node's folder on a disk; `None` if it is missing or unreadable.
pub(super) fn read(folder: &OwnedFd) -> io::Result<Option<Marker>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(folder, NAME, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut text = Vec::new();
    file.take(BYTES_MAX).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text).ok())
}

/// Opens the node's folder on the disk mounted at `place` and reads its marker; `None` if the marker is missing.
pub(super) fn open(place: &Path) -> io::Result<Option<(OwnedFd, Marker)>> {
    let Some(folder) = open_folder(place)? else {
        return Ok(None);
    };
    Ok(read(&folder)?.map(|marker| (folder, marker)))
}

/// Makes the node's folder on a disk, if it has none, and opens it.
pub(super) fn make_folder(place: &Path) -> io::Result<OwnedFd> {
    match fs::create_dir(place.join(FOLDER)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    open_folder(place)?.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Writes a marker into the folder that is open; it is on the disk when this returns.
pub(super) fn write(folder: &OwnedFd, marker: &Marker) -> io::Result<()> {
    durable::replace_json(&super::path_of(folder).join(NAME), marker)
}
