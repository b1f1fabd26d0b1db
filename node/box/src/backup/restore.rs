//! Restoring a node from a backup: on a new card it continues as the same node.
//!
//! Always: overwrites nothing. The folder belongs to a node only after all files have arrived: an interrupted restore
//! continues, or finishes automatically if everything was fetched. No log forks: entries acknowledged after the
//! backup may be known elsewhere, so each log needs a home entry of a later epoch (docs/format.md §5) before its next
//! entry. Sales wait until the payment provider has reported those since the backup.

use super::arrival::{Arrival, finish, is_mark, mark_whole};
use super::backup_place::BackupPlace;
use super::catalogue::Entry;
use super::files::PARTIAL;
use super::files::make_folder;
use super::manifest::{Manifest, Piece, below};
use super::pack::{BackupFileReader, CHUNK_BYTES};
use super::{BackupError, Result};
use crate::folder::{NODE_FOLDER, is_data_folder, is_sealed};
use crate::key::PersonKey;
use crate::seal;
use crate::survey;
use imajin_host::upkeep::sales_mark;
use imajin_ledger::{DataLock, WriteFreeze, durable, freeze_offline, is_frozen_offline};
use imajin_log::Space;
use imajin_log::format::age::{AgeError, Unlock, decrypt};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// File in the node's folder that names the backup it came from.
const MARK: &str = "restored.json";
/// Why a log waits.
const REASON: &str = "this box was restored from a backup, and what was written after that is not here. Its owner \
                      lets it continue, on the page \"My data\" or with imajin carry-on";
/// A manifest of a million files.
const MANIFEST_BYTES_MAX: u64 = 1 << 30;

/// A restored backup and when it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Restored {
    /// The backup.
    pub id: String,
    /// Time of the backup (milliseconds of the Unix epoch).
    pub made_ms: i64,
    /// The node.
    pub node: String,
    /// Its owner.
    pub owner: String,
    /// Records.
    pub logs: u64,
    /// Bytes of everything.
    pub bytes: u64,
}

/// Extracts the files whose names `is_wanted` into an existing folder.
pub fn extract(
    (place, entry): (&BackupPlace, &Entry),
    key: &PersonKey,
    is_wanted: &dyn Fn(&str) -> bool,
    into: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let mut manifest = manifest(place, entry, key)?;
    manifest.files.retain(|file| is_wanted(&file.path));
    lay_out(&manifest, into)?;
    fetch((place, entry), &manifest, key, &mut put_into(into), progress)
}

/// Makes every file of a backup, empty and of its length.
pub(super) fn lay_out(manifest: &Manifest, into: &Path) -> Result<()> {
    for file in &manifest.files {
        let path = target(into, &file.path)?;
        if let Some(parent) = path.parent() {
            make_folder(parent)?;
        }
        let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.and_then(|made| made.set_len(file.bytes)).map_err(BackupError::file(&path))?;
    }
    Ok(())
}

pub(super) fn put_into(folder: &Path) -> impl FnMut(&str, u64, &[u8]) -> Result<()> + '_ {
    move |file, at, bytes| {
        let path = target(folder, file)?;
        let open = File::options().write(true).open(&path);
        open.and_then(|open| open.write_all_at(bytes, at)).map_err(BackupError::file(&path))
    }
}

/// Restores a backup into a folder that is empty or holds an unclaimed node.
pub fn restore(
    place: &BackupPlace,
    entry: &Entry,
    key: &PersonKey,
    data: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Restored> {
    make_folder(data)?;
    let _lock = DataLock::take(data).map_err(BackupError::settings)?;
    may_be_replaced(data)?;
    let restored = receive((place, entry), key, data, progress)?;
    finish(data)?;
    Ok(restored)
}

/// Fetches a backup into the partial folder of a data folder: the next start moves the files into their place. Continues where an earlier
/// attempt broke off.
pub(super) fn receive(
    (place, entry): (&BackupPlace, &Entry),
    key: &PersonKey,
    data: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Restored> {
    let manifest = manifest(place, entry, key)?;
    if let Some(file) = manifest.files.iter().find(|file| is_mark(&file.path)) {
        return Err(BackupError::damaged(&file.path, "no file of a node has this name"));
    }
    let mut arrival = Arrival::open(data, &entry.manifest.sha256)?;
    if arrival.packs().is_none() {
        need_room(data, manifest.bytes())?;
        lay_out(&manifest, &arrival.folder)?;
        arrival.note(0)?;
    }
    let partial = arrival.folder.clone();
    let pack_progress = PackProgress {
        arrived: arrival.packs().unwrap_or_default(),
        note: &mut |packs| arrival.note(packs),
    };
    fetch_packs((place, entry), &manifest, key, pack_progress, &mut put_into(&partial), progress)?;
    let restored = Restored {
        id: entry.id.clone(),
        made_ms: entry.at_ms,
        node: entry.node.clone(),
        owner: entry.owner.clone(),
        logs: manifest.logs(),
        bytes: manifest.bytes(),
    };
    prepare(&partial, entry, &restored)?;
    Ok(restored)
}

/// The room that a backup of this many bytes needs. A record comes with tables that are made of it again.
pub(super) fn room_for(bytes: u64) -> u64 {
    bytes.saturating_add(bytes / 8)
}

/// Refuses a backup that this disk is too small for.
fn need_room(data: &Path, bytes: u64) -> Result<()> {
    let needed = room_for(bytes);
    let space = Space::measure(data).map_err(BackupError::file(data))?;
    if space.free >= needed { Ok(()) } else { Err(BackupError::Room { needed, free: space.free }) }
}

/// The backup that a data folder was restored from, if it was.
pub fn came_from(data: &Path) -> Option<Restored> {
    durable::read_json(&data.join(NODE_FOLDER).join(MARK)).unwrap_or_default()
}

pub(super) fn manifest(place: &BackupPlace, entry: &Entry, key: &PersonKey) -> Result<Manifest> {
    let mut file = BackupFileReader::open(place, &entry.manifest)?;
    let mut text = Vec::new();
    decrypt_pack(&mut file, entry, key)?
        .take(MANIFEST_BYTES_MAX)
        .read_to_end(&mut text)
        .map_err(|error| BackupError::read(&entry.manifest.name, error))?;
    file.finish()?;
    let manifest = Manifest::read(&text, &entry.manifest.name)?;
    let packs = entry.packs.iter().map(|pack| &pack.name);
    if manifest.id != entry.id || manifest.node != entry.node || !manifest.packs.iter().eq(packs) {
        return Err(BackupError::damaged(
            &entry.manifest.name,
            "it is another backup's than the catalogue says",
        ));
    }
    Ok(manifest)
}

fn decrypt_pack<'f>(
    file: &'f mut BackupFileReader,
    entry: &Entry,
    key: &PersonKey,
) -> Result<impl Read + use<'f>> {
    let name = file.name().to_owned();
    let unlock = Unlock::Key(*key.encryption_secret());
    decrypt(&unlock, BufReader::new(file)).map_err(|error| match error {
        AgeError::Locked => BackupError::Locked(entry.owner.clone()),
        AgeError::Io(error) => BackupError::read(&name, error),
        other => BackupError::damaged(&name, other),
    })
}

/// Targets of a pack's pieces: by offset in the pack, the files and the offsets in them.
type PieceTargets<'m> = BTreeMap<u64, (Piece, Vec<(&'m str, u64)>)>;
type Put<'p> = dyn FnMut(&str, u64, &[u8]) -> Result<()> + 'p;

/// Packs that need not be read again, and the function that notes how many are complete.
struct PackProgress<'p> {
    arrived: usize,
    note: &'p mut dyn FnMut(usize) -> Result<()>,
}

/// Reads every pack that the backup needs, once and from its beginning, and gives each piece to where it belongs.
pub(super) fn fetch(
    source: (&BackupPlace, &Entry),
    manifest: &Manifest,
    key: &PersonKey,
    put: &mut Put<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let pack_progress = PackProgress { arrived: 0, note: &mut |_| Ok(()) };
    fetch_packs(source, manifest, key, pack_progress, put, progress)
}

fn fetch_packs(
    (place, entry): (&BackupPlace, &Entry),
    manifest: &Manifest,
    key: &PersonKey,
    pack_progress: PackProgress<'_>,
    put: &mut Put<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let PackProgress { arrived, note } = pack_progress;
    let mut packs: Vec<PieceTargets<'_>> = vec![PieceTargets::new(); entry.packs.len()];
    for file in &manifest.files {
        let mut at = 0;
        for piece in &file.pieces {
            if let Some(pack) = packs.get_mut(piece.pack as usize) {
                let targets = pack.entry(piece.at).or_insert_with(|| (*piece, Vec::new()));
                targets.1.push((&file.path, at));
            }
            at += u64::from(piece.bytes);
        }
    }
    let (mut done, total) = (0, manifest.bytes());
    for (number, (stored, targets)) in entry.packs.iter().zip(packs).enumerate() {
        let mut step = |bytes: u64| {
            done += bytes;
            progress(done, total);
        };
        if number < arrived {
            step(targets.values().map(piece_bytes).sum());
            continue;
        }
        if targets.is_empty() {
            continue;
        }
        let mut file = BackupFileReader::open(place, stored)?;
        // The limit tells how much was read: each chunk authenticates itself, so that a changed one can be named.
        let mut plain = decrypt_pack(&mut file, entry, key)?.take(u64::MAX);
        let broken = |limit: u64, error| {
            let chunk = (u64::MAX - limit) / CHUNK_BYTES;
            BackupError::read(&format!("{}, chunk {chunk}", stored.name), error)
        };
        let mut position = 0;
        for (piece, places) in targets.into_values() {
            let wrong = |why: &str| BackupError::damaged(&stored.name, why);
            let skip = piece.at.checked_sub(position).ok_or_else(|| wrong("two pieces overlap"))?;
            let skipped = io::copy(&mut plain.by_ref().take(skip), &mut io::sink());
            skipped.map_err(|error| broken(plain.limit(), error))?;
            let mut bytes = vec![0; piece.bytes as usize];
            plain.read_exact(&mut bytes).map_err(|error| broken(plain.limit(), error))?;
            position = piece.at + u64::from(piece.bytes);
            if <[u8; 32]>::from(Sha256::digest(&bytes)) != piece.sum {
                return Err(wrong("a piece is not what was put there"));
            }
            for (file, at) in places {
                put(file, at, &bytes)?;
                step(bytes.len() as u64);
            }
        }
        io::copy(&mut plain, &mut io::sink()).map_err(|error| broken(plain.limit(), error))?;
        drop(plain);
        file.finish()?;
        note(number + 1)?;
    }
    Ok(())
}

/// The bytes that a piece fills in all its places.
fn piece_bytes((piece, places): &(Piece, Vec<(&str, u64)>)) -> u64 {
    u64::from(piece.bytes) * places.len() as u64
}

pub(super) fn target(partial: &Path, name: &str) -> Result<PathBuf> {
    let below =
        below(name).ok_or_else(|| BackupError::damaged(name, "it is no name in a data folder"))?;
    Ok(partial.join(below))
}

/// A node with an owner is never replaced.
fn may_be_replaced(data: &Path) -> Result<()> {
    let node = data.join(NODE_FOLDER);
    let is_owned = is_data_folder(data) && !node.join("claim.code").exists();
    let has_people = !is_owned
        && !node.exists()
        && fs::read_dir(data.join("users")).is_ok_and(|mut users| users.next().is_some())
        && !data.join(PARTIAL).exists();
    if is_owned || has_people {
        Err(BackupError::Settings(format!(
            "{} has a node already, and a restore overwrites nothing: name an empty folder with --data, or move this one away",
            data.display()
        )))
    } else {
        Ok(())
    }
}

/// Checks and prepares the restored folder before it becomes a node's.
fn prepare(partial: &Path, entry: &Entry, restored: &Restored) -> Result<()> {
    let path = partial.join(NODE_FOLDER).join("identity.key");
    let folder = partial.join(NODE_FOLDER);
    let node = if is_sealed(&folder) {
        seal::open(&folder).map_err(|error| BackupError::damaged("the node's key", error))?
    } else {
        PersonKey::read(&path).map_err(|error| BackupError::damaged("the node's key", error))?
    };
    if node.did().as_str() != entry.node {
        return Err(BackupError::damaged("the node's key", "it is another node's"));
    }
    entry.check(&node.signing_key())?;
    hold(partial, node.did())?;
    let mark = sales_mark(partial);
    fs::write(&mark, "").map_err(BackupError::file(&mark))?;
    let mark = partial.join(NODE_FOLDER).join(MARK);
    let text = serde_json::to_vec_pretty(restored).map_err(BackupError::settings)?;
    fs::write(&mark, text).map_err(BackupError::file(&mark))?;
    // Sessions that ended after the backup must not be valid again.
    let secrets = partial.join("secrets.sqlite");
    if secrets.exists() {
        imajin_host::secrets::end_sessions(&secrets)
            .map_err(|error| BackupError::damaged("secrets.sqlite", error))?;
    }
    rustix::fs::sync();
    mark_whole(partial)
}

/// Each log that is at home here waits for a home entry.
fn hold(partial: &Path, node: &Did) -> Result<()> {
    let users = partial.join("users");
    for log in survey::logs(partial).map_err(BackupError::file(&users))? {
        let Some(did) = log.did.as_deref().and_then(|did| Did::parse(did).ok()) else {
            continue;
        };
        // A log that lives elsewhere, and one that was held before, is not written to anyway.
        let elsewhere = log.head.as_ref().is_some_and(|head| head.node != node.as_str());
        if elsewhere || is_frozen_offline(partial, &did) {
            continue;
        }
        let hold = WriteFreeze {
            did,
            reason: REASON.to_owned(),
            newer: None,
            epoch: Some(log.head.map_or(1, |head| head.epoch)),
            whole: false,
        };
        freeze_offline(partial, &hold).map_err(BackupError::file(&users))?;
        // Reading made them, and they say nothing.
        let _ = fs::remove_file(log.folder.join("log.sqlite-shm"));
        let wal = log.folder.join("log.sqlite-wal");
        if fs::metadata(&wal).is_ok_and(|wal| wal.len() == 0) {
            let _ = fs::remove_file(wal);
        }
    }
    Ok(())
}
