//! Imports in progress: each has an unguessable ID, a growing file, and, once checked, a verified folder.
//!
//! Always: bounded in number and age, and for each sender. When all slots are taken, a stranger's import is removed
//! before a member's, and the longest idle first. Received bytes outlive a restart, so that a large upload can resume;
//! one request at a time works on an import. The copy's owner is not known before the check.

use std::collections::HashMap;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use imajin_app::{Answer, Node, Problem, Role};
use imajin_bundle::import::{ImportError, Upload, VerifiedBundle};
use imajin_dfos::Timestamp;
use imajin_host::jobs::JobOwner;
use imajin_host::random;
use imajin_identity::admission::invites;
use imajin_protocol::Did;
use parking_lot::Mutex;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::copy_room::CopyRoom;
use super::errors;
use super::on_stick::OnStick;
use super::places;

/// Lifetime of an import: a night and a day.
const KEPT: Duration = Duration::from_secs(48 * 3600);
/// Copies that one person may be bringing at once.
const PER_PERSON: usize = 2;
/// Copies from one address at once without a session: another node, from which some people move here.
const PER_ADDRESS: usize = 4;
/// Idle time after which an import may be removed for one of a person with the same role.
const IDLE: Duration = Duration::from_secs(3600);
/// Idle time after which an import of a person without an inviter may be removed.
const IDLE_FEW: Duration = Duration::from_secs(600);
/// Age after which such an import may be removed even while it arrives.
const ARRIVES_FEW: Duration = Duration::from_secs(3600);
/// Retry-After in seconds when all slots are taken.
const RETRY_S: u32 = 600;

/// All imports in progress.
pub(super) struct ImportJobs {
    data: PathBuf,
    most: usize,
    /// The most bytes that a copy may have.
    pub(super) bytes_max: u64,
    table: Mutex<HashMap<String, Arc<ImportJob>>>,
}

/// An import in progress.
pub(super) struct ImportJob {
    pub(super) upload: Upload,
    begun: Timestamp,
    /// The time of the last request that worked on the import.
    touched: Mutex<Timestamp>,
    /// The person or address that sends the copy; unknown for imports that an earlier run left.
    pub(super) who: Option<JobOwner>,
    pub(super) role: Role,
    work: Arc<AsyncMutex<Work>>,
    /// The number of bytes that a running check has read; `None` without a check.
    pub(super) checking: Arc<Mutex<Option<u64>>>,
    /// The copy's place on a stick; the node reads it from there, and the client sends nothing.
    pub(super) on_stick: Option<OnStick>,
    /// The reservation on the quota of the person who sends the copy.
    pub(super) room: CopyRoom,
    /// The invite that the import used, until it becomes a home; unknown for imports that an earlier run left.
    pub(super) invite: Mutex<Option<String>>,
}

/// The state that a request holds while it works on an import.
#[derive(Default)]
pub(super) struct Work {
    /// The verified copy, from its check to its import.
    pub(super) checked: Option<VerifiedBundle>,
}

impl ImportJobs {
    /// Loads the imports that an earlier run left in the folder.
    pub(super) fn new(data: &Path, most: usize, bytes_max: u64) -> Self {
        let arrivals =
            Self { data: data.to_owned(), most: most.max(1), bytes_max, table: Mutex::default() };
        if let Ok(entries) = fs::read_dir(data.join("import")) {
            for entry in entries.flatten() {
                arrivals.recall(&entry);
            }
        }
        arrivals
    }

    /// An upload resumes; a folder of a check, or a stranger's copy to be verified, is of no use any more.
    fn recall(&self, entry: &fs::DirEntry) {
        let path = entry.path();
        let name = entry.file_name();
        let id = name
            .to_str()
            .and_then(|name| name.strip_suffix(".tar"))
            .and_then(|id| Some((id, length_in(id)?)));
        let modified = entry
            .metadata()
            .and_then(|found| found.modified())
            .ok()
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let begun = modified
            .and_then(|since| Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?).ok());
        let upload = id.and_then(|(id, length)| self.open(id, length).ok());
        match (upload, begun) {
            (Some(upload), Some(begun)) => {
                let id = upload.id().to_owned();
                let from = (None, Role::Stranger);
                let job = ImportJob::new(upload, begun, from, None, CopyRoom::unknown());
                self.table.lock().insert(id, Arc::new(job));
            }
            _ => {
                let removed =
                    if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                if let Err(error) = removed {
                    tracing::warn!("{}: {error}", path.display());
                }
            }
        }
    }

    fn open(&self, id: &str, length: Option<u64>) -> Result<Upload, ImportError> {
        let upload = Upload::open(&self.data, id, self.bytes_max)?;
        Ok(upload.with_length(length))
    }

    /// A new one, in the room that it has. `length` is the declared size of what is sent.
    pub(super) fn begin(
        &self,
        now: Timestamp,
        (on_stick, length): (Option<OnStick>, Option<u64>),
        (who, role): (JobOwner, Role),
        room: CopyRoom,
    ) -> Answer<Arc<ImportJob>> {
        self.expire(now);
        let mut table = self.table.lock();
        let most = match who {
            JobOwner::Person(_) => PER_PERSON,
            JobOwner::Address(_) => PER_ADDRESS,
        };
        let is_own = |arrival: &ImportJob| arrival.who.as_ref() == Some(&who);
        while table.values().filter(|arrival| is_own(arrival)).count() >= most {
            if !give_up(&mut table, is_own) {
                return Err(Problem::busy(
                    RETRY_S,
                    "You are importing as many copies as you may at once. Try again when the first has finished.",
                ));
            }
        }
        let is_one_of_few = |role: Role| role < Role::Member;
        let may_go = |arrival: &ImportJob| {
            let (idle, age) = (arrival.idle_for(now), arrival.age(now));
            let had_its_time = if is_one_of_few(role) {
                idle >= IDLE_FEW || age >= ARRIVES_FEW
            } else {
                idle >= IDLE
            };
            arrival.role < role || (arrival.role == role && (had_its_time || arrival.is_empty()))
        };
        let others = table.values().filter(|other| is_one_of_few(other.role));
        let is_full = table.len() >= self.most
            || (is_one_of_few(role) && others.count() >= places::few(self.most));
        if is_full && !give_up(&mut table, may_go) {
            return Err(Problem::busy(
                RETRY_S,
                "This node is receiving as many copies as it can at once. Try again later.",
            ));
        }
        let id = new_id(length)?;
        let upload = self.open(&id, length).map_err(errors::import)?;
        let arrival = Arc::new(ImportJob::new(upload, now, (Some(who), role), on_stick, room));
        table.insert(id, Arc::clone(&arrival));
        Ok(arrival)
    }

    /// Begins an import that is not in the table, removed on drop.
    pub(super) fn passing(
        &self,
        now: Timestamp,
        bytes_max: u64,
        (who, role): (JobOwner, Role),
        room: CopyRoom,
    ) -> Answer<Passing> {
        let id = format!("passing-{}", random::hex::<8>()?);
        let upload =
            Upload::open(&self.data, &id, bytes_max.min(self.bytes_max)).map_err(errors::import)?;
        let from = (Some(who), role);
        Ok(Passing(ImportJob::new(upload, now, from, None, room)))
    }

    /// Removes imports whose lifetime is over.
    pub(super) fn expire(&self, now: Timestamp) {
        let mut table = self.table.lock();
        table.retain(|_, arrival| {
            // A task that works on it holds the lock, and is not too late.
            let is_old = arrival.age(now) > KEPT && arrival.work.try_lock().is_ok();
            if is_old && let Err(error) = arrival.upload.remove() {
                tracing::warn!("an old upload: {error}");
            }
            !is_old
        });
    }

    /// Returns an import by its ID, which only its sender knows.
    pub(super) fn find(&self, id: &str, now: Timestamp) -> Answer<Arc<ImportJob>> {
        self.expire(now);
        let job = self.table.lock().get(id).cloned();
        if let Some(arrival) = &job {
            *arrival.touched.lock() = now;
        }
        job.ok_or_else(|| {
            Problem::not_found("There is no such import, or it was given up: begin another one.")
        })
    }

    /// Gives one up: the invite that it used is good again.
    pub(super) fn remove(&self, node: &Node, arrival: &ImportJob) -> Answer<()> {
        self.table.lock().remove(arrival.upload.id());
        let invite = arrival.invite.lock().take();
        if let Some(code) = invite {
            invites::give_back(node, &code);
        }
        arrival.upload.remove().map_err(errors::import)
    }
}

/// Returns an unguessable id that ends with the declared length, so that the length outlives the run.
fn new_id(length: Option<u64>) -> Answer<String> {
    let secret = random::hex::<16>()?;
    Ok(match length {
        Some(length) => format!("{secret}-{length}"),
        None => secret,
    })
}

/// Reads the declared length in an id; `None` for what is not the id of an upload.
fn length_in(id: &str) -> Option<Option<u64>> {
    let (secret, length) = match id.split_once('-') {
        Some((secret, length)) => (secret, Some(length.parse().ok()?)),
        None => (id, None),
    };
    (secret.len() == 32).then_some(length)
}

/// Removes one import to make room. The candidates are those that may be removed and that no request is working on; the
/// lowest role goes first, then imports without any bytes, then the longest idle.
fn give_up(
    table: &mut HashMap<String, Arc<ImportJob>>,
    may_go: impl Fn(&ImportJob) -> bool,
) -> bool {
    let candidates =
        table.iter().filter(|(_, arrival)| may_go(arrival) && arrival.work.try_lock().is_ok());
    let first = candidates
        .min_by_key(|(_, arrival)| (arrival.role, !arrival.is_empty(), arrival.touched()));
    let Some(id) = first.map(|(id, _)| id.clone()) else {
        return false;
    };
    if let Some(arrival) = table.remove(&id)
        && let Err(error) = arrival.upload.remove()
    {
        tracing::warn!("an upload that made room: {error}");
    }
    true
}

impl ImportJob {
    fn new(
        upload: Upload,
        begun: Timestamp,
        (who, role): (Option<JobOwner>, Role),
        on_stick: Option<OnStick>,
        room: CopyRoom,
    ) -> Self {
        Self {
            upload,
            begun,
            touched: Mutex::new(begun),
            who,
            role,
            work: Arc::default(),
            checking: Arc::default(),
            on_stick,
            room,
            invite: Mutex::default(),
        }
    }

    fn touched(&self) -> Timestamp {
        *self.touched.lock()
    }

    fn idle_for(&self, now: Timestamp) -> Duration {
        between(self.touched(), now)
    }

    fn age(&self, now: Timestamp) -> Duration {
        between(self.begun, now)
    }

    /// Whether nothing was ever sent for it.
    fn is_empty(&self) -> bool {
        self.on_stick.is_none() && matches!(self.upload.received(), Ok(0))
    }

    /// Locks the import for one request. Refuses the request while another one works on it.
    pub(super) fn work(&self) -> Answer<OwnedMutexGuard<Work>> {
        let busy = || {
            Problem::conflict("Another request is working on this import at the moment.")
                .slug("busy")
        };
        Arc::clone(&self.work).try_lock_owned().map_err(|_| busy())
    }

    /// The person whose copy on a stick was asked for.
    pub(super) fn claimed(&self) -> Option<&Did> {
        self.on_stick.as_ref()?.of.as_ref()
    }

    /// Whether it is read from a stick that is not there any more.
    pub(super) fn is_pulled(&self) -> bool {
        self.on_stick.as_ref().is_some_and(|copy| !copy.stick.is_there())
    }

    /// Returns the problem for a failed import: a removed stick, else the import's error.
    pub(super) fn problem(&self, error: ImportError) -> Problem {
        if self.is_pulled() {
            errors::stick_pulled().with_log(error)
        } else {
            errors::import(error)
        }
    }
}

fn between(then: Timestamp, now: Timestamp) -> Duration {
    let ms = now.as_millis().saturating_sub(then.as_millis());
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// An import that leaves nothing.
pub(super) struct Passing(ImportJob);

impl Deref for Passing {
    type Target = ImportJob;

    fn deref(&self) -> &ImportJob {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // An upload that cannot be removed now is removed at the next start.
        let _ = self.upload.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::prefix::Prefix;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + hours * 3_600_000).unwrap()
    }

    fn address(last: u8) -> JobOwner {
        JobOwner::Address(Prefix::from_address([192, 0, 2, last].into()))
    }

    fn begin_one(
        arrivals: &ImportJobs,
        now: Timestamp,
        who: JobOwner,
        role: Role,
    ) -> Answer<Arc<ImportJob>> {
        arrivals.begin(now, (None, None), (who, role), CopyRoom::unknown())
    }

    fn send(arrival: &ImportJob, bytes: &[u8]) {
        let mut piece = arrival.upload.append(0).unwrap();
        piece.write(bytes).unwrap();
        piece.finish().unwrap();
    }

    #[test]
    fn uploads_outlive_a_run_but_not_for_ever() {
        let data = tempfile::tempdir().unwrap();
        let arrivals = ImportJobs::new(data.path(), 8, 1000);
        let begin = |last, hours| begin_one(&arrivals, at(hours), address(last), Role::Stranger);
        let first = begin(1, 0).unwrap();
        send(&first, b"abc");
        let from = (address(9), Role::Stranger);
        drop(arrivals.passing(at(0), 10, from, CopyRoom::unknown()).unwrap());
        let empty = begin(2, 0).unwrap();
        let second = begin(3, 0).unwrap();
        assert!(arrivals.find(empty.upload.id(), at(0)).is_err(), "it gave its place");
        send(&second, b"d");
        let full = begin(4, 0).err().map(|problem| problem.status().as_u16());
        assert_eq!(full, Some(503));
        fs::create_dir_all(data.path().join("import/x.partial")).unwrap();

        let again = ImportJobs::new(data.path(), 2, 1000);
        assert!(!data.path().join("import/x.partial").exists());
        let id = first.upload.id().to_owned();
        let now = again.table.lock().get(&id).map(|arrival| arrival.begun).unwrap();
        let job = again.find(&id, now).unwrap();
        assert_eq!(job.upload.received().unwrap(), 3);
        let held = job.work().unwrap();
        assert_eq!(job.work().err().map(|problem| problem.status().as_u16()), Some(409));
        let late = now.checked_add_millis(49 * 3_600_000).unwrap();
        assert!(again.find(&id, late).is_ok(), "nobody is interrupted");
        drop(held);
        assert!(again.find(&id, late).is_err());
        assert!(!job.upload.path().exists());
    }

    #[test]
    fn a_declared_size_outlives_the_run() {
        let data = tempfile::tempdir().unwrap();
        let arrivals = ImportJobs::new(data.path(), 8, 1000);
        let begun = arrivals.begin(
            at(0),
            (None, Some(4)),
            (address(1), Role::Stranger),
            CopyRoom::unknown(),
        );
        let id = begun.unwrap().upload.id().to_owned();
        send(&arrivals.find(&id, at(0)).unwrap(), b"abc");
        let again = ImportJobs::new(data.path(), 8, 1000);
        let now = again.table.lock().get(&id).map(|job| job.begun).unwrap();
        let upload = again.find(&id, now).unwrap().upload.clone();
        let broken_off = upload.check_complete();
        assert!(matches!(broken_off, Err(ImportError::Incomplete { received: 3, length: 4 })));
        let mut piece = upload.append(3).unwrap();
        assert!(matches!(piece.write(b"de"), Err(ImportError::TooLong { length: 4 })));
        piece.write(b"d").unwrap();
        upload.check_complete().unwrap();
    }

    #[test]
    fn places_of_strangers_are_few_and_short_also_while_bytes_come() {
        let data = tempfile::tempdir().unwrap();
        let arrivals = ImportJobs::new(data.path(), 16, 1000);
        let minutes = |minutes: i64| at(0).checked_add_millis(minutes * 60_000).unwrap();
        let person = |n: u8| JobOwner::Person(Did::from_key(&[n; 32]));
        let begin = |n, role, now| begin_one(&arrivals, minutes(now), person(n), role);
        let status =
            |begun: Answer<Arc<ImportJob>>| begun.err().map(|problem| problem.status().as_u16());
        let held: Vec<_> = (0..4).map(|n| begin(n, Role::Guest, 0).unwrap()).collect();
        for arrival in &held {
            send(arrival, b"x");
        }
        assert_eq!(status(begin(9, Role::Guest, 1)), Some(503));
        for n in 20..32 {
            send(&begin(n, Role::Member, 1).unwrap(), b"x");
        }
        // The senders send again every nine minutes to keep their slots.
        for now in [9, 18, 27, 36, 45, 54] {
            for arrival in &held {
                arrivals.find(arrival.upload.id(), minutes(now)).unwrap();
            }
        }
        assert_eq!(status(begin(9, Role::Guest, 59)), Some(503));
        assert_eq!(status(begin(9, Role::Guest, 60)), None);
    }

    #[test]
    fn one_byte_imports_of_strangers_keep_no_member_out() {
        let data = tempfile::tempdir().unwrap();
        let arrivals = ImportJobs::new(data.path(), 32, 1000);
        let begin = |who, role| begin_one(&arrivals, at(0), who, role);
        for last in 0..8 {
            send(&begin(address(last), Role::Stranger).unwrap(), b"x");
        }
        let again = begin(address(9), Role::Stranger);
        assert_eq!(again.err().map(|problem| problem.status().as_u16()), Some(503));
        let member = JobOwner::Person(Did::from_key(&[1; 32]));
        let member = begin(member, Role::Member).unwrap();
        send(&member, b"a life");
        for _ in 0..20 {
            if let Ok(arrival) = begin(address(20), Role::Stranger) {
                send(&arrival, b"x");
            }
        }
        assert!(arrivals.find(member.upload.id(), at(1)).is_ok());
        assert!(
            begin_one(&arrivals, at(2), address(30), Role::Stranger).is_ok(),
            "what lay idle for an hour makes room"
        );
    }
}
