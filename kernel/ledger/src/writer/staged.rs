//! The entries that batches have made and the disk has not made durable yet.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use imajin_log::rules::LogState;
use imajin_protocol::Did;

use super::job::Failure;
use crate::logfile::Row;
use crate::machine::SubmitError;
use crate::shared::Shared;

#[derive(Clone, Default)]
pub(super) struct BatchEntries {
    pub(super) rows: Vec<Row>,
    /// The new states of their logs.
    pub(super) states: HashMap<Did, Arc<LogState>>,
}

/// The states and rows of the batch being decided, on top of those of the batch before it, which may not be durable.
pub(super) struct Staged {
    before: Option<Arc<BatchEntries>>,
    /// The logs that this batch has read; `None` for one that does not exist.
    states: RefCell<HashMap<Did, Option<Arc<LogState>>>>,
    /// The logs among them with new entries.
    touched: HashSet<Did>,
    pub(super) rows: Vec<Row>,
}

pub(super) type Saved = Vec<(Did, Option<Arc<LogState>>, bool)>;

impl Staged {
    pub(super) fn new(before: Option<Arc<BatchEntries>>) -> Self {
        Self { before, states: RefCell::default(), touched: HashSet::new(), rows: Vec::new() }
    }

    /// Returns the state of a log as of this command, if there is such a log.
    pub(super) fn state(
        &self,
        shared: &Shared,
        did: &Did,
    ) -> Result<Option<Arc<LogState>>, Failure> {
        if let Some(state) = self.states.borrow().get(did) {
            return Ok(state.clone());
        }
        let before = self.before.as_ref();
        let state = match before.and_then(|before| before.states.get(did)) {
            Some(state) => Some(state.clone()),
            None => shared.state(did).map_err(SubmitError::from)?,
        };
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
            let touched = self.touched.contains(&did);
            let state = states.get(&did).cloned().flatten();
            (did, state, touched)
        };
        dids.map(save).collect()
    }

    pub(super) fn restore(&mut self, saved: Saved) {
        for (did, state, touched) in saved {
            if !touched {
                self.touched.remove(&did);
            }
            self.states.get_mut().insert(did, state);
        }
    }

    /// Returns the entries of a log that may not be durable, oldest first. Other threads may see the first of them
    /// already.
    pub(super) fn entries<'s>(&'s self, did: &'s Did) -> impl DoubleEndedIterator<Item = &'s Row> {
        let before = self.before.iter().flat_map(|before| &before.rows);
        before.chain(&self.rows).filter(move |row| row.entry.header.did == *did)
    }

    pub(super) fn finish(self) -> BatchEntries {
        let touched = self.touched;
        let states = self.states.into_inner().into_iter();
        let states = states
            .filter(|(did, _)| touched.contains(did))
            .filter_map(|(did, state)| Some((did, state?)));
        let states = states.map(|(did, mut state)| {
            Arc::make_mut(&mut state).forget_details();
            (did, state)
        });
        BatchEntries { rows: self.rows, states: states.collect() }
    }
}
