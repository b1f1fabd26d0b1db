//! USB sticks: which are plugged in, and what of them is usable.
//!
//! Always: a stick is a separate file system, mounted by the machine (systemd/stick) and never by the node. The node
//! formats, replaces and removes nothing on it. A stick's contents are untrusted.

mod facts;
mod plain;

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use imajin_dfos::order::Order as _;
use imajin_log::Space;
use serde::Serialize;

use crate::durable::if_there;

pub use facts::State;

/// Longest accepted kernel name of a disk; real ones are far shorter.
const NAME_CHARS_MAX: usize = 32;

/// The sticks that this machine mounts for the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticks {
    folder: PathBuf,
    file_bytes: u64,
}

/// A stick that is plugged in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stick {
    /// The kernel's name, for example `sda1`.
    pub name: String,
    /// The maker's name; may be empty.
    pub model: String,
    /// The owner's label; may be empty.
    pub label: String,
    /// The type of the file system: `vfat`, `exfat`, `ext4` or another.
    pub filesystem: String,
    /// Whether it is usable.
    pub state: State,
    /// Why it is unusable or could not be unmounted, for people; else empty.
    pub why: String,
    /// Size of the file system in bytes.
    pub bytes: u64,
    /// Bytes that are free for the node.
    pub free: u64,
    /// Whether it is write-protected.
    pub read_only: bool,
    /// The mount point.
    #[serde(skip)]
    pub root: PathBuf,
    /// The file by which the machine is asked to unmount it.
    #[serde(skip)]
    request: PathBuf,
    #[serde(skip)]
    device: u64,
    /// The maximum size, in bytes, of a file that the node writes on it.
    #[serde(skip)]
    pub file_bytes: u64,
}

/// Why an operation on a stick failed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum StickError {
    #[error("no stick {0} is plugged in: plug it in, or see `imajin usb list`")]
    Gone(String),
    #[error("the stick {name} cannot be used: {why}")]
    Unusable { name: String, why: String },
    #[error("the stick {0} can only be read: is its write protection on?")]
    ReadOnly(String),
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

impl StickError {
    /// Returns the mapping of a system's error about a path.
    pub fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| Self::Io { path: path.to_owned(), error }
    }
}

impl Sticks {
    /// Returns the sticks below `folder`. The node writes files of at most `file_bytes` bytes on them.
    pub fn new(folder: impl Into<PathBuf>, file_bytes: u64) -> Self {
        Self { folder: folder.into(), file_bytes }
    }

    /// Returns whether this machine mounts sticks for the node at all.
    pub fn are_possible(&self) -> bool {
        self.folder.join("facts").is_dir()
    }

    /// Lists all plugged-in sticks by name; the list is empty on a machine without the folder.
    pub fn list(&self) -> Result<Vec<Stick>, StickError> {
        let facts = self.folder.join("facts");
        let entries = if_there(fs::read_dir(&facts)).map_err(StickError::io(&facts))?;
        let mut names = Vec::new();
        for entry in entries.into_iter().flatten() {
            let name = entry.map_err(StickError::io(&facts))?.file_name();
            names.extend(name.to_str().filter(|name| is_name(name)).map(str::to_owned));
        }
        names.order();
        Ok(names.iter().filter_map(|name| self.look(name)).collect())
    }

    /// Lists the usable sticks by name.
    pub fn mounted(&self) -> Result<Vec<Stick>, StickError> {
        let mut sticks = self.list()?;
        sticks.retain(|stick| stick.state == State::Mounted);
        Ok(sticks)
    }

    /// Finds a usable stick.
    ///
    /// # Errors
    /// [`StickError::Gone`] or [`StickError::Unusable`].
    pub fn find(&self, name: &str) -> Result<Stick, StickError> {
        let candidate = is_name(name).then(|| self.look(name)).flatten();
        let stick = candidate.ok_or_else(|| StickError::Gone(name.to_owned()))?;
        match stick.state {
            State::Mounted => Ok(stick),
            State::Leaving | State::Removable => Err(StickError::Gone(stick.name)),
            State::Failed => Err(StickError::Unusable { name: stick.name, why: stick.why }),
        }
    }

    /// Asks the machine to unmount a stick, so that it can be pulled out. Until it has, the stick is [`State::Leaving`].
    pub fn remove(&self, name: &str) -> Result<(), StickError> {
        let stick = self.find(name)?;
        fs::write(&stick.request, "").map_err(StickError::io(&stick.request))
    }

    /// Reads the facts of a stick; `None` if it was pulled out.
    fn look(&self, name: &str) -> Option<Stick> {
        let mut stick = Stick {
            name: name.to_owned(),
            root: self.folder.join("sticks").join(name),
            request: self.folder.join("requests").join(name),
            file_bytes: self.file_bytes,
            ..facts::read(&self.folder.join("facts").join(name))?
        };
        if stick.state == State::Mounted {
            stick.device = mounted(&stick.root)?;
            let space = Space::measure(&stick.root).ok()?;
            (stick.bytes, stick.free) = (space.total, space.free);
            stick.read_only = is_read_only(&stick.root)?;
            if stick.request.exists() {
                stick.state = State::Leaving;
            }
        }
        Some(stick)
    }
}

fn is_read_only(root: &Path) -> Option<bool> {
    Some(rustix::fs::statvfs(root).ok()?.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

impl Stick {
    /// Returns whether the stick is still present: the same file system at the same mount point, with no request for
    /// its removal.
    pub fn is_there(&self) -> bool {
        mounted(&self.root) == Some(self.device) && !self.request.exists()
    }

    /// Returns the owner's label, else the maker's name; `None` if it has neither.
    pub fn title(&self) -> Option<&str> {
        [self.label.as_str(), self.model.as_str()].into_iter().find(|title| !title.is_empty())
    }

    /// Returns the name, from its root, of a path on the stick.
    pub fn name_of(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }
}

/// Returns the device of the file system mounted at a path; `None` for an ordinary folder.
fn mounted(path: &Path) -> Option<u64> {
    let device = fs::symlink_metadata(path).ok()?.dev();
    let around = fs::symlink_metadata(path.parent()?).ok()?.dev();
    (device != around).then_some(device)
}

/// Returns whether a text is a kernel's name for a disk, with nothing that could lead elsewhere.
fn is_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_file_system_of_its_own_is_no_stick() {
        let folder = tempfile::tempdir().unwrap();
        let sticks = Sticks::new(folder.path(), 1000);
        assert_eq!(sticks.list().unwrap(), []);
        for part in ["facts", "sticks/sda1"] {
            fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        let facts = folder.path().join("facts/sda1");
        fs::write(&facts, "state=mounted\nmodel=Flash\n").unwrap();
        assert_eq!(sticks.list().unwrap(), [], "nothing is mounted there");
        let message = sticks.find("sda1").unwrap_err().to_string();
        assert!(message.contains("no stick sda1"), "{message}");
        fs::write(&facts, "state=failed\nwhy=it is damaged\n").unwrap();
        fs::write(folder.path().join("facts/.sda1"), "").unwrap();
        assert_eq!(sticks.list().unwrap().len(), 1);
        let message = sticks.find("sda1").unwrap_err().to_string();
        assert!(message.contains("it is damaged"), "{message}");
        for name in ["", "../sda1", "a/b", ".", "sda 1"] {
            assert!(matches!(sticks.find(name), Err(StickError::Gone(_))));
        }
    }
}
