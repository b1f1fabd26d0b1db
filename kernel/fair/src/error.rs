//! Why a file takes no .fair, or shows none.

use crate::fair::{EMBEDDED_BYTES_MAX, FairFileError};
use std::io;

/// An obstacle to embedding, reading or stripping a .fair.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Obstacle {
    /// Another kind of file.
    #[error("it is no JPEG, PNG, WebP, MP3 or PDF")]
    Kind,
    /// The file breaks off, or contradicts itself.
    #[error("the file is damaged or cut short: {0}")]
    Broken(&'static str),
    /// The .fair is too long.
    #[error("the manifest and its agreements have more than {EMBEDDED_BYTES_MAX} bytes")]
    TooLong,
    /// No room next to the XMP that the file has.
    #[error("together with the file's own XMP it would not fit into one segment of 64 kB")]
    Room,
    /// XMP that nothing can be added to.
    #[error("the file's XMP is compressed, not UTF-8, there twice, or of an unusual form")]
    Xmp,
    /// An ID3 tag that nothing can be added to.
    #[error("the ID3 tag is of an old version, or unsynchronised, or has an extended header")]
    Tag,
    /// Several pictures that name each other by their places.
    #[error("the file holds several pictures that are found by their places, which would move")]
    Places,
    /// A signed file.
    #[error("the file is signed, and a change would break its signature")]
    Signed,
    /// An encrypted file.
    #[error("the file is encrypted")]
    Encrypted,
    /// A PDF whose objects are not in a classic table.
    #[error("the PDF has no classic cross-reference table")]
    NotClassic,
    /// The file would not come back as it was.
    #[error("taking it out again would not give the file back byte for byte")]
    NotExact,
    /// A .fair is there.
    #[error("there is a .fair in the file already: strip it first")]
    Already,
    /// Another program changed the part of the file that has the .fair.
    #[error("another program rewrote the part of the file that has the .fair")]
    Rewritten,
    /// The embedded data isn't a .fair.
    #[error("its .fair: {0}")]
    Fair(#[from] FairFileError),
}

/// A failure to examine a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file is malformed.
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
}
