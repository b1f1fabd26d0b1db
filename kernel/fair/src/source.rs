//! Reads of a hostile file at any place.
//!
//! Always: memory is only taken for bytes that the file has.

use crate::error::{Error, Obstacle};
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of one text (an XMP packet, an ID3 frame) that are read at most.
pub(crate) const TEXT_BYTES_MAX: u64 = 1 << 20;

/// A file, or bytes in memory. What reads them is compiled once for all of these.
pub trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A file and its length.
pub(crate) struct Source<'a> {
    inner: &'a mut dyn ReadSeek,
    len: u64,
}

impl<'a> Source<'a> {
    pub(crate) fn new(inner: &'a mut dyn ReadSeek) -> io::Result<Self> {
        let len = inner.seek(SeekFrom::End(0))?;
        Ok(Self { inner, len })
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn inner(&mut self) -> &mut dyn ReadSeek {
        self.inner
    }

    /// Exactly these bytes.
    pub(crate) fn bytes(&mut self, from: u64, len: u64) -> Result<Vec<u8>, Error> {
        let is_there = from.checked_add(len).is_some_and(|end| end <= self.len);
        let size = usize::try_from(len).ok().filter(|_| is_there);
        let mut bytes = vec![0; size.ok_or(Obstacle::Broken("it ends too early"))?];
        self.inner.seek(SeekFrom::Start(from))?;
        self.inner.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Exactly as many bytes as the array has.
    pub(crate) fn array<const N: usize>(&mut self, from: u64) -> Result<[u8; N], Error> {
        let bytes = self.bytes(from, N as u64)?;
        let short = |_| Obstacle::Broken("it ends too early");
        Ok(bytes.try_into().map_err(short)?)
    }

    /// These bytes, or as many of them as the file has.
    pub(crate) fn window(&mut self, from: u64, len: u64) -> Result<Vec<u8>, Error> {
        let len = len.min(self.len.saturating_sub(from));
        match len {
            0 => Ok(Vec::new()),
            _ => self.bytes(from, len),
        }
    }

    /// Whether a text is anywhere in the file.
    pub(crate) fn has(&mut self, text: &[u8]) -> Result<bool, Error> {
        const BLOCK: u64 = 256 * 1024;
        let mut from = 0;
        while from < self.len {
            let block = self.window(from, BLOCK + text.len() as u64)?;
            if find(&block, text).is_some() {
                return Ok(true);
            }
            from += BLOCK;
        }
        Ok(false)
    }
}

/// Where a text first is.
pub(crate) fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

/// Where a text last is.
pub(crate) fn find_last(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).rposition(|window| window == text)
}
