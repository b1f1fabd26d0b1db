//! Recovery at a start: journal rows that logs or projections lack, and projections of another version.
//!
//! Always: it repeats the work of a running ledger, and is idempotent: by (did, seq, CID) in logs, by offset in
//! projections.

use std::collections::BTreeSet;
use std::path::Path;

use imajin_log::clock::monotonic;
use imajin_log::sql::{SqlErrorKind, classify};
use imajin_protocol::Did;

use crate::beginnings;
use crate::errors::OpenError;
use crate::feed::{self, Broken};
use crate::journal::Journal;
use crate::machine::{ProjectionSpec, Refusal, RefusalKind, SubmitError};
use crate::pending_entries::PendingRow;
use crate::projection::{self, Mark, Writable, carry};
use crate::replay::SCRATCH;
use crate::shared::Shared;

/// Adds the journal's rows to `waiting`; the flusher finds out which of them their logs already have.
pub(crate) fn index_journal(journal: &Journal, shared: &Shared) -> Result<usize, OpenError> {
    let mut rows = 0;
    let now = monotonic();
    journal.for_each(|row| {
        let header = &row.entry.header;
        if is_past(shared, &header.did, header.seq, row.offset) {
            return Ok(());
        }
        rows += 1;
        let waiting = PendingRow::new(row.offset, header, row.table, None);
        shared.pending_entries.push_place(header.did.clone(), waiting, now);
        Ok(())
    })?;
    Ok(rows)
}

/// Returns whether a row belongs to an abandoned branch: an imported log has replaced it, and the journal still had it
/// when the node ended. A damaged log is found out later.
fn is_past(shared: &Shared, did: &Did, seq: u64, offset: u64) -> bool {
    shared.in_file(did, |log| log.is_past(seq, offset)).unwrap_or(false)
}

/// Returns the projections that cannot continue: missing, of another version, of another history, or on a disk that
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
            .map_err(|source| OpenError::Database { path: path.clone(), source })?;
        let good = |mark: Mark| {
            mark.version == spec.version && mark.offset >= left && mark.offset <= journal.newest()
        };
        if carry::is_distrusted(&path) {
            tracing::warn!(
                service = spec.name,
                "the disk failed while this projection was made durable, or a rebuild was interrupted: it is rebuilt now"
            );
            stale.push(*spec);
        } else if !projection::read_mark(&path).is_some_and(good) {
            stale.push(*spec);
        }
    }
    Ok(stale)
}

/// Why a projection could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CatchUpError {
    #[error(transparent)]
    Journal(#[from] OpenError),
    #[error(transparent)]
    Apply(Broken),
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
}

impl CatchUpError {
    /// Returns whether the only reason is a full disk.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Journal(error) => error.is_full(),
            Self::Apply(broken) => *broken == Broken::Full,
            Self::Database(error) => classify(error) == SqlErrorKind::Full,
        }
    }

    /// Returns the answer to writes while the projection of a service is behind.
    pub(crate) fn refusal(&self, service: &str) -> SubmitError {
        if self.is_full() {
            return SubmitError::Full;
        }
        let text = format!("the projection {service} is behind and cannot catch up: {self}");
        Refusal::new(RefusalKind::Stored, text).into()
    }
}

/// Returns whether the journal has an erasure that a projection has not seen.
pub(crate) fn has_erasures(journal: &Journal, projection: &Writable) -> Result<bool, OpenError> {
    Ok(!erasing_after(journal, projection.shared.committed())?.is_empty())
}

/// Returns the owners of the logs in which the journal has erasures after an offset.
fn erasing_after(journal: &Journal, offset: u64) -> Result<BTreeSet<Did>, OpenError> {
    let mut erasing = BTreeSet::new();
    journal.for_each(|row| {
        if row.offset > offset && row.entry.header.op == imajin_log::ops::BODY_ERASED {
            erasing.insert(row.entry.header.did.clone());
        }
        Ok(())
    })?;
    Ok(erasing)
}

/// Makes the journal keep everything that a projection lacks until the projection has it.
pub(crate) fn keep_for(
    journal: &Journal,
    shared: &Shared,
    projection: &Writable,
) -> Result<(), OpenError> {
    let service = projection.shared.spec.name;
    let mut newest = 0;
    journal.for_each(|row| {
        if feed::concerns(&*shared.machine, service, &row.entry.header) {
            newest = row.offset.max(newest);
        }
        Ok(())
    })?;
    projection.shared.concerns_upto(newest);
    Ok(())
}

/// Replays the rows of owners whose replay after an erasure did not finish.
pub(crate) fn replay(shared: &Shared, projection: &mut Writable) -> Result<(), CatchUpError> {
    for (did, seq) in projection.replays()? {
        let Ok(did) = Did::parse(&did) else { continue };
        // Nothing is known of a damaged log; its rows are computed again together with the log.
        if shared.state(&did).is_err() {
            continue;
        }
        feed::give_owner_again(shared, std::iter::once(&mut *projection), &did)
            .map_err(CatchUpError::Apply)?;
        projection.clear_replay(did.as_str(), seq)?;
        projection.commit()?;
        tracing::info!(service = projection.shared.spec.name, %did, "rows were replayed after an erasure");
    }
    Ok(())
}

/// Removes the scratch files of replays that a crash ended.
pub(crate) fn remove_scratch(runtime: &Path) {
    for entry in std::fs::read_dir(runtime).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if [SCRATCH, beginnings::PREFIX].iter().any(|prefix| name.starts_with(prefix))
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "a replay's scratch files could not be removed");
        }
    }
}

/// Feeds a projection what the journal has and it lacks.
pub(crate) fn catch_up(
    journal: &Journal,
    shared: &Shared,
    projection: &mut Writable,
) -> Result<(), CatchUpError> {
    let from = projection.offset();
    let service = projection.shared.spec.name;
    // Rows of an owner with erasures are computed at the end, from what is left: bodies in the journal may have been
    // erased.
    let erasing = erasing_after(journal, from)?;
    let mut count = 0;
    let mut failed = None;
    journal.for_each(|row| {
        let header = &row.entry.header;
        if failed.is_some() || row.offset <= from || erasing.contains(&header.did) {
            return Ok(());
        }
        if feed::concerns(&*shared.machine, service, header) {
            let body = row.entry.body().map_err(|error| feed::unreadable(&error));
            let fed = body.and_then(|body| {
                feed::project(shared, projection, row.offset, &row.entry, body.as_ref())
            });
            failed = fed.err();
            count += 1;
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
    if count > 0 || !erasing.is_empty() {
        tracing::info!(service, entries = count, "a projection was given what it lacked");
    }
    projection.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_disk_is_told_as_one() {
        let full = CatchUpError::Apply(Broken::Full).refusal("note");
        assert!(matches!(full, SubmitError::Full), "{full:?}");
        let damaged = OpenError::Damaged { path: "journal.sqlite".into(), reason: "x".to_owned() };
        let others = [
            (CatchUpError::Journal(damaged), "is damaged: x"),
            (CatchUpError::Apply(Broken::Unreadable), "damaged or cannot be read"),
            (CatchUpError::Apply(Broken::Apply), "failed to apply"),
            (CatchUpError::Database(rusqlite::Error::InvalidQuery), "Query"),
        ];
        for (error, reason) in others {
            let SubmitError::Refused(refusal) = error.refusal("note") else {
                panic!("{error}");
            };
            assert_eq!(refusal.kind, RefusalKind::Stored);
            assert!(refusal.message.contains(reason), "{}", refusal.message);
        }
    }
}
