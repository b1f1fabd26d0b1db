//! Admission of writes when the disk runs short.
//!
//! Always: below the reserve only sign-in, deletion, copies of a record and the node's own start write anything;
//! strangers' data is refused below twice the reserve. A part of the reserve is taken on the disk ([`Ballast`]), so
//! that other programs cannot use it up. A refusal rests on a fresh look; permission for a part of something may be a
//! second old.

mod keep;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use imajin_ledger::Ballast;
use imajin_log::Space;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use imajin_app::{Problem, refuse_if};

pub use keep::started;

/// How long a look at the file system serves.
const LOOK: Duration = Duration::from_secs(1);
/// Maximum size that may be checked against an old look; a larger write needs a fresh one.
const SMALL_BYTES: u64 = 1 << 20;
/// An entry has up to 1 MiB, and is stored in the journal, in its log and in projections.
const VITAL_BYTES: u64 = 4 << 20;
/// The part of the reserve on a small disk: one in this many.
const VITAL_PART: u64 = 8;
/// The largest part of the reserve that is a file: enough for a start, some sign-ins, deletions and a copy of a record.
const BALLAST_BYTES_MAX: u64 = 16 << 20;
/// The largest part of a disk that is kept as the reserve: one in this many.
const SMALL_DISK_PART: u64 = 4;
/// The part of the reserve that is ballast: one in this many.
const BALLAST_PART: u64 = 4;

imajin_app::settings! {
    /// The owner's settings for the disk: the `[disk]` table.
    #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    pub struct DiskConfig {
        /// Part of the disk that stays free for sign-in, deletion, copies and the node's own start, in percent. 5.
        pub reserve_percent: u64 = 5,
        /// Minimum reserve in bytes. 256 MiB.
        pub reserve_min_bytes: u64 = 256 << 20,
        /// Maximum reserve in bytes. 4 GiB.
        pub reserve_max_bytes: u64 = 4 << 30,
        /// Bytes that one person's files may take together, however they came; 0 for no limit but that of `[media]`. 0.
        pub person_bytes: u64,
    }
}

impl DiskConfig {
    /// Checks the rules that types alone do not express.
    pub fn check(&self) -> Result<(), String> {
        if self.reserve_percent > 50 {
            return Err("`disk.reserve_percent` must be at most 50".to_owned());
        }
        if self.reserve_min_bytes <= self.reserve_max_bytes {
            Ok(())
        } else {
            Err("`disk.reserve_min_bytes` must be at most `disk.reserve_max_bytes`".to_owned())
        }
    }

    /// Bytes of a disk of this size that stay free.
    pub fn reserve(&self, total: u64) -> u64 {
        let part = u128::from(total) * u128::from(self.reserve_percent) / 100;
        let part = u64::try_from(part).unwrap_or(u64::MAX);
        // `check` keeps them in order; a caller that skips it gets the larger one.
        let bytes = part.min(self.reserve_max_bytes).max(self.reserve_min_bytes);
        // A disk that is smaller than this is meant for would never be written to.
        bytes.min(total / SMALL_DISK_PART)
    }
}

/// For whom something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The uses of the reserve: sign-in, deletion, copies of a record, the node's own start.
    Vital,
    /// The node's owner and its people.
    People,
    /// All others: relay data, registrations, data from other nodes.
    Strangers,
}

/// Why something is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// The disk has no room at all.
    Full,
    /// The remaining room is for sign-in, deletion and copies.
    Reserve,
    /// The remaining room is for the node's own people.
    Strangers,
}

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => {
                "The disk of this node is full: this does not fit. Reading still works, and deleting makes room; its owner can see on the page of the box what fills it."
            }
            Self::Reserve => {
                "The disk of this node is nearly full, so nothing was written. Reading, signing in, deleting and copies of your record still work; its owner has to make room."
            }
            Self::Strangers => {
                "The disk of this node is nearly full, and the room that is left is for its own people. Nothing was written; its owner has to make room."
            }
        })
    }
}

/// The state of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Bytes of the whole disk.
    pub total: u64,
    /// Bytes that are free, with what the node has set aside.
    pub free: u64,
    /// Bytes that stay free for sign-in, deletion, copies and the node's own start.
    pub reserve: u64,
    /// The writers that are allowed.
    pub level: Level,
}

/// The writers that are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All writers.
    Plenty,
    /// The node's own people.
    Scarce,
    /// Only sign-in, deletion, copies and the node's own start: the node is read-only otherwise.
    Reserve,
}

impl Standing {
    /// The state of a disk, with the bytes that the node has set aside.
    pub fn new(space: Space, set_aside: u64, config: &DiskConfig) -> Self {
        let reserve = config.reserve(space.total);
        let free = space.free.saturating_add(set_aside);
        let level = match () {
            () if free < reserve || space.free == 0 => Level::Reserve,
            () if free < reserve.saturating_mul(2) => Level::Scarce,
            () => Level::Plenty,
        };
        Self { total: space.total, free, reserve, level }
    }

    /// Why nothing is written, for the owner; `None` if the node's people may write.
    pub fn reason(&self) -> Option<String> {
        (self.level == Level::Reserve).then(|| {
            format!(
                "the disk is full: {} MB of {} MB are free, and {} MB are kept for signing in, deleting and copies",
                self.free >> 20,
                self.total >> 20,
                self.reserve >> 20
            )
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
    /// The owner's decisions.
    pub config: DiskConfig,
    ballast: Ballast,
    /// When the node last looked, and the result.
    seen: Mutex<Option<(Duration, Space)>>,
}

impl Room {
    /// The disk of a folder, with its owner's decisions.
    pub fn new(folder: &Path, config: DiskConfig) -> Self {
        Self {
            folder: folder.to_path_buf(),
            ballast: Ballast::new(folder),
            config,
            seen: Mutex::new(None),
        }
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

    /// Checks like `need`, by a fresh look: for the start of something, and not for each of its pieces.
    pub fn need_now(&self, now: Duration, bytes: u64, whose: For) -> Result<(), NoRoom> {
        // A file system without figures: the write itself fails if it doesn't fit.
        let Some(space) = self.look(now) else {
            return Ok(());
        };
        match self.allows(space, bytes, whose) {
            Err(NoRoom::Full) if self.give_up() => match self.look(now) {
                Some(space) => self.allows(space, bytes, whose),
                None => Ok(()),
            },
            allowed => allowed,
        }
    }

    fn allows(&self, space: Space, bytes: u64, whose: For) -> Result<(), NoRoom> {
        if whose == For::Vital {
            // Small writes may use what is left; large ones leave room for others to sign in and delete.
            let others = VITAL_BYTES.min(self.config.reserve(space.total) / VITAL_PART);
            let fits = space.free >= bytes.saturating_add(others);
            return if fits { Ok(()) } else { Err(NoRoom::Full) };
        }
        let standing = self.standing_of(space);
        let left = |kept: u64| standing.free >= bytes.saturating_add(kept);
        refuse_if!(standing.level == Level::Reserve || !left(standing.reserve), NoRoom::Reserve);
        if whose == For::People || left(standing.reserve.saturating_mul(2)) {
            Ok(())
        } else {
            Err(NoRoom::Strangers)
        }
    }

    /// The state of the disk; `None` if the file system gives no numbers.
    pub fn standing(&self, now: Duration) -> Option<Standing> {
        let space = self.recent(now).or_else(|| self.look(now));
        space.map(|space| self.standing_of(space))
    }

    /// The state of the disk like `standing`, by a fresh look: the last one may be out of date.
    pub fn standing_now(&self, now: Duration) -> Option<Standing> {
        self.look(now).map(|space| self.standing_of(space))
    }

    fn standing_of(&self, space: Space) -> Standing {
        Standing::new(space, self.ballast.bytes(), &self.config)
    }

    /// Gives up the room that is set aside; returns whether there was any.
    fn give_up(&self) -> bool {
        match self.ballast.give_up() {
            Ok(true) => {
                tracing::warn!("the disk is full: the node uses the room that it had set aside");
                true
            }
            Ok(false) => false,
            Err(error) => {
                tracing::warn!(%error, "the room that the node had set aside cannot be used");
                false
            }
        }
    }

    /// Sets aside the room that the node needs on a full disk, if that isn't done and there is space.
    pub fn set_aside(&self, now: Duration) {
        let Some(space) = self.look(now) else { return };
        let reserve = self.config.reserve(space.total);
        let bytes = (reserve / BALLAST_PART).min(BALLAST_BYTES_MAX);
        if bytes == 0 || self.ballast.bytes() > 0 || space.free < reserve.saturating_add(bytes) {
            return;
        }
        if let Err(error) = self.ballast.take(bytes) {
            tracing::warn!(%error, "no room can be set aside for a full disk");
        }
    }

    /// Bytes of the whole disk; `None` if the file system gives no numbers.
    pub fn total(&self, now: Duration) -> Option<u64> {
        let space = self.recent(now).or_else(|| self.look(now));
        space.map(|space| space.total)
    }

    fn recent(&self, now: Duration) -> Option<Space> {
        let seen = self.seen.lock();
        let (at, space) = (*seen)?;
        (now >= at && now - at < LOOK).then_some(space)
    }

    fn look(&self, now: Duration) -> Option<Space> {
        let space = Space::measure(&self.folder).ok();
        let mut seen = self.seen.lock();
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
        assert_eq!(config.reserve(GIB / 2), 128 << 20, "a small disk");
        assert_eq!(config.reserve(20 * GIB), GIB);
        assert_eq!(config.reserve(1000 * GIB), 4 * GIB);
        assert!(config.check().is_ok());
        let upside_down =
            DiskConfig { reserve_min_bytes: 2, reserve_max_bytes: 1, ..DiskConfig::default() };
        assert!(upside_down.check().is_err());
    }

    #[test]
    fn strangers_end_long_before_people_and_people_before_the_reserve() {
        let room = Room::new(Path::new("/"), DiskConfig::default());
        let space = |free| Space { total: 20 * GIB, free };
        let room = Room { ballast: Ballast::new(Path::new("/does/not/exist")), ..room };
        let stranger = |free| room.allows(space(free), 1, For::Strangers);
        let person = |free| room.allows(space(free), 1, For::People);
        assert_eq!(stranger(2 * GIB + 1), Ok(()));
        assert_eq!(stranger(2 * GIB), Err(NoRoom::Strangers));
        assert_eq!(person(GIB + 1), Ok(()));
        assert_eq!((person(GIB), stranger(GIB)), (Err(NoRoom::Reserve), Err(NoRoom::Reserve)));
        let vital = |free| room.allows(space(free), 1, For::Vital);
        assert_eq!((vital(GIB / 2), vital(1 << 20)), (Ok(()), Err(NoRoom::Full)));
        let level = |free| room.standing_of(space(free)).level;
        let expected = [Level::Plenty, Level::Scarce, Level::Reserve];
        assert_eq!([3 * GIB, 2 * GIB - 1, GIB - 1].map(level), expected);
    }

    #[test]
    fn what_is_set_aside_counts_as_free_and_is_given_up_for_what_it_is_for() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("node")).unwrap();
        let room = Room::new(data.path(), DiskConfig::default());
        room.set_aside(Duration::ZERO);
        let bytes = room.ballast.bytes();
        assert!(bytes >= BALLAST_BYTES_MAX, "{bytes}");
        let space = Space { total: 20 * GIB, free: GIB - (8 << 20) };
        assert_eq!(room.standing_of(space).level, Level::Scarce);
        assert_eq!(room.allows(space, 1, For::People), Ok(()));
        assert!(room.need_now(Duration::ZERO, u64::MAX, For::People).is_err());
        assert!(room.ballast.bytes() > 0, "it is for nobody else");
        assert_eq!(room.need_now(Duration::ZERO, u64::MAX, For::Vital), Err(NoRoom::Full));
        assert_eq!(room.ballast.bytes(), 0);
    }

    #[test]
    fn more_than_there_is_does_not_fit_and_is_507_with_a_sentence() {
        let room = Room::new(&std::env::temp_dir(), DiskConfig::default());
        let refused = room.need(Duration::ZERO, u64::MAX, For::People).unwrap_err();
        let problem = Problem::from(refused);
        assert_eq!(problem.status().as_u16(), 507);
        assert!(problem.detail().contains("full"));
        let nowhere = Room::new(Path::new("/does/not/exist"), DiskConfig::default());
        assert_eq!(nowhere.need(Duration::ZERO, 1, For::Strangers), Ok(()));
    }

    #[test]
    fn a_yes_may_be_a_second_old_and_a_no_never_is() {
        let room = Room::new(&std::env::temp_dir(), DiskConfig::default());
        let put = |at, space| *room.seen.lock() = Some((at, space));
        let at = Duration::from_secs;
        let plenty = Space { total: u64::MAX, free: u64::MAX };
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
