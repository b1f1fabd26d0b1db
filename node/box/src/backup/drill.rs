//! The drill: once a month the newest backup is restored into a scratch folder and verified, at the pace of the rounds
//! that verify the card ([`imajin_host::scrub`]).
//!
//! Always: it changes nothing of the node, and leaves nothing. Keys and secrets of the backup are compared in memory, and
//! never written: on a locked box no plain copy of them may lie on the card.

use super::catalogue::{Catalogue, Entry};
use super::check::damage;
use super::drill_report::{Drill, DrillOutcome, drilled, note};
use super::files::SECRETS;
use super::manifest::Manifest;
use super::restore::{fetch, lay_out, manifest, put_into, target};
use super::{BackupError, BackupPlace, BackupScheduler, Result, choice};
use crate::key::PersonKey;
use crate::settings::is_friend;
use imajin_app::{Machine, Node, Problem, blocking};
use imajin_dfos::cid::{parse_cid, raw_cid_from_sha256};
use imajin_host::prelude::*;
use imajin_host::room::{For, Room};
use imajin_host::rounds::Rounds;
use imajin_ledger::StateMachine;
use imajin_log::Pace;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Interval between two checks whether a drill is due.
const LOOK: Duration = Duration::from_secs(60);
/// Interval from one completed drill to the next, in milliseconds.
const EVERY_MS: i64 = 30 * 86_400_000;
/// Interval after a drill that was skipped or found damage, in milliseconds: a stick may be back, or a better backup.
const AGAIN_MS: i64 = 86_400_000;
/// Prefix of the drill's scratch folder in `runtime`.
const PREFIX: &str = ".drill-";
const KEY: &str = "node/identity.key";

fn is_due(last: Option<&Drill>, now_ms: i64) -> bool {
    let Some(last) = last else { return true };
    let rest = match last.outcome {
        DrillOutcome::Whole { .. } => EVERY_MS,
        _ => AGAIN_MS,
    };
    // One of the future was dated by a wrong clock.
    !(0..rest).contains(&now_ms.saturating_sub(last.at_ms))
}

/// Drills by the clock, until the node stops.
pub struct Drills(BackupScheduler);

impl Rounds for Drills {
    const NAME: &'static str = "drills of backups";
    const EVERY: Duration = LOOK;
    const FIRST: Duration = LOOK;

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let (keeper, stop) = (self.0.clone(), node.stop_signal());
        let work = move || keeper.drill_if_due(&Pace::new(move || !stop.is_given()));
        blocking::long(work).await?.map_err(Problem::internal)
    }
}

impl BackupScheduler {
    /// Its drills by the clock.
    pub fn drills(&self) -> Drills {
        tidy(self.0.node.data());
        Drills(self.clone())
    }

    /// Makes one if it is due, and notes how it went. Blocks.
    ///
    /// # Errors
    /// The result could not be stored.
    pub fn drill_if_due(&self, pace: &Arc<Pace>) -> Result<()> {
        let data = self.0.node.data();
        // Before the first backup there is nothing to try.
        if super::standing(data).last.is_none() || self.place_in_force().is_empty() {
            return Ok(());
        }
        if is_due(drilled(data).as_ref(), self.0.node.now().as_millis()) {
            self.drill_now(pace).map(drop)
        } else {
            Ok(())
        }
    }

    /// Runs a drill now, and stores its result. `None` after a stop request. Blocks.
    ///
    /// # Errors
    /// The result could not be stored.
    pub fn drill_now(&self, pace: &Arc<Pace>) -> Result<Option<Drill>> {
        let place = self.place_in_force();
        let before = drilled(self.0.node.data()).filter(|before| before.place == place);
        let mut drill = Drill {
            id: None,
            place,
            at_ms: 0,
            outcome: DrillOutcome::Skipped(String::new()),
            whole_before_ms: before.and_then(|before| before.last_whole_ms()),
        };
        pace.begin();
        drill.outcome = match self.try_drill(pace, &mut drill.id) {
            _ if !pace.may_continue() => return Ok(None),
            Ok(outcome) => outcome,
            Err(BackupError::Damaged { name, why }) => {
                DrillOutcome::Damaged(format!("{name}: {why}"))
            }
            // A friend's box has nothing of an earlier program.
            Err(error @ BackupError::Locked(_)) => DrillOutcome::Damaged(error.to_string()),
            Err(error) => DrillOutcome::Skipped(error.to_string()),
        };
        drill.at_ms = self.0.node.now().as_millis();
        match &drill.outcome {
            DrillOutcome::Whole { .. } => {
                tracing::info!(
                    id = drill.id,
                    place = drill.place,
                    "a test restore found the backup whole"
                );
            }
            DrillOutcome::Damaged(why) => {
                tracing::error!(
                    id = drill.id,
                    place = drill.place,
                    why,
                    "a test restore found a damaged backup"
                );
            }
            DrillOutcome::Skipped(why) => {
                tracing::warn!(place = drill.place, why, "the test restore of a backup failed");
            }
        }
        note(self.0.node.data(), &drill)?;
        Ok(Some(drill))
    }

    /// Returns the current place of backups, from the settings or the owner's page; empty if there is none.
    pub(super) fn place_in_force(&self) -> String {
        let (backup, ..) = choice::in_force(self.0.node.data(), &self.0.config.backup);
        backup.to
    }

    fn try_drill(&self, pace: &Arc<Pace>, id: &mut Option<String>) -> Result<DrillOutcome> {
        let skipped = |why: &str| Ok(DrillOutcome::Skipped(why.to_owned()));
        let node = &self.0.node;
        let config = &choice::settings(node, &self.0.config)?;
        let place = BackupPlace::open(&config.backup.to, config, Some(self.0.identity.person()))?;
        let Some(catalogue) = Catalogue::read(&place)? else {
            return skipped("there is no backup in its place");
        };
        let entry = catalogue.find(None)?;
        *id = Some(entry.id.clone());
        entry.check(&node.key().key)?;
        let key = self.0.identity.person();
        if !config.backup.box_reads {
            return skipped(
                "by the settings only the owner's key opens backups (box_reads under [backup]): imajin restore --check --key FILE tries them",
            );
        }
        let manifest = match manifest(&place, entry, key) {
            Err(BackupError::Locked(_)) if !is_friend(&config.backup.to) => {
                return skipped(FOREIGN);
            }
            other => other?,
        };
        let written = on_disk(&manifest);
        let room = Room::new(node.data(), config.disk.clone());
        if room.need_now(node.monotonic(), written.bytes(), For::People).is_err() {
            return skipped(
                "the card has no room for it; imajin restore --check on another machine does the same",
            );
        }
        let folder = scratch(node.data())?;
        match self.restore(&place, entry, &manifest, &written, folder.path(), pace) {
            Err(BackupError::Locked(_)) if !is_friend(&config.backup.to) => {
                return skipped(FOREIGN);
            }
            other => other?,
        }
        let (mut media, mut faults) = (0, Vec::new());
        for file in &written.files {
            let path = target(folder.path(), &file.path)?;
            if file.path.ends_with("/log.sqlite") {
                let ops = StateMachine::ops(&Machine::new(node.services().clone()));
                let log_damage = damage(&path, &file.path, &ops, Some(pace))?;
                faults.extend(log_damage.map(|damage| format!("{}: {}", damage.did, damage.why)));
            } else if let Some(cid) = media_cid(&file.path) {
                media += 1;
                if !is_file(&path, &cid, pace).map_err(BackupError::file(&path))? {
                    faults.push(format!("{}: the content does not match the name", file.path));
                }
            }
            if !pace.may_continue() {
                return Err(BackupError::Stopped);
            }
        }
        Ok(if faults.is_empty() {
            DrillOutcome::Whole { logs: manifest.logs(), media, bytes: manifest.bytes() }
        } else {
            DrillOutcome::Damaged(faults.join("; "))
        })
    }

    /// Fetches everything, writes what is people's, and compares the node's key.
    fn restore(
        &self,
        place: &BackupPlace,
        entry: &Entry,
        manifest: &Manifest,
        written: &Manifest,
        folder: &Path,
        pace: &Arc<Pace>,
    ) -> Result<()> {
        lay_out(written, folder)?;
        let names: BTreeSet<&str> = written.files.iter().map(|file| &*file.path).collect();
        let mut put_file = put_into(folder);
        let mut key = Vec::new();
        let mut put = |file: &str, at: u64, bytes: &[u8]| {
            // Every byte is read twice: from the place, and from the scratch folder to verify it.
            if !pace.moved(2 * bytes.len() as u64) {
                return Err(BackupError::Stopped);
            }
            if file == KEY {
                key.extend_from_slice(bytes);
            }
            if names.contains(file) { put_file(file, at, bytes) } else { Ok(()) }
        };
        let own = self.0.identity.person();
        fetch((place, entry), manifest, own, &mut put, &mut |_, _| {})?;
        let text = String::from_utf8(key).unwrap_or_default();
        if PersonKey::from_text(&text).is_ok_and(|found| found.did() == own.did()) {
            Ok(())
        } else {
            Err(BackupError::damaged(KEY, "it is not this node's key"))
        }
    }
}

/// Report for packs that are encrypted to the owner alone.
const FOREIGN: &str = "an earlier version of the program made a part of it, which only the owner's key opens: imajin restore --check --key FILE checks it. The box can check backups that start a new chain";

/// Returns the manifest of the files that a drill writes to disk: people's files.
fn on_disk(manifest: &Manifest) -> Manifest {
    let files = manifest.files.iter();
    let files = files.filter(|file| file.path.starts_with("users/") && file.path != SECRETS);
    Manifest { files: files.cloned().collect(), ..manifest.clone() }
}

fn scratch(data: &Path) -> Result<TempDir> {
    let folder = data.join("runtime");
    TempDir::with_prefix_in(PREFIX, &folder).map_err(BackupError::file(folder))
}

/// Removes what a drill that a crash broke off left behind.
fn tidy(data: &Path) {
    for entry in fs::read_dir(data.join("runtime")).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX)
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!(%error, "leftovers of an earlier drill stay in the folder runtime");
        }
    }
}

/// The CID that a file in a person's folder `media` is named by.
fn media_cid(path: &str) -> Option<imajin_dfos::Cid> {
    let (folder, name) = path.rsplit_once('/')?;
    folder.contains("/media/").then(|| parse_cid(name).ok()).flatten()
}

fn is_file(path: &PathBuf, cid: &imajin_dfos::Cid, pace: &Pace) -> io::Result<bool> {
    let mut file = BufReader::with_capacity(64 * 1024, pace.read(File::open(path)?));
    let mut sum = Sha256::new();
    io::copy(&mut file, &mut sum)?;
    Ok(raw_cid_from_sha256(sum.finalize().into()) == *cid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::drill_check;

    const WHOLE: DrillOutcome = DrillOutcome::Whole { logs: 1, media: 0, bytes: 1 };

    fn make_drill(outcome: DrillOutcome) -> Drill {
        Drill {
            id: Some("a".to_owned()),
            place: "/stick".to_owned(),
            at_ms: 0,
            outcome,
            whole_before_ms: Some(-EVERY_MS),
        }
    }

    #[test]
    fn one_is_due_each_month_and_the_day_after_one_that_was_skipped_or_failed() {
        const DAY: i64 = 86_400_000;
        assert!(is_due(None, 0));
        let whole = make_drill(WHOLE);
        assert!(!is_due(Some(&whole), 29 * DAY) && is_due(Some(&whole), 30 * DAY));
        assert!(is_due(Some(&whole), -1), "the clock was ahead");
        for outcome in
            [DrillOutcome::Skipped("full".to_owned()), DrillOutcome::Damaged("a bit".to_owned())]
        {
            let drill = make_drill(outcome);
            assert!(!is_due(Some(&drill), DAY - 1) && is_due(Some(&drill), DAY));
        }
    }

    #[test]
    fn damage_needs_somebody_and_a_skipped_one_says_why() {
        assert!(!drill_check(&make_drill(DrillOutcome::Damaged("a bit".to_owned()))).ok);
        let skipped = drill_check(&make_drill(DrillOutcome::Skipped("no room".to_owned())));
        assert!(skipped.ok && skipped.says.contains("no room"));
    }

    #[test]
    fn a_skipped_one_keeps_the_day_of_the_last_whole_one_and_damage_does_not() {
        let last_whole_ms = |outcome| make_drill(outcome).last_whole_ms();
        assert_eq!(last_whole_ms(WHOLE), Some(0));
        let skipped = DrillOutcome::Skipped("away".to_owned());
        assert_eq!(last_whole_ms(skipped), Some(-EVERY_MS));
        let damaged = DrillOutcome::Damaged("a bit".to_owned());
        assert_eq!(last_whole_ms(damaged), None);
    }
}
