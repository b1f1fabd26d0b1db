//! Another thread finds the entries that an erasure names. Only the decision knows which bodies a command erases, so
//! the writer returns an erasing command with the list, and gets it again with the result (`crate::ledger`).
//!
//! Always: the writer itself reads only a short tail, whatever the log's length.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use imajin_dfos::Value;
use imajin_log::ops;
use imajin_protocol::Did;

use super::job::{BodiesByLog, Failure, Unsearched};
use crate::machine::SubmitError;
use crate::mentions::Mentions;
use crate::shared::Shared;

/// Maximum number of entries written since the search that the writer reads.
const TAIL_ENTRIES_MAX: usize = 128;

/// Adds the bodies that an entry of this operation erases.
pub(super) fn add_bodies(wanted: &mut BodiesByLog, did: &Did, op: &str, body: Option<&Value>) {
    if op != ops::BODY_ERASED {
        return;
    }
    let listed = body.and_then(|body| body.get("bodies"));
    let listed = listed.and_then(Value::as_list).unwrap_or_default();
    wanted.entry(did.clone()).or_default().extend(listed.iter().filter_map(Value::as_link));
}

/// Returns the search results for all of these bodies, up to this batch; or the searches still to run.
pub(super) fn collect_mentions(
    shared: &Shared,
    candidates: &[Arc<Mentions>],
    searches: BodiesByLog,
) -> Result<Vec<Arc<Mentions>>, Failure> {
    let mut all = Vec::with_capacity(searches.len());
    for (did, bodies) in &searches {
        let fits = |mentions: &&Arc<Mentions>| {
            mentions.did == *did
                && mentions.installs == shared.installs_of(did)
                && bodies.is_subset(&mentions.bodies)
        };
        let mentions = candidates.iter().find(fits).cloned().map(|known| with_tail(shared, known));
        match mentions.transpose()?.flatten() {
            Some(mentions) => all.push(mentions),
            None => {
                return Err(Failure::Search(Box::new(Unsearched { wanted: searches, job: None })));
            }
        }
    }
    Ok(all)
}

/// Extends a search up to this batch; `None` if that takes too long, or the log is in use.
fn with_tail(
    shared: &Shared,
    mut known: Arc<Mentions>,
) -> Result<Option<Arc<Mentions>>, SubmitError> {
    let newest = shared.state(&known.did)?;
    let newest = newest.and_then(|state| state.newest().map(|newest| newest.seq));
    if known.upto >= newest {
        return Ok(Some(known));
    }
    let tail = shared.entries_if_free(&known.did, known.upto, TAIL_ENTRIES_MAX + 1);
    let Some(tail) = tail else { return Ok(None) };
    let tail = tail.map_err(|error| shared.read_error(&known.did, error))?;
    if tail.len() > TAIL_ENTRIES_MAX {
        return Ok(None);
    }
    shared.counters.searched_entries.fetch_add(tail.len() as u64, Ordering::Relaxed);
    for (_, entry) in &tail {
        Arc::make_mut(&mut known).take(entry);
    }
    Ok(Some(known))
}
