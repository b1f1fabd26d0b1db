//! Places for backups: an existing folder (of a stick, of a mounted share), a bucket, or a friend's box.
//!
//! Always: a file under its final name is complete; a file that was being written at a power cut has another name, or none.

use super::friend::Friend;
use super::s3::Bucket;
use super::{BackupError, Result};
use crate::key::PersonKey;
use crate::settings::{BoxConfig, is_friend};
use imajin_host::outgoing::Allowed;
use imajin_ledger::durable;
use imajin_log::format::age::AgeError;
use imajin_log::format::regular;
use imajin_protocol::EncryptionKey;
use std::fs;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A place for backups.
pub enum BackupPlace {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of S3's protocol, and a prefix in it.
    Bucket(Box<Bucket>),
    /// A contract at a friend's box.
    Friend(Friend),
}

impl BackupPlace {
    /// The place of a name as in the settings. A folder must be there: where a stick is not in, a backup must not fill the
    /// card that it is to save. `key` signs requests to a friend's box, and opens the catalogue there.
    pub fn open(to: &str, config: &BoxConfig, key: Option<&PersonKey>) -> Result<Self> {
        if to.is_empty() {
            return Err(BackupError::Settings(
                "no place for backups: name one with --to, or as `to` under [backup] in the settings".to_owned(),
            ));
        }
        let allowed = Allowed { private: config.private_addresses };
        if is_friend(to) {
            let key = key.ok_or_else(|| {
                BackupError::Settings(format!(
                    "{to} is opened with a key: that of the box or of its owner (--key FILE)"
                ))
            })?;
            return Friend::open(to, key, allowed).map(Self::Friend);
        }
        if let Some(rest) = to.strip_prefix("s3://") {
            let bucket = Bucket::new(rest, &config.backup, allowed);
            return bucket.map(|bucket| Self::Bucket(Box::new(bucket)));
        }
        let folder = PathBuf::from(to);
        match fs::metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => Ok(Self::Folder(folder)),
            Ok(_) => Err(BackupError::Settings(format!("{to} is not a folder"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(BackupError::Settings(
                format!("{to} is not there: put the stick in, or make the folder"),
            )),
            Err(error) => Err(BackupError::File(folder, error)),
        }
    }

    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Bucket(bucket) => bucket.name(),
            Self::Friend(friend) => friend.name(),
        }
    }

    /// Its name for people: of a friend's box the host.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Friend(friend) => friend.host(),
            Self::Folder(_) | Self::Bucket(_) => self.name(),
        }
    }

    /// Whether files stored in this place take up space on the folder's disk. A folder of another file system on the same
    /// device (a subvolume, a partition) has its own device number, and counts as another disk.
    pub fn shares_disk(&self, folder: &Path) -> bool {
        let device = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
        match self {
            Self::Folder(here) => device(here).is_some() && device(here) == device(folder),
            Self::Bucket(_) | Self::Friend(_) => false,
        }
    }

    pub(super) fn failed(&self, why: impl std::fmt::Display) -> BackupError {
        BackupError::Place { place: self.label(), why: why.to_string() }
    }

    /// A file to put here. `data` is for places that are not on this machine.
    pub(super) fn scratch(&self, data: &Path) -> Result<NamedTempFile> {
        let folder = match self {
            Self::Folder(folder) => folder.clone(),
            Self::Bucket(_) | Self::Friend(_) => super::files::scratch_folder(data)?,
        };
        let made =
            tempfile::Builder::new().prefix("writing-").suffix(".partial").tempfile_in(&folder);
        made.map_err(|error| self.failed(error))
    }

    /// Moves a file to its name in this place, durably.
    pub(super) fn put(&self, name: &str, mut file: NamedTempFile) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                file.as_file().sync_all().map_err(|error| self.failed(error))?;
                let named =
                    file.persist(folder.join(name)).map_err(|error| self.failed(error.error))?;
                // Again under its name, which on FAT learns only now where the content begins.
                named.sync_all().map_err(|error| self.failed(error))?;
                durable::sync_folder(folder).map_err(|error| self.failed(error))
            }
            Self::Bucket(bucket) => {
                let bytes = file
                    .seek(SeekFrom::Start(0))
                    .and_then(|_| Ok(file.as_file().metadata()?.len()))
                    .map_err(|error| self.failed(error))?;
                bucket.put(name, file.as_file(), bytes).map_err(|why| self.failed(why))
            }
            Self::Friend(friend) => friend.put(name, file.as_file()),
        }
    }

    /// Opens the file of this name; `None` if there is none.
    pub(super) fn get(&self, name: &str) -> Result<Option<Box<dyn Read>>> {
        match self {
            Self::Folder(folder) => match regular::open(&folder.join(name)) {
                Ok(file) => Ok(Some(Box::new(io::BufReader::new(file)))),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(self.failed(error)),
            },
            Self::Bucket(bucket) => bucket.get(name).map_err(|why| self.failed(why)),
            Self::Friend(friend) => friend.get(name),
        }
    }

    /// Whether these files are here, whatever is in them. A bucket is believed to lose none.
    pub(super) fn has_all<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> Result<bool> {
        Ok(match self {
            Self::Folder(folder) => names.all(|name| folder.join(name).is_file()),
            Self::Bucket(_) => true,
            Self::Friend(friend) => {
                let kept = friend.names()?;
                names.all(|name| kept.contains(name))
            }
        })
    }

    /// Removes what has this name, if anything has.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                durable::remove_if_there(&folder.join(name)).map_err(|error| self.failed(error))
            }
            Self::Bucket(bucket) => bucket.remove(name).map_err(|why| self.failed(why)),
            Self::Friend(friend) => friend.remove(name),
        }
    }

    /// Seals the catalogue for a place whose keeper must not read it.
    pub(super) fn seal(&self, text: Vec<u8>, keys: &[EncryptionKey]) -> Result<Vec<u8>> {
        match self {
            Self::Friend(friend) => friend.seal(&text, keys.to_vec()),
            Self::Folder(_) | Self::Bucket(_) => Ok(text),
        }
    }

    /// Opens a catalogue that [`Self::seal`] sealed.
    pub(super) fn unseal(&self, bytes: Vec<u8>) -> Result<Vec<u8>, AgeError> {
        match self {
            Self::Friend(friend) => friend.unseal(&bytes),
            Self::Folder(_) | Self::Bucket(_) => Ok(bytes),
        }
    }

    /// Removes what was being written here when a backup broke off.
    pub(super) fn tidy(&self) {
        let Self::Folder(folder) = self else { return };
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("writing-") && name.ends_with(".partial") {
                // A leftover only takes up space until the next backup, so an error is ignored.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
