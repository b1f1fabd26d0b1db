//! What the clock is checked against: the newest time in the node's own records, and a time server.

use crate::config::ClockTrust;
use imajin_dfos::Timestamp;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, UNIX_EPOCH};

/// Written by systemd-timesyncd as soon as a time server was heard.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

/// When this folder's newest record was written: every write touches the journal, a stop the log of the node.
pub fn last_known(data: &Path) -> Option<Timestamp> {
    let node = std::fs::read_dir(data.join(super::NODE_FOLDER)).ok()?;
    let newest = node
        .filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok())
        .max()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    Timestamp::from_millis(i64::try_from(newest.as_millis()).ok()?).ok()
}

/// Whether a second source says that this machine's clock is right.
pub(super) fn confirmation(trust: ClockTrust) -> impl Fn() -> bool + Send + Sync + 'static {
    // A clock in doubt is asked about at each command: the file is looked at once a second at most.
    let last: Mutex<Option<(std::time::Instant, bool)>> = Mutex::new(None);
    move || match trust {
        ClockTrust::Always => true,
        ClockTrust::Auto => {
            let mut last = last
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some((_, known)) = last.filter(|(at, _)| at.elapsed() < Duration::from_secs(1)) {
                return known;
            }
            let known = Path::new(SYNCHRONIZED).exists();
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
