//! Loads a log's state from its file without reading all of it: the marked entries, the newest one, the keys.

use std::sync::Arc;

use imajin_log::ops::{self, OpTable};
use imajin_log::rules::{Body, LogState, read_body};
use imajin_protocol::Did;

use super::queries::{entry, newest_seq, sealed};
use super::{LogError, LogFile};

/// Keys that are looked up at once; others are looked up when they sign.
const KIDS_LOADED: i64 = 48;

/// Returns the state after the newest entry in the file.
pub(crate) fn load_state(
    log: &LogFile,
    did: &Did,
    ops: &Arc<OpTable>,
) -> Result<LogState, LogError> {
    let mut state = LogState::for_writer(did.clone(), ops.clone());
    let db = log.db();
    let mut marked = db.prepare_cached(
        "SELECT e.header, b.body FROM local_marks m JOIN entries e ON e.seq = m.seq LEFT JOIN bodies b ON b.seq = m.seq
         WHERE m.op <> ?1 ORDER BY m.seq",
    )?;
    // Anchors are marked so that they can be found; they do not affect the state, and are large.
    let mut rows = marked.query([ops::ANCHOR])?;
    while let Some(row) = rows.next()? {
        recall(&mut state, &sealed(row)?)?;
    }
    drop(rows);
    let newest = newest_seq(db)?.map(|seq| entry(db, seq)).transpose()?.flatten();
    let newest = newest.ok_or_else(|| LogError::Damaged("the log has no entries".to_owned()))?;
    if newest.header.did != *did {
        return Err(LogError::Damaged(format!("this is the log of {}", newest.header.did)));
    }
    if state.home().is_none() {
        return Err(LogError::Damaged("the log has no first entry that names its home".to_owned()));
    }
    let mut keys = db.prepare_cached(
        "SELECT e.header, NULL FROM local_keys k JOIN entries e ON e.seq = k.seq ORDER BY k.seq DESC LIMIT ?1",
    )?;
    let mut rows = keys.query([KIDS_LOADED + 1])?;
    let mut signed = Vec::new();
    while let Some(row) = rows.next()? {
        signed.push(sealed(row)?);
    }
    drop(rows);
    let complete = signed.len() <= usize::try_from(KIDS_LOADED).unwrap_or(usize::MAX);
    // Oldest first, so that the newest remembered entry of an author remains.
    for entry in signed.iter().rev() {
        state.recall_signer(entry, |author| log.chain(author).ok().flatten().map(Arc::new));
    }
    state.recall_newest(&newest, complete);
    Ok(state)
}

/// Applies one of this node's own entries to a state.
pub(crate) fn recall(
    state: &mut LogState,
    entry: &imajin_log::entry::Sealed,
) -> Result<(), LogError> {
    let damaged = |error: imajin_log::rules::Fault| {
        LogError::Damaged(format!("entry {}: {error}", entry.header.seq))
    };
    let value = read_body(entry).map_err(damaged)?;
    let body = match (&entry.header.body, &value) {
        (_, Some(value)) => Body::Here(value),
        (Some(_), None) => Body::Gone,
        (None, None) => Body::None,
    };
    state.recall(entry, body).map_err(damaged)
}
