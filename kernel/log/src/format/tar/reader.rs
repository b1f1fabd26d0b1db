//! Reads the canonical tar, and refuses any other.

use std::io::{self, Read};

use super::{BLOCK_BYTES, TarError, TarLimits, header};

/// Reads the files of a tar in order. The caller must read each to its end before the next.
pub struct TarReader<R: Read> {
    input: R,
    at: u64,
    last: String,
    left: u64,
    padding: usize,
    files: u64,
    bytes: u64,
    limits: TarLimits,
    allowed: fn(&str) -> bool,
}

impl<R: Read> TarReader<R> {
    /// Starts reading; `allowed` says which names are accepted.
    pub fn new(input: R, limits: TarLimits, allowed: fn(&str) -> bool) -> Self {
        Self {
            input,
            at: 0,
            last: String::new(),
            left: 0,
            padding: 0,
            files: 0,
            bytes: 0,
            limits,
            allowed,
        }
    }

    /// Returns the next file's name and size in bytes, or `None` at a proper end.
    ///
    /// # Errors
    /// [`TarError`] if the tar is not canonical or exceeds the limits.
    pub fn next_file(&mut self) -> Result<Option<(String, u64)>, TarError> {
        io::copy(&mut FileReader(self), &mut io::sink()).map_err(TarError::from_read)?;
        let mut zeros = [0u8; BLOCK_BYTES];
        let padding = std::mem::take(&mut self.padding);
        self.fill(&mut zeros[..padding])?;
        self.expect_zeros(&zeros[..padding], "padding")?;
        let mut block = [0u8; BLOCK_BYTES];
        self.fill(&mut block)?;
        if block == [0u8; BLOCK_BYTES] {
            return self.end();
        }
        let (name, bytes) = header::read(&block)
            .ok_or(TarError::NotCanonical { at: self.at - BLOCK_BYTES as u64, what: "header" })?;
        self.admit(&name, bytes)?;
        self.left = bytes;
        self.padding = super::padding(bytes);
        name.clone_into(&mut self.last);
        Ok(Some((name, bytes)))
    }

    /// Returns the bytes of the file that [`Self::next_file`] named.
    pub fn file(&mut self) -> impl Read + '_ {
        FileReader(self)
    }

    fn admit(&mut self, name: &str, bytes: u64) -> Result<(), TarError> {
        if !(self.allowed)(name) {
            return Err(TarError::Name { name: name.into() });
        }
        if name <= self.last.as_str() {
            return Err(TarError::Order { name: name.into() });
        }
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.files > self.limits.files_max {
            return Err(TarError::TooLarge { what: "too many files" });
        }
        if self.bytes > self.limits.bytes_max {
            return Err(TarError::TooLarge { what: "too many bytes" });
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Option<(String, u64)>, TarError> {
        let mut block = [0u8; BLOCK_BYTES];
        self.fill(&mut block)?;
        self.expect_zeros(&block, "end")?;
        match self.input.read(&mut block[..1])? {
            0 => Ok(None),
            _ => Err(TarError::NotCanonical { at: self.at, what: "something follows the end" }),
        }
    }

    fn expect_zeros(&self, bytes: &[u8], what: &'static str) -> Result<(), TarError> {
        if bytes.iter().all(|b| *b == 0) {
            return Ok(());
        }
        let at = self.at - bytes.len() as u64;
        Err(TarError::NotCanonical { at, what })
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), TarError> {
        self.input.read_exact(buffer).map_err(TarError::from_read)?;
        self.at += buffer.len() as u64;
        Ok(())
    }
}

impl TarError {
    fn from_read(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            _ => Self::Io(error),
        }
    }
}

/// The rest of the current file. A tar that ends early is an error, never a short file.
struct FileReader<'a, R: Read>(&'a mut TarReader<R>);

impl<R: Read> Read for FileReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let tar = &mut *self.0;
        let room = buffer.len().min(usize::try_from(tar.left).unwrap_or(usize::MAX));
        if room == 0 {
            return Ok(0);
        }
        let n = tar.input.read(&mut buffer[..room])?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        tar.left -= n as u64;
        tar.at += n as u64;
        Ok(n)
    }
}
