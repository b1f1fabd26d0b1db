//! The proof of keeping: once a day the node reads random chunks of the packs at a friend's box, and opens them. A pack is an age file, each chunk
//! of which is authenticated for itself, so that 64 KiB prove themselves; the sums in the catalogue are of whole packs.
//!
//! Always: the list of packs is believed by this node's signature on each row, and only if it has the backup that was made last. So a friend's box
//! that lost or changed a part is found sooner or later, and the drill reads everything.

use super::catalogue::{BackupFile, Catalogue};
use super::friend::{Friend, FriendReader};
use super::pack::CHUNK_BYTES;
use super::proof_report::{self, CHUNKS};
use super::{BackupError, BackupPlace, BackupScheduler, Result, choice};
use crate::settings::is_friend;
use imajin_app::{Node, Problem, blocking};
use imajin_dfos::order;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_host::rounds::Rounds;
use imajin_log::format::age::{AgeError, decrypt_seekable};
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

/// Bytes of a chunk in an age file.
const SEALED_CHUNK_BYTES: u64 = CHUNK_BYTES + 16;
/// Interval between two checks whether a proof is due.
const LOOK: Duration = Duration::from_secs(60);

/// Proofs by the clock, until the node stops.
pub struct Proofs(BackupScheduler);

impl Rounds for Proofs {
    const NAME: &'static str = "proofs of keeping";
    const EVERY: Duration = LOOK;
    const FIRST: Duration = LOOK;

    async fn round(&mut self, _: &Node) -> Result<(), Problem> {
        let keeper = self.0.clone();
        blocking::long(move || keeper.prove_if_due()).await?.map_err(Problem::internal)
    }
}

impl BackupScheduler {
    /// Its proofs by the clock.
    pub fn proofs(&self) -> Proofs {
        Proofs(self.clone())
    }

    /// Asks the friend's box for a proof when it is due, and notes the outcome. Blocks.
    /// Errors: the outcome could not be stored.
    pub(super) fn prove_if_due(&self) -> Result<()> {
        let (data, now_ms) = (self.0.node.data(), self.0.node.now().as_millis());
        let (backup, ..) = choice::in_force(data, &self.0.config.backup);
        let last = super::standing(data).last;
        let Some(last) = last.filter(|last| last.to == backup.to) else {
            return Ok(());
        };
        let mut proof = proof_report::standing(data, &backup.to);
        if !(is_friend(&backup.to) && backup.box_reads && proof.is_due(now_ms)) || self.is_running()
        {
            return Ok(());
        }
        let outcome = self.prove(&backup.to, &last.id);
        if let Err(error) = &outcome {
            tracing::warn!(place = backup.to, "no proof of keeping: {error}");
        }
        let newest = super::standing(data).last;
        if self.is_running() || newest.is_none_or(|newest| newest.id != last.id) {
            // A backup that is being made, or was made meanwhile, may have removed what was asked for.
            return Ok(());
        }
        proof.note(outcome, now_ms);
        proof_report::store(data, &proof)?;
        self.0.node.alarms().look_again();
        Ok(())
    }

    fn prove(&self, to: &str, newest: &str) -> Result<()> {
        let place = BackupPlace::open(to, &self.0.config, Some(self.0.identity.person()))?;
        let BackupPlace::Friend(friend) = &place else {
            return Ok(());
        };
        let catalogue = Catalogue::read(&place)?.unwrap_or_default();
        for entry in &catalogue.backups {
            entry.check(&self.0.node.key().key)?;
        }
        if catalogue.backups.iter().all(|entry| entry.id != newest) {
            let why = format!("it lacks the backup {newest}");
            return Err(BackupError::damaged("the list of backups", why));
        }
        let packs = catalogue.backups.iter().flat_map(|entry| &entry.packs);
        let packs = order::map(packs.map(|pack| (pack.name.as_str(), pack)));
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

fn open_chunk(friend: &Friend, pack: &BackupFile, chunk: u64) -> Result<()> {
    let part = format!("{}, chunk {chunk}", pack.name);
    let reader = FriendReader::in_parts(friend, &pack.name, pack.bytes, SEALED_CHUNK_BYTES);
    let mut plain = decrypt_seekable(friend.secret(), reader).map_err(|error| match error {
        AgeError::Io(error) => BackupError::read(&part, error),
        other => BackupError::damaged(&part, other),
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

    #[test]
    fn every_chunk_can_be_picked() {
        let pack =
            |name: &str, bytes| BackupFile { name: name.to_owned(), bytes, sha256: String::new() };
        let (small, large) = (pack("a", 900), pack("b", 3 * SEALED_CHUNK_BYTES + 500));
        let picked = (0..5).map(|random| pick(&[&small, &large], random).unwrap());
        let picked: Vec<_> = picked.map(|(pack, chunk)| (&*pack.name, chunk)).collect();
        assert_eq!(picked, [("a", 0), ("b", 0), ("b", 1), ("b", 2), ("a", 0)]);
        assert!(pick(&[], 7).is_none());
    }
}
