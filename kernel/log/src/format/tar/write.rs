//! Writes the canonical tar.

use std::io::{self, Read, Write};

use super::{BLOCK_BYTES, TarError, header, padding};
use crate::format::COPY_BYTES;

/// Writes files, in byte order of their names, into any `Write`.
pub struct TarWriter<W: Write> {
    output: W,
    last: String,
}

impl<W: Write> TarWriter<W> {
    /// Starts a tar.
    pub fn new(output: W) -> Self {
        Self { output, last: String::new() }
    }

    /// Adds a file of known size; `progress` receives the number of bytes of each piece.
    ///
    /// # Errors
    /// [`TarError::Order`], [`TarError::Name`] or [`TarError::Size`].
    pub fn add(
        &mut self,
        name: &str,
        bytes: u64,
        mut source: impl Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), TarError> {
        if name <= self.last.as_str() {
            return Err(TarError::Order { name: name.into() });
        }
        let block =
            header::make(name, bytes).ok_or_else(|| TarError::Name { name: name.into() })?;
        self.output.write_all(&block)?;
        let mut left = bytes;
        let mut buffer = vec![0u8; COPY_BYTES];
        while left > 0 {
            let room = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            match source.read(&mut buffer[..room]) {
                Ok(0) => return Err(size(name, bytes, bytes - left)),
                Ok(n) => {
                    self.output.write_all(&buffer[..n])?;
                    left -= n as u64;
                    progress(n as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        if source.read(&mut buffer[..1])? != 0 {
            return Err(size(name, bytes, bytes + 1));
        }
        self.output.write_all(&[0u8; BLOCK_BYTES][..padding(bytes)])?;
        name.clone_into(&mut self.last);
        Ok(())
    }

    /// Writes the end. A tar without it is unreadable.
    pub fn finish(mut self) -> Result<W, TarError> {
        self.output.write_all(&[0u8; 2 * BLOCK_BYTES])?;
        self.output.flush()?;
        Ok(self.output)
    }
}

fn size(name: &str, expected: u64, found: u64) -> TarError {
    TarError::Size { name: name.into(), expected, found }
}
