//! Finds the records that are damaged in a new backup.

use super::catalogue::{Catalogue, Damage};
use super::manifest::FileRow;
use super::source::Source;
use super::{BackupError, Result};
use imajin_bundle::import::{self, ImportError};
use imajin_protocol::Did;
use std::collections::{BTreeMap, BTreeSet};

/// The damaged records of a backup: verifies the records in `read`, and takes the others over from the backup before.
pub(super) fn find_damaged(
    source: &Source<'_>,
    catalogue: &Catalogue,
    read: &BTreeSet<Did>,
    rows: &BTreeMap<String, FileRow>,
) -> Result<Vec<Damage>> {
    let mut damaged = Vec::new();
    for did in read {
        match import::find_log_damage(source.ledger, did, "backup") {
            Ok(None) | Err(ImportError::NoLog(_)) => {}
            Ok(Some(why)) => damaged.push(Damage { did: did.to_string(), why }),
            Err(error) => {
                let path = source.data.join("import");
                return Err(BackupError::File(path, std::io::Error::other(error)));
            }
        }
    }
    let before = catalogue.backups.last().map(|entry| &entry.damaged);
    for known in before.into_iter().flatten() {
        let is_taken_over = Did::parse(&known.did).is_ok_and(|did| {
            let log = format!("users/{}/log.sqlite", did.folder_name());
            !read.contains(&did) && rows.contains_key(&log)
        });
        if is_taken_over {
            damaged.push(known.clone());
        }
    }
    Ok(damaged)
}
