//! The files of one contract on the disk of this box.
//!
//! Always: a file under its name is complete and durable. A name that ends in `.age` is written once; other files can be replaced. What is
//! replaced or removed stays for [`REMAINS_MS`] and counts until then, so that a stolen box can fill its room, and destroy nothing.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use imajin_app::refuse_if;
use imajin_dfos::hex;
use imajin_ledger::durable::{self, if_there};
use sha2::{Digest, Sha256};

/// The folder of all contracts, in the data folder. No backup of this box has it.
const FOLDER: &str = "node/contracts";
/// Milliseconds for which a file stays after it was replaced or removed.
pub(super) const REMAINS_MS: i64 = 30 * 86_400_000;
/// Milliseconds after which a file that stopped arriving is removed.
const PARTIAL_MS: i64 = 7 * 86_400_000;
/// Bytes that a file takes at least: a block of the file system.
const FILE_BYTES_MIN: u64 = 4096;
/// Longest file: a pack has some 70 MiB. Each request to write an existing file reads it, and a long one would keep the disk busy.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// Files of a contract, enough for a terabyte in packs.
const FILES_MAX: u64 = 20_000;
const NAME_CHARS_MAX: usize = 100;

/// The files of a contract.
pub(super) struct Store(PathBuf);

/// A part of a file that arrives.
pub(super) struct Piece {
    pub(super) name: String,
    /// The SHA-256 of the whole file, in lower-case hexadecimal.
    pub(super) sha256: String,
    /// Bytes of the whole file.
    pub(super) bytes: u64,
    /// The position of this part.
    pub(super) at: u64,
    /// The SHA-256 of the file that this one replaces.
    pub(super) after: Option<String>,
    pub(super) body: Bytes,
}

/// The reason that a piece is refused.
#[derive(Debug)]
pub(super) enum StoreError {
    /// The room of the contract is used up.
    Room,
    /// The file is longer than [`FILE_BYTES_MAX`].
    Long,
    /// The name has another file, which is written once.
    Written,
    /// The name has another file than the one that was to be replaced.
    Replaced,
    /// Bytes before this piece are missing: it must begin here.
    Gap(u64),
    /// The file is not the one that was announced.
    Digest,
    /// The disk failed.
    Io(io::Error),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A file of a contract.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// Time of its last change, in milliseconds.
    pub(super) changed_ms: i64,
    /// Time at which it was replaced or removed, in milliseconds.
    pub(super) removed_ms: Option<i64>,
}

pub(super) fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && !text.starts_with('.')
        && text.bytes().all(is_plain)
}

/// Whether a text is a SHA-256 in lower-case hexadecimal.
pub(super) fn is_digest(text: &str) -> bool {
    hex::decode_lower::<32>(text).is_some()
}

impl Store {
    /// The files of a contract in this data folder. `contract` has nothing but letters and digits.
    pub(super) fn new(data: &Path, contract: &str) -> Self {
        Self(data.join(FOLDER).join(contract))
    }

    fn current(&self) -> PathBuf {
        self.0.join("current")
    }

    fn removed(&self) -> PathBuf {
        self.0.join("removed")
    }

    fn arriving(&self) -> PathBuf {
        self.0.join("arriving")
    }

    /// Bytes that everything takes, with what was removed and what is arriving, and the number of files.
    pub(super) fn usage(&self) -> io::Result<(u64, u64)> {
        let (mut bytes, mut files) = (0, 0);
        for folder in [self.current(), self.removed(), self.arriving()] {
            for (_, metadata) in files_in(&folder)? {
                bytes += metadata.len().max(FILE_BYTES_MIN);
                files += 1;
            }
        }
        Ok((bytes, files))
    }

    /// Takes a piece, and returns how many bytes of the file are here. The last piece makes the file visible under its name.
    pub(super) fn put(&self, piece: &Piece, room: u64, now_ms: i64) -> Result<u64, StoreError> {
        refuse_if!(piece.bytes > FILE_BYTES_MAX, StoreError::Long);
        let path = self.current().join(&piece.name);
        match digest_of(&path)? {
            Some(stored) if stored == piece.sha256 => return Ok(piece.bytes),
            Some(_) if piece.name.ends_with(".age") => return Err(StoreError::Written),
            stored if stored != piece.after => return Err(StoreError::Replaced),
            _ => {}
        }
        let partial = self.arriving().join(&piece.sha256);
        let taken = self.take(piece, &partial, room).and_then(|received| {
            if received == piece.bytes {
                self.finish(piece, &partial, now_ms)?;
            }
            Ok(received)
        });
        if !matches!(taken, Ok(_) | Err(StoreError::Gap(_))) {
            durable::remove_if_there(&partial)?;
        }
        taken
    }

    fn take(&self, piece: &Piece, partial: &Path, room: u64) -> Result<u64, StoreError> {
        let received = length_of(partial)?;
        let end = piece.at.saturating_add(piece.body.len() as u64);
        refuse_if!(piece.at > received, StoreError::Gap(received));
        refuse_if!(end > piece.bytes, StoreError::Digest);
        if received == 0 {
            self.clear_arriving()?;
        }
        self.check_room(piece, received, room)?;
        for folder in [self.current(), self.removed(), self.arriving()] {
            make_folder(&folder)?;
        }
        let mut options = File::options();
        let file = options.write(true).create(true).truncate(false).mode(0o600);
        file.open(partial)?.write_all_at(&piece.body, piece.at)?;
        Ok(received.max(end))
    }

    /// Refuses a file without room for the whole, before any of it takes room.
    fn check_room(&self, piece: &Piece, received: u64, room: u64) -> Result<(), StoreError> {
        let (mut bytes, mut files) = self.usage()?;
        if received > 0 {
            bytes = bytes.saturating_sub(received.max(FILE_BYTES_MIN));
            files = files.saturating_sub(1);
        }
        let whole = piece.bytes.max(FILE_BYTES_MIN);
        refuse_if!(bytes.saturating_add(whole) > room || files >= FILES_MAX, StoreError::Room);
        Ok(())
    }

    /// Removes what stopped arriving: a box sends one file at a time.
    fn clear_arriving(&self) -> io::Result<()> {
        let folder = self.arriving();
        let files = files_in(&folder)?;
        let mut paths = files.iter().map(|(name, _)| folder.join(name));
        paths.try_for_each(|path| durable::remove_if_there(&path))
    }

    /// Gives a complete file its name.
    fn finish(&self, piece: &Piece, partial: &Path, now_ms: i64) -> Result<(), StoreError> {
        refuse_if!(digest_of(partial)?.as_deref() != Some(&*piece.sha256), StoreError::Digest);
        File::open(partial)?.sync_all()?;
        let path = self.current().join(&piece.name);
        if path.exists() {
            // The old version has two names for a moment, so that a crash leaves one under each.
            fs::hard_link(&path, self.remains_path(&piece.name, now_ms))?;
            durable::sync_folder(&self.removed())?;
        }
        fs::rename(partial, path)?;
        Ok(durable::sync_folder(&self.current())?)
    }

    /// Returns a free name for a file that is replaced or removed.
    fn remains_path(&self, name: &str, now_ms: i64) -> PathBuf {
        let named = |ms: i64| self.removed().join(format!("{ms}-{name}"));
        let mut ms = now_ms.max(0);
        while named(ms).exists() {
            ms += 1;
        }
        named(ms)
    }

    /// Opens a file, or the one that was removed at this time; `None` if there is none.
    pub(super) fn open(&self, name: &str, removed_ms: Option<i64>) -> io::Result<Option<File>> {
        let path = match removed_ms {
            Some(ms) => self.removed().join(format!("{ms}-{name}")),
            None => self.current().join(name),
        };
        if_there(File::open(path))
    }

    /// Removes a file, if it is there. It stays among the removed ones.
    pub(super) fn remove(&self, name: &str, now_ms: i64) -> io::Result<()> {
        let renamed = fs::rename(self.current().join(name), self.remains_path(name, now_ms));
        if if_there(renamed)?.is_some() {
            durable::sync_folder(&self.removed())?;
            durable::sync_folder(&self.current())?;
        }
        Ok(())
    }

    /// Lists all complete files, also removed ones.
    pub(super) fn list(&self) -> io::Result<Vec<Item>> {
        let mut items = Vec::new();
        for (name, metadata) in files_in(&self.current())? {
            items.push(item(name, &metadata, None));
        }
        for (name, metadata) in files_in(&self.removed())? {
            if let Some((ms, name)) = split_remains(&name) {
                items.push(item(name.to_owned(), &metadata, Some(ms)));
            }
        }
        Ok(items)
    }

    /// Removes what has stayed long enough.
    pub(super) fn sweep(&self, now_ms: i64) -> io::Result<()> {
        let (removed, arriving) = (self.removed(), self.arriving());
        for (name, _) in files_in(&removed)? {
            let is_old = |(ms, _): (i64, &str)| now_ms.saturating_sub(ms) >= REMAINS_MS;
            if split_remains(&name).is_some_and(is_old) {
                durable::remove_if_there(&removed.join(name))?;
            }
        }
        for (name, metadata) in files_in(&arriving)? {
            if now_ms.saturating_sub(changed_ms(&metadata)) >= PARTIAL_MS {
                durable::remove_if_there(&arriving.join(name))?;
            }
        }
        Ok(())
    }

    /// Removes everything permanently.
    pub(super) fn clear(&self) -> io::Result<()> {
        if_there(fs::remove_dir_all(&self.0)).map(drop)
    }
}

fn item(name: String, metadata: &Metadata, removed_ms: Option<i64>) -> Item {
    Item { name, bytes: metadata.len(), changed_ms: changed_ms(metadata), removed_ms }
}

fn changed_ms(metadata: &Metadata) -> i64 {
    let changed = metadata.modified().ok();
    let since = changed.and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn split_remains(name: &str) -> Option<(i64, &str)> {
    let (ms, name) = name.split_once('-')?;
    Some((ms.parse().ok()?, name))
}

fn length_of(path: &Path) -> io::Result<u64> {
    let metadata = if_there(fs::metadata(path))?;
    Ok(metadata.map_or(0, |metadata| metadata.len()))
}

fn digest_of(path: &Path) -> io::Result<Option<String>> {
    let Some(mut file) = if_there(File::open(path))? else {
        return Ok(None);
    };
    let (mut sum, mut chunk) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(Some(hex::encode(&sum.finalize()))),
            count => sum.update(chunk.get(..count).unwrap_or_default()),
        }
    }
}

fn files_in(folder: &Path) -> io::Result<Vec<(String, Metadata)>> {
    let mut files = Vec::new();
    for entry in if_there(fs::read_dir(folder))?.into_iter().flatten() {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string()
            && let Some(metadata) = if_there(entry.metadata())?
        {
            files.push((name, metadata));
        }
    }
    Ok(files)
}

fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // The folders of the contract and of all contracts may be new as well.
    path.ancestors().skip(1).take(3).try_for_each(durable::sync_folder)
}

#[cfg(test)]
mod tests;
