//! Where a bundle goes: a folder, a tar, or an encrypted tar.
//!
//! Always: written beside the target under another name, synced, then put in its place at once; until then what was
//! there stays as it was, whatever happens. Only a bundle is ever replaced.

use imajin_ledger::bundle::age::{AgeError, MAGIC, Recipient, Writer};
use imajin_ledger::bundle::export::{self as bundle, resolve};
use imajin_ledger::bundle::manifest::Manifest;
use imajin_ledger::bundle::names;
use imajin_ledger::bundle::tar::{TarError, TarLimits, TarReader};
use imajin_protocol::Did;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const BUFFER_BYTES: usize = 256 * 1024;

/// A place for a bundle.
pub struct Target {
    path: PathBuf,
    partial: PathBuf,
    did: Did,
    form: Form,
}

enum Form {
    Folder,
    Tar,
    Encrypted(Recipient),
}

/// Why a bundle cannot be written there.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The disk.
    #[error("cannot write {0}: {1}")]
    Io(PathBuf, io::Error),
    /// Something else is there.
    #[error(
        "{0} is there already and is no earlier copy of this record: it is left as it is; choose another path"
    )]
    Taken(PathBuf),
    /// What arrives is no bundle.
    #[error("what arrived is no bundle: {0}")]
    Tar(#[from] TarError),
    /// Encryption.
    #[error(transparent)]
    Age(#[from] AgeError),
}

impl Target {
    /// Where someone's bundle goes that is asked for at `path`, if it may be written there.
    pub fn new(path: &Path, did: &Did, recipient: Option<Recipient>) -> Result<Self, TargetError> {
        let resolved = resolve(path, did, recipient.is_some() || is_tar(path));
        let form = match (&resolved, recipient) {
            (_, Some(recipient)) => Form::Encrypted(recipient),
            (bundle::Target::Tar(_), None) => Form::Tar,
            (bundle::Target::Folder(_), None) => Form::Folder,
        };
        let path = resolved.path().to_path_buf();
        let target = Self {
            partial: with_tail(&path, ".partial"),
            path,
            did: did.clone(),
            form,
        };
        target.check()?;
        Ok(target)
    }

    /// Where it goes.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn check(&self) -> Result<(), TargetError> {
        let parent = self
            .path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::metadata(parent).map_err(|error| TargetError::Io(parent.to_path_buf(), error))?;
        let Ok(metadata) = fs::symlink_metadata(&self.path) else {
            return Ok(());
        };
        let is_ours = match &self.form {
            Form::Folder => {
                metadata.is_dir() && manifest_did(&self.path).as_deref() == Some(self.did.as_str())
            }
            Form::Tar | Form::Encrypted(_) => metadata.is_file() && looks_like_bundle(&self.path),
        };
        match is_ours {
            true => Ok(()),
            false => Err(TargetError::Taken(self.path.clone())),
        }
    }

    /// Writes a bundle that arrives as a tar, and puts it in its place.
    pub fn write(&self, tar: impl Read) -> Result<(), TargetError> {
        self.clear()?;
        let written = match &self.form {
            Form::Folder => self.unpack(tar),
            Form::Tar => self.file(|file| {
                let mut tar = tar;
                io::copy(&mut tar, file)
                    .map_err(|error| self.failed(error))
                    .map(drop)
            }),
            Form::Encrypted(recipient) => self.file(|file| {
                let mut tar = tar;
                let mut writer = Writer::new(recipient, file)?;
                io::copy(&mut tar, &mut writer).map_err(|error| self.failed(error))?;
                writer
                    .finish()
                    .map_err(|error| self.failed(error))
                    .map(drop)
            }),
        };
        if written.is_err() {
            // A partial bundle helps nobody; that it cannot be removed either says nothing new.
            let _ = self.clear();
        }
        written?;
        self.swap().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> TargetError {
        TargetError::Io(self.path.clone(), error)
    }

    fn clear(&self) -> Result<(), TargetError> {
        let removed = match fs::symlink_metadata(&self.partial) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&self.partial),
            Ok(_) => fs::remove_file(&self.partial),
            Err(_) => Ok(()),
        };
        removed.map_err(|error| self.failed(error))
    }

    fn file(
        &self,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<(), TargetError>,
    ) -> Result<(), TargetError> {
        let file = File::create(&self.partial).map_err(|error| self.failed(error))?;
        let mut file = BufWriter::with_capacity(BUFFER_BYTES, file);
        write(&mut file)?;
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .map_err(|error| self.failed(error))
    }

    fn unpack(&self, tar: impl Read) -> Result<(), TargetError> {
        let mut reader = TarReader::new(tar, TarLimits::default(), names::is_allowed);
        fs::create_dir(&self.partial).map_err(|error| self.failed(error))?;
        while let Some((name, _)) = reader.next_file()? {
            let path = self.partial.join(&name);
            let written = write_file(&path, &mut reader.file());
            written.map_err(|error| self.failed(error))?;
        }
        sync_folders(&self.partial).map_err(|error| self.failed(error))
    }

    /// Puts the new one where the old one was.
    fn swap(&self) -> io::Result<()> {
        if !matches!(self.form, Form::Folder) || !self.path.exists() {
            fs::rename(&self.partial, &self.path)?;
            return self.sync_parent();
        }
        // At once where the file system can; on one that cannot (a stick), there is an instant with neither name taken.
        if renameat_with(CWD, &self.partial, CWD, &self.path, RenameFlags::EXCHANGE).is_err() {
            let old = with_tail(&self.path, ".previous");
            if old.exists() {
                fs::remove_dir_all(&old)?;
            }
            fs::rename(&self.path, &old)?;
            fs::rename(&self.partial, &self.path)?;
            self.sync_parent()?;
            return fs::remove_dir_all(old);
        }
        self.sync_parent()?;
        fs::remove_dir_all(&self.partial)
    }

    fn sync_parent(&self) -> io::Result<()> {
        let parent = self
            .path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(parent)?.sync_all()
    }
}

/// Whether a name asks for one file.
pub fn is_tar(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "tar")
}

fn with_tail(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

/// Whose bundle stands in a folder.
fn manifest_did(folder: &Path) -> Option<String> {
    let manifest = fs::read(folder.join(names::MANIFEST)).ok()?;
    Manifest::parse(&manifest).ok().map(|manifest| manifest.did)
}

/// A tar whose first file is `bundle.json`, or an encrypted one.
fn looks_like_bundle(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(128).read_to_end(&mut start));
    read.is_ok() && (start.starts_with(names::BUNDLE.as_bytes()) || start.starts_with(MAGIC))
}

fn write_file(path: &Path, content: &mut impl Read) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create_new(path)?;
    io::copy(content, &mut file)?;
    file.flush()?;
    file.sync_all()
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}
