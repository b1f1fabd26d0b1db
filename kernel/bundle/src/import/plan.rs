//! Compares a verified copy with this node's log: new, the same, further, older, or another history.

use imajin_dfos::Cid;
use imajin_ledger::Ledger;
use imajin_ledger::copies::Replaces;
use imajin_log::entry::Sealed;
use imajin_log::rules::Newest;
use imajin_log::untrusted::{LogForm, UntrustedLog};
use imajin_log::verify::ends;

use super::check::VerifiedBundle;
use super::{ImportError, Result};

/// The relation of a copy to this node's log.
#[derive(Debug, Clone)]
pub(super) enum Relation {
    /// This node has no log of this DID.
    New,
    /// This node's log is a beginning of the copy, or equal to it.
    Extends {
        /// The newest entry on this node.
        here: Newest,
    },
    /// The copy is a beginning of this node's log.
    Older {
        /// The newest entry on this node.
        here: Newest,
        /// The first entry that the copy lacks.
        next: Box<Sealed>,
    },
    /// This node's log is damaged, so the relation is unknown.
    Damaged,
    /// The histories differ.
    Forks {
        /// The newest entry on this node.
        here: Newest,
        /// The first entry that differs.
        from: u64,
    },
}

impl Relation {
    /// Returns the log that the copy would replace.
    pub(super) fn replaces(&self) -> Replaces {
        match self {
            Self::New => Replaces::Nothing,
            Self::Damaged => Replaces::Damaged,
            Self::Extends { here } => Replaces::Beginning(*here),
            Self::Forks { here, .. } | Self::Older { here, .. } => Replaces::Other(*here),
        }
    }
}

/// Compares by CIDs: an entry's CID vouches for every entry before it.
pub(super) fn relation(ledger: &Ledger, checked: &VerifiedBundle) -> Result<Relation> {
    let Some(state) = ledger.state(&checked.did).map_err(ImportError::read)? else {
        return Ok(Relation::New);
    };
    let (Some(here), Some(there)) = (state.newest().copied(), checked.state.newest().copied())
    else {
        return Ok(Relation::New);
    };
    let log = UntrustedLog::open(&checked.folder.path.join("log.sqlite"), LogForm::Bundle, None)
        .map_err(|error| ImportError::Store(error.to_string()))?;
    let copy = |seq: u64| -> Result<Option<Cid>> {
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
            ledger.entry(&checked.did, seq).map_err(ImportError::read)?.map(|entry| entry.cid),
        )
    };
    if ours(there.seq)? == Some(there.cid)
        && let Some(next) = ledger.entry(&checked.did, there.seq + 1).map_err(ImportError::read)?
    {
        return Ok(Relation::Older { here, next: Box::new(next) });
    }
    // Histories that differ once differ from there on, so bisection finds the first difference.
    let (mut same, mut differs): (Option<u64>, u64) = (None, here.seq.min(there.seq));
    while same.map_or(0, |seq| seq + 1) < differs {
        let middle = u64::midpoint(same.map_or(0, |seq| seq + 1), differs);
        if copy(middle)? == ours(middle)? {
            same = Some(middle);
        } else {
            differs = middle;
        }
    }
    Ok(Relation::Forks { here, from: differs })
}
