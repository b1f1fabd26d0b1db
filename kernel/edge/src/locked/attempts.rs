//! Limits on tries of the passphrase at a locked box.
//!
//! Always: an attempt counts as wrong before it is checked, so that a power cut in between gains nothing. Counts are
//! kept in a small file without any address, only salted hashes, until the right passphrase comes or a day has gone by.
//! An address that has not failed yet never waits long for those that have.

use imajin_ledger::durable;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use imajin_dfos::{Timestamp, cid::sha256, hex};
use serde::{Deserialize, Serialize};

use imajin_host::backoff::Backoff;
use imajin_host::prefix::Prefix;
use imajin_host::random;

/// The name of the file in the node's folder.
const FILE: &str = "unlock.json";
/// Maximum size of the file; a longer one was not written by a node.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Wrong tries of an address without a wait, and those of all addresses together.
const FREE: u32 = 3;
const FREE_IN_TOTAL: u32 = 10;
/// Waits of an address.
const WAITS: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(900));
/// Gaps between two tries of any addresses, once there were many: for addresses that failed before, and for those that
/// did not.
const GAPS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
const FIRST_GAPS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(5));
/// A wrong try is forgotten after a day.
const REMEMBERED: Duration = Duration::from_secs(86_400);
/// Addresses that are remembered; the rest share one entry.
const ADDRESSES_MAX: usize = 2048;
const OTHERS: &str = "others";

/// The tries of all addresses.
pub(super) struct Attempts {
    path: PathBuf,
    salt: [u8; 16],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by: HashMap<String, Failed>,
    /// The time of the last try of any address, except for programs of the machine itself.
    last: Option<Duration>,
}

/// The wrong tries of an address.
#[derive(Clone, Copy)]
struct Failed {
    count: u32,
    /// The time of the last wrong try.
    at: Since,
}

/// A moment of this run by the monotonic clock, or a time span before this run.
#[derive(Clone, Copy)]
enum Since {
    Run(Duration),
    Before(Duration),
}

impl Since {
    fn elapsed(self, now: Duration) -> Duration {
        match self {
            Self::Run(at) => now.saturating_sub(at),
            Self::Before(by) => now.saturating_add(by),
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct AttemptsFile {
    salt: String,
    /// When it was written, in milliseconds since 1970.
    at_ms: i64,
    /// Hash of an address, wrong tries, and how many seconds before `at_ms` the last one was.
    by: Vec<(String, u32, u64)>,
}

impl Attempts {
    /// Opens the state of the last run; the time that the box was off counts as a wait.
    pub(super) fn open(folder: &Path, now: Timestamp) -> Result<Self, random::RandomError> {
        let path = folder.join(FILE);
        let stored = durable::read_short_json(&path, FILE_BYTES_MAX).unwrap_or_else(|error| {
            tracing::warn!("{}: {error}: earlier tries are forgotten", path.display());
            AttemptsFile::default()
        });
        let salt = hex::decode(&stored.salt).and_then(|salt| salt.try_into().ok());
        let salt = match salt {
            Some(salt) => salt,
            None => random::bytes()?,
        };
        let off = u64::try_from(now.as_millis().saturating_sub(stored.at_ms)).unwrap_or(0);
        let off = Duration::from_millis(off);
        let by = stored.by.into_iter().map(|(who, count, ago)| {
            let at = Since::Before(off.saturating_add(Duration::from_secs(ago)));
            (who, Failed { count, at })
        });
        let state = State { by: by.collect(), last: None };
        Ok(Self { path, salt, state: Mutex::new(state) })
    }

    /// Takes one attempt, counted as wrong; otherwise returns the seconds until there is one. Waits for the disk on this thread.
    pub(super) fn begin(&self, from: IpAddr, now: Duration, wall: Timestamp) -> Result<(), u64> {
        let mut state = self.state.lock();
        state.by.retain(|_, failed| failed.at.elapsed(now) < REMEMBERED);
        let who = self.entry(&state, from);
        let failed = state.by.get(&who).copied();
        let wait = failed.map_or(0, |failed| {
            let gone = failed.at.elapsed(now).as_secs();
            pause_s(WAITS, failed.count, FREE).saturating_sub(gone)
        });
        let total = state.by.values().map(|failed| failed.count).fold(0_u32, u32::saturating_add);
        let gap = match (from.is_loopback(), state.last) {
            (false, Some(last)) => {
                let gone = now.saturating_sub(last).as_secs();
                let gaps = failed.map_or(FIRST_GAPS, |_| GAPS);
                pause_s(gaps, total, FREE_IN_TOTAL).saturating_sub(gone)
            }
            _ => 0,
        };
        let wait = wait.max(gap);
        if wait > 0 {
            return Err(wait);
        }
        let count = failed.map_or(0, |failed| failed.count).saturating_add(1);
        let at = Since::Run(now);
        state.by.insert(who, Failed { count, at });
        if !from.is_loopback() {
            state.last = Some(now);
        }
        self.keep(&state, now, wall);
        Ok(())
    }

    /// Wrong tries that an address has before it must wait.
    pub(super) fn left(&self, from: IpAddr) -> u32 {
        let state = self.state.lock();
        let failed = state.by.get(&self.entry(&state, from));
        FREE.saturating_sub(failed.map_or(0, |failed| failed.count))
    }

    /// The passphrase was right: everything is forgotten.
    pub(super) fn right(&self) {
        let mut state = self.state.lock();
        *state = State::default();
        if let Err(error) = durable::remove_if_there(&self.path) {
            tracing::warn!("{}: {error}", self.path.display());
        }
    }

    fn entry(&self, state: &State, from: IpAddr) -> String {
        let mut text = self.salt.to_vec();
        text.extend_from_slice(&Prefix::from_address(from).bytes());
        let mut who = hex::encode(&sha256(&text));
        who.truncate(32);
        if state.by.contains_key(&who) || state.by.len() < ADDRESSES_MAX {
            who
        } else {
            OTHERS.to_owned()
        }
    }

    fn keep(&self, state: &State, now: Duration, wall: Timestamp) {
        let by = state.by.iter().map(|(who, failed)| {
            let ago = failed.at.elapsed(now).as_secs();
            (who.clone(), failed.count, ago)
        });
        let stored = AttemptsFile {
            salt: hex::encode(&self.salt),
            at_ms: wall.as_millis(),
            by: by.collect(),
        };
        if let Err(error) = durable::replace_json(&self.path, &stored) {
            tracing::warn!("{}: {error}: a restart forgets the wrong tries", self.path.display());
        }
    }
}

/// The pause after this many wrong tries, in seconds; none while some are free.
fn pause_s(pauses: Backoff, count: u32, free: u32) -> u64 {
    match count.saturating_sub(free - 1) {
        0 => 0,
        failures => pauses.pause(failures).as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn wall(secs: i64) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + secs * 1000).unwrap()
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn at(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn wrong_passphrases_wait_longer_each_time_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = Attempts::open(folder.path(), wall(0)).unwrap();
        let client = address(1);
        for left in [2, 1, 0] {
            assert_eq!(attempts.begin(client, at(0), wall(0)), Ok(()));
            assert_eq!(attempts.left(client), left);
        }
        assert_eq!(attempts.begin(client, at(1), wall(1)), Err(4));
        assert_eq!(attempts.begin(client, at(5), wall(5)), Ok(()));
        assert_eq!(attempts.begin(client, at(6), wall(6)), Err(9));
        // The neighbour in the same house has another address, and its own tries.
        assert_eq!(attempts.begin(address(2), at(6), wall(6)), Ok(()));
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!text.contains("192.0.2"), "{text}");
        // Three seconds later the plug is back in; the clock of the run begins at nothing.
        let again = Attempts::open(folder.path(), wall(9)).unwrap();
        assert_eq!(again.begin(client, at(0), wall(9)), Err(6));
        // A clock that went back gives no tries.
        let back = Attempts::open(folder.path(), wall(-1000)).unwrap();
        assert!(back.begin(client, at(0), wall(-1000)).is_err());
        again.right();
        assert!(!folder.path().join(FILE).exists());
        assert_eq!(again.begin(client, at(1), wall(10)), Ok(()));
    }

    #[test]
    fn many_addresses_together_wait_and_a_fresh_one_never_long() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = Attempts::open(folder.path(), wall(0)).unwrap();
        let mut now = 0;
        let mut tried = 0;
        for last in 1..=40 {
            while attempts.begin(address(last), at(now), wall(0)).is_err() {
                now += 1;
            }
            tried += 1;
        }
        assert!(tried == 40 && now >= 100, "{now}");
        // An address that failed before waits a minute after the last attempt of any address; a fresh one waits five seconds.
        assert!(attempts.begin(address(1), at(now + 30), wall(0)).is_err());
        assert_eq!(attempts.begin(address(41), at(now + 5), wall(0)), Ok(()));
        // The machine itself does not wait for strangers.
        assert_eq!(attempts.begin(IpAddr::from([127, 0, 0, 1]), at(now + 5), wall(0)), Ok(()));
    }

    #[test]
    fn the_table_of_tries_is_bounded_and_a_day_forgets() {
        let folder = tempfile::tempdir().unwrap();
        let attempts = Attempts::open(folder.path(), wall(0)).unwrap();
        for n in 0..(ADDRESSES_MAX as u32 + 50) {
            let from = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            let _ = attempts.begin(from, at(u64::from(n) * 10), wall(0));
        }
        assert!(attempts.state.lock().by.len() <= ADDRESSES_MAX + 1);
        let _ = attempts.begin(address(1), at(200_000), wall(0));
        assert_eq!(attempts.state.lock().by.len(), 1);
    }
}
