//! Where a bundle goes: beside its name first, then, whole and synced, under it.
//!
//! Always: what stood under the name is an earlier export of the same record, and it is removed only after the new one
//! has its place; at no moment is there none. Whatever else stands there is never touched.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use imajin_protocol::Did;

use super::ExportError;
use crate::bundle::age::{self, Recipient};
use crate::bundle::manifest::Manifest;
use crate::bundle::names;
use crate::bundle::parts::PartsWriter;
use crate::media::{create_dir_synced, or_here, rename_synced, sync_dir};

const PARTIAL: &str = ".partial";
const PREVIOUS: &str = ".previous";

/// A folder in which a bundle is being made. Removed when dropped, unless it was moved to its name.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
    moved: bool,
}

impl Staging {
    /// Makes the folder; one that a crash left there is removed first.
    pub(super) fn create(path: &Path) -> Result<Self, ExportError> {
        if path.exists() {
            fs::remove_dir_all(path).map_err(ExportError::io(path))?;
        }
        create_dir_synced(path).map_err(ExportError::io(path))?;
        Ok(Self {
            path: path.to_owned(),
            moved: false,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.moved {
            // The disk may be gone altogether; the next export to the same place removes what is left.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Where a bundle goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder of this name.
    Folder(PathBuf),
    /// A tar of this name.
    Tar(PathBuf),
    /// A tar of this name that does not stand there yet; where it is longer than so many bytes, a folder with its parts.
    Parts(PathBuf, u64),
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where.
    pub path: PathBuf,
    /// Files, all of them.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Target {
    /// Its name.
    pub fn path(&self) -> &Path {
        match self {
            Self::Folder(path) | Self::Tar(path) | Self::Parts(path, _) => path,
        }
    }

    /// The best folder to prepare the export in: on the same disk, beside the name. The caller of
    /// [`super::prepare`] gives it on.
    pub fn staging(&self) -> PathBuf {
        match self {
            Self::Folder(path) => with_tail(path, PARTIAL),
            Self::Tar(path) | Self::Parts(path, _) => with_tail(path, ".staging"),
        }
    }

    /// Puts an earlier export back that a crash left between two renames, and refuses to replace anything else. Every
    /// writing begins with it.
    pub fn check(&self, did: &Did) -> Result<(), ExportError> {
        let path = self.path();
        let parent = or_here(path.parent().unwrap_or(Path::new(".")));
        fs::metadata(parent).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ExportError::Missing {
                folder: parent.to_owned(),
            },
            _ => ExportError::io(parent)(error),
        })?;
        let previous = with_tail(path, PREVIOUS);
        if previous.exists() && !path.exists() {
            fs::rename(&previous, path).map_err(ExportError::io(path))?;
        }
        let occupied = || ExportError::Occupied {
            path: path.to_owned(),
        };
        match (self, fs::symlink_metadata(path)) {
            (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            (_, Err(error)) => Err(ExportError::io(path)(error)),
            (Target::Folder(_), Ok(found)) if found.is_dir() => {
                let manifest = fs::read(path.join(names::MANIFEST)).map_err(|_| occupied())?;
                let manifest = Manifest::parse(&manifest).map_err(|_| occupied())?;
                if manifest.did == *did.as_str() {
                    Ok(())
                } else {
                    Err(occupied())
                }
            }
            (Target::Tar(_), Ok(found)) if found.is_file() => {
                if looks_like_bundle(path) {
                    Ok(())
                } else {
                    Err(occupied())
                }
            }
            _ => Err(occupied()),
        }
    }
}

/// The name of a bundle in a folder that holds other things too.
pub fn default_name(did: &Did) -> String {
    format!("imajin-{}", did.folder_name())
}

/// Where an export that is asked for at `path` goes: into a folder of its own below an existing one that is no export
/// (a stick), else to exactly that name; `tar` says which form.
pub fn resolve(path: &Path, did: &Did, tar: bool) -> Target {
    let below = path.is_dir()
        && !path.join(names::MANIFEST).is_file()
        && !with_tail(path, PREVIOUS).exists();
    let mut path = if below {
        path.join(default_name(did))
    } else {
        path.to_owned()
    };
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

/// A tar whose first file is `bundle.json`, or an age file.
fn looks_like_bundle(path: &Path) -> bool {
    use std::io::Read;
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(128).read_to_end(&mut start));
    read.is_ok() && (start.starts_with(names::BUNDLE.as_bytes()) || start.starts_with(age::MAGIC))
}

/// Writes a file, with a recipient encrypted.
fn seal(
    path: &Path,
    recipient: Option<&Recipient>,
    file: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    match recipient {
        None => write(file),
        Some(recipient) => {
            let mut sealed = age::Writer::new(recipient, file)?;
            write(&mut sealed)?;
            sealed.finish().map_err(ExportError::io(path)).map(drop)
        }
    }
}

/// The same as [`whole_file`], in parts of at most so many bytes where one file cannot take it.
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

/// Writes a file beside its name, and gives it the name when it is whole and synced. With a recipient it is encrypted.
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
    let file = file
        .into_inner()
        .map_err(|error| io()(error.into_error()))?;
    file.sync_all().map_err(io())?;
    // A rename over a file is one step: there is always the old one or the new one.
    rename_synced(&partial, path).map_err(io())?;
    std::mem::forget(cleanup);
    Ok(())
}

/// Removes a half-written file.
struct Remove<'r>(&'r Path);

impl Drop for Remove<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

impl Staging {
    /// Gives the folder its name. The earlier export goes only after that.
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
                // Whoever looks here finds the earlier export again.
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
