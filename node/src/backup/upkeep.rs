//! Backups by the clock and on request, one at a time, and what the owner sees of how the box is.

use super::{BackupError, Made, Place, Source, make, standing};
use crate::commands::{around, names};
use crate::config::Config;
use crate::open::{NodeIdentity, lock};
use crate::versions::asked;
use imajin_service::blocking;
use imajin_service::clock::Clock;
use imajin_service::node::Node;
use imajin_service::scrub;
use imajin_service::upkeep::{BackupStanding, Check, LastBackup, Lock, LockChange, Updates};
use imajin_service::{Problem, SystemClock, Upkeep};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often is looked whether a backup is due.
const LOOK: Duration = Duration::from_secs(60);
/// After one that failed: a stick that is out may be in again.
const AGAIN_MS: i64 = 3_600_000;

/// Makes backups of a running node.
#[derive(Clone)]
pub struct Keeper(Arc<Inner>);

struct Inner {
    node: Node,
    data: PathBuf,
    config: Config,
    identity: NodeIdentity,
    /// Held while the lock is changed.
    locking: Mutex<()>,
    /// How far the one is that is being made.
    running: Mutex<Option<(u64, u64)>>,
}

/// Taken from when one is begun until it is made.
struct Turn(Keeper);

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.running() = None;
    }
}

impl Keeper {
    /// For a running node.
    pub fn new(node: &Node, config: &Config, identity: &NodeIdentity) -> Self {
        Self(Arc::new(Inner {
            data: node.data().to_path_buf(),
            node: node.clone(),
            config: config.clone(),
            identity: identity.clone(),
            locking: Mutex::new(()),
            running: Mutex::new(None),
        }))
    }

    fn running(&self) -> MutexGuard<'_, Option<(u64, u64)>> {
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> Result<Turn, BackupError> {
        let mut running = self.running();
        if running.is_some() {
            return Err(BackupError::Settings(
                "a backup is being made already: wait for it to end".to_owned(),
            ));
        }
        *running = Some((0, 0));
        Ok(Turn(self.clone()))
    }

    /// Makes one now, to this place or that of the settings. Blocks; not for async tasks.
    pub fn back_up(
        &self,
        to: Option<&str>,
        heard: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Made, BackupError> {
        let turn = self.turn()?;
        self.back_up_in(&turn, to, heard)
    }

    fn back_up_in(
        &self,
        _: &Turn,
        to: Option<&str>,
        heard: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Made, BackupError> {
        let to = to.unwrap_or(&self.0.config.backup.to);
        let made = self.make(to, heard);
        note(&self.0.data, to, &made);
        match &made {
            Ok(made) if made.entry.damage().is_some() => {
                tracing::error!(id = %made.entry.id, to, damage = made.entry.damage(), "a backup was made of damaged records")
            }
            Ok(made) => {
                tracing::info!(id = %made.entry.id, to, added = made.entry.added, full = made.full, "a backup was made")
            }
            Err(error) => tracing::error!(to, "no backup was made: {error}"),
        }
        made
    }

    fn make(&self, to: &str, heard: &mut dyn FnMut(u64, u64) -> bool) -> Result<Made, BackupError> {
        let inner = &self.0;
        let place = Place::open(to, &inner.config)?;
        let owner = inner.node.owner();
        let owner = owner.map_err(|problem| BackupError::Settings(problem.detail().to_owned()))?;
        let owner = owner.ok_or_else(|| {
            BackupError::Settings(
                "this node has no owner yet: a backup is encrypted to its owner's key".to_owned(),
            )
        })?;
        let source = Source {
            data: &inner.data,
            ledger: inner.node.ledger(),
            node: inner.node.key(),
            identity: &inner.identity,
            owner: &owner,
            keep: inner.config.backup.keep,
            disk: inner.node.room().config(),
        };
        make(&source, &place, &mut |done, total| {
            *self.running() = Some((done, total));
            heard(done, total) && !inner.node.is_stopping()
        })
    }

    /// Begins one, unless one is being made. From here on it shows as running, before its thread is there: a page that is
    /// loaded now has to say so.
    fn begin(&self) {
        let Ok(turn) = self.turn() else {
            return;
        };
        let keeper = self.clone();
        tokio::spawn(blocking::long(move || {
            // What came of it is noted.
            let _ = keeper.back_up_in(&turn, None, &mut |_, _| true);
        }));
    }

    /// Backups by the clock, until the node stops.
    pub async fn run(self, mut stopped: watch::Receiver<bool>) {
        let Some(interval) = self.0.config.backup.interval() else {
            return;
        };
        let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stopped.changed() => return,
            }
            let (data, to) = (self.0.data.clone(), self.0.config.backup.to.clone());
            let noted = tokio::task::spawn_blocking(move || standing(&data)).await;
            let is_owned = self.0.node.is_claimed();
            let now_ms = self.0.node.now().as_millis();
            let due = noted.is_ok_and(|noted| is_due(&noted, &to, now_ms, interval_ms));
            if is_owned && due {
                self.begin();
            }
        }
    }
}

/// Whether a backup to this place is due.
fn is_due(standing: &BackupStanding, to: &str, now_ms: i64, interval_ms: i64) -> bool {
    let since = |at_ms: i64| now_ms.saturating_sub(at_ms);
    let rested = standing
        .failure
        .as_ref()
        .is_none_or(|(at_ms, _)| since(*at_ms) >= AGAIN_MS.min(interval_ms));
    let last = standing.last.as_ref().filter(|last| last.to == to);
    // A clock that was ahead must not keep the next one away for ever.
    let old = last.is_none_or(|last| since(last.at_ms) >= interval_ms || last.at_ms > now_ms);
    rested && old
}

/// Notes how one went, for the doctor, the owner's page and the metrics.
pub(super) fn note(data: &std::path::Path, to: &str, made: &Result<Made, BackupError>) {
    let mut noted = standing(data);
    let now_ms = SystemClock::new(None, |_| true).now().as_millis();
    match made {
        Ok(made) => {
            let entry = &made.entry;
            noted.failure = (entry.damage())
                .map(|damage| (now_ms, format!("it was made, but records in it are damaged (imajin repair mends them)\n{damage}")));
            noted.last = Some(LastBackup {
                id: entry.id.clone(),
                at_ms: entry.at_ms,
                to: to.to_owned(),
                logs: entry.logs,
                bytes: entry.bytes,
                added: entry.added,
            });
        }
        Err(BackupError::Stopped) => return,
        Err(error) => noted.failure = Some((now_ms, error.to_string())),
    }
    super::note(data, &noted);
}

impl Upkeep for Keeper {
    fn checks(&self) -> Vec<Check> {
        let inner = &self.0;
        let mut checks = around(&inner.data, Some(&inner.config));
        let ledger = inner.node.ledger();
        checks.push(match (ledger.fatal(), ledger.quarantined().len()) {
            (Some(why), _) => Check::bad(
                "records",
                format!("nothing can be written any more: {why}"),
                "look at the disk, then start the node again: it recovers what was acknowledged",
            ),
            (None, 0) => Check::good("records", "every record can be read"),
            (None, count) => Check::bad(
                "records",
                format!("{count} records are damaged and set aside"),
                "stop the node and run imajin doctor: it says what to do about each",
            ),
        });
        let now_ms = inner.node.now().as_millis();
        checks.push(scrub::check(&scrub::standing(&inner.data), now_ms));
        checks.extend(names(
            &inner.node.network().now(),
            &inner.config,
            inner.node.now(),
        ));
        checks
    }

    fn backups(&self) -> BackupStanding {
        let to = &self.0.config.backup.to;
        BackupStanding {
            to: (!to.is_empty()).then(|| to.clone()),
            running: *self.running(),
            ..standing(&self.0.data)
        }
    }

    fn begin_backup(&self) -> Result<(), Problem> {
        if self.0.config.backup.to.is_empty() {
            return Err(Problem::conflict(
                "No place for backups is set: name one under [backup] in the settings.",
            ));
        }
        self.begin();
        Ok(())
    }

    fn updates(&self) -> Updates {
        let usb = &self.0.config.usb;
        asked::standing(&usb.sticks(), Path::new(&usb.folder))
    }

    fn begin_update(&self, stick: &str, file: &str) -> Result<(), Problem> {
        let usb = &self.0.config.usb;
        asked::ask(&usb.sticks(), Path::new(&usb.folder), stick, file).map_err(Problem::conflict)
    }

    fn lock(&self) -> Lock {
        lock::now(&self.0.data)
    }

    fn change_lock(&self, wish: LockChange) -> Result<(), Problem> {
        // One at a time: each is of two steps.
        let _turn = self
            .0
            .locking
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        lock::change(&self.0.node, wish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_due_when_the_last_is_old_was_elsewhere_or_of_the_future() {
        const HOUR: i64 = 3_600_000;
        let last = |at_ms, to: &str| BackupStanding {
            last: Some(LastBackup {
                id: String::new(),
                at_ms,
                to: to.to_owned(),
                logs: 0,
                bytes: 0,
                added: 0,
            }),
            ..BackupStanding::default()
        };
        let due = |standing: &BackupStanding, now| is_due(standing, "/a", now, 24 * HOUR);
        assert!(due(&BackupStanding::default(), 0));
        assert!(!due(&last(0, "/a"), 23 * HOUR));
        assert!(due(&last(0, "/a"), 24 * HOUR));
        assert!(due(&last(0, "/b"), HOUR));
        assert!(due(&last(99 * HOUR, "/a"), HOUR));
        let mut failed = last(0, "/a");
        failed.failure = Some((30 * HOUR, "out".to_owned()));
        assert!(!due(&failed, 30 * HOUR + HOUR / 2));
        assert!(due(&failed, 31 * HOUR));
    }
}
