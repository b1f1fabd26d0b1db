//! The canonical tar of docs/format.md §12: the same files always give the same bytes.
//!
//! Always: the reader accepts exactly what the writer produces; both stream, and hold one block in memory. This module
//! does not know what the files are: the caller says which names it accepts.

mod header;
mod reader;
#[cfg(test)]
mod tests;
mod write;

pub use reader::TarReader;
pub use write::TarWriter;

use std::io;

/// Bytes of a tar block (POSIX ustar).
pub const BLOCK_BYTES: usize = 512;
/// Maximum bytes of a file: eleven octal digits.
pub const FILE_BYTES_MAX: u64 = 0o777_7777_7777;

/// Why a tar is not canonical.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum TarError {
    #[error("byte {at}: not a canonical tar ({what})")]
    NotCanonical { at: u64, what: &'static str },
    #[error("a bundle may not have a file named {name:?}")]
    Name { name: String },
    #[error("{name:?} comes after a name that it should precede")]
    Order { name: String },
    #[error("the tar ends too early")]
    Truncated,
    #[error("the bundle is larger than allowed: {what}")]
    TooLarge { what: &'static str },
    /// A file's size differs from the announced size (only when writing).
    #[error("{name}: has {found} bytes, {expected} were announced")]
    Size { name: String, expected: u64, found: u64 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The limits of a reader.
#[derive(Debug, Clone, Copy)]
pub struct TarLimits {
    /// Files at most.
    pub files_max: u64,
    /// Bytes of all files together, at most.
    pub bytes_max: u64,
}

impl Default for TarLimits {
    fn default() -> Self {
        // A million photos of a megabyte: more than a stick holds, less than would exhaust counters or memory.
        Self { files_max: 1_000_000, bytes_max: 1 << 40 }
    }
}

/// Returns the header before a file; `None` for a name or a size that no tar can have.
pub fn header_block(name: &str, bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    header::make(name, bytes)
}

/// Returns the number of zero bytes between the end of a file of `bytes` and the next header.
pub fn padding(bytes: u64) -> usize {
    let over = (bytes % BLOCK_BYTES as u64) as usize;
    if over == 0 { 0 } else { BLOCK_BYTES - over }
}

/// Returns the number of bytes of the canonical tar of files with these sizes.
pub fn tar_bytes(sizes: impl IntoIterator<Item = u64>) -> u64 {
    let block = BLOCK_BYTES as u64;
    sizes.into_iter().map(|bytes| block + bytes + padding(bytes) as u64).sum::<u64>() + 2 * block
}
