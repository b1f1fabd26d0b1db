//! The proofs of keeping so far: stored in a file of the node, and shown as a check.

use super::{BackupError, Result, choice, files, friend_host};
use crate::clock::machine_now;
use crate::settings::{BackupConfig, is_friend};
use imajin_app::check::Check;
use imajin_app::time::text;
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Chunks of a proof. A box that lost a tenth of everything passes one day in thirty.
pub(super) const CHUNKS: usize = 32;
/// Milliseconds from one proof to the next, and from a failed one.
const EVERY_MS: i64 = 86_400_000;
const AGAIN_MS: i64 = 3_600_000;
/// Milliseconds without a proof that are an alarm: three days.
const LATE_MS: i64 = 3 * EVERY_MS;
/// The file, in the folder of what backups need.
const NAME: &str = "proof.json";
/// Name of the check in the report.
const CHECK: &str = "proof of keeping";

/// The proofs of a place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct KeepingProof {
    place: String,
    /// Times of the first and the last attempt, in milliseconds of the Unix epoch.
    begun_ms: i64,
    tried_ms: i64,
    /// Time of the last success.
    pub(super) proven_ms: Option<i64>,
    /// Why the last attempt failed.
    failure: Option<String>,
    /// Whether it failed because something is lost or changed.
    is_damage: bool,
}

impl KeepingProof {
    pub(super) fn is_due(&self, now_ms: i64) -> bool {
        let rest = if self.failure.is_none() { EVERY_MS } else { AGAIN_MS };
        // One of the future was dated by a wrong clock.
        !(0..rest).contains(&now_ms.saturating_sub(self.tried_ms))
    }

    pub(super) fn note(&mut self, outcome: Result<()>, now_ms: i64) {
        if self.tried_ms == 0 {
            self.begun_ms = now_ms;
        }
        // A time by a clock that was ahead must not put the alarm off.
        self.begun_ms = self.begun_ms.min(now_ms);
        self.proven_ms = self.proven_ms.map(|proven_ms| proven_ms.min(now_ms));
        self.tried_ms = now_ms;
        self.is_damage = matches!(outcome, Err(BackupError::Damaged { .. }));
        self.failure = outcome.err().map(|error| error.to_string());
        if self.failure.is_none() {
            self.proven_ms = Some(now_ms);
        }
    }

    fn check(&self, now_ms: i64) -> Check {
        let host = friend_host(&self.place).unwrap_or_default();
        let when = |ms| text(ms).unwrap_or_else(|| "?".to_owned());
        let failure = self.failure.as_deref().unwrap_or_default();
        if self.is_damage {
            let tried = when(self.tried_ms);
            return Check::bad(
                CHECK,
                format!("{host} did not have a part of the backups as it was, at {tried}: {failure}"),
                "make a backup to another place now, and talk to your friend about the disk of their box",
            )
            .by("imajin backup --to FOLDER");
        }
        if now_ms.saturating_sub(self.proven_ms.unwrap_or(self.begun_ms)) > LATE_MS {
            return Check::bad(
                CHECK,
                format!("{host} has not shown for three days that it has the backups: {failure}"),
                "ask your friend whether their box is on and reachable, or choose another place on the page Backups",
            );
        }
        let Some(proven) = self.proven_ms.map(when) else {
            let says = format!("{host} has not shown yet that it has the backups: {failure}");
            return Check::good(CHECK, says);
        };
        Check::good(
            CHECK,
            format!("{host} had {CHUNKS} random parts of the backups as they were, at {proven}"),
        )
    }
}

/// Reads the proofs of a place; the default for another one.
pub(super) fn standing(data: &Path, place: &str) -> KeepingProof {
    let path = data.join(crate::folder::NODE_FOLDER).join("backups");
    let proof: KeepingProof = durable::read_json(&path.join(NAME)).unwrap_or_default();
    if proof.place == place {
        proof
    } else {
        KeepingProof { place: place.to_owned(), ..KeepingProof::default() }
    }
}

pub(super) fn store(data: &Path, proof: &KeepingProof) -> Result<()> {
    let path = files::scratch_folder(data)?.join(NAME);
    durable::replace_json(&path, proof).map_err(BackupError::file(&path))
}

/// The proofs as a check of the doctor; `None` while there is nothing to prove.
pub fn keeping_check(data: &Path, config: &BackupConfig) -> Option<Check> {
    let (config, ..) = choice::in_force(data, config);
    let proof = standing(data, &config.to);
    let is_asked = is_friend(&config.to) && config.box_reads && proof.tried_ms > 0;
    is_asked.then(|| proof.check(machine_now().as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = EVERY_MS;

    fn damaged() -> BackupError {
        BackupError::Damaged { name: "pack-1.age, chunk 7".to_owned(), why: "changed".to_owned() }
    }

    fn away() -> BackupError {
        BackupError::Away { place: "bob.example".to_owned(), why: "refused".to_owned() }
    }

    #[test]
    fn a_proof_is_due_each_day_and_an_hour_after_one_that_failed() {
        let mut proof = KeepingProof::default();
        assert!(proof.is_due(DAY));
        proof.note(Ok(()), DAY);
        assert!(!proof.is_due(2 * DAY - 1) && proof.is_due(2 * DAY));
        assert!(proof.is_due(DAY - 1), "the clock was ahead");
        proof.note(Err(away()), 2 * DAY);
        assert!(!proof.is_due(2 * DAY + AGAIN_MS - 1) && proof.is_due(2 * DAY + AGAIN_MS));
    }

    #[test]
    fn a_changed_chunk_is_an_alarm_at_once_and_silence_after_three_days() {
        let mut proof = KeepingProof::default();
        proof.note(Err(away()), DAY);
        assert!(proof.check(DAY + LATE_MS).ok && !proof.check(DAY + LATE_MS + 1).ok);
        proof.note(Ok(()), 2 * DAY);
        proof.note(Err(away()), 3 * DAY);
        assert!(proof.check(2 * DAY + LATE_MS).ok && !proof.check(2 * DAY + LATE_MS + 1).ok);
        let mut ahead = KeepingProof::default();
        ahead.note(Ok(()), 99 * DAY);
        ahead.note(Err(away()), DAY);
        assert!(!ahead.check(DAY + LATE_MS + 1).ok);
        proof.note(Err(damaged()), 3 * DAY);
        let check = proof.check(3 * DAY);
        assert!(!check.ok && check.says.contains("chunk 7"), "{check:?}");
    }
}
