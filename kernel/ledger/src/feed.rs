//! Feeds entries to projections: as they are entered, again after an erasure, and in recovery and rebuild.
//!
//! Always: a projection gets an entry exactly when the entry belongs to its service, or to an operation that the
//! projection subscribes to. An erased body is passed as `None`, on every path.

use std::collections::HashMap;

use imajin_dfos::{Cid, Value};
use imajin_log::Applied;
use imajin_log::entry::{Header, Offset, Sealed, Seq};
use imajin_log::sql::{SqlErrorKind, classify};
use imajin_protocol::Did;

use crate::errors::ReadError;
use crate::logfile::LogError;
use crate::machine::StateMachine;
use crate::media::is_disk_full;
use crate::projection::Writable;
use crate::shared::Shared;

/// Entries read at a time.
const CHUNK: usize = 256;

/// Why feeding a projection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("the disk is full")]
    Full,
    #[error("it failed to apply an entry")]
    Apply,
    #[error("an entry on the disk is damaged or cannot be read")]
    Unreadable,
}

/// Returns an entry as a projection sees it.
pub(crate) fn applied<'a>(offset: u64, entry: &'a Sealed, body: Option<&'a Value>) -> Applied<'a> {
    let header = &*entry.header;
    Applied {
        offset: Offset(offset),
        did: &header.did,
        seq: Seq(header.seq),
        at: header.at,
        service: header.service(),
        op: &header.op,
        reference: header.reference.as_ref().map(|id| id.as_str()),
        body,
        fact: header.fact.as_ref(),
        author: &header.author,
        will: header.will_kind(),
    }
}

/// Returns whether a projection gets an entry.
pub(crate) fn concerns(machine: &dyn StateMachine, service: &str, header: &Header) -> bool {
    header.service() == service || machine.subscribers(&header.op).contains(&service)
}

/// Feeds an entry to a projection, if it concerns the projection.
pub(crate) fn project(
    shared: &Shared,
    projection: &mut Writable,
    offset: u64,
    entry: &Sealed,
    body: Option<&Value>,
) -> Result<(), Broken> {
    let service = projection.shared.spec.name;
    if !concerns(&*shared.machine, service, &entry.header) {
        return Ok(());
    }
    let broken = |error| broken(service, &entry.header.op, &error);
    projection.begin().map_err(broken)?;
    shared.machine.apply(service, &projection.db, &applied(offset, entry, body)).map_err(broken)?;
    projection.gave(offset);
    Ok(())
}

/// Classifies an error, and reports it to the node's operator.
pub(crate) fn broken(service: &str, op: &str, error: &rusqlite::Error) -> Broken {
    match classify(error) {
        SqlErrorKind::Full => Broken::Full,
        _ => {
            tracing::error!(service, op, %error, "a projection failed to apply an entry");
            Broken::Apply
        }
    }
}

/// Classifies a failed read of entries, and reports it to the node's operator.
fn unread(error: &ReadError) -> Broken {
    match error {
        ReadError::Database(error) if classify(error) == SqlErrorKind::Full => Broken::Full,
        ReadError::Io(error) if is_disk_full(error) => Broken::Full,
        other => unreadable(other),
    }
}

/// Reports an entry that could not be read to the node's operator.
pub(crate) fn unreadable(error: &dyn std::error::Error) -> Broken {
    tracing::error!(%error, "an entry could not be read");
    Broken::Unreadable
}

/// Computes the rows of one owner again, from all entries of their log: those in the file, and those still in the
/// journal.
pub(crate) fn give_owner_again<'p>(
    shared: &Shared,
    projections: impl Iterator<Item = &'p mut Writable>,
    did: &Did,
) -> Result<(), Broken> {
    let erased = shared.erased_waiting(did).map_err(|error| match error {
        LogError::Full => Broken::Full,
        other => unreadable(&other),
    })?;
    for projection in projections {
        let service = projection.shared.spec.name;
        projection.begin().map_err(|error| broken(service, "forgetting", &error))?;
        projection
            .forget_owner(did.as_str())
            .map_err(|error| broken(service, "forgetting", &error))?;
        let mut after = None;
        // The newest entry may not concern this service; the rows are as of it anyway, and the journal must keep
        // it until they are durable.
        let mut newest = 0;
        loop {
            let entries = shared.entries(did, after, CHUNK).map_err(|error| unread(&error))?;
            let Some((offset, last)) = entries.last() else {
                break;
            };
            newest = newest.max(*offset);
            after = Some(last.header.seq);
            for (offset, entry) in &entries {
                give_again(shared, projection, *offset, entry, &erased)?;
            }
        }
        projection.gave(newest);
    }
    Ok(())
}

fn give_again(
    shared: &Shared,
    projection: &mut Writable,
    offset: u64,
    entry: &Sealed,
    erased: &HashMap<Cid, u64>,
) -> Result<(), Broken> {
    if !concerns(&*shared.machine, projection.shared.spec.name, &entry.header) {
        return Ok(());
    }
    let body = left_of(entry, erased).map_err(|error| unreadable(&error))?;
    project(shared, projection, offset, entry, body.as_ref())
}

/// Returns the entry's body, unless one of these erasures removed it.
pub(crate) fn left_of(
    entry: &Sealed,
    erased: &HashMap<Cid, u64>,
) -> Result<Option<Value>, imajin_log::entry::EntryError> {
    let header = &*entry.header;
    let gone =
        header.body.as_ref().and_then(|body| erased.get(body)).is_some_and(|by| header.seq < *by);
    if gone { Ok(None) } else { entry.body() }
}
