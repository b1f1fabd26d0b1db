//! The simulated disk: scheduled faults, and the power switch.
//!
//! One disk per process: SQLite's default VFS is global. Tests that use it run one after the other.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::rng::Rng;
use crate::shadow::Shadow;

/// The disk's faults. Percentages refer to the calls of that kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// An `fsync` returns an error, and its pending writes may be lost.
    pub sync_fails_percent: u64,
    /// Name of a file whose every `fsync` fails.
    pub sync_fails_on: Option<&'static str>,
    /// A write returns "disk full" and writes nothing.
    pub full_percent: u64,
    /// After this many further writes, truncations, deletions and syncs the power fails: every later call on every file
    /// fails.
    pub power_fails_after: Option<u64>,
    /// Name of a file at whose next `fsync` the power fails.
    pub power_fails_on: Option<&'static str>,
}

pub(crate) struct World {
    pub(crate) files: HashMap<PathBuf, Shadow>,
    pub(crate) rng: Rng,
    pub(crate) faults: Faults,
    pub(crate) powered: bool,
    /// The files that SQLite has open, once for each handle.
    handles: Vec<PathBuf>,
}

/// The outcome of a call that changes a file.
pub(crate) enum Meets {
    Nothing,
    NoPower,
    SyncError,
    Full,
}

impl World {
    /// Draws the outcome of the next changing call; `sync` is true for an `fsync`.
    pub(crate) fn meet(&mut self, sync: bool) -> Meets {
        if !self.powered {
            return Meets::NoPower;
        }
        if let Some(left) = &mut self.faults.power_fails_after {
            if *left == 0 {
                self.powered = false;
                return Meets::NoPower;
            }
            *left -= 1;
        }
        if sync && self.rng.chance(self.faults.sync_fails_percent) {
            return Meets::SyncError;
        }
        if !sync && self.rng.chance(self.faults.full_percent) {
            return Meets::Full;
        }
        Meets::Nothing
    }

    /// Draws the outcome of the next `fsync` of `path`.
    pub(crate) fn meet_sync(&mut self, path: &Path) -> Meets {
        let is_file = |named: Option<&'static str>| {
            named.is_some_and(|named| path.file_name().is_some_and(|name| name == named))
        };
        if is_file(self.faults.power_fails_on) {
            self.powered = false;
        }
        match self.meet(true) {
            Meets::Nothing if is_file(self.faults.sync_fails_on) => Meets::SyncError,
            met => met,
        }
    }

    /// Records a successful `fsync` of `path`.
    pub(crate) fn sync(&mut self, path: &Path) {
        self.shadow(path).sync();
        for shadow in self.files.values_mut() {
            shadow.metadata_synced();
        }
    }

    /// Returns the shadow of a file, created from the real file on first use.
    pub(crate) fn shadow(&mut self, path: &Path) -> &mut Shadow {
        self.files.entry(path.to_owned()).or_insert_with(|| Shadow::capture(path))
    }

    /// Records that a handle on a file is opened: a file that was replaced outside SQLite since then is another file, and
    /// durable in its current state.
    pub(crate) fn open(&mut self, path: &Path) {
        self.handles.push(path.to_owned());
        if self.files.get(path).is_some_and(|shadow| shadow.is_of_another(path)) {
            self.files.remove(path);
        }
        self.shadow(path);
    }

    /// Records that a handle on a file is closed.
    pub(crate) fn close(&mut self, path: &Path) {
        if let Some(at) = self.handles.iter().position(|open| open == path) {
            self.handles.swap_remove(at);
        }
        CLOSED.notify_all();
    }
}

/// Wakes [`crash`] when a file is closed.
static CLOSED: Condvar = Condvar::new();

/// How long [`crash`] waits for files to be closed.
const CLOSE_WAIT_MAX: Duration = Duration::from_secs(30);

fn world() -> &'static Mutex<World> {
    static WORLD: OnceLock<Mutex<World>> = OnceLock::new();
    WORLD.get_or_init(|| {
        Mutex::new(World {
            files: HashMap::new(),
            rng: Rng::new(0),
            faults: Faults::default(),
            powered: true,
            handles: Vec::new(),
        })
    })
}

pub(crate) fn lock() -> MutexGuard<'static, World> {
    // A panicking test must not hide the next test's result behind a poisoned lock.
    world().lock()
}

/// Resets the disk with `seed` and no faults.
pub(crate) fn reset(seed: u64) {
    let mut world = lock();
    *world = World {
        files: HashMap::new(),
        rng: Rng::new(seed),
        faults: Faults::default(),
        powered: true,
        handles: std::mem::take(&mut world.handles),
    };
}

/// Sets the faults.
pub fn set_faults(faults: Faults) {
    lock().faults = faults;
}

/// Whether the power is still on.
pub fn powered() -> bool {
    lock().powered
}

/// Cuts the power: every further call on every file fails, so the program's shutdown cannot reach the disk.
pub fn cut_power() {
    lock().powered = false;
}

/// Makes the writes to `path` durable, as an `fsync` outside SQLite does, unless the disk fails.
///
/// # Errors
/// A fault, or the power is off.
pub fn sync(path: &Path) -> std::io::Result<()> {
    let mut guard = lock();
    let world = &mut *guard;
    let failed = match world.meet_sync(path) {
        Meets::Nothing => {
            // The real file needs no fsync: the shadow decides which bytes survive.
            world.sync(path);
            return Ok(());
        }
        Meets::SyncError => {
            let mut rng = Rng::new(world.rng.draw());
            world.shadow(path).fail_sync(&mut rng);
            "the simulated disk failed"
        }
        Meets::NoPower | Meets::Full => "the simulated power is off",
    };
    Err(std::io::Error::other(failed))
}

/// Continues without faults where [`cut_power`] ended the program alone: the system still has everything that was written,
/// synced or not, and a later power cut may lose it. Waits as [`crash`] does.
///
/// # Errors
/// A connection stays open.
pub fn restart() -> std::io::Result<()> {
    let mut world = closed()?;
    world.faults = Faults::default();
    world.powered = true;
    Ok(())
}

/// Waits until every connection is closed.
fn closed() -> std::io::Result<MutexGuard<'static, World>> {
    let mut world = lock();
    while !world.handles.is_empty() {
        if CLOSED.wait_for(&mut world, CLOSE_WAIT_MAX).timed_out() {
            let open = format!("still open: {:?}", world.handles);
            return Err(std::io::Error::other(open));
        }
    }
    Ok(world)
}

/// Restores the power without faults, after [`cut_power`]: writes one of the states that the cut could have left. Waits
/// until every connection is closed, since a connection would keep its wal-index of the files before; a pool may
/// still be opening one in its own thread.
///
/// # Errors
/// A file can't be written, or a connection stays open.
pub fn crash() -> std::io::Result<()> {
    let mut world = closed()?;
    let mut files: Vec<_> = std::mem::take(&mut world.files).into_iter().collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, shadow) in files {
        // Moved, replaced or removed outside SQLite, by calls that are durable in this simulation.
        let folder_is_gone = !path.parent().is_some_and(Path::is_dir);
        if folder_is_gone || shadow.is_of_another(&path) {
            continue;
        }
        match shadow.after_crash(&mut world.rng) {
            Some(bytes) => std::fs::write(&path, bytes)?,
            None => remove(&path)?,
        }
        // The wal-index is in memory, and lost in a power cut.
        remove(&with_suffix(&path, "-shm"))?;
    }
    world.faults = Faults::default();
    world.powered = true;
    Ok(())
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
