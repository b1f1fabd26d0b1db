//! Mends a damaged log from whole copies of it.
//!
//! Everything in a log proves itself: entries name each other and their bodies by CID, the rest is signed. So the damaged
//! file and its copies are read as heaps of pieces, and the log is put together again from those that fit: what is right
//! in the damaged file stays, what is broken comes from a copy, and what either has beyond the other is kept. The
//! result is a file of its own that was verified whole; the damaged one is not touched.

mod attempt;
mod fill;
mod merge;
mod pages;
mod pieces;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_protocol::{Did, Head};

use crate::ops::OpTable;
use crate::rules::LogState;
use crate::verify::{FaultReport, VerifyError};

/// Why a log could not be put together at all. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file that the pieces are kept in failed.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The result cannot be verified.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

impl RepairError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| Self::Io {
            path: path.to_path_buf(),
            error,
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Entries of the mended log; 0 where no part of it could be put together, and no file was made.
    pub entries: u64,
    /// Entries that the damaged file had lost, by place: the copies have them.
    pub headers: Vec<u64>,
    /// Bodies that it had lost, by their entries' places.
    pub bodies: Vec<u64>,
    /// Entries that the copies have after the end of the damaged file.
    pub added: u64,
    /// What is still wrong: the mended log ends before this, since the copies lack it, too.
    pub left: Option<FaultReport>,
    /// Whether the mended log surely goes as far as the damaged file did before it was damaged.
    pub reaches_end: bool,
}

/// A mended log, and what its verification found.
pub(crate) struct Whole {
    pub(crate) mended: Mended,
    /// None where nothing could be put together.
    pub(crate) known: Option<(LogState, Option<Head>)>,
}

/// Puts the log of `did` together from the damaged file and the copies, into the new file `into`. Scratch files beside
/// it are removed at the end.
///
/// # Errors
/// A file that cannot be read or written at all.
pub fn mend(
    did: &Did,
    damaged: &Path,
    copies: &[&Path],
    ops: &Arc<OpTable>,
    into: &Path,
) -> Result<Mended, RepairError> {
    Ok(put_together(did, damaged, copies, ops, into)?.mended)
}

/// The same, and gives the state after the last entry.
pub(crate) fn put_together(
    did: &Did,
    damaged: &Path,
    copies: &[&Path],
    ops: &Arc<OpTable>,
    into: &Path,
) -> Result<Whole, RepairError> {
    let scratch = into.with_extension("pieces");
    let mended = (|| {
        let mut pieces = pieces::Pieces::new(&scratch, did)?;
        if damaged.exists() {
            pieces.take(damaged, pieces::From::Damaged)?;
        }
        for copy in copies {
            pieces.take(copy, pieces::From::Copy)?;
        }
        let is_cut =
            !damaged.exists() || pages::is_cut(damaged).map_err(RepairError::io(damaged))?;
        merge::merge(&mut pieces, did, ops, into, is_cut)
    })();
    // What is left of it is of no use, and named so that a later attempt begins again.
    let _ = std::fs::remove_file(&scratch);
    mended
}
