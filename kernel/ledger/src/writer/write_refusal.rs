//! Why a log takes no entry: its home is elsewhere, it is frozen, it was deleted, or it is being imported.

use super::job::Failure;
use crate::errors::Result;
use crate::machine::{Command, Refusal, RefusalKind, SubmitError};
use crate::shared::Shared;
use crate::write_freeze::WriteFreeze;
use imajin_log::ops;
use imajin_log::rules::LogState;

/// Returns why this node may not write the command into the log, if so.
pub(super) fn read_only(
    shared: &Shared,
    state: &LogState,
    command: &Command,
) -> Option<SubmitError> {
    // A home entry that names this node is how a log moves here, or continues here.
    if command.op == ops::HOME && names_node(shared, command) {
        let abandons = command.body.as_ref().and_then(|body| body.get_str("abandons"));
        let freeze = shared.freeze_of(state).filter(|freeze| !freeze.lets_home(abandons))?;
        return Some(SubmitError::ReadOnly {
            did: command.did.clone(),
            reason: freeze.reason,
            newer: freeze.newer,
        });
    }
    let (reason, newer) = shared.why_read_only(state)?;
    Some(SubmitError::ReadOnly { did: command.did.clone(), reason, newer })
}

/// Returns why no one may write to a log any more, if so: its owner deleted it.
pub(super) fn refuse_deleted(state: &LogState) -> Option<SubmitError> {
    let text = || format!("{} was deleted by its owner", state.did());
    state.deleted().then(|| Refusal::new(RefusalKind::Gone, text()).into())
}

/// Returns why no consequence of another log's entry may be written to a log, if so.
pub(super) fn closed_to_others(shared: &Shared, state: &LogState) -> Option<SubmitError> {
    if shared.replays.is_arriving(state.did()) {
        return Some(SubmitError::Busy);
    }
    if let Some((reason, newer)) = shared.why_read_only(state) {
        return Some(SubmitError::ReadOnly { did: state.did().clone(), reason, newer });
    }
    refuse_deleted(state)
}

fn names_node(shared: &Shared, command: &Command) -> bool {
    command.body.as_ref().and_then(|body| body.get_str("node")) == Some(shared.node.did.as_str())
}

/// Checks that the new log's home is this node: a log begins at its home.
pub(super) fn is_home_here(shared: &Shared, command: &Command) -> Result<(), Failure> {
    let home = command.body.as_ref().and_then(|body| body.get("home"));
    if home.and_then(|home| home.get_str("node")) == Some(shared.node.did.as_str()) {
        return Ok(());
    }
    let text = format!("home.node must be this node, {}", shared.node.did);
    Err(Refusal::new(RefusalKind::BadRequest, text).field("home").into())
}

impl Shared {
    /// Returns the freeze of a log, unless a home entry has ended it.
    pub(crate) fn freeze_of(&self, state: &LogState) -> Option<WriteFreeze> {
        self.write_freezes.get(state.did()).filter(|freeze| !freeze.is_over(state))
    }

    /// Returns whether a home entry would end the freeze on a log.
    pub(crate) fn waits_for_home(&self, state: &LogState) -> bool {
        self.freeze_of(state).is_some_and(|freeze| freeze.epoch.is_some())
    }

    /// Returns why this node may not write to a log: its home is elsewhere, or it is frozen.
    pub(crate) fn why_read_only(&self, state: &LogState) -> Option<(String, Option<String>)> {
        if let Some(freeze) = self.freeze_of(state) {
            return Some((freeze.reason, freeze.newer));
        }
        let home = state.home()?;
        let reason = || format!("its home is {} ({})", home.url, home.node);
        (home.node != self.node.did).then(|| (reason(), None))
    }

    /// Returns why no log may begin here, if so: the data folder is known to be an old copy.
    pub(crate) fn why_old_copy(&self) -> Result<Option<String>> {
        let freeze = self.state(&self.node.did)?.and_then(|state| self.freeze_of(&state));
        let freeze = freeze.filter(|freeze| freeze.whole);
        Ok(freeze.map(|freeze| freeze.reason))
    }
}
