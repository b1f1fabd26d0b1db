//! Restoring a box that has no owner yet from a friend's box, while it serves its pages. The backup arrives in the partial folder; then the program
//! starts again as the restored node.
//!
//! Always: the keys of the recovery sheet are in memory alone, so a box that stops in between has to be given them again. The claim code is
//! refused while a restore is under way.

use super::arrival::{discard, is_unfinished};
use super::friend::read_place;
use super::restore::{receive, room_for};
use super::{BackupError, BackupPlace, BackupScheduler, Catalogue, Restored, Result};
use crate::key::{PersonKey, parse_secret};
use imajin_app::task::boxed;
use imajin_app::{Problem, blocking};
use imajin_host::prelude::*;
use imajin_host::upkeep::{RestoreFailure, RestoreProgress, RestoreState, RestoreWish};
use imajin_log::Space;
use imajin_protocol::Did;
use std::io::ErrorKind;
use std::time::Duration;

/// Pause before a friend's box that ceased to answer is asked again, and such pauses in which nothing more arrives.
const PAUSE: Duration = Duration::from_secs(60);
const PAUSES_MAX: u32 = 60;
/// Time for the page, which looks each second, to learn which node comes back.
const GRACE: Duration = Duration::from_secs(3);

impl BackupScheduler {
    pub(super) fn state_of_restore(&self) -> RestoreState {
        let state = self.0.restore.lock().clone();
        if state == RestoreState::None && is_unfinished(self.0.node.data()) {
            RestoreState::Interrupted
        } else {
            state
        }
    }

    /// Begins a restore, unless one is under way.
    pub(super) fn restore_from_friend(&self, wish: &RestoreWish) -> Result<(), Problem> {
        let (key, friend) = (sheet_key(wish)?, wish.friend.trim().to_owned());
        let mut state = self.0.restore.lock();
        if matches!(*state, RestoreState::Running(_)) {
            return Err(Problem::conflict("A restore is under way already."));
        }
        *state = RestoreState::Running(RestoreProgress::default());
        // Under the lock: the end of an earlier restore must not come behind the beginning of this one.
        self.0.node.set_being_restored(true);
        drop(state);
        let (job, failing) = (self.clone(), self.clone());
        tokio::spawn(boxed(async move {
            let run = blocking::long(move || job.run_restore(&friend, &key));
            if let Err(problem) = run.await {
                failing.fail_restore(BackupError::refused(problem));
            }
        }));
        Ok(())
    }

    fn run_restore(&self, friend: &str, key: &PersonKey) {
        match self.persist(friend, key) {
            Ok(restored) => {
                tracing::info!(node = restored.node, id = restored.id, "the box is restored");
                std::thread::sleep(GRACE);
                self.power().restart();
            }
            Err(error) => self.fail_restore(self.with_room(error)),
        }
    }

    fn fail_restore(&self, error: BackupError) {
        tracing::error!("the box was not restored: {error}");
        let mut state = self.0.restore.lock();
        *state = RestoreState::Failed(failure(error));
        self.0.node.set_being_restored(false);
    }

    /// Says of a disk that ran full how much room the rest of the backup needs.
    fn with_room(&self, error: BackupError) -> BackupError {
        let is_full =
            matches!(&error, BackupError::File(_, cause) if cause.kind() == ErrorKind::StorageFull);
        let space = Space::measure(self.0.node.data());
        let Some(space) = space.ok().filter(|_| is_full) else {
            return error;
        };
        let mut needed = 0;
        self.note_progress(|progress| {
            needed = room_for(progress.total).saturating_sub(progress.done);
        });
        BackupError::Room { needed, free: space.free }
    }

    /// Tries again each minute, as long as a friend's box that did answer does not.
    fn persist(&self, friend: &str, key: &PersonKey) -> Result<Restored> {
        let mut patience = Patience::default();
        loop {
            match self.attempt_restore(friend, key) {
                Err(error) if self.may_wait(&error) && patience.may_pause(self.bytes_done()) => {
                    tracing::warn!("the restore waits: {error}");
                }
                outcome => return outcome,
            }
            self.note_progress(|progress| progress.waiting = true);
            std::thread::sleep(PAUSE);
        }
    }

    fn bytes_done(&self) -> u64 {
        let mut done = 0;
        self.note_progress(|progress| done = progress.done);
        done
    }

    fn may_wait(&self, error: &BackupError) -> bool {
        let mut has_answered = false;
        self.note_progress(|progress| has_answered = progress.node.is_some());
        has_answered && matches!(error, BackupError::Away { .. } | BackupError::Broken { .. })
    }

    fn attempt_restore(&self, friend: &str, key: &PersonKey) -> Result<Restored> {
        let place = BackupPlace::open(&read_place(friend)?, &self.0.config, Some(key))?;
        let catalogue = Catalogue::of_owner(&place, key.did())?.unwrap_or_default();
        let missing = || BackupError::NoBackups(friend.to_owned());
        let entry = catalogue.backups.last().ok_or_else(missing)?;
        self.check_unclaimed()?;
        self.note_progress(|progress| {
            progress.node = Some(entry.node.clone());
            progress.made_ms = Some(entry.at_ms);
            progress.waiting = false;
        });
        let data = self.0.node.data();
        let restored = receive((&place, entry), key, data, &mut |done, total| {
            self.note_progress(|progress| (progress.done, progress.total) = (done, total));
        })?;
        if let Err(error) = self.check_unclaimed() {
            discard(data)?;
            return Err(error);
        }
        Ok(restored)
    }

    /// Refuses to replace a box that was claimed by a request which was under way when the restore began.
    fn check_unclaimed(&self) -> Result<()> {
        if self.0.node.is_claimed() {
            Err(BackupError::settings("this box got an owner meanwhile"))
        } else {
            Ok(())
        }
    }

    fn note_progress(&self, change: impl FnOnce(&mut RestoreProgress)) {
        if let RestoreState::Running(progress) = &mut *self.0.restore.lock() {
            change(progress);
        }
    }
}

/// The pauses since a restore last got further. Over a line that breaks each night, a large one takes many nights.
#[derive(Default)]
struct Patience {
    pauses: u32,
    /// The most bytes that had arrived before a pause.
    done: u64,
}

impl Patience {
    /// Counts a pause. Returns whether there may be one, after this many bytes have arrived.
    fn may_pause(&mut self, done: u64) -> bool {
        if done > self.done {
            (self.pauses, self.done) = (0, done);
        }
        self.pauses += 1;
        self.pauses <= PAUSES_MAX
    }
}

fn sheet_key(wish: &RestoreWish) -> Result<PersonKey, Problem> {
    let did = Did::parse(&wish.did);
    let did = did.map_err(|error| Problem::field("did", error.to_string()))?;
    let seed = |name, text: &str| {
        parse_secret(text).map_err(|_| Problem::field(name, "A key has 64 hexadecimal digits."))
    };
    Ok(PersonKey::from_parts(did, seed("ed25519", &wish.ed25519)?, seed("x25519", &wish.x25519)?))
}

fn failure(error: BackupError) -> RestoreFailure {
    match error {
        BackupError::Address(_) => RestoreFailure::Address,
        BackupError::Away { .. } | BackupError::Broken { .. } => RestoreFailure::Away,
        BackupError::Place { .. } => RestoreFailure::Refused,
        BackupError::NoBackups(_) => RestoreFailure::Nothing,
        BackupError::Several { .. } => RestoreFailure::Several,
        BackupError::Unproven { .. } => RestoreFailure::Unproven,
        BackupError::Locked(_) | BackupError::LockedList(_) => RestoreFailure::Locked,
        BackupError::Room { needed, free } => RestoreFailure::Room { needed, free },
        BackupError::Damaged { name, .. } => RestoreFailure::Damaged { part: name },
        other => RestoreFailure::Other { says: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_waits_an_hour_since_it_last_got_further() {
        let mut patience = Patience::default();
        for done in 1..1000 {
            assert!(patience.may_pause(done));
        }
        for _ in 1..PAUSES_MAX {
            assert!(patience.may_pause(500));
        }
        assert!(!patience.may_pause(999));
    }
}
