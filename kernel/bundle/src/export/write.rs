//! Writes a signed bundle as a folder, as a tar, or into a stream.

use imajin_dfos::order::Order as _;
use imajin_log::format::age::Recipient;
use imajin_log::format::tar::{TarWriter, tar_bytes};
use imajin_log::format::{COPY_BYTES, manifest, names};
use imajin_log::synced::{create_dir_synced, sync_dir};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::target::{self, BundleSummary, Target, partial};
use super::{Content, ExportError, Item, OnProgress, Progress, Ready};

impl Ready {
    /// Returns every file in the order of the tar: name, file, offset within the whole, bytes.
    pub(super) fn pieces(&self) -> Vec<(String, &Item, u64, u64)> {
        let mut pieces = Vec::new();
        for (name, item) in &self.items {
            match manifest::parts(item.bytes, self.split).filter(|_| name != names::MANIFEST) {
                None => pieces.push((name.clone(), item, 0, item.bytes)),
                Some(parts) => pieces.extend((0..parts).map(|n| {
                    let from = n * self.split;
                    (names::part(name, n as u32), item, from, self.split.min(item.bytes - from))
                })),
            }
        }
        pieces.order_by(|a, b| a.0.cmp(&b.0));
        pieces
    }

    /// Returns the length of the unencrypted tar in bytes, known before anything is written.
    pub fn tar_bytes(&self) -> u64 {
        tar_bytes(self.pieces().iter().map(|piece| piece.3))
    }

    fn begin(&self) -> Progress {
        let pieces = self.pieces();
        Progress {
            files: 0,
            files_total: pieces.len() as u64,
            bytes: 0,
            bytes_total: pieces.iter().map(|piece| piece.3).sum(),
        }
    }

    fn written(&self, path: &Path) -> BundleSummary {
        let total = self.begin();
        BundleSummary { path: path.to_owned(), files: total.files_total, bytes: total.bytes_total }
    }

    /// Writes to a target. A recipient encrypts the tar; a folder cannot be encrypted.
    ///
    /// # Errors
    /// [`ExportError`]; an earlier copy at the target is still there.
    pub fn write(
        self,
        target: &Target,
        recipient: Option<&Recipient>,
        progress: OnProgress<'_>,
    ) -> Result<BundleSummary, ExportError> {
        target.check(&self.did)?;
        match target {
            Target::Folder(path) => self.write_folder(path, progress),
            Target::Tar(path) => {
                target::whole_file(path, recipient, |output| self.tar(output, path, progress))?;
                Ok(self.written(path))
            }
            Target::Parts(path, bytes_max) => {
                target::in_parts(path, *bytes_max, recipient, |output| {
                    self.tar(output, path, progress)
                })?;
                Ok(self.written(path))
            }
        }
    }

    /// Writes the tar into a stream; may be called again.
    pub fn write_tar(
        &self,
        output: impl Write,
        progress: OnProgress<'_>,
    ) -> Result<(), ExportError> {
        self.tar(output, Path::new(""), progress)
    }

    fn tar(
        &self,
        output: impl Write,
        path: &Path,
        progress: OnProgress<'_>,
    ) -> Result<(), ExportError> {
        let mut tar = TarWriter::new(output);
        let mut done = self.begin();
        let mut check = None;
        for (name, item, from, bytes) in self.pieces() {
            let source = item.open(from, bytes).map_err(ExportError::io(path))?;
            let mut source = Hashing::resume(source, from, &mut check);
            tar.add(&name, bytes, &mut source, &mut |n| {
                done.bytes += n;
                progress(done);
            })
            .map_err(ExportError::tar(path))?;
            source.end(&name, item, from + bytes, &mut check)?;
            done.files += 1;
            progress(done);
        }
        tar.finish().map(drop).map_err(ExportError::tar(path))
    }

    fn write_folder(
        self,
        path: &Path,
        progress: OnProgress<'_>,
    ) -> Result<BundleSummary, ExportError> {
        let written = self.written(path);
        let mut done = self.begin();
        let beside = partial(path);
        let staging = if self.staging.path() == beside {
            None
        } else {
            Some(target::Staging::create(&beside)?)
        };
        let root = staging.as_ref().unwrap_or(&self.staging).path();
        let mut check = None;
        for (name, item, from, bytes) in self.pieces() {
            place(root, &name, item, (from, bytes), &mut check, &mut |n| {
                done.bytes += n;
                progress(done);
            })?;
            done.files += 1;
            progress(done);
        }
        for (name, item) in &self.items {
            // The staged log is one file, even if the bundle splits it.
            let staged = root.join(name);
            let split =
                manifest::parts(item.bytes, self.split).is_some() && name != names::MANIFEST;
            if split && staged.is_file() {
                fs::remove_file(&staged).map_err(ExportError::io(&staged))?;
            }
        }
        sync_dir(root).map_err(ExportError::io(root))?;
        staging.unwrap_or(self.staging).rename(path)?;
        Ok(written)
    }
}

/// Puts one file of the bundle into the folder and syncs it; checks a file that exists already.
fn place(
    root: &Path,
    name: &str,
    item: &Item,
    (from, bytes): (u64, u64),
    check: &mut Option<Sha256>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    let path = root.join(name);
    let io = || ExportError::io(&path);
    let in_place = matches!(&item.content, Content::Path(source) if *source == path);
    let source = item.open(from, bytes).map_err(io())?;
    let mut source = Hashing::resume(source, from, check);
    let mut output = if in_place {
        None
    } else {
        if let Some(parent) = path.parent() {
            create_dir_synced(parent).map_err(io())?;
        }
        Some(File::create_new(&path).map_err(io())?)
    };
    let mut buffer = vec![0u8; COPY_BYTES];
    loop {
        let n = source.read(&mut buffer).map_err(io())?;
        if n == 0 {
            break;
        }
        if let Some(output) = &mut output {
            output.write_all(&buffer[..n]).map_err(io())?;
        }
        progress(n as u64);
    }
    if let Some(output) = output {
        output.sync_all().map_err(io())?;
    }
    if let Some(parent) = path.parent() {
        sync_dir(parent).map_err(io())?;
    }
    source.end(name, item, from + bytes, check)
}

impl Item {
    /// Reads `bytes` bytes, starting at `from`.
    pub(super) fn open(&self, from: u64, bytes: u64) -> io::Result<Box<dyn Read + Send>> {
        match &self.content {
            Content::Text(text) => {
                let mut text = io::Cursor::new(text.clone());
                text.set_position(from);
                Ok(Box::new(text.take(bytes)))
            }
            Content::Path(path) => self.read(File::open(path)?, (from, bytes)),
            Content::Media(media, did, cid) => {
                let opened = media.open(did, cid).map_err(io::Error::other)?;
                self.read(opened.0, (from, bytes))
            }
        }
    }

    fn read(&self, mut file: File, (from, bytes): (u64, u64)) -> io::Result<Box<dyn Read + Send>> {
        use std::io::Seek;
        if file.metadata()?.len() != self.bytes {
            return Err(io::Error::other("the file has another size than before"));
        }
        file.seek(io::SeekFrom::Start(from))?;
        Ok(Box::new(file.take(bytes)))
    }
}

/// Hashes a file while it is read, across all its parts, so that a corrupt or changed file never leaves the node.
pub(super) struct Hashing<R> {
    source: R,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    pub(super) fn resume(source: R, from: u64, before: &mut Option<Sha256>) -> Self {
        let hash = before.take().filter(|_| from > 0).unwrap_or_default();
        Self { source, hash }
    }

    /// Compares the digest at the file's end with the manifest's.
    pub(super) fn end(
        self,
        name: &str,
        item: &Item,
        to: u64,
        before: &mut Option<Sha256>,
    ) -> Result<(), ExportError> {
        if to < item.bytes {
            *before = Some(self.hash);
            return Ok(());
        }
        let digest: [u8; 32] = self.hash.finalize().into();
        if digest == item.sha256 {
            Ok(())
        } else {
            Err(ExportError::Changed { name: name.to_owned() })
        }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}
