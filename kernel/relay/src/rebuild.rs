//! Rebuilds all derived tables from the log: after damage, after a change of the tables, and in tests.
//!
//! Always: in one transaction, so a relay is never half rebuilt. Operations are admitted in their original order and at
//! their original time, so the outcome is the same.

use std::path::Path;

use imajin_dfos::batch::AtOnce;
use imajin_dfos::{Timestamp, operation};

use super::admit::{Log, Outcome, Session};
use super::knowledge::Recent;
use super::store::{Changes, OperationRow, Origin, Store, StoreError};

/// Operations that are in memory at once.
const PAGE: usize = 500;

/// Reason why a rebuild left the store unchanged.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum RebuildError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "operation {seq} ({cid}) is refused: {error}; the file is damaged, restore it from a copy or a peer"
    )]
    Refused { seq: i64, cid: String, error: String },
}

/// Result of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Number of operations in the log.
    pub operations: u64,
}

/// Derives everything in a relay's folder again. The relay must not run.
pub fn rebuild(folder: &Path) -> Result<Rebuilt, RebuildError> {
    let store = Store::open(&folder.join(crate::store::FILE), || {})?;
    let mut refused = None;
    let rebuilt = store.write(1, |tx| {
        rebuild_in(tx).map_err(|error| match error {
            RebuildError::Store(error) => error,
            other => {
                let text = other.to_string();
                refused = Some(other);
                StoreError::Failed(text)
            }
        })
    });
    rebuilt.map_err(|error| refused.unwrap_or(RebuildError::Store(error)))
}

fn rebuild_in(tx: Changes<'_>) -> Result<Rebuilt, RebuildError> {
    tx.clear_derived()?;
    let recent = Recent::new();
    let (mut last, mut operations) = (0, 0);
    loop {
        let page = tx.operations_from(last, PAGE)?;
        for row in &page {
            take_in(tx, &recent, row)?;
            last = row.seq;
            operations += 1;
        }
        if page.len() < PAGE {
            break;
        }
    }
    Ok(Rebuilt { operations })
}

fn take_in(tx: Changes<'_>, recent: &Recent, row: &OperationRow) -> Result<(), RebuildError> {
    let refused =
        |error: String| RebuildError::Refused { seq: row.seq, cid: row.cid.clone(), error };
    let at = Timestamp::parse(&row.ingested_at).map_err(|error| refused(error.to_string()))?;
    let operation = operation::read(&row.token).map_err(|error| refused(error.to_string()))?;
    if operation.cid().to_string() != row.cid {
        return Err(refused("the token is another operation's".to_owned()));
    }
    let mut session = Session::new(tx, recent, at, Log::Rederive { seq: row.seq });
    // The set of valid keys at the time of arrival is history: the keys of all times count.
    let outcome = session.admit(operation, Origin::Peer, &AtOnce)?;
    session.finish()?;
    match outcome {
        Outcome::New { .. } => Ok(()),
        Outcome::Rejected { error } | Outcome::Waits { error, .. } => Err(refused(error)),
        Outcome::Duplicate { .. } => Err(refused("the log contains it twice".to_owned())),
    }
}
