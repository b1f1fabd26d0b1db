//! What an erasure names is looked for beside the writer. Which bodies follow from a command its decision says, so one
//! that erases is put back with the list, and comes again with what was found (`crate::ledger`).
//!
//! Always: the writer itself reads no more than a short tail, whatever the log's length.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use imajin_dfos::{Cid, Value};
use imajin_protocol::Did;

use super::{Failure, Prepared};
use crate::machine::{Command, SubmitError};
use crate::ops;
use crate::shared::{Named, Shared};

/// Entries that came since, which the writer reads at most.
const TAIL_ENTRIES_MAX: usize = 128;

/// Bodies that are to be looked for, by log.
pub(crate) type Wanted = BTreeMap<Did, HashSet<Cid>>;

/// A command that is put back until it is known which entries name these bodies.
#[derive(Debug, Clone)]
pub(crate) struct Unsearched {
    pub(crate) wanted: Wanted,
    /// The command itself, once it is given back.
    pub(crate) job: Option<(Command, Prepared)>,
}

/// Adds the bodies that an entry of this operation erases.
pub(super) fn want(wanted: &mut Wanted, did: &Did, op: &str, body: Option<&Value>) {
    if op != ops::BODY_ERASED {
        return;
    }
    let listed = body.and_then(|body| body.get("bodies"));
    let listed = listed.and_then(Value::as_list).unwrap_or_default();
    let bodies = wanted.entry(did.clone()).or_default();
    bodies.extend(listed.iter().filter_map(Value::as_link));
}

/// What is known of all of these, up to this batch; or what is to be looked for first.
pub(super) fn known(
    shared: &Shared,
    found: &[Arc<Named>],
    wanted: Wanted,
) -> Result<Vec<Arc<Named>>, Failure> {
    let mut all = Vec::with_capacity(wanted.len());
    for (did, bodies) in &wanted {
        let fits = |known: &&Arc<Named>| {
            known.did == *did
                && known.installs == shared.installs_of(did)
                && bodies.is_subset(&known.bodies)
        };
        let known = found.iter().find(fits).cloned();
        let known = known.map(|known| with_tail(shared, known));
        match known.transpose()?.flatten() {
            Some(known) => all.push(known),
            None => {
                return Err(Failure::Search(Box::new(Unsearched { wanted, job: None })));
            }
        }
    }
    Ok(all)
}

/// With what came since, up to this batch; none where that is long, or somebody else uses the log.
fn with_tail(shared: &Shared, mut known: Arc<Named>) -> Result<Option<Arc<Named>>, SubmitError> {
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
    shared
        .counters
        .searched_entries
        .fetch_add(tail.len() as u64, Ordering::Relaxed);
    for (_, entry) in &tail {
        Arc::make_mut(&mut known).take(entry);
    }
    Ok(Some(known))
}
