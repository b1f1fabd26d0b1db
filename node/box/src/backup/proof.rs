//! The proof of keeping: once a day the node reads random chunks of the packs at a friend's box, and opens them. A pack is an age file, each chunk
//! of which is authenticated for itself, so that 64 KiB prove themselves; the sums in the catalogue are of whole packs.
//!
//! Always: the list of packs is believed by this node's signature on each row, and only if it has the backup that was made last. So a friend's box
//! that lost or changed a part is found sooner or later, and the drill reads everything.

use super::catalogue::{BackupFile, Catalogue};
use super::friend::{Friend, FriendReader};
use super::{BackupError, BackupPlace, BackupScheduler, choice, files, friend_host};
use crate::settings::{BackupConfig, is_friend};
use imajin_app::check::Check;
use imajin_app::time::Clock;
use imajin_app::{Node, Problem, blocking};
use imajin_dfos::Timestamp;
use imajin_host::rounds::Rounds;
use imajin_host::{SystemClock, random};
use imajin_ledger::durable;
use imajin_log::format::age::{AgeError, decrypt_seekable};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

/// Chunks of a proof. A box that lost a tenth of everything passes one day in thirty.
const CHUNKS: usize = 32;
/// Bytes of a chunk in the text of an age file, and in the file.
const CHUNK_BYTES: u64 = 64 << 10;
const SEALED_CHUNK_BYTES: u64 = CHUNK_BYTES + 16;
/// Interval between two checks whether a proof is due.
const LOOK: Duration = Duration::from_secs(60);
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
pub struct KeepingProof {
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
    fn is_due(&self, now_ms: i64) -> bool {
        let rest = if self.failure.is_none() {
            EVERY_MS
        } else {
            AGAIN_MS
        };
        // One of the future was dated by a wrong clock.
        !(0..rest).contains(&now_ms.saturating_sub(self.tried_ms))
    }

    fn note(&mut self, outcome: Result<(), BackupError>, now_ms: i64) {
        self.tried_ms = now_ms;
        self.is_damage = matches!(outcome, Err(BackupError::Damaged { .. }));
        self.failure = outcome.err().map(|error| error.to_string());
        if self.failure.is_none() {
            self.proven_ms = Some(now_ms);
        }
    }

    fn check(&self, now_ms: i64) -> Check {
        let host = friend_host(&self.place).unwrap_or_default();
        let when = |ms| Timestamp::from_millis(ms).map_or_else(|_| "?".to_owned(), |at| at.to_string());
        let failure = self.failure.as_deref().unwrap_or_default();
        if self.is_damage {
            return Check::bad(
                CHECK,
                format!("at {}, {host} did not have a part of the backups as it was: {failure}", when(self.tried_ms)),
                "make a backup to another place now, and talk to your friend about the disk of their box",
            )
            .by("imajin backup --to FOLDER");
        }
        let since = self.proven_ms.unwrap_or(self.begun_ms);
        if now_ms.saturating_sub(since) > LATE_MS {
            return Check::bad(
                CHECK,
                format!("{host} has not shown for three days that it has the backups: {failure}"),
                "ask your friend whether their box is on and reachable, or choose another place on the page Backups",
            );
        }
        match self.proven_ms {
            Some(ms) => Check::good(
                CHECK,
                format!("at {} {host} had {CHUNKS} random parts of the backups as they were", when(ms)),
            ),
            None => Check::good(CHECK, format!("{host} has not been asked successfully yet: {failure}")),
        }
    }
}

/// Reads the proofs of a place; the default for another one.
pub(super) fn standing(data: &Path, place: &str) -> KeepingProof {
    let path = data.join(crate::folder::NODE_FOLDER).join("backups");
    let proof: KeepingProof = durable::read_json(&path.join(NAME)).unwrap_or_default();
    if proof.place == place {
        proof
    } else {
        KeepingProof {
            place: place.to_owned(),
            ..KeepingProof::default()
        }
    }
}

/// The proofs as a check of the doctor; `None` while there is nothing to prove.
pub fn keeping_check(data: &Path, config: &BackupConfig) -> Option<Check> {
    let (config, ..) = choice::in_force(data, config);
    let proof = standing(data, &config.to);
    let is_asked = is_friend(&config.to) && config.box_reads && proof.tried_ms > 0;
    let now_ms = SystemClock::new(None, |_| true).now().as_millis();
    is_asked.then(|| proof.check(now_ms))
}

/// Proofs by the clock, until the node stops.
pub struct Proofs(BackupScheduler);

impl Rounds for Proofs {
    const NAME: &'static str = "proofs of keeping";
    const EVERY: Duration = LOOK;
    const FIRST: Duration = LOOK;

    async fn round(&mut self, _: &Node) -> Result<(), Problem> {
        let keeper = self.0.clone();
        let work = move || keeper.prove_if_due();
        blocking::long(work).await?.map_err(Problem::internal)
    }
}

impl BackupScheduler {
    /// Its proofs by the clock.
    pub fn proofs(&self) -> Proofs {
        Proofs(self.clone())
    }

    /// Asks the friend's box for a proof if one is due, and notes the outcome. Blocks.
    ///
    /// # Errors
    /// The outcome could not be stored.
    pub(super) fn prove_if_due(&self) -> Result<(), BackupError> {
        let (data, now_ms) = (self.node().data(), self.node().now().as_millis());
        let (backup, ..) = choice::in_force(data, &self.config().backup);
        let last = super::standing(data).last;
        let Some(last) = last.filter(|last| last.to == backup.to) else {
            return Ok(());
        };
        let mut proof = standing(data, &backup.to);
        if !(is_friend(&backup.to) && backup.box_reads && proof.is_due(now_ms)) || self.is_running()
        {
            return Ok(());
        }
        if proof.tried_ms == 0 {
            proof.begun_ms = now_ms;
        }
        let outcome = self.prove(&backup.to, &last.id);
        if let Err(error) = &outcome {
            tracing::warn!(place = backup.to, "no proof of keeping: {error}");
        }
        if self.is_running() {
            // A backup that is being made may have removed what was asked for.
            return Ok(());
        }
        proof.note(outcome, now_ms);
        let path = files::scratch_folder(data)?.join(NAME);
        durable::replace_json(&path, &proof).map_err(BackupError::file(&path))?;
        self.node().alarms().look_again();
        Ok(())
    }

    fn prove(&self, to: &str, newest: &str) -> Result<(), BackupError> {
        let place = BackupPlace::open(to, self.config(), Some(self.identity().person()))?;
        let BackupPlace::Friend(friend) = &place else {
            return Ok(());
        };
        let catalogue = Catalogue::read(&place)?.unwrap_or_default();
        for entry in &catalogue.backups {
            entry.check(&self.node().key().key)?;
        }
        if catalogue.backups.iter().all(|entry| entry.id != newest) {
            return Err(BackupError::Damaged {
                name: "the list of backups".to_owned(),
                why: format!("it lacks the backup {newest}"),
            });
        }
        let packs = catalogue.backups.iter().flat_map(|entry| &entry.packs);
        let packs: BTreeMap<&str, &BackupFile> =
            packs.map(|pack| (pack.name.as_str(), pack)).collect();
        let packs: Vec<&BackupFile> = packs.into_values().collect();
        for _ in 0..CHUNKS {
            let random = random::bytes().map_err(|error| place.failed(error))?;
            if let Some((pack, chunk)) = pick(&packs, u64::from_le_bytes(random)) {
                open_chunk(friend, pack, chunk)?;
            }
        }
        Ok(())
    }
}

/// Full chunks of a pack; its header makes up for the last one.
fn chunks_of(pack: &BackupFile) -> u64 {
    (pack.bytes / SEALED_CHUNK_BYTES).max(1)
}

/// Picks a chunk, each with the same probability.
fn pick<'p>(packs: &[&'p BackupFile], random: u64) -> Option<(&'p BackupFile, u64)> {
    let all: u64 = packs.iter().map(|pack| chunks_of(pack)).sum();
    let mut chunk = random.checked_rem(all)?;
    for pack in packs {
        match chunk.checked_sub(chunks_of(pack)) {
            Some(rest) => chunk = rest,
            None => return Some((pack, chunk)),
        }
    }
    None
}

fn open_chunk(friend: &Friend, pack: &BackupFile, chunk: u64) -> Result<(), BackupError> {
    let part = format!("{}, chunk {chunk}", pack.name);
    let reader = FriendReader::in_parts(friend, &pack.name, pack.bytes, SEALED_CHUNK_BYTES);
    let mut plain = decrypt_seekable(friend.secret(), reader).map_err(|error| match error {
        AgeError::Io(error) => BackupError::read(&part, error),
        other => BackupError::Damaged {
            name: part.clone(),
            why: other.to_string(),
        },
    })?;
    // The seek to the second byte of a chunk opens it; that of the first chunk is opened by the read.
    plain
        .seek(SeekFrom::Start(chunk * CHUNK_BYTES + 1))
        .and_then(|_| plain.read(&mut [0]))
        .map(drop)
        .map_err(|error| BackupError::read(&part, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = EVERY_MS;

    fn damaged() -> BackupError {
        BackupError::Damaged {
            name: "pack-1.age, chunk 7".to_owned(),
            why: "changed".to_owned(),
        }
    }

    fn away() -> BackupError {
        BackupError::Away {
            place: "bob.example".to_owned(),
            why: "refused".to_owned(),
        }
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
        let mut proof = KeepingProof {
            begun_ms: DAY,
            ..KeepingProof::default()
        };
        proof.note(Err(away()), DAY);
        assert!(proof.check(DAY + LATE_MS).ok && !proof.check(DAY + LATE_MS + 1).ok);
        proof.note(Ok(()), 2 * DAY);
        proof.note(Err(away()), 3 * DAY);
        assert!(proof.check(2 * DAY + LATE_MS).ok && !proof.check(2 * DAY + LATE_MS + 1).ok);
        proof.note(Err(damaged()), 3 * DAY);
        let check = proof.check(3 * DAY);
        assert!(!check.ok && check.says.contains("chunk 7"), "{check:?}");
    }

    #[test]
    fn every_chunk_can_be_picked() {
        let pack = |name: &str, bytes| BackupFile {
            name: name.to_owned(),
            bytes,
            sha256: String::new(),
        };
        let (small, large) = (pack("a", 900), pack("b", 3 * SEALED_CHUNK_BYTES + 500));
        let picked = (0..5).map(|random| pick(&[&small, &large], random).unwrap());
        let picked: Vec<_> = picked.map(|(pack, chunk)| (&*pack.name, chunk)).collect();
        assert_eq!(picked, [("a", 0), ("b", 0), ("b", 1), ("b", 2), ("a", 0)]);
        assert!(pick(&[], 7).is_none());
    }
}
