//! Information from the rest of the ledger for flushing a log: identity chains, this node's heads, and the delegations
//! with counted uses.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Cid;
use imajin_log::entry::Sealed;
use imajin_log::rules::{Chain, LogState};
use imajin_protocol::head::HeadPayload;
use imajin_protocol::{Did, Head};

use crate::logfile::{Context, LogError, NewHead, Row};
use crate::shared::Shared;

/// Maximum number of looks for a state that the writer is about to publish.
const STATE_TRIES: usize = 1_000;

pub(super) struct Knowledge {
    head: HeadOf,
    chain_of: ChainOf,
    counted: Box<dyn Fn(&Cid) -> bool>,
}

type ChainOf = Box<dyn Fn(&Did) -> Option<Arc<Chain>>>;
type HeadOf = Box<dyn Fn(&Sealed) -> Option<NewHead>>;

impl Knowledge {
    pub(super) fn gather(shared: &Arc<Shared>, did: &Did, rows: &[Row]) -> Result<Self, LogError> {
        let state = state_after(shared, did, rows)?;
        let mut chains: HashMap<Did, Arc<Chain>> = HashMap::new();
        let authors = rows.iter().flat_map(|row| {
            let intent = row.across.as_ref().map(|across| across.intent.header.author.clone());
            std::iter::once(row.entry.header.author.clone()).chain(intent)
        });
        for author in authors.chain([shared.node.did.clone()]) {
            if author != *did && !chains.contains_key(&author) {
                chains.extend(shared.chain_here(&author).map(|chain| (author, chain)));
            }
        }
        let chain_of: ChainOf = Box::new(move |did| chains.get(did).cloned());
        let head = {
            let (shared, state) = (shared.clone(), state.clone());
            Box::new(move |entry: &Sealed| head(&shared, &state, entry))
        };
        let counted = {
            let state = state.clone();
            Box::new(move |via: &Cid| {
                state.delegations().iter().any(|d| d.cid == *via && d.uses.is_some())
            })
        };
        Ok(Self { head, chain_of, counted })
    }

    pub(super) fn context<'a>(&'a self, shared: &'a Shared) -> Context<'a> {
        Context {
            ops: &shared.ops,
            chain: &*self.chain_of,
            head: &*self.head,
            counted: &*self.counted,
            node: &shared.node.did,
        }
    }
}

/// Returns the log's state after these rows. The writer publishes rows a moment before the state that they lead to.
fn state_after(shared: &Shared, did: &Did, rows: &[Row]) -> Result<Arc<LogState>, LogError> {
    let next_seq = rows.last().map_or(0, |row| row.entry.header.seq + 1);
    let reached = || -> Result<Option<Arc<LogState>>, LogError> {
        let state = shared.state(did).map_err(LogError::damaged)?;
        Ok(state.filter(|state| state.next_seq() >= next_seq))
    };
    for _ in 0..STATE_TRIES {
        if let Some(state) = reached()? {
            return Ok(state);
        }
        std::thread::sleep(Duration::from_micros(100));
    }
    // The thread that publishes may itself be waiting, for memory or a processor: the log and these rows tell the same.
    shared.states.remove(did);
    if let Some(state) = reached()? {
        return Ok(state);
    }
    Err(LogError::Damaged("the entries in the journal do not follow those in the log".to_owned()))
}

/// Returns this node's head of an entry, if it was the log's home then.
fn head(shared: &Shared, state: &LogState, entry: &Sealed) -> Option<NewHead> {
    let header = &*entry.header;
    let home = state.home_at(header.seq).filter(|home| home.node == shared.node.did)?;
    let payload = HeadPayload {
        at: header.at,
        cid: entry.cid,
        did: header.did.clone(),
        epoch: home.epoch,
        seq: header.seq,
    };
    let head = Head::sign(&shared.node.key, shared.node.kid.clone(), payload);
    match head {
        Ok(head) => Some((home.epoch, home.node.clone(), head.to_compact())),
        Err(error) => {
            tracing::error!(did = %header.did, %error, "a head could not be signed");
            None
        }
    }
}
