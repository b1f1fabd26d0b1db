//! How the box is looked after, as its owner sees it: what the program checks, its backups, and what a restore closed.
//!
//! Always: the program knows (it sets [`Upkeep`] at its start), pages and metrics only show.

mod backups;
mod power;
mod restore;
mod routes;
mod wifi;

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use imajin_app::Problem;
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};

use crate::network::ShownCertificate;
use crate::scrub::Damage;
use crate::usage::{Removal, Usage};

pub use backups::{BackupPlan, BackupWish, SetBy};
use imajin_app::check::Check;
pub use power::{Power, Powers};
pub use restore::{RestoreFailure, RestoreProgress, RestoreState, RestoreWish};
pub use routes::routes;
pub use wifi::{WifiChoice, WifiState};

/// The state of backups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupStanding {
    /// The destination; `None` if the settings name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The last one that was made whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastBackup>,
    /// Why the last attempt failed, and when (milliseconds of the Unix epoch), if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<(i64, String)>,
    /// Whether it failed only because a friend's box did not answer.
    #[serde(default)]
    pub is_away: bool,
    /// When a friend's box last proved that it has the backups, in milliseconds of the Unix epoch.
    #[serde(skip)]
    pub proven_ms: Option<i64>,
    /// When all of a backup came back from this place in a test restore, in milliseconds of the Unix epoch.
    #[serde(skip)]
    pub drilled_ms: Option<i64>,
    /// The bytes that the running backup has processed, and its bytes in all.
    #[serde(skip)]
    pub running: Option<(u64, u64)>,
    /// The plan.
    #[serde(skip)]
    pub plan: BackupPlan,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// The backup's name.
    pub id: String,
    /// When, in milliseconds of the Unix epoch.
    pub at_ms: i64,
    /// The destination.
    pub to: String,
    /// Records in it.
    pub logs: u64,
    /// Bytes of everything in it.
    pub bytes: u64,
    /// Bytes that were written for it, encrypted.
    pub added: u64,
}

/// The state of the program's updates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Updates {
    /// The version that runs.
    pub version: String,
    /// Whether this machine makes updates for its owner.
    pub is_possible: bool,
    /// Whether one is being made, or is on trial.
    pub is_running: bool,
    /// The last one: its version, and why it was given up if it was.
    pub last: Option<(String, Option<String>)>,
    /// Why the one that was asked for last was refused, if it was.
    pub refused: Option<String>,
    /// Releases on sticks that are plugged in.
    pub offers: Vec<Offer>,
}

/// A release on a stick.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// The stick's name.
    pub stick: String,
    /// The file's name.
    pub file: String,
    /// The release's version; `None` for a file that is not a trusted release.
    pub version: Option<String>,
    /// When it was released.
    pub date: Option<String>,
    /// The maker's notes.
    pub notes: Option<String>,
    /// Why it cannot be taken.
    pub problem: Option<String>,
}

/// The state of damaged records, and what they can be mended from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mending {
    /// The known damage.
    pub damaged: Vec<Damage>,
    /// The sources of copies.
    pub sources: Vec<MendingSource>,
    /// The step that runs now, if any.
    pub running: Option<String>,
    /// The result of the last run since the start.
    pub last: Option<MendingDone>,
}

/// Somewhere that copies are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendingSource {
    /// The source's name in a request: `backup`, or `stick:` and the stick's name.
    pub id: String,
    /// The name of the source, for people.
    pub name: String,
    /// Why it cannot be taken now, if so.
    pub problem: Option<String>,
}

/// The result of mending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MendingDone {
    /// The name of the source.
    pub from: String,
    /// The mended records, a sentence each.
    pub mended: Vec<String>,
    /// The records that are still damaged, a sentence each.
    pub left: Vec<String>,
    /// Why it could not be tried or not be ended, if so.
    pub failure: Option<String>,
}

/// Whether the node's key and its secrets are sealed on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Not sealed: the box starts unattended.
    Open,
    /// Sealed: something that is not on the card opens them at each start.
    Sealed,
}

/// The owner's change of the lock. Without `Debug`, because passphrases are written nowhere.
pub enum LockChange {
    /// Adds the lock.
    Lock {
        /// The passphrase.
        next: String,
    },
    /// Another passphrase.
    Change {
        /// The one of now.
        now: String,
        /// The new one.
        next: String,
    },
    /// Removes the lock.
    Open {
        /// The passphrase of now.
        now: String,
    },
}

/// The upkeep of the box, which the program does.
pub trait Upkeep: Send + Sync + 'static {
    /// Runs all checks that can run while the node does. Blocks.
    fn checks(&self) -> Vec<Check>;
    /// The usage of the disk. Blocks.
    fn usage(&self) -> Usage;
    /// Removes this, and returns the bytes freed. Blocks.
    fn remove(&self, what: Removal) -> Result<u64, Problem>;
    /// The state of backups.
    fn backups(&self) -> BackupStanding;
    /// When the newest backup was last restored for a try (milliseconds of the Unix epoch), and whether all of it was whole; none
    /// where the last try was skipped, or there was none.
    fn drill(&self) -> Option<(i64, bool)>;
    /// Begins a backup to the place of the settings, if none is being made.
    fn begin_backup(&self) -> Result<(), Problem>;
    /// Sets where backups go, on the owner's page. Blocks.
    fn choose_backups(&self, wish: BackupWish) -> Result<(), Problem>;
    /// Writes a small file to a place, reads it back and removes it: the place of a wish, or the one that is set. Blocks.
    fn try_backups(&self, wish: Option<BackupWish>) -> Result<(), Problem>;
    /// Makes no backups by the clock from now on, or makes them again. Blocks.
    fn pause_backups(&self, is_paused: bool) -> Result<(), Problem>;
    /// Forgets what the page set, including keys. Existing backups stay. Blocks.
    fn forget_backups(&self) -> Result<(), Problem>;
    /// The state of a restore from a friend's box.
    fn restore_state(&self) -> RestoreState;
    /// Begins a restore from a friend's box, on a box without an owner.
    fn begin_restore(&self, wish: &RestoreWish) -> Result<(), Problem>;
    /// The powers (restart, stop, erase) that work here.
    fn powers(&self) -> Powers;
    /// Uses a power. Blocks.
    fn use_power(&self, power: Power) -> Result<(), Problem>;
    /// The state of the box's Wi-Fi; `None` if the image does not manage it.
    fn wifi(&self) -> Option<WifiState>;
    /// Asks the machine to join a Wi-Fi. Blocks.
    fn choose_wifi(&self, choice: WifiChoice) -> Result<(), Problem>;
    /// The state of damaged records. Blocks: if something is damaged, it looks into the places that have copies.
    fn mending(&self) -> Mending;
    /// Begins to mend damaged records from a source, unless mending is under way.
    fn begin_mending(&self, source: &str) -> Result<(), Problem>;
    /// The state of the program's updates. Blocks.
    fn updates(&self) -> Updates;
    /// Asks the machine for the update by a release on a stick. Blocks.
    fn begin_update(&self, stick: &str, file: &str) -> Result<(), Problem>;
    /// Whether the box is locked.
    fn lock(&self) -> Lock;
    /// Adds, changes or removes the lock. Blocks.
    fn change_lock(&self, wish: LockChange) -> Result<(), Problem>;
    /// Opens a host name as a visitor from the internet does, and returns the certificate of each address that shows one.
    fn shown_certificates<'a>(
        &'a self,
        name: &'a str,
    ) -> Pin<Box<dyn Future<Output = Vec<ShownCertificate>> + Send + 'a>>;
}

/// Whether sales are open. After an older copy was restored, the node does not know its sales since then until the
/// payment provider has reported them; a file keeps that state over restarts.
pub(crate) struct Sales {
    closed: AtomicBool,
    mark: PathBuf,
}

/// The mark of closed sales in a data folder.
pub fn sales_mark(data: &Path) -> PathBuf {
    data.join("node").join("sales-closed")
}

impl Sales {
    pub(crate) fn open(data: &Path) -> Self {
        let mark = sales_mark(data);
        Self { closed: AtomicBool::new(mark.exists()), mark }
    }

    pub(crate) fn are_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn reopen(&self) -> io::Result<()> {
        if !self.are_closed() {
            return Ok(());
        }
        durable::remove_if_there(&self.mark)?;
        if let Some(folder) = self.mark.parent() {
            durable::sync_folder(folder)?;
        }
        self.closed.store(false, Ordering::Release);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sales_stay_closed_across_restarts_until_they_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("node")).unwrap();
        assert!(!Sales::open(folder.path()).are_closed());
        std::fs::write(sales_mark(folder.path()), "").unwrap();
        assert!(Sales::open(folder.path()).are_closed());
        let sales = Sales::open(folder.path());
        assert!(sales.are_closed());
        sales.reopen().unwrap();
        assert!(!sales.are_closed());
        assert!(!Sales::open(folder.path()).are_closed());
    }
}
