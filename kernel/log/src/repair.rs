//! Mends a damaged log from copies of it.
//!
//! Everything in a log proves itself: entries name each other and their bodies by CID, the rest is signed. So the
//! damaged file and its copies are read as heaps of pieces, and the log is assembled from the pieces that fit: valid
//! pieces of the damaged file stay, broken ones come from a copy, and everything that only one of them has is kept. The
//! result is a new file that was completely verified; the damaged one is not touched.

mod attempt;
mod fill;
mod line;
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

/// Why a log could not be mended. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum RepairError {
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Verify(#[from] VerifyError),
}

impl RepairError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| Self::Io { path: path.to_path_buf(), error }
    }
}

/// The result of mending a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Entries of the mended log; 0 if no part of it could be assembled, and no file was made.
    pub entries: u64,
    /// Numbers of the entries that the damaged file had lost and the copies have.
    pub headers: Vec<u64>,
    /// Numbers of the entries whose bodies it had lost and the copies have.
    pub bodies: Vec<u64>,
    /// Entries that the copies have beyond the end of the damaged file.
    pub added: u64,
    /// The remaining fault: the mended log ends before it, because the copies lack that entry, too.
    pub left: Option<FaultReport>,
    /// Whether the mended log certainly reaches as far as the damaged file did before the damage.
    pub reaches_end: bool,
}

/// A mended log, with the result of its verification.
pub struct Whole {
    /// The result of mending it.
    pub mended: Mended,
    /// `None` if nothing could be assembled.
    pub known: Option<(LogState, Option<Head>)>,
}

/// Assembles the log of `did` from the damaged file and the copies, into the new file `into`. Removes its scratch files
/// next to `into` at the end.
pub fn mend(
    did: &Did,
    damaged: &Path,
    copies: &[&Path],
    ops: &Arc<OpTable>,
    into: &Path,
) -> Result<Whole, RepairError> {
    let (scratch, pages) = (into.with_extension("pieces"), into.with_extension("pages"));
    let mended = (|| {
        let mut pieces = pieces::Pieces::new(&scratch, did)?;
        if damaged.exists() {
            pieces.take(damaged, true, &pages)?;
        }
        for copy in copies {
            pieces.take(copy, false, &pages)?;
        }
        let is_cut =
            !damaged.exists() || pages::is_cut(damaged).map_err(RepairError::io(damaged))?;
        merge::merge(&pieces, did, ops, into, is_cut)
    })();
    // The scratch files are useless, and a later attempt starts over.
    for path in [scratch, pages] {
        let _ = std::fs::remove_file(path);
    }
    mended
}
