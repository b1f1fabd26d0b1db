//! Who may still write when the disk runs short.
//!
//! Always: below the reserve the node writes logs, sessions and deletions, and nothing else; what strangers fill ends while
//! twice the reserve is free. A refusal rests on a fresh look; a yes to a piece of something may be a second old.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imajin_ledger::Space;
use serde::Deserialize;

use crate::problem::Problem;

/// How long a look at the file system serves.
const LOOK: Duration = Duration::from_secs(1);
/// What is larger is measured against a fresh look.
const SMALL_BYTES: u64 = 1 << 20;

/// What the owner decides about the disk: the `[disk]` table of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiskConfig {
    /// Part of the disk that stays free for logs, sessions and deletion, in percent. 5.
    pub reserve_percent: u64,
    /// At least this many bytes of it. 256 MiB.
    pub reserve_min_bytes: u64,
    /// At most this many. 4 GiB.
    pub reserve_max_bytes: u64,
    /// Bytes that one person's pictures may take together; 0 for no limit. 0.
    pub person_bytes: u64,
}

impl Default for DiskConfig {
    fn default() -> Self {
        Self {
            reserve_percent: 5,
            reserve_min_bytes: 256 << 20,
            reserve_max_bytes: 4 << 30,
            person_bytes: 0,
        }
    }
}

impl DiskConfig {
    /// What types alone do not say.
    pub fn check(&self) -> Result<(), String> {
        if self.reserve_percent > 50 {
            return Err("`disk.reserve_percent` must be at most 50".to_owned());
        }
        match self.reserve_min_bytes <= self.reserve_max_bytes {
            true => Ok(()),
            false => {
                Err("`disk.reserve_min_bytes` must be at most `disk.reserve_max_bytes`".to_owned())
            }
        }
    }

    /// Bytes of a disk of this size that stay free.
    fn reserve(&self, total: u64) -> u64 {
        let part = u128::from(total) * u128::from(self.reserve_percent) / 100;
        let part = u64::try_from(part).unwrap_or(u64::MAX);
        // `check` keeps them in order; a caller that skips it gets the larger one.
        part.min(self.reserve_max_bytes).max(self.reserve_min_bytes)
    }
}

/// For whom something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The node's owner and its people.
    People,
    /// Everybody else: relay data, registrations, what arrives from other nodes.
    Strangers,
}

/// Why something is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// What is left is for logs, sessions and deletion.
    Reserve,
    /// What is left is for the node's own people.
    Strangers,
}

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reserve => {
                "The disk of this node is nearly full, so nothing was written. Reading, deleting and small changes to your record still work; its owner has to make room."
            }
            Self::Strangers => {
                "The disk of this node is nearly full, and the room that is left is for its own people. Nothing was written; its owner has to make room."
            }
        })
    }
}

impl std::error::Error for NoRoom {}

impl From<NoRoom> for Problem {
    fn from(why: NoRoom) -> Self {
        Self::no_room(why.to_string()).slug("storage-full")
    }
}

/// The disk that a folder is on.
pub struct Room {
    folder: PathBuf,
    config: DiskConfig,
    /// When the node last looked, and what it saw.
    seen: Mutex<Option<(Duration, Space)>>,
}

impl Room {
    /// The disk of a folder, with its owner's decisions.
    pub fn new(folder: &Path, config: DiskConfig) -> Self {
        Self {
            folder: folder.to_path_buf(),
            config,
            seen: Mutex::new(None),
        }
    }

    /// The owner's decisions.
    pub fn config(&self) -> &DiskConfig {
        &self.config
    }

    /// Refuses what would eat into the room that others keep. `now` is of any clock that rarely goes back.
    pub fn need(&self, now: Duration, bytes: u64, whose: For) -> Result<(), NoRoom> {
        if bytes <= SMALL_BYTES
            && let Some(space) = self.recent(now)
            && self.allows(space, bytes, whose).is_ok()
        {
            return Ok(());
        }
        self.need_now(now, bytes, whose)
    }

    /// The same by a fresh look: for what is begun, and not for each of its pieces.
    pub fn need_now(&self, now: Duration, bytes: u64, whose: For) -> Result<(), NoRoom> {
        match self.look(now) {
            Some(space) => self.allows(space, bytes, whose),
            // A file system that gives no numbers: the write itself says whether it fits.
            None => Ok(()),
        }
    }

    fn allows(&self, space: Space, bytes: u64, whose: For) -> Result<(), NoRoom> {
        let reserve = self.config.reserve(space.total);
        let left = |kept: u64| space.free >= bytes.saturating_add(kept);
        if !left(reserve) {
            return Err(NoRoom::Reserve);
        }
        match whose == For::People || left(reserve.saturating_mul(2)) {
            true => Ok(()),
            false => Err(NoRoom::Strangers),
        }
    }

    /// Bytes of the whole disk; none where the file system gives no numbers.
    pub fn total(&self, now: Duration) -> Option<u64> {
        let space = self.recent(now).or_else(|| self.look(now));
        space.map(|space| space.total)
    }

    fn recent(&self, now: Duration) -> Option<Space> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, space) = (*seen)?;
        (now >= at && now - at < LOOK).then_some(space)
    }

    fn look(&self, now: Duration) -> Option<Space> {
        let space = Space::of(&self.folder).ok();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = space.map(|space| (now, space));
        space
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn the_reserve_is_a_twentieth_within_256_mib_and_4_gib() {
        let config = DiskConfig::default();
        assert_eq!(config.reserve(GIB), 256 << 20);
        assert_eq!(config.reserve(20 * GIB), GIB);
        assert_eq!(config.reserve(1000 * GIB), 4 * GIB);
        assert!(config.check().is_ok());
        let upside_down = DiskConfig {
            reserve_min_bytes: 2,
            reserve_max_bytes: 1,
            ..DiskConfig::default()
        };
        assert!(upside_down.check().is_err());
    }

    #[test]
    fn strangers_end_long_before_people_and_people_before_the_reserve() {
        let room = Room::new(Path::new("/"), DiskConfig::default());
        let space = |free| Space {
            total: 20 * GIB,
            free,
        };
        let stranger = |free| room.allows(space(free), 1, For::Strangers);
        let person = |free| room.allows(space(free), 1, For::People);
        assert_eq!(stranger(2 * GIB + 1), Ok(()));
        assert_eq!(stranger(2 * GIB), Err(NoRoom::Strangers));
        assert_eq!(person(GIB + 1), Ok(()));
        assert_eq!(
            (person(GIB), stranger(GIB)),
            (Err(NoRoom::Reserve), Err(NoRoom::Reserve))
        );
    }

    #[test]
    fn more_than_there_is_does_not_fit_and_is_507_with_a_sentence() {
        let room = Room::new(&std::env::temp_dir(), DiskConfig::default());
        let refused = room
            .need(Duration::ZERO, u64::MAX, For::People)
            .unwrap_err();
        let problem = Problem::from(refused);
        assert_eq!(problem.status().as_u16(), 507);
        assert!(problem.detail().contains("full"));
        let nowhere = Room::new(Path::new("/does/not/exist"), DiskConfig::default());
        assert_eq!(nowhere.need(Duration::ZERO, 1, For::Strangers), Ok(()));
    }

    #[test]
    fn a_yes_may_be_a_second_old_and_a_no_never_is() {
        let room = Room::new(&std::env::temp_dir(), DiskConfig::default());
        let put = |at, space| *room.seen.lock().unwrap() = Some((at, space));
        let at = Duration::from_secs;
        let plenty = Space {
            total: u64::MAX,
            free: u64::MAX,
        };
        let nothing = Space { free: 0, ..plenty };
        put(at(5), nothing);
        assert_eq!(room.total(at(5)), Some(u64::MAX), "remembered");
        let _ = room.need(at(5), 1, For::People);
        assert_ne!(room.total(at(5)), Some(u64::MAX), "looked again");
        put(at(5), plenty);
        assert_eq!(room.need(at(5), 1, For::Strangers), Ok(()));
        assert_ne!(room.total(at(6)), Some(u64::MAX), "old by now");
    }
}
