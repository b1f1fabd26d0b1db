//! Arrival times of files, and the files that are being written.
//!
//! Always: a file's modification time is when it arrived by the node's clock, or when someone last asked to enter an
//! entry that names it. One lock covers reading and changing that time, so that a sweep never removes a file that is
//! about to be named.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imajin_dfos::Timestamp;
use imajin_log::clock::Clock;
use parking_lot::Mutex;

pub(super) struct Arrivals {
    clock: Arc<dyn Clock>,
    /// While it is locked, no other thread dates, names or removes a file by its date.
    pub(super) dates: Mutex<()>,
    /// Names of files that are being written.
    on_their_way: Mutex<HashSet<OsString>>,
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arrivals")
    }
}

impl Arrivals {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, dates: Mutex::default(), on_their_way: Mutex::default() }
    }

    /// Returns the node's time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Dates an existing file as if it arrived now.
    pub(super) fn date(&self, file: &File) -> io::Result<()> {
        file.set_modified(system_time(self.clock.now()))
    }

    /// Like [`Self::date`], by path.
    pub(super) fn date_path(&self, path: &Path) -> io::Result<()> {
        self.date(&File::open(path)?)
    }

    pub(super) fn begin(&self, name: OsString) {
        self.on_their_way.lock().insert(name);
    }

    pub(super) fn end(&self, name: &OsString) {
        self.on_their_way.lock().remove(name);
    }

    pub(super) fn is_on_its_way(&self, name: &OsString) -> bool {
        self.on_their_way.lock().contains(name)
    }
}

/// Returns the system's form of a timestamp; the epoch for times before it.
pub(super) fn system_time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(0))
}
