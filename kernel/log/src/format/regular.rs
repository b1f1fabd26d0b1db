//! Opens files that someone else laid out: on a stick, in a downloaded folder, next to an upload.
//!
//! Always: this module reads only regular files below real folders. It refuses a link at every level, so that no stick
//! makes the node or its owner reveal another file, and refuses a pipe or a device without waiting for it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use imajin_dfos::order::Order as _;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::names;
use super::tar::TarLimits;

/// Maximum depth of folders in a bundle, its own included: `media/<two>`.
const FOLDERS_MAX: usize = 3;

/// The kind of file at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
}

/// Says whether a path is a file or a folder, without following links.
///
/// # Errors
/// The system's error; `InvalidInput` for a link, a pipe or a device.
pub fn look(path: &Path) -> io::Result<FileKind> {
    match kind_at(CWD, path.as_os_str())? {
        FileType::RegularFile => Ok(FileKind::File),
        FileType::Directory => Ok(FileKind::Folder),
        other => Err(refused(other)),
    }
}

/// Opens a regular file for reading.
///
/// # Errors
/// The errors of [`look`]; also refuses a folder.
pub fn open(path: &Path) -> io::Result<File> {
    open_at(CWD, path.as_os_str())
}

/// Opens the regular file `name`, with `/` between its parts, below a folder. None of its parts may be a link.
pub fn open_below(root: &Path, name: &str) -> io::Result<File> {
    let mut folder = folder_at(CWD, root.as_os_str())?;
    let mut parts = name.split('/').peekable();
    while let Some(part) = parts.next() {
        if part.is_empty() || part == "." || part == ".." {
            break;
        }
        match parts.peek() {
            Some(_) => folder = folder_at(folder.as_fd(), OsStr::new(part))?,
            None => return open_at(folder.as_fd(), OsStr::new(part)),
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Why a folder could not be listed.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {error}")]
pub struct Unlisted {
    /// The name of the file or folder in the bundle; empty for the bundle's own folder.
    pub name: String,
    /// The error: `InvalidInput` for a file that a bundle may not have; else the system's error.
    pub error: io::Error,
}

/// Lists the files of a bundle in a folder, by name and with their lengths. Opens and keeps nothing.
///
/// # Errors
/// The folder has anything other than regular files with a bundle's names, or more of them than `limits`. A file counts
/// with its full length, however sparse it is.
pub fn files(root: &Path, limits: TarLimits) -> Result<BTreeMap<String, u64>, Unlisted> {
    let mut listing = Listing { left: limits, found: BTreeMap::new() };
    let unlisted = |error| Unlisted { name: String::new(), error };
    match look(root).map_err(unlisted)? {
        FileKind::Folder => listing.walk(root, "", 1)?,
        FileKind::File => return Err(unlisted(io::ErrorKind::NotADirectory.into())),
    }
    Ok(listing.found)
}

struct Listing {
    left: TarLimits,
    found: BTreeMap<String, u64>,
}

impl Listing {
    fn walk(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), Unlisted> {
        let unlisted = |error| Unlisted { name: prefix.trim_end_matches('/').to_owned(), error };
        let entries: io::Result<Vec<_>> = fs::read_dir(folder).map_err(unlisted)?.collect();
        let mut entries = entries.map_err(unlisted)?;
        // With sorted entries, the same one is always refused first.
        entries.order_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let named = |error| Unlisted { name: name.clone(), error };
            match look(&entry.path()).map_err(named)? {
                FileKind::Folder if depth >= FOLDERS_MAX => {
                    return Err(named(refusal("a bundle has no folders this deep")));
                }
                FileKind::Folder => self.walk(&entry.path(), &format!("{name}/"), depth + 1)?,
                FileKind::File => {
                    // Does not follow a link.
                    let bytes = entry.metadata().map_err(named)?.len();
                    self.take(&name, bytes).map_err(named)?;
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, name: &str, bytes: u64) -> io::Result<()> {
        if !names::is_allowed(name) {
            return Err(refusal("a bundle has no file of this name; move it elsewhere"));
        }
        let files_max = self.left.files_max.checked_sub(1);
        let bytes_max = self.left.bytes_max.checked_sub(bytes);
        let (Some(files_max), Some(bytes_max)) = (files_max, bytes_max) else {
            return Err(refusal("this file makes the bundle larger than allowed"));
        };
        self.left = TarLimits { files_max, bytes_max };
        self.found.insert(name.to_owned(), bytes);
        Ok(())
    }
}

fn folder_at(at: impl AsFd, name: &OsStr) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::DIRECTORY;
    match rustix::fs::openat(at.as_fd(), name, flags, Mode::empty()) {
        // With O_DIRECTORY, Linux reports a link as not a folder.
        Err(Errno::LOOP | Errno::NOTDIR) => Err(refused(kind_at(at, name)?)),
        opened => Ok(opened?),
    }
}

fn open_at(at: impl AsFd, name: &OsStr) -> io::Result<File> {
    // Checks the kind first: even opening a device can have effects.
    match kind_at(at.as_fd(), name)? {
        FileType::RegularFile => {}
        other => return Err(refused(other)),
    }
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = match rustix::fs::openat(at, name, flags, Mode::empty()) {
        Err(Errno::LOOP) => return Err(refused(FileType::Symlink)),
        opened => File::from(opened?),
    };
    // Checks again: the file may have been replaced before it was opened.
    match FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode) {
        FileType::RegularFile => Ok(file),
        other => Err(refused(other)),
    }
}

fn kind_at(at: impl AsFd, name: &OsStr) -> io::Result<FileType> {
    let stat = rustix::fs::statat(at, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(FileType::from_raw_mode(stat.st_mode))
}

fn refused(kind: FileType) -> io::Error {
    let what = match kind {
        FileType::Symlink => "it is a link",
        FileType::Fifo => "it is a pipe",
        FileType::Socket => "it is a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "it is a device",
        FileType::Directory => "it is a folder",
        FileType::RegularFile => "it is a file where a folder should be",
        _ => "it is no file",
    };
    refusal(format!("{what}; a bundle has regular files and folders only"))
}

fn refusal(text: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{Mode, mkfifoat};
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        folder
    }

    fn refusal_of<T: std::fmt::Debug>(result: io::Result<T>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{error}");
        error.to_string()
    }

    #[test]
    fn a_regular_file_is_read_and_nothing_else_is() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        let mut text = String::new();
        open(&at("secret")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "secret");
        symlink(at("secret"), at("link")).unwrap();
        mkfifoat(CWD, at("pipe"), Mode::RWXU).unwrap();
        for (name, what) in [("link", "a link"), ("pipe", "a pipe")] {
            assert!(refusal_of(look(&at(name))).contains(what));
            assert!(refusal_of(open(&at(name))).contains(what));
            assert!(refusal_of(open_below(folder.path(), name)).contains(what));
        }
        assert!(refusal_of(open(Path::new("/dev/zero"))).contains("a device"));
        assert!(refusal_of(open(folder.path())).contains("a folder"));
    }

    #[test]
    fn no_folder_on_the_way_may_be_a_link() {
        let (folder, other) = (folder(), tempfile::tempdir().unwrap());
        fs::create_dir_all(other.path().join("ab")).unwrap();
        fs::write(other.path().join("ab/x"), "x").unwrap();
        symlink(other.path(), folder.path().join("media")).unwrap();
        assert!(refusal_of(open_below(folder.path(), "media/ab/x")).contains("a link"));
        let link = folder.path().join("whole");
        symlink(other.path(), &link).unwrap();
        assert!(refusal_of(open_below(&link, "ab/x")).contains("a link"));
        assert!(open_below(other.path(), "ab/x").is_ok());
        assert!(open_below(other.path(), "../secret").is_err());
    }

    #[test]
    fn empty_folders_mean_nothing_up_to_the_depth_of_a_bundle() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        let limits = TarLimits { files_max: 1, bytes_max: 1 };
        assert!(files(folder.path(), limits).unwrap().is_empty());
        fs::create_dir(folder.path().join("a/b/c")).unwrap();
        let error = files(folder.path(), limits).unwrap_err();
        assert_eq!(error.name, "a/b/c");
        assert!(refusal_of::<()>(Err(error.error)).contains("this deep"));
    }

    #[test]
    fn a_file_counts_by_its_length_before_anything_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let sparse = File::create(folder.path().join("log.sqlite")).unwrap();
        sparse.set_len(1 << 39).unwrap();
        fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        let limits = |bytes_max| TarLimits { files_max: 2, bytes_max };
        let error = refusal_of(files(folder.path(), limits(1 << 39)).map_err(|no| no.error));
        assert!(error.contains("larger than allowed"), "{error}");
        assert_eq!(files(folder.path(), limits((1 << 39) + 2)).unwrap()["log.sqlite"], 1 << 39);
        fs::write(folder.path().join("index.html"), "").unwrap();
        refusal_of(files(folder.path(), limits(1 << 40)).map_err(|no| no.error));
    }
}
