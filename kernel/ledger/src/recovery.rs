//! What a start finds: rows in the journal that logs or projections lack, projections of another version.
//!
//! Always: it is the same work as while running, done again: idempotent by (did, seq, CID) in logs, by offset in
//! projections.

use std::collections::BTreeSet;
use std::path::Path;

use imajin_protocol::Did;

use crate::clock::monotonic;
use crate::feed::{self, Broken};
use crate::journal::Journal;
use crate::ledger::OpenError;
use crate::machine::ProjectionSpec;
use crate::projection::{self, Mark, Writable, carry};
use crate::replay::SCRATCH;
use crate::shared::Shared;
use crate::waiting::WaitingRow;

/// Takes the rows of the journal into `waiting`; the mover finds out which of them their logs have already.
pub(crate) fn index_journal(journal: &Journal, shared: &Shared) -> Result<usize, OpenError> {
    let mut rows = 0;
    let now = monotonic();
    journal.for_each(|row| {
        let header = &row.entry.header;
        if is_past(shared, &header.did, header.seq, row.offset) {
            return Ok(());
        }
        rows += 1;
        let waiting = WaitingRow {
            offset: row.offset,
            seq: header.seq,
            table: row.table,
            erases: header.op == crate::ops::BODY_ERASED,
            row: None,
        };
        shared.waiting.push_place(header.did.clone(), waiting, now);
        Ok(())
    })?;
    Ok(rows)
}

/// Whether a row is of a branch that was given up: an imported log has taken its place, and the journal still had it when
/// the node ended. What a damaged log says is found out later.
fn is_past(shared: &Shared, did: &Did, seq: u64, offset: u64) -> bool {
    let past = shared.with_log(did, |log| match log {
        Some(log) => log.is_past(seq, offset),
        None => Ok(false),
    });
    past.unwrap_or(false)
}

/// The projections that cannot go on from where they are: missing, of another version, of another past, or of a disk that
/// failed.
pub(crate) fn stale(
    runtime: &Path,
    journal: &Journal,
    specs: &[ProjectionSpec],
) -> Result<Vec<ProjectionSpec>, OpenError> {
    let mut stale = Vec::new();
    for spec in specs {
        let path = projection::path_of(runtime, spec);
        let left = journal
            .left_for(spec.name)
            .map_err(|source| OpenError::Database {
                path: path.clone(),
                source,
            })?;
        let good = |mark: Mark| {
            mark.version == spec.version && mark.offset >= left && mark.offset <= journal.newest()
        };
        if carry::is_distrusted(&path) {
            tracing::warn!(
                service = spec.name,
                "the disk failed while this projection was made durable, or it was being made again: it is made again now"
            );
            stale.push(*spec);
        } else if !projection::read_mark(&path).is_some_and(good) {
            stale.push(*spec);
        }
    }
    Ok(stale)
}

/// Why a projection could not be given what it lacks.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CatchUpError {
    #[error(transparent)]
    Journal(#[from] OpenError),
    #[error("it failed to take entries in: {0:?}")]
    Apply(Broken),
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

/// Makes the rows of those again whose replay after an erasure did not come to its end.
pub(crate) fn replay(shared: &Shared, projection: &mut Writable) -> Result<(), CatchUpError> {
    for (did, seq) in projection.replays()? {
        let Ok(did) = Did::parse(&did) else { continue };
        // Of a damaged log nothing is known; its rows are made again with the log.
        if shared.state(&did).is_err() {
            continue;
        }
        feed::give_owner_again(shared, std::iter::once(&mut *projection), &did)
            .map_err(CatchUpError::Apply)?;
        projection.clear_replay(did.as_str(), seq)?;
        projection.commit()?;
        tracing::info!(service = projection.shared.spec.name, %did, "rows were made again after an erasure");
    }
    Ok(())
}

/// Removes what replays left that a crash ended.
pub(crate) fn remove_scratch(runtime: &Path) {
    for entry in std::fs::read_dir(runtime).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(SCRATCH)
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "a replay's leavings");
        }
    }
}

/// Gives a projection what the journal has and it lacks.
pub(crate) fn catch_up(
    journal: &Journal,
    shared: &Shared,
    projection: &mut Writable,
) -> Result<(), CatchUpError> {
    let from = projection.offset();
    let service = projection.shared.spec.name;
    // Whoever had something erased is made anew at the end, from what is left: bodies in the journal may be erased ones.
    let mut erasing: BTreeSet<Did> = BTreeSet::new();
    journal.for_each(|row| {
        if row.offset > from && row.entry.header.op == crate::ops::BODY_ERASED {
            erasing.insert(row.entry.header.did.clone());
        }
        Ok(())
    })?;
    let mut given = 0;
    let mut failed = None;
    journal.for_each(|row| {
        let header = &row.entry.header;
        if failed.is_some() || row.offset <= from || erasing.contains(&header.did) {
            return Ok(());
        }
        if feed::concerns(&*shared.machine, service, header) {
            let body = row.entry.body();
            let result = match body {
                Ok(body) => feed::give(shared, projection, row.offset, &row.entry, body.as_ref()),
                Err(_) => Err(Broken::Apply),
            };
            failed = result.err();
            given += 1;
        }
        Ok(())
    })?;
    if let Some(broken) = failed {
        return Err(CatchUpError::Apply(broken));
    }
    for did in &erasing {
        let again = feed::give_owner_again(shared, std::iter::once(&mut *projection), did);
        again.map_err(CatchUpError::Apply)?;
    }
    if given > 0 || !erasing.is_empty() {
        tracing::info!(
            service,
            entries = given,
            "a projection was given what it lacked"
        );
    }
    projection.commit()?;
    Ok(())
}
