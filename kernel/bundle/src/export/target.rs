//! The target of a bundle: written under a temporary name first, then renamed once it is complete and synced.
//!
//! Always: a target with the name already is an earlier export of the same record, and is removed only after the new
//! one has its name, so there is always a copy. Nothing else is ever touched.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use imajin_log::format::age::{self, Recipient};
use imajin_log::format::manifest::Manifest;
use imajin_log::format::names;
use imajin_log::format::parts::PartsWriter;
use imajin_log::synced::{create_dir_synced, or_here, rename_synced, sync_dir};
use imajin_protocol::Did;

use super::ExportError;

const PARTIAL: &str = ".partial";
const PREVIOUS: &str = ".previous";

/// A folder in which an export builds a bundle. Dropping it removes the folder, unless it was renamed.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
    moved: bool,
}

impl Staging {
    /// Creates the folder, after removing one that a crash left behind.
    pub(super) fn create(path: &Path) -> Result<Self, ExportError> {
        if path.exists() {
            fs::remove_dir_all(path).map_err(ExportError::io(path))?;
        }
        create_dir_synced(path).map_err(ExportError::io(path))?;
        Ok(Self { path: path.to_owned(), moved: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.moved {
            // The disk may be gone; the next export to this target removes what is left.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The target of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder with this path.
    Folder(PathBuf),
    /// A tar with this path.
    Tar(PathBuf),
    /// A tar with this path, which must not exist yet. A tar longer than this many bytes becomes a folder with its
    /// parts.
    Parts(PathBuf, u64),
}

/// The result of writing a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleSummary {
    /// The path of the folder or tar.
    pub path: PathBuf,
    /// Files in the bundle.
    pub files: u64,
    /// Bytes in those files.
    pub bytes: u64,
}

impl Target {
    /// Returns the target's path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Tar(path) | Self::Parts(path, _) => path,
        }
    }

    /// Returns the best staging folder for [`super::prepare`]: on the same disk, next to the target.
    pub fn staging(&self) -> PathBuf {
        match self {
            Self::Folder(path) => with_tail(path, PARTIAL),
            Self::Tar(path) | Self::Parts(path, _) => with_tail(path, ".staging"),
        }
    }

    /// Restores an earlier export that a crash left between two renames, and refuses to replace anything else. Every
    /// write to a target starts with this.
    ///
    /// # Errors
    /// [`ExportError::Missing`] or `Occupied`; the target is unchanged.
    pub fn check(&self, did: &Did) -> Result<(), ExportError> {
        let path = self.path();
        let parent = or_here(path.parent().unwrap_or(Path::new(".")));
        fs::metadata(parent).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ExportError::Missing { folder: parent.to_owned() },
            _ => ExportError::io(parent)(error),
        })?;
        let previous = with_tail(path, PREVIOUS);
        if previous.exists() && !path.exists() {
            fs::rename(&previous, path).map_err(ExportError::io(path))?;
        }
        let occupied = || ExportError::Occupied { path: path.to_owned() };
        match (self, fs::symlink_metadata(path)) {
            (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            (_, Err(error)) => Err(ExportError::io(path)(error)),
            (Target::Folder(_), Ok(found)) if found.is_dir() => {
                let manifest = fs::read(path.join(names::MANIFEST)).map_err(|_| occupied())?;
                let manifest = Manifest::parse(&manifest).map_err(|_| occupied())?;
                if manifest.did == *did.as_str() { Ok(()) } else { Err(occupied()) }
            }
            (Target::Tar(_), Ok(found)) if found.is_file() && looks_like_bundle(path) => Ok(()),
            _ => Err(occupied()),
        }
    }
}

/// Returns the default name of a bundle in a folder that holds other things too.
pub fn default_name(did: &Did) -> String {
    format!("imajin-{}", did.folder_name())
}

/// Resolves the path that a person asked for: a new folder below an existing one that is not an export (a stick), else
/// exactly that path. `tar` chooses a tar over a folder.
pub fn resolve(path: &Path, did: &Did, tar: bool) -> Target {
    let below = path.is_dir()
        && !path.join(names::MANIFEST).is_file()
        && !with_tail(path, PREVIOUS).exists();
    let mut path = if below { path.join(default_name(did)) } else { path.to_owned() };
    if tar {
        if below {
            path.as_mut_os_string().push(".tar");
        }
        Target::Tar(path)
    } else {
        Target::Folder(path)
    }
}

pub(super) fn with_tail(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

pub(super) fn partial(path: &Path) -> PathBuf {
    with_tail(path, PARTIAL)
}

/// Returns whether a file is a tar that starts with `bundle.json`, or an age file.
fn looks_like_bundle(path: &Path) -> bool {
    use std::io::Read;
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(128).read_to_end(&mut start));
    read.is_ok() && (start.starts_with(names::BUNDLE.as_bytes()) || start.starts_with(age::MAGIC))
}

/// Writes a file; a recipient encrypts it.
fn seal(
    path: &Path,
    recipient: Option<&Recipient>,
    file: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    match recipient {
        None => write(file),
        Some(recipient) => {
            let mut sealed = age::encrypt(recipient, file)?;
            write(&mut sealed)?;
            sealed.finish().map_err(ExportError::io(path)).map(drop)
        }
    }
}

/// Like [`whole_file`], but writes parts of at most `bytes_max` bytes if one file cannot hold everything.
pub(super) fn in_parts(
    path: &Path,
    bytes_max: u64,
    recipient: Option<&Recipient>,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let io = || ExportError::io(path);
    let staging = Staging::create(&partial(path))?;
    let mut parts = PartsWriter::new(staging.path(), recipient.is_some(), bytes_max);
    seal(path, recipient, &mut parts, write)?;
    let Some(file) = parts.finish().map_err(io())? else {
        sync_dir(staging.path()).map_err(io())?;
        return staging.rename(path);
    };
    rename_synced(&file, path).map_err(io())
}

/// Writes a file under a temporary name, and renames it once it is complete and synced. A recipient encrypts it.
pub(super) fn whole_file(
    path: &Path,
    recipient: Option<&Recipient>,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let io = || ExportError::io(path);
    let partial = partial(path);
    let cleanup = Remove(&partial);
    if partial.exists() {
        fs::remove_file(&partial).map_err(io())?;
    }
    let mut file = BufWriter::new(File::create_new(&partial).map_err(io())?);
    seal(path, recipient, &mut file, write)?;
    let file = file.into_inner().map_err(|error| io()(error.into_error()))?;
    file.sync_all().map_err(io())?;
    // Renaming over a file is atomic: the old one or the new one is always there.
    rename_synced(&partial, path).map_err(io())?;
    std::mem::forget(cleanup);
    Ok(())
}

/// Removes an incomplete file when dropped.
struct Remove<'r>(&'r Path);

impl Drop for Remove<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

impl Staging {
    /// Renames the folder to its target, and removes the earlier export afterwards.
    pub(super) fn rename(mut self, path: &Path) -> Result<(), ExportError> {
        let io = || ExportError::io(path);
        let parent = path.parent().unwrap_or(Path::new("."));
        let previous = with_tail(path, PREVIOUS);
        let had = path.exists();
        if had {
            if previous.exists() {
                fs::remove_dir_all(&previous).map_err(io())?;
            }
            fs::rename(path, &previous).map_err(io())?;
        }
        if let Err(error) = rename_synced(&self.path, path) {
            if had && !path.exists() {
                // Puts the earlier export back under its name.
                let _ = fs::rename(&previous, path);
            }
            return Err(io()(error));
        }
        self.moved = true;
        if had {
            fs::remove_dir_all(&previous).map_err(io())?;
            sync_dir(parent).map_err(io())?;
        }
        Ok(())
    }
}
