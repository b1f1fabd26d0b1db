//! Outcome of the last backup, in a small file, for the doctor, the owner's page and the metrics.

use super::files;
use imajin_host::upkeep::BackupStanding;
use imajin_ledger::durable;
use std::path::Path;

const NAME: &str = "standing.json";

/// The stored result; the default if no backup was ever tried.
pub fn standing(data: &Path) -> BackupStanding {
    let path = data.join(crate::folder::NODE_FOLDER).join("backups").join(NAME);
    durable::read_json(&path).unwrap_or_default()
}

/// Stores the result. A failure to store it does not fail the backup.
pub fn note(data: &Path, standing: &BackupStanding) {
    let noted = files::scratch_folder(data).map_err(|error| error.to_string()).and_then(|folder| {
        let text = serde_json::to_vec_pretty(standing).map_err(|error| error.to_string())?;
        durable::replace(&folder.join(NAME), &text).map_err(|error| error.to_string())
    });
    if let Err(error) = noted {
        tracing::warn!("the result of the backup could not be saved: {error}");
    }
}
