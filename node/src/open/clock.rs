//! What the clock is checked against: the newest time in the node's own records, and a time server.

use crate::config::ClockTrust;
use imajin_dfos::Timestamp;
use imajin_service::clock::SystemClock;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Written by systemd-timesyncd as soon as a time server was heard.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";
/// By how much a time may be past what a time server and the machine's own count support.
const SLACK: Duration = Duration::from_secs(24 * 3600);

/// Where the clock keeps what it told.
fn kept(data: &Path) -> PathBuf {
    data.join(crate::folder::NODE_FOLDER).join("clock")
}

/// The machine's clock, as long as the node believes it.
pub fn open(data: &Path, trust: ClockTrust) -> SystemClock {
    SystemClock::new(last_known(data), confirmation(trust)).keeping(kept(data))
}

/// The same clock for a look: it keeps nothing for the next start.
pub fn look(data: &Path, trust: ClockTrust) -> SystemClock {
    SystemClock::new(last_known(data), confirmation(trust))
}

/// The newest time that this node told. A folder that never kept one has the dates of its files, which are the wall
/// clock's word: every write touches the journal, a stop the log of the node.
pub fn last_known(data: &Path) -> Option<Timestamp> {
    if let Some(kept) = SystemClock::kept(&kept(data)) {
        return Some(kept);
    }
    let node = std::fs::read_dir(data.join(crate::folder::NODE_FOLDER)).ok()?;
    let newest = node
        .filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok())
        .max()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    Timestamp::from_millis(i64::try_from(newest.as_millis()).ok()?).ok()
}

/// Whether a time server supports a time: one set the clock within this boot, and no more than a day more than the
/// machine has run is past that. A clock set by hand afterwards has no such support.
fn is_supported(wall: Timestamp, synchronized: SystemTime, uptime: Duration) -> bool {
    let latest = synchronized
        .checked_add(uptime)
        .and_then(|at| at.checked_add(SLACK));
    let latest = latest.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    latest.is_some_and(|latest| i128::from(wall.as_millis()) <= latest.as_millis().cast_signed())
}

/// How long the machine has run, by its own count.
fn uptime() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split(' ').next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Whether a second source supports what this machine's clock says.
fn confirmation(trust: ClockTrust) -> impl Fn(Timestamp) -> bool + Send + Sync + 'static {
    // Each command asks about a doubtful clock; the file is read once a second at most.
    let last: Mutex<Option<(std::time::Instant, bool)>> = Mutex::new(None);
    move |wall| match trust {
        ClockTrust::Always => true,
        ClockTrust::Auto => {
            let mut last = last
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some((_, known)) = last.filter(|(at, _)| at.elapsed() < Duration::from_secs(1)) {
                return known;
            }
            let synchronized = std::fs::metadata(SYNCHRONIZED).and_then(|file| file.modified());
            let known = match (synchronized, uptime()) {
                (Ok(synchronized), Some(uptime)) => is_supported(wall, synchronized, uptime),
                _ => false,
            };
            *last = Some((instant(), known));
            known
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "only to ask the file system less often"
)]
fn instant() -> std::time::Instant {
    std::time::Instant::now()
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
        std::fs::create_dir(data.path().join(crate::folder::NODE_FOLDER)).unwrap();
        std::fs::write(kept(data.path()), "2026-11-20T10:00:00.000Z").unwrap();
        let known = last_known(data.path()).unwrap();
        assert_eq!(known.to_string(), "2026-11-20T10:00:00.000Z");
    }
}
