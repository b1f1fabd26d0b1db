//! The disk that people's files were moved to: whether it is there.

use super::Check;
use crate::settings::BoxConfig;
use imajin_ledger::media::MediaStore;
use imajin_log::SystemClock;
use std::path::Path;
use std::sync::Arc;

const NAME: &str = "disk of files";

/// Checks the place of people's files, with a running node or without.
pub(super) fn check(data: &Path, config: &BoxConfig) -> Check {
    let media = MediaStore::new(data, 0, Arc::new(SystemClock));
    media.look_for_disks_in(config.disk_places.clone());
    let whereabouts = media.whereabouts();
    let Some((_, disk)) = whereabouts.disk else {
        return Check::good(NAME, "all photos and files are on the card");
    };
    if !whereabouts.is_missing {
        return Check::good(NAME, format!("photos and files are on the disk {disk}"));
    }
    Check::bad(
        NAME,
        format!(
            "The disk {disk}, which has the photos and files of this box, is not plugged in. They can't be opened, added or erased until it is; everything else works."
        ),
        "Plug it in again. If it is lost or broken for good, say so on the page Storage of the photos (/media/storage).",
    )
}
