//! Pieces of files in encrypted packs.
//!
//! Always: a piece that a pack of this chain of backups has already is not written again; a pack is put in its place once
//! and never changed.

use super::catalogue::BackupFile;
use super::checkpoint::{Checkpoint, StoredPack};
use super::manifest::Piece;
use super::spare::Spare;
use super::{BackupError, BackupPlace, Result};
use imajin_dfos::hex;
use imajin_log::format::age::{self, Recipient};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// A pack is closed beyond this. Small enough for a stick with FAT and for one request, large enough that a thousand are
/// 64 GB.
const PACK_BYTES: u64 = 64 << 20;
/// Bytes of a chunk of a pack: each authenticates itself.
pub(super) const CHUNK_BYTES: u64 = 64 << 10;

/// The packs of a chain, and what is added to them.
pub(super) struct Packs<'p> {
    place: &'p BackupPlace,
    data: &'p Path,
    spare: &'p Spare,
    chain: String,
    recipient: Recipient,
    known: HashMap<[u8; 32], Piece>,
    /// Packs that are stored in the place.
    pub(super) done: Vec<BackupFile>,
    /// Number of packs in `done` from earlier backups.
    before: usize,
    open: Option<Open>,
    /// Bytes stored by this backup.
    pub(super) added: u64,
    /// The note by which the next attempt continues, for a place that keeps the packs of a backup that broke off.
    pub(super) checkpoint: Option<Checkpoint>,
}

/// A pack that is being written.
struct Open {
    writer: age::Writer<Summing<BufWriter<NamedTempFile>>>,
    /// Bytes of pieces in it.
    at: u64,
    pieces: Vec<Piece>,
}

impl<'p> Packs<'p> {
    pub(super) fn new(
        (place, data, spare): (&'p BackupPlace, &'p Path, &'p Spare),
        chain: String,
        recipient: Recipient,
        known: HashMap<[u8; 32], Piece>,
        done: Vec<BackupFile>,
    ) -> Self {
        Self {
            place,
            data,
            spare,
            chain,
            recipient,
            known,
            before: done.len(),
            done,
            open: None,
            added: 0,
            checkpoint: None,
        }
    }

    /// Puts a piece in, unless one like it is there.
    pub(super) fn piece(&mut self, bytes: &[u8]) -> Result<Piece> {
        let sum: [u8; 32] = Sha256::digest(bytes).into();
        if let Some(known) = self.known.get(&sum) {
            return Ok(*known);
        }
        self.spare.need(bytes.len() as u64)?;
        if self.open.as_ref().is_some_and(|open| open.at >= PACK_BYTES) {
            self.close()?;
        }
        let pack = u32::try_from(self.done.len()).unwrap_or(u32::MAX);
        let place = self.place;
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let file = Summing::new(BufWriter::new(place.scratch(self.data)?));
                let writer =
                    age::encrypt(&self.recipient, file).map_err(|error| place.failed(error))?;
                self.open.insert(Open { writer, at: 0, pieces: Vec::new() })
            }
        };
        open.writer.write_all(bytes).map_err(|error| place.failed(error))?;
        let piece =
            Piece { sum, pack, at: open.at, bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX) };
        open.at += bytes.len() as u64;
        open.pieces.push(piece);
        self.known.insert(sum, piece);
        Ok(piece)
    }

    /// Puts the open pack in its place.
    pub(super) fn close(&mut self) -> Result<()> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let name = format!("pack-{}-{}.age", self.chain, self.done.len());
        let stored = put(self.place, name, open.writer)?;
        self.added += stored.bytes;
        if let Some(checkpoint) = &mut self.checkpoint {
            checkpoint.note(&StoredPack { pack: stored.clone(), pieces: open.pieces })?;
        }
        self.done.push(stored);
        Ok(())
    }

    /// Takes away what was put in place: no backup names it. A place that the next attempt continues at keeps it.
    pub(super) fn give_up(mut self) {
        // Dropping the open pack removes its temporary file.
        self.open = None;
        if self.checkpoint.is_some() {
            return;
        }
        for stored in self.done.drain(self.before..) {
            if let Err(error) = self.place.remove(&stored.name) {
                tracing::warn!(name = stored.name, %error, "a pack of no backup could not be removed");
            }
        }
    }

    /// Puts a small file next to the packs.
    pub(super) fn put_small_file(&mut self, name: String, bytes: &[u8]) -> Result<BackupFile> {
        self.spare.need(bytes.len() as u64)?;
        let place = self.place;
        let file = Summing::new(BufWriter::new(place.scratch(self.data)?));
        let writer = age::encrypt(&self.recipient, file);
        let mut writer = writer.map_err(|error| place.failed(error))?;
        writer.write_all(bytes).map_err(|error| place.failed(error))?;
        let stored = put(place, name, writer)?;
        self.added += stored.bytes;
        Ok(stored)
    }
}

fn put(
    place: &BackupPlace,
    name: String,
    writer: age::Writer<Summing<BufWriter<NamedTempFile>>>,
) -> Result<BackupFile> {
    let summed = writer.finish().map_err(|error| place.failed(error))?;
    let stored =
        BackupFile { name, bytes: summed.bytes, sha256: hex::encode(&summed.sum.finalize()) };
    let file = summed.inner.into_inner().map_err(|error| place.failed(error.into_error()))?;
    place.put(&stored.name, file)?;
    Ok(stored)
}

/// Counts and hashes the bytes written to `inner`.
pub(super) struct Summing<I> {
    inner: I,
    sum: Sha256,
    bytes: u64,
}

impl<I> Summing<I> {
    pub(super) fn new(inner: I) -> Self {
        Self { inner, sum: Sha256::new(), bytes: 0 }
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.sum.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sum.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// A stored file being read. Its length and checksum must match the catalogue at the end.
pub(super) struct BackupFileReader {
    inner: Summing<io::Take<Box<dyn Read>>>,
    wanted: BackupFile,
}

impl BackupFileReader {
    pub(super) fn open(place: &BackupPlace, file: &BackupFile) -> Result<Self> {
        let content = place.get(&file.name)?;
        let missing = || format!("it is not in {}", place.label());
        let inner = content.ok_or_else(|| BackupError::damaged(&file.name, missing()))?;
        Ok(Self {
            // One byte more shows that it is longer, however long it is.
            inner: Summing::new(inner.take(file.bytes.saturating_add(1))),
            wanted: file.clone(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.wanted.name
    }

    /// Reads what is left and compares.
    pub(super) fn finish(mut self) -> Result<()> {
        io::copy(&mut self.inner, &mut io::sink())
            .map_err(|error| BackupError::read(&self.wanted.name, error))?;
        let sum = hex::encode(&self.inner.sum.finalize());
        if (self.inner.bytes, &sum) == (self.wanted.bytes, &self.wanted.sha256) {
            Ok(())
        } else {
            let why = format!(
                "it has {} bytes and another sum than the catalogue says ({} bytes)",
                self.inner.bytes, self.wanted.bytes
            );
            Err(BackupError::damaged(&self.wanted.name, why))
        }
    }
}

impl Read for BackupFileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_host::room::DiskConfig;
    use imajin_protocol::EncryptionKey;

    #[test]
    fn a_backup_that_is_given_up_leaves_no_pack_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let place = BackupPlace::Folder(folder.path().to_path_buf());
        let disk = DiskConfig {
            reserve_percent: 0,
            reserve_min_bytes: 0,
            reserve_max_bytes: 0,
            ..DiskConfig::default()
        };
        let spare = Spare::new(folder.path(), &disk, &place);
        let begin = |done: Vec<BackupFile>| {
            Packs::new(
                (&place, folder.path(), &spare),
                "1".to_owned(),
                Recipient::Keys(vec![EncryptionKey::from_bytes([9; 32])]),
                HashMap::new(),
                done,
            )
        };
        let mut first = begin(Vec::new());
        first.piece(b"one").unwrap();
        first.close().unwrap();
        let mut second = begin(first.done);
        second.piece(b"two").unwrap();
        second.close().unwrap();
        second.piece(b"three").unwrap();
        let names = || -> Vec<_> {
            let entries = std::fs::read_dir(folder.path()).unwrap().flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names()[..2], ["pack-1-0.age", "pack-1-1.age"]);
        second.give_up();
        assert_eq!(names(), ["pack-1-0.age"]);
    }
}
