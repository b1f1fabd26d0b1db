//! Rows of a log that is set aside: kept, durably, in `quarantine/<did>.sqlite`, until somebody has repaired the log.

use imajin_protocol::Did;

use super::Mover;
use crate::clock::monotonic;
use crate::disk::create_dir;
use crate::logfile::LogError;
use crate::quarantine::Kept;

impl Mover {
    /// Moves the rows of a damaged log out of everybody's way.
    pub(super) fn divert(&self, did: &Did) -> Result<(), LogError> {
        let waiting = self.shared.waiting.rows(did, usize::MAX);
        let rows = self.shared.rows(&waiting)?;
        let Some(newest) = rows.last().map(|row| row.offset) else {
            return Ok(());
        };
        let folder = self.shared.data.join("quarantine");
        create_dir(&*self.shared.disk, &folder)?;
        let path = folder.join(format!("{}.sqlite", did.folder_name()));
        Kept::open(&path)?.keep(&rows)?;
        self.shared.disk.sync_dir(&folder)?;
        self.shared.waiting.remove(did, newest, monotonic());
        tracing::error!(%did, path = %path.display(), "entries of a damaged log were put into quarantine");
        Ok(())
    }
}
