//! The entries that a batch has made and not yet made durable.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use imajin_log::rules::LogState;
use imajin_protocol::Did;

use super::job::Failure;
use crate::logfile::Row;
use crate::machine::SubmitError;
use crate::shared::Shared;

/// States and rows that are not durable yet.
#[derive(Default)]
pub(super) struct Staged {
    /// The logs that this batch has read; `None` for one that does not exist.
    pub(super) states: RefCell<HashMap<Did, Option<Arc<LogState>>>>,
    /// The logs among them with new entries.
    pub(super) touched: HashSet<Did>,
    pub(super) rows: Vec<Row>,
}

/// Saved states, to be restored.
pub(super) type Saved = Vec<(Did, Option<Arc<LogState>>, bool)>;

impl Staged {
    /// Returns the state of a log as of this command, if there is such a log.
    pub(super) fn state(
        &self,
        shared: &Shared,
        did: &Did,
    ) -> Result<Option<Arc<LogState>>, Failure> {
        if let Some(state) = self.states.borrow().get(did) {
            return Ok(state.clone());
        }
        let state = shared.state(did).map_err(SubmitError::from)?;
        self.states.borrow_mut().insert(did.clone(), state.clone());
        Ok(state)
    }

    /// Changes a state, or creates that of a new log. Other threads do not see the change.
    pub(super) fn change(&mut self, shared: &Shared, did: &Did, f: impl FnOnce(&mut LogState)) {
        let state = self.states.get_mut().entry(did.clone()).or_default();
        let state = state
            .get_or_insert_with(|| Arc::new(LogState::for_writer(did.clone(), shared.ops.clone())));
        f(Arc::make_mut(state));
        if !self.touched.contains(did) {
            self.touched.insert(did.clone());
        }
    }

    /// Saves the states of some logs.
    pub(super) fn save(&self, dids: impl Iterator<Item = Did>) -> Saved {
        let states = self.states.borrow();
        let save = |did: Did| {
            let state = states.get(&did).cloned().flatten();
            let touched = self.touched.contains(&did);
            (did, state, touched)
        };
        dids.map(save).collect()
    }

    /// Restores saved states.
    pub(super) fn restore(&mut self, saved: Saved) {
        for (did, state, touched) in saved {
            if !touched {
                self.touched.remove(&did);
            }
            self.states.get_mut().insert(did, state);
        }
    }

    /// Returns the entries of a log in this batch.
    pub(super) fn entries<'s>(&'s self, did: &'s Did) -> impl DoubleEndedIterator<Item = &'s Row> {
        self.rows
            .iter()
            .filter(move |row| row.entry.header.did == *did)
    }
}
