//! A signed bundle as a tar that a caller reads in pieces, with any pause between them.
//!
//! Always: the bytes equal those of [`Ready::write_tar`]. If a file differs from the manifest, reading ends with an
//! error before the tar's end.

use std::io::{self, Cursor, Read};

use imajin_ledger::media::MediaError;
use imajin_log::format::tar::{BLOCK_BYTES, header_block, padding};
use sha2::Sha256;

use super::write::Hashing;
use super::{ExportError, Item, Ready, target};

/// Reads the tar. Keeps the staged copy until dropped.
pub struct BundleReader {
    /// Name, whole file, offset within it, bytes: in reverse order of the tar, so that the next one is last.
    left: Vec<(String, Item, u64, u64)>,
    /// Bytes to return before anything else: headers and padding.
    block: Cursor<Vec<u8>>,
    file: Option<Open>,
    hash: Option<Sha256>,
    ended: bool,
    _staging: target::Staging,
}

/// The file that is being read.
struct Open {
    name: String,
    item: Item,
    /// The offset within the whole file at which this piece ends.
    to: u64,
    bytes: u64,
    left: u64,
    source: Hashing<Box<dyn Read + Send>>,
}

impl Ready {
    /// Turns the bundle into a reader of its tar; [`Ready::tar_bytes`] gives the length.
    pub fn into_tar(self) -> BundleReader {
        let pieces = self.pieces().into_iter();
        let left = pieces.map(|(name, item, from, bytes)| (name, item.clone(), from, bytes));
        BundleReader {
            left: left.rev().collect(),
            _staging: self.staging,
            block: Cursor::default(),
            file: None,
            hash: None,
            ended: false,
        }
    }
}

impl BundleReader {
    fn open_next(&mut self) -> Result<(), ExportError> {
        let Some((name, item, from, bytes)) = self.left.pop() else {
            self.ended = true;
            self.block = Cursor::new(vec![0; 2 * BLOCK_BYTES]);
            return Ok(());
        };
        let changed = || ExportError::Changed { name: name.clone() };
        let header = header_block(&name, bytes).ok_or_else(changed)?;
        let source = item.open(from, bytes).map_err(|error| {
            // A disk that was pulled out is said to be that.
            let media = error.downcast::<MediaError>();
            media.map_or_else(|_| changed(), ExportError::Media)
        })?;
        self.block = Cursor::new(header.to_vec());
        self.file = Some(Open {
            to: from + bytes,
            bytes,
            left: bytes,
            source: Hashing::resume(source, from, &mut self.hash),
            name,
            item,
        });
        Ok(())
    }

    fn close(&mut self, file: Open) -> Result<(), ExportError> {
        (file.source).end(&file.name, &file.item, file.to, &mut self.hash)?;
        self.block = Cursor::new(vec![0; padding(file.bytes)]);
        Ok(())
    }
}

impl Read for BundleReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let bytes = self.block.read(buffer)?;
            if bytes > 0 || buffer.is_empty() {
                return Ok(bytes);
            }
            match self.file.take() {
                Some(mut file) if file.left > 0 => {
                    let room = usize::try_from(file.left).unwrap_or(usize::MAX).min(buffer.len());
                    let bytes = file.source.read(&mut buffer[..room])?;
                    if bytes == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    file.left -= bytes as u64;
                    self.file = Some(file);
                    return Ok(bytes);
                }
                Some(file) => self.close(file).map_err(io::Error::other)?,
                None if self.ended => return Ok(0),
                None => self.open_next().map_err(io::Error::other)?,
            }
        }
    }
}
