//! Making a backup, while the node runs or without it.
//!
//! Always: all records are of one cut. They are copied first while people write, again where they changed meanwhile, and
//! the last few while the writer is kept still; so it is still for moments, however much there is.

use super::absent::Absent;
use super::catalogue::{Catalogue, Entry};
use super::checkpoint::{Checkpoint, Plan};
use super::damage::find_damaged;
use super::files::{self, Files, Kind, SourceFile};
use super::manifest::{self, FileRow, Manifest};
use super::pack::Packs;
use super::source::Source;
use super::spare::Spare;
use super::{BackupError, BackupPlace, Result};
use crate::clock::machine_now;
use imajin_app::Owner;
use imajin_dfos::hex;
use imajin_host::secrets::{self, Vault};
use imajin_ledger::ReadError;
use imajin_ledger::durable;
use imajin_log::format::age::Recipient;
use imajin_protocol::{Did, EncryptionKey};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Rounds while the writer works, before it is kept still, however much still changes.
const ROUNDS_MAX: u32 = 5;
/// Maximum number of changed files that are copied while the writer waits.
const FEW: usize = 16;
/// A file that was changed so shortly before it was read may change again within the same tick of its file system's clock.
const TICK_NS: i64 = 2_000_000_000;
/// A new chain starts when the packs hold this many times the data of the newest backup.
const WASTE_TIMES: u64 = 3;

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct CompletedBackup {
    /// Its row in the catalogue.
    pub entry: Entry,
    /// Whether it is the first of a chain: everything was written.
    pub full: bool,
}

/// Makes one. `progress` gets the bytes read and the bytes in all, and returns whether to continue.
pub fn make(
    source: &Source<'_>,
    place: &BackupPlace,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<CompletedBackup> {
    let mut keys = source.owner.encryption_keys.clone();
    if keys.is_empty() {
        return Err(BackupError::Settings(format!(
            "the record of the owner, {}, names no key to encrypt to: backups need one",
            source.owner.did
        )));
    }
    place.tidy();
    files::tidy(source.data)?;
    let begun_ms = machine_now().as_millis();
    let before = Before::read(source, place)?;
    let id = id_of(begun_ms);
    let full = before.manifest.is_none();
    let (mut chain, manifest, mut done) = match before.manifest {
        Some((manifest, entry)) => (chain_of(&entry), Some(manifest), entry.packs),
        None => (id.clone(), None, Vec::new()),
    };
    let mut pieces = manifest.as_ref().map(Manifest::pieces).unwrap_or_default();
    let spare = Spare::new(source.data, source.disk, place);
    if source.box_reads {
        // To mend from it, and to try out that it comes back.
        keys.push(EncryptionKey::from_bytes(source.identity.person().encryption_public()));
    }
    let mut checkpoint = None;
    if let BackupPlace::Friend(friend) = place {
        let plan = Plan {
            place: place.name(),
            base: manifest.as_ref().map(|manifest| manifest.id.clone()),
            chain,
            keys: keys.clone(),
        };
        let (note, stored) = Checkpoint::resume(friend, source.data, plan, &before.catalogue)?;
        for pack in stored {
            let stored = pack.pieces.into_iter();
            pieces.extend(stored.map(|piece| (piece.sum, piece)));
            done.push(pack.pack);
        }
        chain = note.chain().to_owned();
        checkpoint = Some(note);
    }
    let mut packs =
        Packs::new((place, source.data, &spare), chain, Recipient::Keys(keys), pieces, done);
    packs.checkpoint = checkpoint;
    let rows = manifest
        .map(|manifest| manifest.files.into_iter().map(|row| (row.path.clone(), row)).collect());
    let mut copying = Copying {
        source,
        spare: &spare,
        packs,
        before: rows.unwrap_or_default(),
        rows: BTreeMap::new(),
        logs: BTreeSet::new(),
        missing_disk: None,
        is_still: false,
        done: 0,
        total: 0,
        progress,
    };
    let copied = copying.all();
    let Copying { mut packs, rows, logs, missing_disk, .. } = copying;
    let closed = copied.and_then(|()| {
        packs.close()?;
        let damaged = find_damaged(source, &before.catalogue, &logs, &rows)?;
        let absent = missing_disk.map(|disk| Absent::find(source.ledger, disk, &rows));
        let absent = absent.transpose()?.flatten();
        let manifest = Manifest {
            v: manifest::VERSION,
            id: id.clone(),
            node: source.node.did.to_string(),
            begun_ms,
            packs: packs.done.iter().map(|pack| pack.name.clone()).collect(),
            files: rows.into_values().collect(),
            keys: Vec::new(),
        };
        let text = serde_json::to_vec(&manifest).map_err(BackupError::settings)?;
        let stored = packs.put_small_file(format!("backup-{id}.age"), &text)?;
        Ok((damaged, absent, manifest, stored))
    });
    let (damaged, absent, manifest, stored) = match closed {
        Ok(closed) => closed,
        Err(error) => {
            packs.give_up();
            return Err(error);
        }
    };
    let entry = Entry {
        id,
        at_ms: machine_now().as_millis(),
        node: source.node.did.to_string(),
        owner: source.owner.did.to_string(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        manifest: stored,
        packs: packs.done,
        logs: manifest.logs(),
        bytes: manifest.bytes(),
        added: packs.added,
        damaged,
        absent,
        signature: String::new(),
    };
    let entry = entry.sign(source.node)?;
    let local_manifest = Manifest { keys: other_keys(source.owner), ..manifest };
    enter(source, place, before.catalogue, entry.clone(), &local_manifest)?;
    packs.checkpoint.map_or(Ok(()), Checkpoint::forget)?;
    Ok(CompletedBackup { entry, full })
}

/// State of the place before this backup.
struct Before {
    catalogue: Catalogue,
    /// The newest backup, if this machine has its manifest, the catalogue continues from it and the place has its packs.
    manifest: Option<(Manifest, Entry)>,
}

impl Before {
    fn read(source: &Source<'_>, place: &BackupPlace) -> Result<Self> {
        let node = source.node.did.to_string();
        let path = known_path(source.data, place)?;
        let Some(catalogue) = Catalogue::read(place)? else {
            if path.exists() {
                let question = match place {
                    BackupPlace::Friend(_) => "Ask your friend whether their box lost its disk.",
                    BackupPlace::Folder(_) | BackupPlace::Bucket(_) => "Is the right stick in?",
                };
                let why = format!(
                    "the backups that were made there are gone. {question} If they are meant to be gone, \
                     remove the folder node/backups in the data folder, and a new beginning is made"
                );
                return Err(place.failed(why));
            }
            let catalogue = Catalogue { node, ..Catalogue::default() };
            return Ok(Self { catalogue, manifest: None });
        };
        if catalogue.node != node {
            return Err(BackupError::Settings(format!(
                "{} has the backups of another node, {}: choose another place",
                place.label(),
                catalogue.node
            )));
        }
        let mut manifest = newest(&catalogue, source, &path);
        if let Some((_, entry)) = &manifest
            && !place.has_all(entry.packs.iter().map(|pack| pack.name.as_str()))?
        {
            // Whatever was added to a chain with a gap could not be restored.
            tracing::error!(
                place = place.label(),
                "packs of earlier backups are lost: a new chain begins"
            );
            manifest = None;
        }
        Ok(Self { catalogue, manifest })
    }
}

/// The keys that an owner's backups are encrypted to, where those are others than the one of entry 0.
fn other_keys(owner: &Owner) -> Vec<EncryptionKey> {
    if owner.encryption_keys == owner.first_key.as_slice() {
        Vec::new()
    } else {
        owner.encryption_keys.clone()
    }
}

/// This machine's copy of the newest manifest of a place; `None` if the backup was made elsewhere, for another owner or
/// other keys of theirs, or too much of what its chain holds is of no use any more.
fn newest(catalogue: &Catalogue, source: &Source<'_>, known: &Path) -> Option<(Manifest, Entry)> {
    let entry = catalogue.backups.last()?;
    let manifest = known_manifest(known, &entry.id)?;
    let written: u64 = entry.packs.iter().map(|pack| pack.bytes).sum();
    let may_continue = entry.owner == source.owner.did.as_str()
        && manifest.keys == other_keys(source.owner)
        && written <= manifest.bytes().saturating_mul(WASTE_TIMES);
    may_continue.then(|| (manifest, entry.clone()))
}

/// This machine's copy of a backup's manifest, if it is that of the newest backup, or of one that the place took without this machine's
/// knowledge.
fn known_manifest(known: &Path, id: &str) -> Option<Manifest> {
    let read = |path: &Path| {
        let manifest = Manifest::read(&fs::read(path).ok()?, "noted").ok()?;
        (manifest.id == id).then_some(manifest)
    };
    read(known).or_else(|| {
        let coming = coming_path(known);
        let manifest = read(&coming)?;
        // The next backup writes its own there.
        fs::rename(&coming, known).ok()?;
        Some(manifest)
    })
}

/// The chain that a backup belongs to, as its packs are called.
fn chain_of(entry: &Entry) -> String {
    let first = entry.packs.first();
    let chain = first.and_then(|pack| pack.name.strip_prefix("pack-")?.rsplit_once('-'));
    chain.map_or_else(|| entry.id.clone(), |(chain, _)| chain.to_owned())
}

/// Returns the path of this machine's copy of a place's newest manifest.
fn known_path(data: &Path, place: &BackupPlace) -> Result<PathBuf> {
    let sum = hex::encode(&Sha256::digest(place.name()));
    let name = format!("newest-{}.json", sum.get(..16).unwrap_or_default());
    Ok(files::scratch_folder(data)?.join(name))
}

/// Returns the path of the manifest of a backup whose catalogue is on its way to the place.
fn coming_path(known: &Path) -> PathBuf {
    known.with_extension("coming")
}

/// Makes the backup one: the catalogue names it. Then those go that are kept no longer.
fn enter(
    source: &Source<'_>,
    place: &BackupPlace,
    mut catalogue: Catalogue,
    entry: Entry,
    manifest: &Manifest,
) -> Result<()> {
    catalogue.home.clone_from(&source.home);
    catalogue.backups.push(entry);
    let gone = catalogue.leave(source.keep);
    let path = known_path(source.data, place)?;
    let coming = coming_path(&path);
    // First, since the place may take the catalogue and its answer be lost: without the manifest, everything would be written again.
    durable::replace_json(&coming, manifest).map_err(BackupError::file(&coming))?;
    catalogue.write(place, source.data, &source.catalogue_keys())?;
    fs::rename(&coming, &path).map_err(BackupError::file(&path))?;
    for file in catalogue.unneeded(&gone) {
        // An old file only takes up space, so an error is logged.
        if let Err(error) = place.remove(&file.name) {
            tracing::warn!(name = file.name, %error, "an old backup could not be removed");
        }
    }
    Ok(())
}

/// A backup under way.
struct Copying<'c, 's> {
    source: &'c Source<'s>,
    spare: &'c Spare,
    packs: Packs<'c>,
    /// Rows of the previous backup's manifest, by file name.
    before: HashMap<String, FileRow>,
    /// Rows of this backup's manifest, by file name.
    rows: BTreeMap<String, FileRow>,
    /// The records that were read for it.
    logs: BTreeSet<Did>,
    /// The disk that has people's files, and isn't there.
    missing_disk: Option<String>,
    /// Whether the writer is kept still.
    is_still: bool,
    done: u64,
    total: u64,
    progress: &'c mut dyn FnMut(u64, u64) -> bool,
}

impl Copying<'_, '_> {
    /// Round after round until little changes, then the rest while nothing does.
    fn all(&mut self) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            self.source.ledger.drain();
            if self.round()? <= FEW {
                break;
            }
        }
        let still = self.source.ledger.quiesce()?;
        self.is_still = true;
        self.round()?;
        drop(still);
        Ok(())
    }

    /// Copies the files that changed since they were copied. Returns their number.
    fn round(&mut self) -> Result<usize> {
        let Files { found, missing_disk } = files::all(self.source.data, self.source.ledger)?;
        let names: std::collections::HashSet<&str> =
            found.iter().map(|found| found.name.as_str()).collect();
        // Files on an absent disk keep the rows of the previous backup.
        let is_away = |name: &str| missing_disk.is_some() && files::is_media(name);
        self.rows.retain(|name, _| names.contains(name.as_str()) || is_away(name));
        let away: Vec<String> = (self.before.keys())
            .filter(|name| is_away(name) && !names.contains(name.as_str()))
            .cloned()
            .collect();
        for name in away {
            if let Some(row) = self.before.remove(&name) {
                self.rows.entry(name).or_insert(row);
            }
        }
        self.missing_disk.clone_from(&missing_disk);
        let (known, changed): (Vec<&SourceFile>, Vec<&SourceFile>) =
            found.iter().partition(|found| self.has(found));
        for found in &known {
            if let Some(row) = self.before.remove(&found.name) {
                self.rows.entry(found.name.clone()).or_insert(row);
            }
        }
        self.total = self.done + changed.iter().map(|found| found.bytes).sum::<u64>();
        for found in &changed {
            if let Some(row) = self.copy(found)? {
                self.rows.insert(found.name.clone(), row);
            }
        }
        Ok(changed.len())
    }

    /// Whether the current content of a file is copied already.
    fn has(&self, found: &SourceFile) -> bool {
        // The secrets must match the records that are copied while the writer is paused.
        // The store of a relay or a registry is part of no record and may be large: the earlier copy is recent enough.
        let is_others = found.kind == Kind::Database && found.name != files::SECRETS;
        if self.is_still && is_others && self.rows.contains_key(&found.name) {
            return true;
        }
        let row = self.rows.get(&found.name).or_else(|| self.before.get(&found.name));
        row.is_some_and(|row| {
            !found.has_wal && row.bytes == found.bytes && row.changed_ns == Some(found.changed_ns)
        })
    }

    fn copy(&mut self, found: &SourceFile) -> Result<Option<FileRow>> {
        match &found.kind {
            Kind::Plain => self.plain(found, &found.path),
            Kind::Key => {
                // Sealed on the disk, as the secrets are: copied every time, decrypted in memory.
                let text =
                    self.source.identity.person().to_text().map_err(BackupError::settings)?;
                self.pieces(found, &mut text.as_bytes()).map(Some)
            }
            Kind::Secrets => {
                let vault = Vault::from_node_key(&self.source.node.key);
                let at = self.source.data.join(files::SECRETS);
                let opened = secrets::opened(&at, &vault).map_err(BackupError::settings)?;
                opened.map(|image| self.pieces(found, &mut &*image)).transpose()
            }
            Kind::Database => {
                self.spare.need_to_pass(found.bytes)?;
                let folder = files::scratch_folder(self.source.data)?;
                let copy = tempfile::Builder::new()
                    .suffix(".partial")
                    .tempfile_in(&folder)
                    .map_err(BackupError::file(&folder))?;
                files::copy_database(&found.path, copy.path())?;
                let row = self.plain(found, copy.path())?;
                // The time of the copy is not that of the database.
                Ok(row.map(|row| FileRow { changed_ns: None, ..row }))
            }
            Kind::Log(did) => {
                self.logs.insert(did.clone());
                let ledger = self.source.ledger;
                let copied = ledger.with_whole_file(did, |path| self.plain(found, path));
                match copied {
                    Ok(copied) => copied.transpose().map(Option::flatten),
                    // The log was quarantined since this round began, so it is copied unverified.
                    Err(ReadError::Quarantined { .. }) => self.plain(found, &found.path),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Copies a file piece by piece; returns `None` if it was removed in the meantime.
    fn plain(&mut self, found: &SourceFile, path: &Path) -> Result<Option<FileRow>> {
        let failed = || BackupError::file(path);
        let Some(mut file) = durable::if_there(File::open(path)).map_err(failed())? else {
            return Ok(None);
        };
        let read_ns = machine_now().as_millis().saturating_mul(1_000_000);
        let changed_ns = files::changed_ns(&file.metadata().map_err(failed())?);
        let row = self.pieces(found, &mut file)?;
        Ok(Some(FileRow {
            changed_ns: (changed_ns.saturating_add(TICK_NS) < read_ns).then_some(changed_ns),
            ..row
        }))
    }

    fn pieces(&mut self, found: &SourceFile, from: &mut impl Read) -> Result<FileRow> {
        let mut pieces = Vec::new();
        let (mut bytes, size) = (0, manifest::piece_bytes(&found.name));
        loop {
            let mut piece = Vec::with_capacity(size);
            let count = from
                .take(size as u64)
                .read_to_end(&mut piece)
                .map_err(BackupError::file(&found.path))?;
            if count == 0 {
                break;
            }
            pieces.push(self.packs.piece(&piece)?);
            bytes += count as u64;
            self.done += count as u64;
            if !(self.progress)(self.done, self.total.max(self.done)) {
                return Err(BackupError::Stopped);
            }
        }
        Ok(FileRow { path: found.name.clone(), bytes, changed_ns: None, pieces })
    }
}

/// `20261120-213000-123`: in order of time, and a name on every file system.
fn id_of(at_ms: i64) -> String {
    let at = imajin_dfos::Timestamp::from_millis(at_ms).unwrap_or(imajin_dfos::Timestamp::MIN);
    let digits: String = at.to_string().chars().filter(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}", part(0, 8), part(8, 14), part(14, 17))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_of_time() {
        assert_eq!(id_of(1_369_353_600_123), "20130524-000000-123");
        assert!(id_of(1_369_353_600_123) < id_of(1_369_353_600_124));
    }

    #[test]
    fn a_backup_that_the_place_took_without_an_answer_is_continued() {
        let folder = tempfile::tempdir().unwrap();
        let newest = folder.path().join("newest-00.json");
        let coming = coming_path(&newest);
        let write = |path: &Path, id: &str| {
            let id = id.to_owned();
            let manifest = Manifest { v: manifest::VERSION, id, ..Manifest::default() };
            durable::replace_json(path, &manifest).unwrap();
        };
        let is_known = |id: &str| known_manifest(&newest, id).is_some();
        write(&newest, "1");
        write(&coming, "2");
        assert!(is_known("1") && !is_known("3"), "the place did not take the second one");
        assert!(is_known("2"), "it took it");
        write(&coming, "3");
        assert!(is_known("2") && !is_known("1"));
    }
}
