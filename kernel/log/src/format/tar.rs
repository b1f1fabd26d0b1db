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
pub enum TarError {
    /// A header or its padding differs from what the writer makes.
    #[error("byte {at}: not a canonical tar ({what})")]
    NotCanonical {
        /// The byte offset in the tar.
        at: u64,
        /// The difference.
        what: &'static str,
    },
    /// A name that may not appear in a bundle.
    #[error("a bundle may not have a file named {name:?}")]
    Name {
        /// The name.
        name: String,
    },
    /// The names are not in byte order, or a name appears twice.
    #[error("{name:?} comes after a name that it should precede")]
    Order {
        /// The later name.
        name: String,
    },
    /// The tar ends too early.
    #[error("the tar ends too early")]
    Truncated,
    /// The tar has more files or bytes than the caller accepts.
    #[error("the bundle is larger than allowed: {what}")]
    TooLarge {
        /// The exceeded limit.
        what: &'static str,
    },
    /// A file's size differs from the announced size (only when writing).
    #[error("{name}: has {found} bytes, {expected} were announced")]
    Size {
        /// The file's name.
        name: String,
        /// The announced size in bytes.
        expected: u64,
        /// The actual size in bytes.
        found: u64,
    },
    /// Reading or writing failed.
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
        Self {
            files_max: 1_000_000,
            bytes_max: 1 << 40,
        }
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
    sizes
        .into_iter()
        .map(|bytes| block + bytes + padding(bytes) as u64)
        .sum::<u64>()
        + 2 * block
}
