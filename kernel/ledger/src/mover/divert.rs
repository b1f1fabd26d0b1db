//! Rows of a log that is set aside: kept, durably, in `quarantine/<did>.sqlite`, until somebody has repaired the log.

use imajin_protocol::Did;

use super::Mover;
use crate::clock::monotonic;
use crate::disk::create_dir;
use crate::journal::Journal;
use crate::logfile::LogError;
use crate::sql::{Trouble, trouble};

impl Mover {
    /// Moves the rows of a damaged log out of everybody's way.
    pub(super) fn divert(&self, did: &Did) -> Result<(), LogError> {
        let mut rows = Vec::new();
        for waiting in self.shared.waiting.rows(did, usize::MAX) {
            rows.extend(self.shared.row(&waiting)?);
        }
        let Some(newest) = rows.last().map(|row| row.offset) else {
            return Ok(());
        };
        let folder = self.shared.data.join("quarantine");
        create_dir(&*self.shared.disk, &folder)?;
        let path = folder.join(format!("{}.sqlite", did.folder_name()));
        let mut kept = Journal::open(&path).map_err(|error| LogError::Failed(error.to_string()))?;
        let last = kept.newest();
        rows.retain(|row| row.offset > last);
        kept.commit(&rows)
            .map_err(|(error, at_commit)| match trouble(&error) {
                Trouble::Full if !at_commit => LogError::Full,
                _ => LogError::Failed(error.to_string()),
            })?;
        kept.checkpoint()?;
        self.shared.disk.sync_dir(&folder)?;
        self.shared.waiting.remove(did, newest, monotonic());
        tracing::error!(%did, path = %path.display(), "entries of a damaged log were put into quarantine");
        Ok(())
    }
}
