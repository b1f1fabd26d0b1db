//! The folder of versions: the programs, and the file that says which one runs.
//!
//! Always: a program has its name only when all of it is on the disk and is what was released; the file is replaced as a
//! whole. A crash leaves at most a file that begins with a dot, and programs that the state does not name, which the next
//! update removes.

use super::state::{FORM, KeptVersion, State};
use imajin_dfos::hex;
use imajin_ledger::durable;
use sha2::{Digest, Sha256};
use std::fs::{self, File, Permissions};
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Path of the folder.
pub const FOLDER: &str = "/var/lib/imajin-versions";
const STATE: &str = "state.json";
/// Name of the lock that a running update holds.
const LOCK: &str = "lock";
/// Prefix of an unfinished program's file name.
const PARTIAL: &str = ".new-";
/// Every user may run the programs and read the state.
const FOLDER_MODE: u32 = 0o755;
const PROGRAM_MODE: u32 = 0o755;
const STATE_MODE: u32 = 0o644;
/// The file holds a few versions.
const STATE_BYTES_MAX: u64 = 64 << 10;
const COPY_BYTES: usize = 64 << 10;

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum StoreError {
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: std::io::Error },
    #[error("{path} cannot be read ({why})")]
    State { path: PathBuf, why: String },
    #[error("another update is being made: wait until it is done")]
    Busy,
}

/// The folder.
#[derive(Debug, Clone)]
pub struct Store(PathBuf);

/// Lock of the folder during an update. The kernel releases it when the process ends.
#[derive(Debug)]
pub struct UpdateLock {
    _file: File,
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError + use<'_> {
    move |error| StoreError::Io { path: path.to_owned(), error }
}

impl Store {
    /// A folder; it need not be there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Returns the folder's path.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The path of a program.
    pub fn path(&self, kept: &KeptVersion) -> PathBuf {
        self.0.join(kept.file_name())
    }

    /// Makes the folder if it is not there.
    pub fn make(&self) -> Result<(), StoreError> {
        if self.0.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.0).map_err(io(&self.0))?;
        fs::set_permissions(&self.0, Permissions::from_mode(FOLDER_MODE)).map_err(io(&self.0))?;
        let parent = self.0.parent().unwrap_or(&self.0);
        durable::sync_folder(parent).map_err(io(parent))
    }

    /// Takes the folder for an update, or for a moment; not where another has it.
    pub fn hold(&self) -> Result<UpdateLock, StoreError> {
        let path = self.0.join(LOCK);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(UpdateLock { _file: file }),
            Err(fs::TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(fs::TryLockError::Error(error)) => Err(io(&path)(error)),
        }
    }

    /// Whether an update is running. Takes a shared lock for a moment, so concurrent checks succeed.
    pub fn is_held(&self) -> bool {
        File::open(self.0.join(LOCK))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
    }

    /// Reads the stored decisions; returns the default if there are none.
    pub fn load(&self) -> Result<State, StoreError> {
        let path = self.0.join(STATE);
        let Some(file) = durable::if_there(File::open(&path)).map_err(io(&path))? else {
            return Ok(State::default());
        };
        let damaged = |why: String| StoreError::State { path: path.clone(), why };
        let mut text = Vec::new();
        file.take(STATE_BYTES_MAX).read_to_end(&mut text).map_err(io(&path))?;
        let state: State =
            serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if state.form != FORM {
            return Err(damaged(format!("its form is {}", state.form)));
        }
        if state.kept().iter().all(|(kept, _)| kept.is_sound()) {
            Ok(state)
        } else {
            Err(damaged("it names no program".to_owned()))
        }
    }

    /// Decides, durably.
    pub fn save(&self, state: &State) -> Result<(), StoreError> {
        let path = self.0.join(STATE);
        let state = State { form: FORM, ..state.clone() };
        let text = serde_json::to_vec_pretty(&state).map_err(|error| io(&path)(error.into()))?;
        let mut file = self.partial()?;
        file.write_all(&text).map_err(io(&path))?;
        self.put(file, STATE_MODE, &path)
    }

    /// Sets unreadable files aside for a person to inspect.
    pub fn put_aside(&self) -> Result<(), StoreError> {
        let path = self.0.join(STATE);
        fs::rename(&path, self.0.join(format!("{STATE}.damaged"))).map_err(io(&path))
    }

    /// A file to write a new program into.
    pub fn partial(&self) -> Result<NamedTempFile, StoreError> {
        tempfile::Builder::new().prefix(PARTIAL).tempfile_in(&self.0).map_err(io(&self.0))
    }

    /// Makes a written program executable under a temporary name, for a first test.
    pub fn runnable(&self, file: NamedTempFile) -> Result<tempfile::TempPath, StoreError> {
        let path = file.path().to_owned();
        fs::set_permissions(&path, Permissions::from_mode(PROGRAM_MODE)).map_err(io(&path))?;
        file.as_file().sync_all().map_err(io(&path))?;
        // Closed: what is open for writing does not run.
        Ok(file.into_temp_path())
    }

    /// Moves a program to its final name, durably.
    pub fn keep(&self, file: tempfile::TempPath, kept: &KeptVersion) -> Result<(), StoreError> {
        let path = self.path(kept);
        file.persist(&path).map_err(|error| io(&path)(error.error))?;
        durable::sync_folder(&self.0).map_err(io(&self.0))
    }

    fn put(&self, file: NamedTempFile, mode: u32, path: &Path) -> Result<(), StoreError> {
        file.as_file().set_permissions(Permissions::from_mode(mode)).map_err(io(path))?;
        file.as_file().sync_all().map_err(io(path))?;
        file.persist(path).map_err(|error| io(path)(error.error))?;
        durable::sync_folder(&self.0).map_err(io(&self.0))
    }

    /// Whether a program is there, and what was released.
    pub fn is_whole(&self, kept: &KeptVersion) -> bool {
        digest(&self.path(kept)).is_ok_and(|hash| hash == kept.hash)
    }

    /// Removes the programs that the state does not name, and unfinished files.
    pub fn sweep(&self, state: &State) -> Result<(), StoreError> {
        let kept: Vec<String> = state.kept().iter().map(|(kept, _)| kept.file_name()).collect();
        for entry in fs::read_dir(&self.0).map_err(io(&self.0))? {
            let entry = entry.map_err(io(&self.0))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let is_ours = name.starts_with(PARTIAL) || name.starts_with("imajin-");
            if is_ours && !kept.iter().any(|one| one == name) {
                fs::remove_file(entry.path()).map_err(io(&entry.path()))?;
            }
        }
        Ok(())
    }
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = BufReader::with_capacity(COPY_BYTES, File::open(path)?);
    let mut digest = Sha256::new();
    std::io::copy(&mut file, &mut digest)?;
    Ok(hex::encode(&digest.finalize()))
}
