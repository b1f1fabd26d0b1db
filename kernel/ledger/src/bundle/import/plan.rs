//! How a verified copy stands to what is here: new, the same, further, older, or another history.

use imajin_dfos::Cid;

use super::ImportError;
use super::check::Checked;
use crate::entry::Sealed;
use crate::hostile::{HostileLog, Place};
use crate::rules::Newest;
use crate::shared::Shared;
use crate::verify::ends;

/// How a copy stands to the log here.
#[derive(Debug, Clone)]
pub(super) enum Relation {
    /// There is no log of this DID here.
    New,
    /// The log here is a beginning of the copy, or the same.
    Extends {
        /// The newest entry here.
        here: Newest,
    },
    /// The copy is a beginning of the log here.
    Older {
        /// The newest entry here.
        here: Newest,
        /// The first entry that the copy lacks.
        next: Box<Sealed>,
    },
    /// The log here is damaged: nobody can say.
    Damaged,
    /// They part.
    Forks {
        /// The newest entry here.
        here: Newest,
        /// The first entry that differs.
        from: u64,
    },
}

/// Compares by CIDs: one entry vouches for all before it.
pub(super) fn relation(shared: &Shared, checked: &Checked) -> Result<Relation, ImportError> {
    let store = |error: crate::ledger::ReadError| ImportError::Store(error.to_string());
    let Some(state) = shared.state(&checked.did).map_err(store)? else {
        return Ok(Relation::New);
    };
    let (Some(here), Some(there)) = (state.newest().copied(), checked.state.newest().copied())
    else {
        return Ok(Relation::New);
    };
    let log = HostileLog::open(&checked.folder.path.join("log.sqlite"), Place::Bundle, None)
        .map_err(|error| ImportError::Store(error.to_string()))?;
    let copy = |seq: u64| -> Result<Option<Cid>, ImportError> {
        let entry = ends::entry(log.conn(), seq);
        Ok(if seq > there.seq {
            None
        } else {
            Some(entry.map_err(|fault| ImportError::Store(fault.message))?.0)
        })
    };
    if copy(here.seq)? == Some(here.cid) {
        return Ok(Relation::Extends { here });
    }
    let ours = |seq: u64| {
        Ok::<_, ImportError>(
            shared
                .entry(&checked.did, seq)
                .map_err(store)?
                .map(|entry| entry.cid),
        )
    };
    if ours(there.seq)? == Some(there.cid)
        && let Some(next) = shared.entry(&checked.did, there.seq + 1).map_err(store)?
    {
        return Ok(Relation::Older {
            here,
            next: Box::new(next),
        });
    }
    // Once they differ they differ for ever: the first place is found by halving.
    let (mut same, mut differs): (Option<u64>, u64) = (None, here.seq.min(there.seq));
    while same.map_or(0, |seq| seq + 1) < differs {
        let middle = u64::midpoint(same.map_or(0, |seq| seq + 1), differs);
        if copy(middle)? == ours(middle)? {
            same = Some(middle);
        } else {
            differs = middle;
        }
    }
    Ok(Relation::Forks {
        here,
        from: differs,
    })
}
