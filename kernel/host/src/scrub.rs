//! The job that reads everything on the disk, to find what the disk lost: every log, every media file and every
//! projection. The job reads recent changes once a day, and everything twice a month.
//!
//! Always: the job takes at most a twentieth of a core and 5 MB/s over any minute, also within one long log, on a
//! separate thread, and its progress survives restarts. The node verifies damaged logs again before it serves: a log
//! stays set aside until it is whole.

mod progress;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imajin_app::{Answer, Node, Problem, blocking};
use imajin_dfos::order;
use imajin_ledger::media::MediaError;
use imajin_ledger::{ReadError, Scrubbed, is_disk_full};
use imajin_log::Pace;
use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::prelude::*;
use crate::rounds::Rounds;

pub use progress::{Damage, Round, Standing, check, standing};

/// The length of the job's rest as a multiple of its work.
const REST: u32 = 19;
/// Bytes a second that it reads and copies.
const BYTES_A_SECOND: f64 = 5e6;
/// Each byte of a log is read and written.
const COPIES: u64 = 2;
/// Records after which the progress is written down, if nothing was found.
const NOTE_EVERY: u64 = 50;

/// The job. Cheap to clone.
#[derive(Clone)]
pub struct Scrub(Arc<Inner>);

struct Inner {
    node: Node,
    standing: Mutex<Standing>,
}

/// Whether a file changed since a time. Without a time, every file counts.
fn is_due(path: &Path, since: Option<SystemTime>) -> bool {
    let changed = || std::fs::metadata(path).and_then(|meta| meta.modified());
    since.is_none_or(|since| {
        // A file without a date is read.
        changed().map_or(path.exists(), |changed| changed >= since)
    })
}

impl Scrub {
    /// The job of a node, as far as it came. What was found damaged in an earlier run is verified first: a log that still is
    /// stays set aside. Blocks.
    ///
    /// # Errors
    /// The findings could not be written down.
    pub fn open(node: &Node) -> Answer<Self> {
        let scrub = Self(Arc::new(Inner {
            node: node.clone(),
            standing: Mutex::new(standing(node.data())),
        }));
        if let Err(error) = node.ledger().tidy_scrub() {
            tracing::warn!(%error, "copies of an earlier run stay in the folder runtime");
        }
        let damaged = scrub.0.standing.lock().damaged.clone();
        for damage in &damaged {
            match Did::parse(&damage.what) {
                Ok(did) => drop(scrub.log(&did, None)),
                // A file or a projection is read again in its next turn.
                Err(_) => continue,
            }
        }
        if !damaged.is_empty() {
            scrub.write()?;
        }
        Ok(scrub)
    }

    /// Begins or resumes the rounds that are due. It reads logs and files at `pace`; for everything else it tells `rest` how
    /// long it worked and how many bytes it moved, and `rest` says whether to continue. Blocks.
    ///
    /// # Errors
    /// The logs could not be listed, or how far it came not be written down.
    pub fn rounds(
        &self,
        pace: Option<&Arc<Pace>>,
        mut rest: impl FnMut(Duration, u64) -> bool,
    ) -> Answer<()> {
        self.forget_mended()?;
        loop {
            let now_ms = self.0.node.now().as_millis();
            let Some(kind) = self.0.standing.lock().due(now_ms) else {
                return Ok(());
            };
            let (mut round, since) = {
                let mut standing = self.0.standing.lock();
                let since = standing.begin(kind, now_ms);
                (standing.round(kind).clone(), since)
            };
            let since = since.map(system_time);
            let mut unnoted = 0;
            let mut kept = |round: &Round, worked, bytes| {
                *self.0.standing.lock().round(kind) = round.clone();
                let may_continue = rest(worked, bytes);
                unnoted += 1;
                if unnoted >= NOTE_EVERY || !may_continue {
                    unnoted = 0;
                    self.write()?;
                }
                Ok(may_continue)
            };
            if !self.round(&mut round, since, pace, &mut kept)? {
                return Ok(());
            }
            self.0.standing.lock().end(kind, round, self.0.node.now().as_millis());
            self.write()?;
        }
    }

    /// Reads everything at once, due or not. After each record and each file it asks `rest` whether to continue.
    /// Returns the result, or `None` if `rest` stopped the round. Blocks.
    pub fn everything(&self, mut rest: impl FnMut(&Round) -> bool) -> Answer<Option<Round>> {
        let mut round = Round::default();
        let whole = self.round(&mut round, None, None, &mut |round, _, _| Ok(rest(round)))?;
        self.write()?;
        Ok(whole.then_some(round))
    }

    /// Forgets the damage of logs that were mended since they were found: whole ones took their places.
    ///
    /// # Errors
    /// The change could not be written down.
    pub fn forget_mended(&self) -> Answer<()> {
        let ledger = self.0.node.ledger();
        let is_mended = |damage: &Damage| {
            let did = Did::parse(&damage.what);
            did.is_ok_and(|did| ledger.is_replaced(&did))
        };
        let mended: Vec<Damage> = self.damaged().into_iter().filter(is_mended).collect();
        for damage in &mended {
            self.found(&damage.what, None);
        }
        if mended.is_empty() { Ok(()) } else { self.write() }
    }

    /// Checks the damaged things again after they were mended. Blocks.
    ///
    /// # Errors
    /// The findings could not be written down.
    pub fn again(&self) -> Answer<()> {
        for damage in self.damaged() {
            match damage.what.split_once(" of ") {
                Some((cid, did)) => {
                    if let (Ok(cid), Ok(did)) = (imajin_dfos::cid::parse_cid(cid), Did::parse(did))
                    {
                        self.file(&did, &cid, &mut Round::default(), None);
                    }
                }
                None => {
                    if let Ok(did) = Did::parse(&damage.what) {
                        // A log that cannot be read now has its turn in the next round.
                        let _ = self.log(&did, None);
                    }
                }
            }
        }
        self.write()
    }

    /// The known damage.
    pub fn damaged(&self) -> Vec<Damage> {
        self.0.standing.lock().damaged.clone()
    }

    /// Continues a round; whether it reached the end.
    fn round(
        &self,
        round: &mut Round,
        since: Option<SystemTime>,
        pace: Option<&Arc<Pace>>,
        kept: &mut dyn FnMut(&Round, Duration, u64) -> Answer<bool>,
    ) -> Answer<bool> {
        let ledger = self.0.node.ledger();
        if round.after.is_none() {
            for name in ledger.projection_names() {
                let (bytes, worked) = self.timed(None, || self.projection(name, round));
                if !kept(round, worked, bytes)? {
                    return Ok(false);
                }
            }
        }
        let dids = ledger.dids()?;
        let folders = dids
            .into_iter()
            .map(|did| (did.folder_name(), did))
            .filter(|(folder, _)| round.after.as_ref().is_none_or(|after| folder > after));
        let folders = order::map(folders);
        round.of = round.logs + folders.len() as u64;
        for (folder, did) in folders {
            let home = self.0.node.data().join("users").join(&folder);
            let log = home.join("log.sqlite");
            if is_due(&log, since) || is_due(&log.with_extension("sqlite-wal"), since) {
                let (bytes, worked) = self.timed(pace, || match self.log(&did, pace) {
                    Ok(bytes) => {
                        round.bytes += bytes;
                        bytes * COPIES
                    }
                    // The work was interrupted, and has its turn again.
                    Err(()) if pace.is_some_and(|pace| !pace.may_continue()) => 0,
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
                let path = ledger.media().path(&did, &cid);
                if path.is_ok_and(|path| is_due(&path, since)) {
                    let (bytes, worked) = self.timed(pace, || self.file(&did, &cid, round, pace));
                    if !kept(round, worked, bytes)? {
                        return Ok(false);
                    }
                }
            }
            round.after = Some(folder);
        }
        Ok(true)
    }

    /// Bytes and time of some work; 0 for work that kept its own pace.
    fn timed(&self, pace: Option<&Arc<Pace>>, work: impl FnOnce() -> u64) -> (u64, Duration) {
        if let Some(pace) = pace {
            pace.begin();
            work();
            return (0, Duration::ZERO);
        }
        let begun = self.0.node.clock().monotonic();
        let bytes = work();
        (bytes, self.0.node.clock().monotonic().saturating_sub(begun))
    }

    /// A log; its bytes. `Err` where nothing can be said of it now.
    fn log(&self, did: &Did, pace: Option<&Arc<Pace>>) -> Result<u64, ()> {
        match self.0.node.ledger().scrub_log(did, pace) {
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
            Err(ReadError::Io(error)) if is_disk_full(&error) => Err(()),
            Err(ReadError::Busy) => Err(()),
            Err(error) => {
                self.found(did.as_str(), Some(format!("it cannot be read: {error}")));
                Err(())
            }
        }
    }

    fn file(
        &self,
        did: &Did,
        cid: &imajin_dfos::Cid,
        round: &mut Round,
        pace: Option<&Arc<Pace>>,
    ) -> u64 {
        let what = format!("{cid} of {did}");
        let media = self.0.node.ledger().media();
        match media.check_at(did, cid, pace.map(|pace| &**pace)) {
            Ok(bytes) => {
                self.found(&what, None);
                round.files += 1;
                round.bytes += bytes;
                bytes
            }
            // The file was removed meanwhile, or its disk is missing.
            Err(MediaError::NotFound { .. } | MediaError::DiskMissing { .. }) => 0,
            // The work was interrupted.
            Err(_) if pace.is_some_and(|pace| !pace.may_continue()) => 0,
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

    /// Notes the current state of something.
    fn found(&self, what: &str, fault: Option<String>) {
        let now_ms = self.0.node.now().as_millis();
        if let Some(says) = self.0.standing.lock().note(what, fault, now_ms) {
            tracing::error!(what, "damaged on the disk: {says}");
            self.0.node.alarms().look_again();
        }
    }

    fn write(&self) -> Answer<()> {
        let standing = self.0.standing.lock().clone();
        progress::write(self.0.node.data(), &standing).map_err(Problem::internal)
    }
}

/// Runs until the node stops.
impl Rounds for Scrub {
    const NAME: &'static str = "the verification of what is on the disk";
    const EVERY: Duration = Duration::from_secs(60);
    const FIRST: Duration = Self::EVERY;

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let (scrub, stop) = (self.clone(), node.stop_signal());
        let check = stop.clone();
        let pace = Pace::new(move || !check.is_given());
        let work = move || scrub.rounds(Some(&pace), rest(move || !stop.is_given()));
        blocking::long(work).await?
    }
}

/// Sleeps so that a twentieth of a core and the bytes a second are kept on average, after a projection.
fn rest(may_continue: impl Fn() -> bool) -> impl FnMut(Duration, u64) -> bool {
    move |worked, bytes| {
        let mut left = pause(worked, bytes);
        while !left.is_zero() && may_continue() {
            let nap = left.min(Duration::from_secs(1));
            std::thread::sleep(nap);
            left -= nap;
        }
        may_continue()
    }
}

fn pause(worked: Duration, bytes: u64) -> Duration {
    let for_disk = Duration::from_secs_f64(bytes as f64 / BYTES_A_SECOND);
    worked.saturating_mul(REST).max(for_disk.saturating_sub(worked))
}

fn system_time(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// The file in a node's folder that keeps the progress.
fn file(data: &Path) -> PathBuf {
    data.join("node").join("scrub.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_keeps_a_twentieth_of_a_core_and_five_megabytes_a_second() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(second, 0), 19 * second);
        assert_eq!(pause(second, 1_000_000_000), 199 * second);
        assert_eq!(pause(Duration::ZERO, 5_000_000), second);
    }
}
