//! Why a file takes no .fair, or shows none.

use crate::fair::{EMBEDDED_BYTES_MAX, FairFileError};
use std::io;

/// An obstacle to embedding, reading or stripping a .fair.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum Obstacle {
    #[error("it is no JPEG, PNG, WebP, MP3 or PDF")]
    Kind,
    #[error("the file is damaged or cut short: {0}")]
    Broken(&'static str),
    #[error("the manifest and its agreements have more than {EMBEDDED_BYTES_MAX} bytes")]
    TooLong,
    #[error("together with the file's own XMP it would not fit into one segment of 64 kB")]
    Room,
    #[error("the file's XMP is compressed, not UTF-8, there twice, or of an unusual form")]
    Xmp,
    #[error("the ID3 tag is of an old version, or unsynchronised, or has an extended header")]
    Tag,
    #[error("the file holds several pictures that are found by their places, which would move")]
    Places,
    #[error("the file is signed, and a change would break its signature")]
    Signed,
    #[error("the file is encrypted")]
    Encrypted,
    #[error("the PDF has no classic cross-reference table")]
    NotClassic,
    #[error("taking it out again would not give the file back byte for byte")]
    NotExact,
    #[error("there is a .fair in the file already: strip it first")]
    Already,
    #[error("another program rewrote the part of the file that has the .fair")]
    Rewritten,
    #[error("its .fair: {0}")]
    Fair(#[from] FairFileError),
}

/// A failure to examine a file.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum Error {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
}
