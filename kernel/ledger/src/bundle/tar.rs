//! The canonical tar of docs/format.md §12: for given files there is exactly one, byte for byte.
//!
//! Always: the reader accepts what the writer makes and nothing else; both stream and hold one block. It must not know
//! what the files are: the caller says which names it takes.

mod header;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::TarReader;
pub use write::TarWriter;

use std::io;

/// The unit of a tar.
pub(crate) const BLOCK_BYTES: usize = 512;
/// Eleven octal digits.
pub const FILE_BYTES_MAX: u64 = 0o777_7777_7777;

/// Why a tar is not the canonical one.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    /// A header, or its padding, is not what the writer makes.
    #[error("byte {at}: not a canonical tar ({what})")]
    NotCanonical {
        /// Where in the tar.
        at: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// A name that may not stand in a bundle.
    #[error("a bundle may not have a file named {name:?}")]
    Name {
        /// The name, as it stands there.
        name: String,
    },
    /// Names are not in byte order, or one stands twice.
    #[error("{name:?} stands after a name that it should precede")]
    Order {
        /// The later name.
        name: String,
    },
    /// It ends before its end.
    #[error("the tar ends too early")]
    Truncated,
    /// More files or bytes than the caller takes.
    #[error("the bundle is larger than allowed: {what}")]
    TooLarge {
        /// Which limit.
        what: &'static str,
    },
    /// A file had another size than announced (only when writing).
    #[error("{name}: has {found} bytes, {expected} were announced")]
    Size {
        /// The file.
        name: String,
        /// Announced.
        expected: u64,
        /// Found.
        found: u64,
    },
    /// The disk or the connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// How much a reader takes.
#[derive(Debug, Clone, Copy)]
pub struct TarLimits {
    /// Files at most.
    pub files_max: u64,
    /// Bytes of files at most, together.
    pub bytes_max: u64,
}

impl Default for TarLimits {
    fn default() -> Self {
        // A million photos of a megabyte: more than a stick holds, less than what would exhaust counters or memory.
        Self {
            files_max: 1_000_000,
            bytes_max: 1 << 40,
        }
    }
}

/// What stands before a file; none for a name or a size that no tar can have.
pub(crate) fn header_block(name: &str, bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    header::make(name, bytes)
}

/// Zero bytes between the end of a file of `bytes` and the next header.
pub(crate) fn padding(bytes: u64) -> usize {
    let over = (bytes % BLOCK_BYTES as u64) as usize;
    if over == 0 { 0 } else { BLOCK_BYTES - over }
}

/// The size of the canonical tar of files with these sizes.
pub fn tar_bytes(sizes: impl IntoIterator<Item = u64>) -> u64 {
    let block = BLOCK_BYTES as u64;
    sizes
        .into_iter()
        .map(|bytes| block + bytes + padding(bytes) as u64)
        .sum::<u64>()
        + 2 * block
}
