//! Which records of a backup are damaged.

use super::BackupError;
use super::catalogue::Catalogue;
use super::make::Source;
use super::manifest::FileRow;
use imajin_ledger::bundle::import::{self, ImportError};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A damaged record in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Damage {
    /// Whose.
    pub did: String,
    /// What is wrong.
    pub why: String,
}

/// Records and what is wrong with each, for people.
pub fn damage(damaged: &[Damage]) -> String {
    let each = damaged
        .iter()
        .map(|damage| format!("{}: {}", damage.did, damage.why));
    each.collect::<Vec<_>>().join("\n")
}

/// The records that are damaged in a backup: those that were read for it are verified, and what is taken over from the
/// backup before is as it was there.
pub(super) fn damaged(
    source: &Source<'_>,
    catalogue: &Catalogue,
    read: &BTreeSet<Did>,
    rows: &BTreeMap<String, FileRow>,
) -> Result<Vec<Damage>, BackupError> {
    let mut damaged = Vec::new();
    for did in read {
        match import::find_log_damage(source.ledger, did, "backup") {
            Ok(None) | Err(ImportError::NoLog(_)) => {}
            Ok(Some(why)) => damaged.push(Damage {
                did: did.to_string(),
                why,
            }),
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
