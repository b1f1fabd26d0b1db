//! How the last backup went, in a small file, for the doctor, the owner's page and the metrics.

use super::files;
use imajin_service::upkeep::BackupStanding;
use std::fs;
use std::path::Path;

const NAME: &str = "standing.json";

/// What is noted; nothing where no backup was ever tried.
pub fn standing(data: &Path) -> BackupStanding {
    let path = data
        .join(crate::open::NODE_FOLDER)
        .join("backups")
        .join(NAME);
    let text = fs::read(path).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Notes it. That it could not be noted is no reason to give a backup up.
pub fn note(data: &Path, standing: &BackupStanding) {
    let noted = files::scratch_folder(data)
        .map_err(|error| error.to_string())
        .and_then(|folder| {
            let text = serde_json::to_vec_pretty(standing).map_err(|error| error.to_string())?;
            let partial = folder.join("standing.partial");
            fs::write(&partial, text)
                .and_then(|()| fs::rename(&partial, folder.join(NAME)))
                .map_err(|error| error.to_string())
        });
    if let Err(error) = noted {
        tracing::warn!("how the backup went could not be noted: {error}");
    }
}
