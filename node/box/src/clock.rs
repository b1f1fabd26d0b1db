//! Times that the clock is checked against: the newest time in the node's own records, and a time server.

use crate::folder::NODE_FOLDER;
use crate::settings::ClockTrust;
use imajin_app::time::{Clock as _, instant};
use imajin_dfos::Timestamp;
use imajin_host::SystemClock;
use imajin_host::clock::server_time;
use imajin_protocol::{Did, Head};
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Written by systemd-timesyncd as soon as a time server was heard.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";
/// Maximum by which a time may exceed the time that a time server and the machine's monotonic clock support.
const SLACK: Duration = Duration::from_secs(24 * 3600);

/// Maximum difference between the times of others and this machine's clock.
const AGREE: Duration = Duration::from_secs(600);
/// Maximum jump ahead that others can confirm: a box that was off for longer asks a time server.
const FAR: Duration = Duration::from_secs(400 * 24 * 3600);

/// The time by the machine's own clock, which files are dated by.
pub fn machine_now() -> Timestamp {
    SystemClock::new(None, |_| true).now()
}

fn clock_path(data: &Path) -> PathBuf {
    data.join(NODE_FOLDER).join("clock")
}

/// The machine's clock, as long as the node believes it. `own` is the node, where its key is open already.
pub fn open(data: &Path, trust: ClockTrust, own: Option<&Did>) -> SystemClock {
    look(data, trust, own).keeping(clock_path(data))
}

/// The clock for a look: it keeps nothing for the next start.
pub fn look(data: &Path, trust: ClockTrust, own: Option<&Did>) -> SystemClock {
    let records = Records::read(data, own);
    SystemClock::new(records.newest(), confirmation(trust, records))
}

/// Evidence of the time in the data folder.
#[derive(Debug, Clone, Copy)]
pub struct Records {
    /// The time that this node kept last.
    kept: Option<Timestamp>,
    /// The newest date of a file, which is the wall clock's word: every write touches the journal, a stop the log of the node.
    files: Option<Timestamp>,
    /// The time of the newest head of the node's own record, which this node told.
    head: Option<Timestamp>,
}

impl Records {
    /// Reads the evidence in a data folder; without the newest head if the node's DID is not known yet.
    pub fn read(data: &Path, own: Option<&Did>) -> Self {
        Self {
            kept: SystemClock::read_saved(&clock_path(data)),
            files: newest_file(data, own),
            head: own.and_then(|own| newest_head(data, own)),
        }
    }

    /// The newest time that this node told. A folder that never kept one has the dates of its files. What was kept may have
    /// gone back with a clock that was behind: files and heads that are both newer say so.
    pub fn newest(&self) -> Option<Timestamp> {
        self.kept.max(self.files.min(self.head)).or(self.files)
    }

    /// Whether the files and heads say the same of the time, and the answers of others the same as this machine's clock.
    fn agree(&self, wall: Timestamp, others: Option<Timestamp>) -> bool {
        let near = |a: Option<Timestamp>, b: Option<Timestamp>, most: Duration| {
            a.zip(b).is_some_and(|(a, b)| {
                u128::from(a.as_millis().abs_diff(b.as_millis())) <= most.as_millis()
            })
        };
        near(self.files, self.head, SLACK)
            && near(others, Some(wall), AGREE)
            && near(self.head, Some(wall), FAR)
    }
}

/// Returns the newest modification time of the node's own files and its own log: they alone tell when the node last wrote,
/// however many people it has.
fn newest_file(data: &Path, own: Option<&Did>) -> Option<Timestamp> {
    let node = std::fs::read_dir(data.join(NODE_FOLDER));
    let node = node.into_iter().flatten().filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let newest = node
        .chain(own.map(|own| log_of(data, own)))
        .filter_map(|file| std::fs::metadata(file).ok()?.modified().ok())
        .max()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    Timestamp::from_millis(i64::try_from(newest.as_millis()).ok()?).ok()
}

fn log_of(data: &Path, did: &Did) -> PathBuf {
    data.join("users").join(did.folder_name()).join("log.sqlite")
}

fn newest_head(data: &Path, own: &Did) -> Option<Timestamp> {
    let log =
        Connection::open_with_flags(log_of(data, own), OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    // A running node holds the log, and has kept the time itself.
    log.busy_timeout(Duration::ZERO).ok()?;
    let mut statement = log.prepare("SELECT jws FROM heads").ok()?;
    let heads = statement.query_map([], |row| row.get::<_, String>(0)).ok()?;
    let head = |jws: String| {
        let head = Head::parse(&jws).ok()?;
        (head.node() == own).then_some(head.payload.at)
    };
    heads.filter_map(|jws| head(jws.ok()?)).max()
}

/// Whether a time server supports a time: one set the clock within this boot, and no more than a day more than the
/// machine has run is past that. A clock set by hand afterwards has no such support.
fn is_supported(wall: Timestamp, synchronized: SystemTime, uptime: Duration) -> bool {
    let latest = synchronized.checked_add(uptime).and_then(|at| at.checked_add(SLACK));
    let latest = latest.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    latest.is_some_and(|latest| i128::from(wall.as_millis()) <= latest.as_millis().cast_signed())
}

fn uptime() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split(' ').next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Whether a second source supports what this machine's clock says.
fn confirmation(
    trust: ClockTrust,
    records: Records,
) -> impl Fn(Timestamp) -> bool + Send + Sync + 'static {
    // Each command asks about a doubtful clock; the file is read once a second at most.
    let last: Mutex<Option<(std::time::Instant, bool)>> = Mutex::new(None);
    move |wall| match trust {
        ClockTrust::Always => true,
        ClockTrust::Auto => {
            let mut last = last.lock();
            if let Some((_, known)) = last.filter(|(at, _)| at.elapsed() < Duration::from_secs(1)) {
                return known;
            }
            let synchronized = std::fs::metadata(SYNCHRONIZED).and_then(|file| file.modified());
            let is_plausible = match (synchronized, uptime()) {
                (Ok(synchronized), Some(uptime)) => is_supported(wall, synchronized, uptime),
                _ => false,
            };
            let is_plausible = is_plausible || records.agree(wall, server_time());
            *last = Some((instant(), is_plausible));
            is_plausible
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_server_heard_once_does_not_support_another_century() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let start = 1_795_000_000_000;
        let synchronized = UNIX_EPOCH + Duration::from_millis(start);
        let at = |hours: i64| {
            Timestamp::from_millis(i64::try_from(start).unwrap() + hours * 3_600_000).unwrap()
        };
        assert!(is_supported(at(10), synchronized, hours(1)));
        assert!(is_supported(at(24 * 30), synchronized, hours(24 * 30)));
        assert!(!is_supported(at(26), synchronized, hours(1)));
        assert!(!is_supported(at(24 * 36_525), synchronized, hours(24 * 30)));
    }

    #[test]
    fn the_time_that_was_told_counts_and_not_the_dates_of_files() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join(NODE_FOLDER)).unwrap();
        std::fs::write(clock_path(data.path()), "2026-11-20T10:00:00.000Z").unwrap();
        let evidence = Records::read(data.path(), None).newest().unwrap();
        assert_eq!(evidence.to_string(), "2026-11-20T10:00:00.000Z");
    }

    #[test]
    fn files_heads_and_others_that_agree_confirm_the_clock_and_two_of_them_do_not() {
        let day = |day: i64| Timestamp::from_millis(1_795_000_000_000 + day * 86_400_000).ok();
        let records = |kept, files, head| Records { kept, files, head };
        // A start with a clock that was 30 days behind; five days later it is right.
        let behind = records(day(-30), day(0), day(0));
        assert_eq!(behind.newest(), day(0), "files and heads agree");
        let wall = day(5).unwrap();
        assert!(behind.agree(wall, day(5)));
        for (records, others) in [
            (behind, None),
            (behind, day(4)),
            (records(day(-30), day(-30), day(0)), day(5)),
            (records(day(-30), day(0), None), day(5)),
            (records(day(-30), day(-500), day(-500)), day(5)),
        ] {
            assert!(!records.agree(wall, others), "{records:?} {others:?}");
        }
        // The dates of files alone are the word of a clock that was not believed.
        let ahead = records(day(0), day(365), day(0));
        assert_eq!(ahead.newest(), day(0));
        assert_eq!(records(None, day(3), None).newest(), day(3));
    }
}
