//! The job that reads everything through that lies on the disk, to find what the disk lost: every log, every media file and
//! every projection. What changed lately has its turn once a day, everything twice a month.
//!
//! Always: it takes at most a twentieth of a core and 5 MB/s on average, on a thread of its own, and how far it came is kept
//! over restarts. What it found damaged is verified again before the node serves: until it is whole, a log stays set aside.

mod place;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imajin_ledger::media::MediaError;
use imajin_ledger::{ReadError, Scrubbed};
use imajin_protocol::Did;
use tokio::sync::watch;

use crate::blocking;
use crate::node::Node;
use crate::problem::Problem;

pub use place::{Damage, Round, Standing, check, standing};

/// How often it is asked whether a round is due; the first time after a start, too.
const LOOK: Duration = Duration::from_secs(60);
/// It rests so many times as long as it worked, since verifying takes two threads.
const REST: u32 = 39;
/// Bytes a second that it reads and copies.
const BYTES_A_SECOND: f64 = 5e6;
/// Each byte of a log is read and written.
const COPIES: u64 = 2;
/// After so many records how far it came is written down, if nothing was found.
const NOTE_EVERY: u64 = 50;

/// The job. Cheap to clone.
#[derive(Clone)]
pub struct Scrub(Arc<Inner>);

struct Inner {
    node: Node,
    standing: Mutex<Standing>,
}

/// What goes by its date: everything, or what changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Ever,
    Time(SystemTime),
}

impl Since {
    fn includes(self, path: &std::path::Path) -> bool {
        let changed = || std::fs::metadata(path).and_then(|meta| meta.modified());
        match self {
            Self::Ever => true,
            // What cannot be dated is read.
            Self::Time(time) => changed().map_or(path.exists(), |changed| changed >= time),
        }
    }
}

impl Scrub {
    /// The job of a node, as far as it came. What was found damaged in an earlier run is verified first: a log that still is
    /// stays set aside. Blocks.
    ///
    /// # Errors
    /// What was found could not be written down.
    pub fn open(node: &Node) -> Result<Self, Problem> {
        let scrub = Self(Arc::new(Inner {
            node: node.clone(),
            standing: Mutex::new(standing(node.data())),
        }));
        if let Err(error) = node.ledger().tidy_scrub() {
            tracing::warn!(%error, "copies of an earlier run stay in the folder runtime");
        }
        let damaged = scrub.standing().damaged.clone();
        for damage in &damaged {
            match Did::parse(&damage.what) {
                Ok(did) => drop(scrub.log(&did)),
                // Of a file or a projection: its next turn tells.
                Err(_) => continue,
            }
        }
        if !damaged.is_empty() {
            scrub.write()?;
        }
        Ok(scrub)
    }

    /// Goes on until it is told to stop.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                // An error means that the sender is gone, which is a stop as well.
                _ = stopped.wait_for(|stop| *stop) => return,
            }
            let (scrub, asked) = (self.clone(), stopped.clone());
            let goes_on = move || !*asked.borrow() && asked.has_changed().is_ok();
            match blocking::long(move || scrub.rounds(rest(goes_on))).await {
                Ok(Ok(())) => {}
                Ok(Err(problem)) | Err(problem) => {
                    tracing::warn!("what lies on the disk could not be verified: {problem}");
                }
            }
        }
    }

    /// Makes the rounds that are due, or goes on with them. `rest` is given how long it worked and how many bytes it moved, and
    /// says whether to go on. Blocks.
    ///
    /// # Errors
    /// The logs could not be listed, or how far it came not be written down.
    pub fn rounds(&self, mut rest: impl FnMut(Duration, u64) -> bool) -> Result<(), Problem> {
        loop {
            let now_ms = self.0.node.now().as_millis();
            let Some(kind) = self.standing().due(now_ms) else {
                return Ok(());
            };
            let (mut round, since) = {
                let mut standing = self.standing();
                let since = standing.begin(kind, now_ms);
                (standing.round(kind).clone(), since)
            };
            let since = since.map_or(Since::Ever, |ms| Since::Time(system_time(ms)));
            let mut unnoted = 0;
            let mut kept = |round: &Round, worked, bytes| {
                *self.standing().round(kind) = round.clone();
                let goes_on = rest(worked, bytes);
                unnoted += 1;
                if unnoted >= NOTE_EVERY || !goes_on {
                    unnoted = 0;
                    self.write()?;
                }
                Ok(goes_on)
            };
            if !self.round(&mut round, since, &mut kept)? {
                return Ok(());
            }
            self.standing()
                .end(kind, round, self.0.node.now().as_millis());
            self.write()?;
        }
    }

    /// Reads everything through at once, whatever is due. `rest` is asked after each record and each file whether to go on. What
    /// it came to; none if it was not to go on. Blocks.
    ///
    /// # Errors
    /// As [`Scrub::rounds`].
    pub fn everything(
        &self,
        mut rest: impl FnMut(&Round) -> bool,
    ) -> Result<Option<Round>, Problem> {
        let mut round = Round::default();
        let whole = self.round(&mut round, Since::Ever, &mut |round, _, _| Ok(rest(round)))?;
        self.write()?;
        Ok(whole.then_some(round))
    }

    /// What is damaged, as far as is known.
    pub fn damaged(&self) -> Vec<Damage> {
        self.standing().damaged.clone()
    }

    /// Goes on with a round to its end; whether it came there.
    fn round(
        &self,
        round: &mut Round,
        since: Since,
        kept: &mut dyn FnMut(&Round, Duration, u64) -> Result<bool, Problem>,
    ) -> Result<bool, Problem> {
        let ledger = self.0.node.ledger();
        if round.after.is_none() {
            for name in ledger.projection_names() {
                let (bytes, worked) = self.timed(|| self.projection(name, round));
                if !kept(round, worked, bytes)? {
                    return Ok(false);
                }
            }
        }
        let dids = ledger.dids()?;
        let folders: BTreeMap<String, Did> = dids
            .into_iter()
            .map(|did| (did.folder_name(), did))
            .filter(|(folder, _)| round.after.as_ref().is_none_or(|after| folder > after))
            .collect();
        round.of = round.logs + folders.len() as u64;
        for (folder, did) in folders {
            let home = self.0.node.data().join("users").join(&folder);
            let log = home.join("log.sqlite");
            if since.includes(&log) || since.includes(&log.with_extension("sqlite-wal")) {
                let (bytes, worked) = self.timed(|| match self.log(&did) {
                    Ok(bytes) => {
                        round.bytes += bytes;
                        bytes * COPIES
                    }
                    Err(()) => {
                        round.unread += 1;
                        0
                    }
                });
                round.logs += 1;
                if !kept(round, worked, bytes)? {
                    return Ok(false);
                }
            } else {
                round.of = round.of.saturating_sub(1);
            }
            for (cid, _) in self.0.node.ledger().media().list(&did).unwrap_or_default() {
                let is_due = ledger
                    .media()
                    .path(&did, &cid)
                    .is_ok_and(|path| since.includes(&path));
                if is_due {
                    let (bytes, worked) = self.timed(|| self.file(&did, &cid, round));
                    if !kept(round, worked, bytes)? {
                        return Ok(false);
                    }
                }
            }
            round.after = Some(folder);
        }
        Ok(true)
    }

    fn timed(&self, work: impl FnOnce() -> u64) -> (u64, Duration) {
        let begun = self.0.node.clock().monotonic();
        let bytes = work();
        (bytes, self.0.node.clock().monotonic().saturating_sub(begun))
    }

    /// A log; its bytes. `Err` where nothing can be said of it now.
    fn log(&self, did: &Did) -> Result<u64, ()> {
        match self.0.node.ledger().scrub_log(did) {
            Ok(None) => {
                self.found(did.as_str(), None);
                Ok(0)
            }
            Ok(Some(Scrubbed { bytes, fault })) => {
                self.found(did.as_str(), fault);
                Ok(bytes)
            }
            Err(ReadError::Quarantined { reason, .. }) => {
                self.found(did.as_str(), Some(reason));
                Ok(0)
            }
            Err(ReadError::Io(error)) if is_full(&error) => Err(()),
            Err(ReadError::Busy) => Err(()),
            Err(error) => {
                self.found(did.as_str(), Some(format!("it cannot be read: {error}")));
                Err(())
            }
        }
    }

    fn file(&self, did: &Did, cid: &imajin_dfos::Cid, round: &mut Round) -> u64 {
        let what = format!("{cid} of {did}");
        match self.0.node.ledger().media().check(did, cid) {
            Ok(bytes) => {
                self.found(&what, None);
                round.files += 1;
                round.bytes += bytes;
                bytes
            }
            // It went meanwhile.
            Err(MediaError::NotFound { .. }) => 0,
            Err(error) => {
                self.found(&what, Some(error.to_string()));
                round.files += 1;
                0
            }
        }
    }

    fn projection(&self, name: &'static str, round: &mut Round) -> u64 {
        let what = format!("projection {name}");
        match self.0.node.ledger().scrub_projection(name) {
            Ok(Scrubbed { bytes, fault }) => {
                self.found(&what, fault);
                round.bytes += bytes;
                bytes
            }
            Err(error) => {
                tracing::warn!(name, %error, "a projection could not be checked");
                round.unread += 1;
                0
            }
        }
    }

    /// Notes what is so of something by now.
    fn found(&self, what: &str, fault: Option<String>) {
        let now_ms = self.0.node.now().as_millis();
        if let Some(says) = self.standing().note(what, fault, now_ms) {
            tracing::error!(what, "damaged on the disk: {says}");
        }
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        let standing = &self.0.standing;
        standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> Result<(), Problem> {
        let standing = self.standing().clone();
        place::write(self.0.node.data(), &standing).map_err(Problem::internal)
    }
}

/// Sleeps so that a twentieth of a core and the bytes a second are kept on average.
fn rest(goes_on: impl Fn() -> bool) -> impl FnMut(Duration, u64) -> bool {
    move |worked, bytes| {
        let mut left = pause(worked, bytes);
        while !left.is_zero() && goes_on() {
            let nap = left.min(Duration::from_secs(1));
            std::thread::sleep(nap);
            left -= nap;
        }
        goes_on()
    }
}

fn pause(worked: Duration, bytes: u64) -> Duration {
    let for_disk = Duration::from_secs_f64(bytes as f64 / BYTES_A_SECOND);
    worked
        .saturating_mul(REST)
        .max(for_disk.saturating_sub(worked))
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn system_time(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// The file of a node's folder in which it stands.
fn file(data: &std::path::Path) -> PathBuf {
    data.join("node").join("scrub.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_keeps_a_twentieth_of_a_core_and_five_megabytes_a_second() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(second, 0), 39 * second);
        assert_eq!(pause(second, 1_000_000_000), 199 * second);
        assert_eq!(pause(Duration::ZERO, 5_000_000), second);
    }
}
