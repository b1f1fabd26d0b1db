//! A backup to a friend's box that broke off: the packs that have arrived, so that the next attempt continues with them. A line of JSON says
//! what they are for, and one for each pack what is in it.
//!
//! Always: a pack is noted after it is complete in its place. One that is not noted, and that no backup names, is removed there.

use super::catalogue::{BackupFile, Catalogue, Entry};
use super::friend::Friend;
use super::manifest::Piece;
use super::{BackupError, Result, files};
use imajin_ledger::durable;
use imajin_protocol::EncryptionKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file, in the folder of what backups need. There is one place at a time.
const NAME: &str = "checkpoint.jsonl";

/// The backup that packs are for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    /// The contract.
    pub(super) place: String,
    /// The backup that it continues; `None` for the first of a chain.
    pub(super) base: Option<String>,
    /// The chain, as its packs are called.
    pub(super) chain: String,
    /// The keys that open it.
    pub(super) keys: Vec<EncryptionKey>,
}

/// A pack that is in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredPack {
    pub(super) pack: BackupFile,
    pub(super) pieces: Vec<Piece>,
}

/// The note of a backup that is not finished.
pub(super) struct Checkpoint {
    path: PathBuf,
    file: File,
    plan: Plan,
}

impl Plan {
    /// Whether packs for another plan serve this one. A new chain takes on the name of the one that broke off.
    fn is_served_by(&self, other: &Self) -> bool {
        let is_new = self.base.is_none() && other.base.is_none();
        let same_chain = Self { chain: self.chain.clone(), ..other.clone() };
        *self == *other || (is_new && *self == same_chain)
    }
}

impl Checkpoint {
    /// Opens the note of an attempt with the same plan, or begins one. Returns the packs that are in their place.
    fn open(
        data: &Path,
        mut plan: Plan,
        names: &BTreeSet<String>,
    ) -> Result<(Self, Vec<StoredPack>)> {
        let path = files::scratch_folder(data)?.join(NAME);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let mut packs = Vec::new();
        if let Some((other, stored)) = read(&text).filter(|(other, _)| plan.is_served_by(other)) {
            plan = other;
            let is_there = |stored: &StoredPack| names.contains(&stored.pack.name);
            packs.extend(stored.into_iter().take_while(is_there));
        }
        // As a whole: a plug that is pulled must not cost the packs that have arrived.
        let file = rewrite(&path, &plan, &packs).map_err(BackupError::file(&path))?;
        Ok((Self { path, file, plan }, packs))
    }

    /// Continues at a friend's box, where files that nothing needs are removed.
    pub(super) fn resume(
        friend: &Friend,
        data: &Path,
        plan: Plan,
        catalogue: &Catalogue,
    ) -> Result<(Self, Vec<StoredPack>)> {
        let names = friend.names()?;
        let (checkpoint, packs) = Self::open(data, plan, &names)?;
        remove_orphans(friend, &names, catalogue, &packs)?;
        Ok((checkpoint, packs))
    }

    /// The chain, as its packs are called.
    pub(super) fn chain(&self) -> &str {
        &self.plan.chain
    }

    /// Notes a pack that is in its place.
    pub(super) fn note(&mut self, stored: &StoredPack) -> Result<()> {
        let written = line(stored).and_then(|text| {
            self.file.write_all(&text)?;
            self.file.sync_data()
        });
        written.map_err(BackupError::file(&self.path))
    }

    /// Forgets the note: the backup is finished.
    pub(super) fn forget(self) -> Result<()> {
        durable::remove_if_there(&self.path).map_err(BackupError::file(&self.path))
    }
}

fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    Ok(text)
}

/// Replaces the note, and opens it for further packs.
fn rewrite(path: &Path, plan: &Plan, packs: &[StoredPack]) -> io::Result<File> {
    let mut text = line(plan)?;
    for stored in packs {
        text.extend(line(stored)?);
    }
    durable::replace(path, &text)?;
    File::options().append(true).open(path)
}

/// Reads a note up to a line that a crash cut off.
fn read(text: &str) -> Option<(Plan, Vec<StoredPack>)> {
    let mut lines = text.lines();
    let plan = serde_json::from_str(lines.next()?).ok()?;
    let packs = lines.map_while(|line| serde_json::from_str(line).ok());
    Some((plan, packs.collect()))
}

/// Removes the files at a friend's box that no backup names and no attempt continues with.
fn remove_orphans(
    friend: &Friend,
    names: &BTreeSet<String>,
    catalogue: &Catalogue,
    packs: &[StoredPack],
) -> Result<()> {
    let named = catalogue.backups.iter().flat_map(Entry::files);
    let named = named.chain(packs.iter().map(|stored| &stored.pack));
    let named: BTreeSet<&str> = named.map(|file| file.name.as_str()).collect();
    let is_orphan = |name: &&String| name.ends_with(".age") && !named.contains(name.as_str());
    names.iter().filter(is_orphan).try_for_each(|name| friend.remove(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(base: Option<&str>, chain: &str) -> Plan {
        Plan {
            place: "https://bob.example/away/api/kept/00".to_owned(),
            base: base.map(str::to_owned),
            chain: chain.to_owned(),
            keys: vec![EncryptionKey::from_bytes([9; 32])],
        }
    }

    fn stored(n: u32) -> StoredPack {
        let piece = Piece { sum: [7; 32], pack: n, at: 0, bytes: 5 };
        StoredPack {
            pack: BackupFile {
                name: format!("pack-a-{n}.age"),
                bytes: 300,
                sha256: "00".to_owned(),
            },
            pieces: vec![piece],
        }
    }

    fn open(data: &Path, plan: Plan, there: &[u32]) -> (Checkpoint, Vec<StoredPack>) {
        let names = there.iter().map(|n| format!("pack-a-{n}.age")).collect();
        Checkpoint::open(data, plan, &names).unwrap()
    }

    #[test]
    fn the_next_attempt_goes_on_with_the_packs_that_are_there() {
        let data = tempfile::tempdir().unwrap();
        let (mut checkpoint, packs) = open(data.path(), plan(None, "a"), &[]);
        assert_eq!((checkpoint.chain(), packs.len()), ("a", 0));
        for n in 0..3 {
            checkpoint.note(&stored(n)).unwrap();
        }
        checkpoint.file.write_all(b"{\"pack\":{\"na").unwrap();
        let (checkpoint, packs) = open(data.path(), plan(None, "b"), &[0, 1, 2]);
        assert_eq!(checkpoint.chain(), "a");
        assert_eq!(packs, [stored(0), stored(1), stored(2)]);
        let (checkpoint, packs) = open(data.path(), plan(None, "c"), &[0, 2]);
        assert_eq!(packs, [stored(0)]);
        checkpoint.forget().unwrap();
        let (checkpoint, packs) = open(data.path(), plan(None, "d"), &[0]);
        assert_eq!((checkpoint.chain(), packs.len()), ("d", 0));
    }

    #[test]
    fn packs_serve_no_other_plan() {
        let data = tempfile::tempdir().unwrap();
        let (mut checkpoint, _) = open(data.path(), plan(Some("1"), "a"), &[]);
        checkpoint.note(&stored(0)).unwrap();
        let (_, packs) = open(data.path(), plan(Some("1"), "a"), &[0]);
        assert_eq!(packs.len(), 1);
        let keys = vec![EncryptionKey::from_bytes([8; 32])];
        let other_keys = Plan { keys, ..plan(Some("1"), "a") };
        for other in [plan(Some("2"), "a"), plan(None, "a"), other_keys] {
            assert!(!other.is_served_by(&plan(Some("1"), "a")));
        }
        let (_, packs) = open(data.path(), plan(Some("2"), "a"), &[0]);
        assert!(packs.is_empty());
    }
}
