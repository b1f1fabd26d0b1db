//! Rows of a quarantined log: kept, durably, in `quarantine/<did>.sqlite` until the log is repaired.

use imajin_log::clock::monotonic;
use imajin_protocol::Did;

use super::Flusher;
use crate::disk::create_dir;
use crate::logfile::LogError;
use crate::quarantine::{self, QuarantineFile};

impl Flusher {
    /// Moves the rows of a damaged log to its quarantine file.
    pub(super) fn divert(&self, did: &Did) -> Result<(), LogError> {
        let waiting = self.shared.pending_entries.rows(did, usize::MAX);
        let rows = self.shared.rows(&waiting)?;
        let Some(newest) = rows.last().map(|row| row.offset) else {
            return Ok(());
        };
        let folder = self.shared.data.join("quarantine");
        create_dir(&*self.shared.disk, &folder)?;
        let path = folder.join(format!("{}.sqlite", did.folder_name()));
        let keep = || QuarantineFile::open(&path)?.keep(&rows);
        match keep() {
            Err(LogError::Damaged(reason)) => {
                quarantine::give_up(&self.shared, did, &reason)?;
                keep()?;
            }
            kept => kept?,
        }
        self.shared.disk.sync_dir(&folder)?;
        self.shared.pending_entries.remove(did, newest, monotonic());
        tracing::error!(%did, path = %path.display(), "entries of a damaged log were moved to quarantine");
        Ok(())
    }
}
