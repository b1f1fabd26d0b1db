//! The secrets of a sealed node: a database in memory, and a file of its changes that is unreadable without the node's
//! key.
//!
//! Always: a change is on disk before its caller gets an answer. The file begins with the whole database; each change
//! after it is the pages that changed, sealed (ChaCha20-Poly1305) with the file's number and the change's own in the
//! associated data, so that none can be left out of the middle or come from another file. A change that a power cut
//! truncated was never acknowledged, and is dropped. When the changes outweigh the database, the file is written whole.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `imajin sealed 1\n` |
//! | 16 | the file's number, drawn when it is written whole; its key is derived with it |
//! | then, for each change: 4 | length of what follows the nonce, little-endian |
//! | 12 | nonce, drawn |
//! | … | sealed: bytes of a page and pages in all (4 each), then the number of a page (4) and its bytes |

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use imajin_dfos::SigningKey;
use imajin_ledger::durable;
use ring::{aead, hkdf};
use rusqlite::{Connection, MAIN_DB};

use super::SecretsError;
use crate::random;

/// The file's name in the data folder.
pub(super) const FILE: &str = "secrets.sealed";
const MAGIC: &[u8; 16] = b"imajin sealed 1\n";
const NONCE_BYTES: usize = 12;
/// The file is written whole when its changes are this many times the database, and at least this many bytes.
const WASTE_TIMES: u64 = 4;
const WASTE_BYTES_MIN: u64 = 1 << 20;
/// No household's secrets are larger.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// The secret that the file's key is derived from; itself derived from the node's own key.
#[derive(Clone)]
pub struct Vault(hkdf::Prk);

impl Vault {
    /// The vault of a node.
    pub fn from_node_key(node: &SigningKey) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"imajin secrets");
        Self(salt.extract(&node.to_bytes()))
    }

    fn key(&self, number: &[u8; 16]) -> Result<aead::LessSafeKey, SecretsError> {
        let info = [b"v1".as_slice(), number];
        let okm = self.0.expand(&info, &aead::CHACHA20_POLY1305);
        let okm = okm.map_err(|_| SecretsError::Locked)?;
        Ok(aead::LessSafeKey::new(aead::UnboundKey::from(okm)))
    }
}

/// The open file, with the database in it.
pub(super) struct Sealed {
    path: PathBuf,
    vault: Vault,
    file: File,
    key: aead::LessSafeKey,
    number: [u8; 16],
    changes: u64,
    /// The length of the file; bytes beyond it belong to no change.
    bytes: u64,
    /// The bytes of the database.
    pub(super) image: Vec<u8>,
}

impl Sealed {
    /// Writes a whole database to a new file, which then replaces the current one.
    pub(super) fn write(path: &Path, vault: &Vault, image: Vec<u8>) -> Result<Self, SecretsError> {
        let number: [u8; 16] = random::bytes().map_err(io::Error::other)?;
        let key = vault.key(&number)?;
        let beside = path.with_extension("sealed-partial");
        let _ = std::fs::remove_file(&beside);
        let mut file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&beside)?;
        let mut text = MAGIC.to_vec();
        text.extend_from_slice(&number);
        text.extend_from_slice(&seal(&key, &number, 0, changed(&[], &image)?)?);
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        sync_folder(path)?;
        Ok(Self {
            path: path.to_path_buf(),
            vault: vault.clone(),
            file,
            key,
            number,
            changes: 1,
            bytes: text.len() as u64,
            image,
        })
    }

    /// Opens the file. What a pulled plug cut off goes.
    pub(super) fn open(path: &Path, vault: &Vault) -> Result<Self, SecretsError> {
        let FileContent { image, number, changes, bytes, is_whole } = read(path, vault)?;
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        if !is_whole {
            tracing::warn!("the last change of the secrets was cut off before it was acknowledged");
            file.set_len(bytes)?;
            file.sync_all()?;
        }
        Ok(Self {
            path: path.to_path_buf(),
            key: vault.key(&number)?,
            vault: vault.clone(),
            file,
            number,
            changes,
            bytes,
            image,
        })
    }

    /// Writes the changes between the last image and this one to the disk.
    pub(super) fn keep(&mut self, image: Vec<u8>) -> Result<(), SecretsError> {
        if image == self.image {
            return Ok(());
        }
        let waste = (image.len() as u64 * WASTE_TIMES).max(WASTE_BYTES_MIN);
        if self.bytes > waste {
            return self.renew(image);
        }
        let text = seal(&self.key, &self.number, self.changes, changed(&self.image, &image)?)?;
        let written = self
            .file
            .seek(SeekFrom::Start(self.bytes))
            .and_then(|_| self.file.write_all(&text))
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // The partial change is cut off; where that fails, the next change goes to a new file.
            if self.file.set_len(self.bytes).is_err() {
                self.bytes = u64::MAX;
            }
            return Err(error.into());
        }
        self.changes += 1;
        self.bytes += text.len() as u64;
        self.image = image;
        Ok(())
    }

    /// Writes the file whole: nothing that was deleted is left in it.
    pub(super) fn renew(&mut self, image: Vec<u8>) -> Result<(), SecretsError> {
        *self = Self::write(&self.path, &self.vault, image)?;
        Ok(())
    }
}

pub(super) struct FileContent {
    pub(super) image: Vec<u8>,
    number: [u8; 16],
    changes: u64,
    /// The end of the last change that is whole.
    bytes: u64,
    /// Whether nothing follows it.
    is_whole: bool,
}

/// Reads a file, which its node may be writing.
pub(super) fn read(path: &Path, vault: &Vault) -> Result<FileContent, SecretsError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    let damaged = || SecretsError::Damaged;
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
    let (number, mut rest) = rest.split_first_chunk::<16>().ok_or_else(damaged)?;
    let key = vault.key(number)?;
    let (mut image, mut changes) = (Vec::new(), 0);
    // An incomplete change at the end is cut off.
    while let Some((text, after)) = split(rest) {
        match open(&key, number, changes, text) {
            Some(change) => apply(&mut image, &change).ok_or_else(damaged)?,
            None if changes == 0 => return Err(SecretsError::Locked),
            // The last one was on its way, and perhaps only its room arrived; one in the middle was not.
            None if after.iter().all(|byte| *byte == 0) => break,
            None => return Err(SecretsError::Damaged),
        }
        (rest, changes) = (after, changes + 1);
    }
    if changes == 0 {
        return Err(SecretsError::Damaged);
    }
    Ok(FileContent {
        image,
        number: *number,
        changes,
        bytes: (bytes.len() - rest.len()) as u64,
        is_whole: rest.is_empty(),
    })
}

/// The next change, and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    rest.split_at_checked(length.checked_add(NONCE_BYTES)?)
}

fn associated_data(number: &[u8; 16], count: u64) -> aead::Aad<[u8; 24]> {
    let mut text = [0; 24];
    text[..16].copy_from_slice(number);
    text[16..].copy_from_slice(&count.to_le_bytes());
    aead::Aad::from(text)
}

fn seal(
    key: &aead::LessSafeKey,
    number: &[u8; 16],
    count: u64,
    mut change: Vec<u8>,
) -> Result<Vec<u8>, SecretsError> {
    let nonce: [u8; NONCE_BYTES] = random::bytes().map_err(io::Error::other)?;
    let unique = aead::Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(unique, associated_data(number, count), &mut change)
        .map_err(|_| SecretsError::Damaged)?;
    let length = u32::try_from(change.len()).map_err(|_| SecretsError::Damaged)?;
    let mut text = length.to_le_bytes().to_vec();
    text.extend_from_slice(&nonce);
    text.extend_from_slice(&change);
    Ok(text)
}

fn open(key: &aead::LessSafeKey, number: &[u8; 16], count: u64, text: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = text.split_first_chunk::<NONCE_BYTES>()?;
    let nonce = aead::Nonce::assume_unique_for_key(*nonce);
    let mut sealed = sealed.to_vec();
    let length = key.open_in_place(nonce, associated_data(number, count), &mut sealed).ok()?.len();
    sealed.truncate(length);
    Some(sealed)
}

/// The pages that are others, or new. A database's first 100 bytes say the size of a page (SQLite's file format, §1.3).
fn changed(before: &[u8], after: &[u8]) -> Result<Vec<u8>, SecretsError> {
    let size = match after.get(16..18) {
        Some([0, 1]) => 65_536,
        Some([high, low]) => usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    if size < 512 || !after.len().is_multiple_of(size) {
        return Err(SecretsError::Damaged);
    }
    let word = |number: usize| u32::try_from(number).map_err(|_| SecretsError::Damaged);
    let mut out = word(size)?.to_le_bytes().to_vec();
    out.extend_from_slice(&word(after.len() / size)?.to_le_bytes());
    for (number, page) in after.chunks_exact(size).enumerate() {
        let at = number * size;
        if before.get(at..at + size) != Some(page) {
            out.extend_from_slice(&word(number)?.to_le_bytes());
            out.extend_from_slice(page);
        }
    }
    Ok(out)
}

fn apply(image: &mut Vec<u8>, change: &[u8]) -> Option<()> {
    let (size, rest) = change.split_first_chunk::<4>()?;
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let size = u32::from_le_bytes(*size) as usize;
    let bytes = size.checked_mul(u32::from_le_bytes(*count) as usize)?;
    if bytes as u64 > FILE_BYTES_MAX {
        return None;
    }
    image.resize(bytes, 0);
    while !rest.is_empty() {
        let (number, after) = rest.split_first_chunk::<4>()?;
        let (page, after) = after.split_at_checked(size)?;
        let at = size.checked_mul(u32::from_le_bytes(*number) as usize)?;
        image.get_mut(at..at.checked_add(size)?)?.copy_from_slice(page);
        rest = after;
    }
    Some(())
}

/// A database in memory with this content.
pub(super) fn in_memory(image: &[u8]) -> Result<Connection, SecretsError> {
    let mut connection = Connection::open_in_memory()?;
    if !image.is_empty() {
        connection.deserialize_read_exact(MAIN_DB, image, image.len(), false)?;
    }
    connection.execute_batch(
        "PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

/// The content of a database that holds nothing yet.
pub(super) fn empty() -> Result<Vec<u8>, SecretsError> {
    let connection = in_memory(&[])?;
    // A page is made for the mark.
    connection.pragma_update(None, "user_version", 1)?;
    connection.pragma_update(None, "user_version", 0)?;
    image_of(&connection)
}

/// The bytes of a database file with this database's content.
pub(super) fn image_of(connection: &Connection) -> Result<Vec<u8>, SecretsError> {
    Ok(connection.serialize(MAIN_DB)?.to_vec())
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    durable::sync_folder(path.parent().unwrap_or(path))
}

#[cfg(test)]
mod tests;
