//! Copies on their way in: each has an unguessable id, a file that grows, and, once checked, a verified folder.
//!
//! Always: bounded in number and age; what was received outlives the run, so that a large upload can go on; one request
//! at a time works on one. Whose copy it is, is not known before it was checked.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use imajin_dfos::Timestamp;
use imajin_ledger::bundle::import::{Checked, ImportError, Upload};
use imajin_service::{Problem, random};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::trouble;
use super::usb::OnStick;

/// How long what was received is kept: over a night and a day.
const KEPT: Duration = Duration::from_secs(48 * 3600);

/// All of them.
pub(super) struct Arrivals {
    data: PathBuf,
    most: usize,
    bytes_max: u64,
    table: Mutex<HashMap<String, Arc<Arrival>>>,
}

/// One copy on its way in.
pub(super) struct Arrival {
    pub(super) upload: Upload,
    begun: Timestamp,
    work: Arc<AsyncMutex<Work>>,
    pub(super) checking: Checking,
    /// The copy on a stick that it is of; it is read there, and nothing is sent.
    pub(super) on_stick: Option<OnStick>,
}

/// How far a check is: the bytes that it has gone through; none where there is no check.
#[derive(Clone, Default)]
pub(super) struct Checking(Arc<Mutex<Option<u64>>>);

impl Checking {
    fn bytes_mut(&self) -> MutexGuard<'_, Option<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A check begins.
    pub(super) fn begin(&self) {
        *self.bytes_mut() = Some(0);
    }

    /// So many bytes more.
    pub(super) fn pass(&self, bytes: u64) {
        if let Some(done) = self.bytes_mut().as_mut() {
            *done += bytes;
        }
    }

    /// It is done.
    pub(super) fn end(&self) {
        *self.bytes_mut() = None;
    }

    /// Bytes gone through, while a check is being made.
    pub(super) fn bytes(&self) -> Option<u64> {
        *self.bytes_mut()
    }
}

/// What a request that works on an arrival holds.
#[derive(Default)]
pub(super) struct Work {
    /// The verified copy, from its check to its import.
    pub(super) checked: Option<Checked>,
}

impl Arrivals {
    /// Those that an earlier run left: their files are there.
    pub(super) fn new(data: &Path, most: usize, bytes_max: u64) -> Self {
        let arrivals = Self {
            data: data.to_owned(),
            most: most.max(1),
            bytes_max,
            table: Mutex::default(),
        };
        if let Ok(entries) = fs::read_dir(data.join("import")) {
            for entry in entries.flatten() {
                arrivals.recall(&entry);
            }
        }
        arrivals
    }

    /// An upload goes on; a folder of a check, or a stranger's copy to be verified, is of no use any more.
    fn recall(&self, entry: &fs::DirEntry) {
        let path = entry.path();
        let name = entry.file_name();
        let id = name
            .to_str()
            .and_then(|name| name.strip_suffix(".tar"))
            .filter(|id| id.len() == 32);
        let modified = entry
            .metadata()
            .and_then(|found| found.modified())
            .ok()
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let begun = modified
            .and_then(|since| Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?).ok());
        let upload = id.and_then(|id| Upload::open(&self.data, id, self.bytes_max).ok());
        match (upload, begun) {
            (Some(upload), Some(begun)) => {
                self.table().insert(
                    upload.id().to_owned(),
                    Arc::new(Arrival {
                        upload,
                        begun,
                        work: Arc::default(),
                        checking: Checking::default(),
                        on_stick: None,
                    }),
                );
            }
            _ => {
                let removed = if path.is_dir() {
                    fs::remove_dir_all(&path)
                } else {
                    fs::remove_file(&path)
                };
                if let Err(error) = removed {
                    tracing::warn!("{}: {error}", path.display());
                }
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Arc<Arrival>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The most that one may have.
    pub(super) fn bytes_max(&self) -> u64 {
        self.bytes_max
    }

    /// A new one.
    pub(super) fn begin(
        &self,
        now: Timestamp,
        on_stick: Option<OnStick>,
    ) -> Result<Arc<Arrival>, Problem> {
        self.expire(now);
        let mut table = self.table();
        if table.len() >= self.most {
            give_up_an_empty_one(&mut table);
        }
        if table.len() >= self.most {
            return Err(Problem::unavailable(
                "As many copies are arriving here as this node takes at once. Try again later.",
            ));
        }
        let id = random::hex::<16>()?;
        let upload = Upload::open(&self.data, &id, self.bytes_max).map_err(trouble::import)?;
        let arrival = Arc::new(Arrival {
            upload,
            begun: now,
            work: Arc::default(),
            checking: Checking::default(),
            on_stick,
        });
        table.insert(id, Arc::clone(&arrival));
        Ok(arrival)
    }

    /// One that is kept under no name: it goes when it is dropped.
    pub(super) fn passing(&self, bytes_max: u64) -> Result<Passing, Problem> {
        let id = format!("passing-{}", random::hex::<8>()?);
        Upload::open(&self.data, &id, bytes_max.min(self.bytes_max))
            .map(Passing)
            .map_err(trouble::import)
    }

    fn expire(&self, now: Timestamp) {
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        let mut table = self.table();
        table.retain(|_, arrival| {
            // Who works on it holds the lock, and is not too late.
            let is_old = now.as_millis().saturating_sub(arrival.begun.as_millis()) > kept
                && arrival.work.try_lock().is_ok();
            if is_old && let Err(error) = arrival.upload.remove() {
                tracing::warn!("an old upload: {error}");
            }
            !is_old
        });
    }

    /// One by its id, which only who began it knows.
    pub(super) fn find(&self, id: &str, now: Timestamp) -> Result<Arc<Arrival>, Problem> {
        self.expire(now);
        let found = self.table().get(id).cloned();
        found.ok_or_else(|| {
            Problem::not_found("There is no such import, or it was given up: begin another one.")
        })
    }

    /// Gives one up.
    pub(super) fn remove(&self, arrival: &Arrival) -> Result<(), Problem> {
        self.table().remove(arrival.upload.id());
        arrival.upload.remove().map_err(trouble::import)
    }
}

/// Room for another one: the oldest that nothing was ever sent for, so that whoever only begins imports takes nobody's
/// place.
fn give_up_an_empty_one(table: &mut HashMap<String, Arc<Arrival>>) {
    let is_empty = |arrival: &Arrival| {
        arrival.work.try_lock().is_ok() && matches!(arrival.upload.received(), Ok(0))
    };
    let empty = table.iter().filter(|(_, arrival)| is_empty(arrival));
    let oldest = empty.min_by_key(|(_, arrival)| arrival.begun);
    let Some(id) = oldest.map(|(id, _)| id.clone()) else {
        return;
    };
    if let Some(arrival) = table.remove(&id)
        && let Err(error) = arrival.upload.remove()
    {
        tracing::warn!("an empty upload: {error}");
    }
}

impl Arrival {
    /// Begins to work on it; nobody else may meanwhile.
    pub(super) fn work(&self) -> Result<OwnedMutexGuard<Work>, Problem> {
        let busy = || {
            Problem::conflict("Another request is working on this import at the moment.")
                .slug("busy")
        };
        Arc::clone(&self.work).try_lock_owned().map_err(|_| busy())
    }

    /// Whether it is read from a stick that is not there any more.
    pub(super) fn is_pulled(&self) -> bool {
        self.on_stick
            .as_ref()
            .is_some_and(|copy| !copy.stick.is_there())
    }

    /// Why it was not taken in.
    pub(super) fn trouble(&self, error: ImportError) -> Problem {
        match self.is_pulled() {
            true => trouble::stick_pulled().with_log(error),
            false => trouble::import(error),
        }
    }
}

/// An upload that leaves nothing.
pub(super) struct Passing(pub(super) Upload);

impl Drop for Passing {
    fn drop(&mut self) {
        // What cannot be removed now is removed at the next start.
        let _ = self.0.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + hours * 3_600_000).unwrap()
    }

    #[test]
    fn uploads_outlive_a_run_but_not_for_ever() {
        let data = tempfile::tempdir().unwrap();
        let arrivals = Arrivals::new(data.path(), 2, 1000);
        let first = arrivals.begin(at(0), None).unwrap();
        let mut piece = first.upload.append(0).unwrap();
        piece.write(b"abc").unwrap();
        piece.finish().unwrap();
        drop(arrivals.passing(10).unwrap());
        let empty = arrivals.begin(at(1), None).unwrap();
        let second = arrivals.begin(at(1), None).unwrap();
        assert!(
            arrivals.find(empty.upload.id(), at(1)).is_err(),
            "it gave its place"
        );
        let mut piece = second.upload.append(0).unwrap();
        piece.write(b"d").unwrap();
        piece.finish().unwrap();
        assert_eq!(
            arrivals
                .begin(at(1), None)
                .err()
                .map(|problem| problem.status().as_u16()),
            Some(503)
        );
        fs::create_dir_all(data.path().join("import/x.partial")).unwrap();

        let again = Arrivals::new(data.path(), 2, 1000);
        assert!(!data.path().join("import/x.partial").exists());
        let id = first.upload.id().to_owned();
        let now = again.table().get(&id).map(|arrival| arrival.begun).unwrap();
        let found = again.find(&id, now).unwrap();
        assert_eq!(found.upload.received().unwrap(), 3);
        let held = found.work().unwrap();
        assert_eq!(
            found.work().err().map(|problem| problem.status().as_u16()),
            Some(409)
        );
        let late = now.checked_add_millis(49 * 3_600_000).unwrap();
        assert!(again.find(&id, late).is_ok(), "nobody is interrupted");
        drop(held);
        assert!(again.find(&id, late).is_err());
        assert!(!found.upload.path().exists());
    }
}
