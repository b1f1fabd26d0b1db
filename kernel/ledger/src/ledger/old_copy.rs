//! The data folder as a whole is an old copy, or has a twin: the node's own record shows it, because no other program
//! has the node's key.
//!
//! Always: every log at home on this node is frozen before the node's own, so that a crash in between leaves nothing
//! writable once the node learns the same again. Each log continues with a home entry of its owner; the node's own log
//! continues when the node's owner's does.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;

use super::{LearnError, Learned, Ledger};
use crate::errors::Result;
use crate::write_freeze::WriteFreeze;

/// Prefix of the freeze's reason.
const OLD_COPY: &str = "this box's data is an old copy, or another box has this box's key";
/// Instructions for the owner to end the freeze.
const WHAT_TO_DO: &str = "put the newest card in and keep this one aside, bring a newer copy of each record, or continue from here: the box's owner first, then each person (My data, imajin carry-on)";

impl Ledger {
    /// Takes notice of a head of the node's own record from elsewhere: a registry, another node. If this node lacks its
    /// entry, it stops writing to every log at home here.
    pub fn learn_own_head(&self, jws: &str) -> Result<Learned, LearnError> {
        let head = imajin_protocol::Head::parse(jws);
        let head = head.map_err(|error| LearnError::Head(error.to_string()))?;
        let own = &self.inner.shared.node.did;
        if head.payload.did != *own {
            return Err(LearnError::Head("it is of another record".to_owned()));
        }
        let state = self.inner.shared.state(own)?;
        let epoch = state.and_then(|state| state.home().map(|home| home.epoch));
        if epoch.is_some_and(|epoch| head.payload.epoch < epoch) {
            // The node's owner has decided since then that it continues here: showing the head again has no effect.
            return Ok(Learned::Known);
        }
        let (learned, freeze) = self.judge(jws)?;
        if learned == Learned::Known {
            return Ok(learned);
        }
        let payload = &head.payload;
        let reason = format!(
            "entry {} of the box's own record (epoch {}) is not the one that is here",
            payload.seq, payload.epoch
        );
        if !self.freeze_all(&reason, freeze.as_ref())?
            && let Some(freeze) = freeze
        {
            // Everything is frozen already; only the other head's position is new.
            self.freeze(freeze)?;
        }
        Ok(learned)
    }

    /// Takes notice of something that the node's key signed at `at` and that is missing in the node's own record. True
    /// if writing stops for it; signatures from before the record continued here are known to be abandoned.
    pub fn learn_own_signature(&self, at: Timestamp, what: &str) -> Result<bool> {
        let shared = &self.inner.shared;
        let own = &shared.node.did;
        let Some(state) = shared.state(own)? else {
            return Ok(false);
        };
        let Some(span) = state.homes().last() else {
            return Ok(false);
        };
        let began = shared.entry(own, span.from_seq)?;
        if span.home.node != *own || began.is_none_or(|entry| entry.header.at >= at) {
            return Ok(false);
        }
        self.freeze_all(what, None)
    }

    /// Returns whether the data folder is known to be an old copy.
    pub fn is_old_copy(&self) -> Result<bool> {
        Ok(self.inner.shared.why_old_copy()?.is_some())
    }

    /// Returns the logs that are frozen because the data folder is an old copy, except the node's own.
    pub fn frozen_as_old_copy(&self) -> Vec<Did> {
        let own = &self.inner.shared.node.did;
        let freezes = self.inner.shared.write_freezes.all().into_iter();
        let held = freezes.filter(|freeze| freeze.whole && freeze.did != *own);
        held.map(|freeze| freeze.did).collect()
    }

    /// Freezes the logs at home here. Returns true if this froze anything new. `own` is the reason for freezing the
    /// node's own log.
    fn freeze_all(&self, proof: &str, own: Option<&WriteFreeze>) -> Result<bool> {
        let shared = &self.inner.shared;
        if shared.why_old_copy()?.is_some() {
            return Ok(false);
        }
        let reason = format!("{OLD_COPY} ({proof}): {WHAT_TO_DO}");
        let node = &shared.node.did;
        let mut dids = self.dids()?;
        dids.retain(|did| did != node);
        // The node's own log comes last.
        dids.push(node.clone());
        for did in dids {
            // Nothing writes to a quarantined log.
            let Ok(Some(state)) = shared.state(&did) else {
                continue;
            };
            let Some(home) = state.home().filter(|home| home.node == *node) else {
                continue;
            };
            let current = shared.freeze_of(&state);
            let freeze = if did == *node {
                own.cloned().or(current)
            } else if current.is_some() {
                // The log is frozen already, and needs more than this to continue.
                continue;
            } else {
                None
            };
            let epoch = freeze.as_ref().and_then(|freeze| freeze.epoch);
            self.freeze(WriteFreeze {
                epoch: epoch.or(Some(home.epoch)),
                newer: freeze.and_then(|freeze| freeze.newer),
                reason: reason.clone(),
                whole: true,
                did,
            })?;
        }
        Ok(true)
    }
}
