//! Sweeps one person's media: removes files that no entry names a day after they arrived ([`crate::sweep`]), and
//! uploads that were not resumed for three days.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use imajin_dfos::Cid;
use imajin_protocol::Did;

use super::Ledger;
use crate::errors::{ReadError, Result};
use crate::folders::folders;
use crate::logfile::LogFile;
use crate::media::{MediaError, Removed, UPLOAD_KEPT};
use crate::rows::int;
use crate::shared::Shared;
use crate::sweep::referenced_files;

/// Time for which a file stays that no entry names.
pub const UNNAMED_KEPT: Duration = Duration::from_secs(24 * 3600);

/// Maximum number of tries of a removal when commands name its files meanwhile; a sweep removes the rest.
const PINNED_TRIES: u32 = 16;
/// The most that a removal waits for commands that name the files: the writer answers in a fraction of it.
const PINNED_WAIT: Duration = Duration::from_secs(60);

/// The files and uploads that a sweep removed from one person's folder.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Number of files that no entry named.
    pub files: u64,
    /// Bytes of these files.
    pub bytes: u64,
    /// Number of removed uploads: those of an earlier run that cannot be resumed, and those that were not resumed in
    /// time.
    pub partials: u64,
}

impl Ledger {
    /// Returns the names of people's folders, in the order of sweeping.
    ///
    /// # Errors
    /// The folder `users` is unreadable.
    pub fn user_folders(&self) -> Result<Vec<String>> {
        let folders = folders(&self.shared().data.join("users"));
        let folders = folders.map_err(|error| ReadError::Io(std::io::Error::other(error)))?;
        let name = |path: &std::path::PathBuf| {
            path.file_name().map(|name| name.to_string_lossy().into_owned())
        };
        Ok(folders.iter().filter_map(name).collect())
    }

    /// Removes the files in this person's folder that no entry names and that arrived more than [`UNNAMED_KEPT`] ago.
    /// Blocks, off the writer's thread: a long log takes seconds.
    ///
    /// # Errors
    /// A log or a folder is unreadable, or a file could not be removed. Doubtful files stay.
    pub fn sweep_media(&self, folder: &str) -> Result<Swept> {
        let shared = self.shared();
        let Some(did) = whose(shared, folder)? else {
            return Ok(Swept::default());
        };
        let swept = sweep(shared, &did)?;
        let counters = &shared.counters;
        counters.swept_files.fetch_add(swept.files + swept.partials, Ordering::Relaxed);
        counters.swept_bytes.fetch_add(swept.bytes, Ordering::Relaxed);
        Ok(swept)
    }

    /// Returns the files that entries of a person name; `None` if that is not known now. Blocks: a long log takes
    /// seconds.
    pub fn named_files(&self, did: &Did) -> Result<Option<BTreeSet<Cid>>> {
        let named = referenced_files(self.shared(), did)?;
        Ok(named.map(|named| named.into_iter().collect()))
    }

    /// Removes those of a person's files that no entry names any more, such as after an erasure, whenever they arrived.
    /// Waits for commands on their way that name one, and looks again. Blocks, off the writer's thread: a long log takes seconds.
    pub fn remove_unnamed(&self, did: &Did, files: &BTreeSet<Cid>) -> Result<Swept> {
        let failed = |error: MediaError| ReadError::Io(std::io::Error::other(error));
        let shared = self.shared();
        let mut swept = Swept::default();
        // Files that a command asks to name from now on get a later date, and stay.
        let than = shared.clock.now();
        let mut left: Vec<Cid> = files.iter().copied().collect();
        for _ in 0..PINNED_TRIES {
            let removal = shared.media.removal(did);
            let Some(named) = referenced_files(shared, did)? else {
                return Ok(swept);
            };
            left.retain(|cid| !named.contains(cid));
            let mut pinned = Vec::new();
            for cid in left {
                let bytes = shared.media.size(did, &cid).map_err(failed)?;
                match removal.remove_older(&cid, than).map_err(failed)? {
                    Removed::Yes => {
                        swept.files += 1;
                        swept.bytes += bytes.unwrap_or_default();
                    }
                    Removed::No => {}
                    Removed::Pinned => pinned.push(cid),
                }
            }
            if pinned.is_empty() || !removal.wait(&pinned, PINNED_WAIT) {
                break;
            }
            left = pinned;
        }
        Ok(swept)
    }
}

/// Returns the owner of a folder; `None` if no log says so.
fn whose(shared: &Shared, folder: &str) -> Result<Option<Did>> {
    let path = shared.data.join("users").join(folder);
    match LogFile::whose(&path).map_err(|error| ReadError::Io(std::io::Error::other(error)))? {
        Some(did) => Ok(Some(did)),
        // The log's first entries have not been flushed yet.
        None => {
            Ok(shared.pending_entries.dids().into_iter().find(|did| did.folder_name() == folder))
        }
    }
}

fn sweep(shared: &Shared, did: &Did) -> Result<Swept> {
    let failed = |error: MediaError| ReadError::Io(std::io::Error::other(error));
    let media = &shared.media;
    // The missing disk has the files to sweep.
    if media.missing_disk().is_some() {
        return Ok(Swept::default());
    }
    let before = |kept: Duration| shared.clock.now().checked_add_millis(-int(kept.as_millis()));
    let mut swept =
        Swept { partials: media.remove_abandoned(did).map_err(failed)?, ..Swept::default() };
    if let Some(than) = before(UPLOAD_KEPT) {
        swept.partials += media.end_old_uploads(did, than).map_err(failed)?;
    }
    let Some(than) = before(UNNAMED_KEPT) else {
        return Ok(swept);
    };
    let older = media.older(did, than).map_err(failed)?;
    if older.is_empty() {
        return Ok(swept);
    }
    let removal = media.removal(did);
    let Some(named) = referenced_files(shared, did)? else {
        return Ok(swept);
    };
    for (cid, bytes) in older {
        let goes = !named.contains(&cid);
        // The next sweep looks again at a file that is pinned.
        if goes && removal.remove_older(&cid, than).map_err(failed)? == Removed::Yes {
            swept.files += 1;
            swept.bytes += bytes;
        }
    }
    Ok(swept)
}
