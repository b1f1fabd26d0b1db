//! Notice of newer heads of this node's logs.

use std::sync::Arc;

use imajin_dfos::order::Order as _;
use imajin_log::rules::LogState;
use imajin_protocol::{Did, Head, Proof};

use super::Ledger;
use crate::errors::ReadError;
use crate::options::NodeKey;
use crate::shared::Shared;
use crate::write_freeze::WriteFreeze;

/// Prefix of a freeze's reason when a proof of the owner's led to it.
const SEEN_BY_OWNER: &str = "its owner has seen entry";

/// The relation of a head to this node's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learned {
    /// Nothing new: this node's log is as far, or further.
    Known,
    /// The head is ahead: this node's log is an old copy and is frozen until its owner decides how it continues.
    Ahead,
    /// The head names another entry at the same number: there are two histories. The log is frozen.
    Contradicts,
}

/// Why a head could not be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum LearnError {
    #[error("there is no log of {0} here")]
    NoLog(Did),
    /// The text is not a head, or is not signed by a node that was ever home of the log.
    #[error("the head: {0}")]
    Head(String),
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Ledger {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// Returns the node's key.
    pub fn node_key(&self) -> &NodeKey {
        &self.inner.shared.node
    }

    /// Takes notice of a head of one of this node's logs, from any source. If it is ahead and signed by a node that was
    /// home, this node stops writing to the log: its log is an old copy, and writing would make a second history.
    pub fn learn_head(&self, jws: &str) -> Result<Learned, LearnError> {
        let (learned, freeze) = self.judge(jws)?;
        if let Some(freeze) = freeze {
            self.freeze(freeze)?;
        }
        Ok(learned)
    }

    /// Judges a head, and returns the freeze that the log gets for it, unless an existing freeze already covers it.
    pub(super) fn judge(&self, jws: &str) -> Result<(Learned, Option<WriteFreeze>), LearnError> {
        let head = Head::parse(jws).map_err(|error| LearnError::Head(error.to_string()))?;
        let did = head.payload.did.clone();
        let shared = &self.inner.shared;
        let state = shared.state(&did)?.ok_or_else(|| LearnError::NoLog(did.clone()))?;
        self.check_head(&head, &state)?;
        let (epoch, newest) = match (state.home(), state.newest()) {
            (Some(home), Some(newest)) => (home.epoch, *newest),
            _ => return Err(LearnError::NoLog(did)),
        };
        let payload = &head.payload;
        if (payload.epoch, payload.seq) > (epoch, newest.seq) {
            let reason = format!(
                "a newer entry of it is known (epoch {}, entry {}) than this node has: bring a newer copy here, or have its \
                 owner sign a home entry that names the newest head under abandons",
                payload.epoch, payload.seq
            );
            let freeze = self.freeze_for(did, reason, (jws, epoch.max(payload.epoch)));
            return Ok((Learned::Ahead, freeze));
        }
        let ours = shared.entry(&did, payload.seq)?;
        let contradicts = ours.is_some_and(|entry| entry.cid != payload.cid);
        // A head of a branch that a later home abandoned has no effect.
        let in_force = state
            .home_at(payload.seq)
            .is_some_and(|home| home.epoch == payload.epoch && home.node == *head.node());
        if contradicts && in_force {
            let reason = format!(
                "its home has signed two histories (they differ at entry {} or before): its owner must sign which one continues",
                payload.seq
            );
            let freeze = self.freeze_for(did, reason, (jws, epoch));
            return Ok((Learned::Contradicts, freeze));
        }
        Ok((Learned::Known, None))
    }

    /// Takes notice of an owner's proof that has seen an entry which this node's log lacks: this log is an old copy.
    /// True if the log is frozen for this reason.
    pub fn learn_seen(&self, proof: &Proof) -> Result<bool, LearnError> {
        let shared = &self.inner.shared;
        let (payload, did) = (&proof.payload, &proof.payload.did);
        let Some(seen) = payload.seen else {
            return Ok(false);
        };
        let state = shared.state(did)?.ok_or_else(|| LearnError::NoLog(did.clone()))?;
        let (Some(home), Some(newest)) = (state.home(), state.newest()) else {
            return Ok(false);
        };
        let is_ours = home.node == shared.node.did && payload.aud == home.node;
        let is_owners = proof.kid.did() == did && self.key_for(proof).is_ok();
        if seen.seq <= newest.seq
            || !is_ours
            || !is_owners
            || shared.write_freezes.get(did).is_some()
        {
            return Ok(false);
        }
        let reason = format!(
            "{SEEN_BY_OWNER} {} of it, and this node has it up to entry {} only: an old copy of the node's data was put back. Bring a newer copy here, or have its owner sign a home entry that lets it continue",
            seen.seq, newest.seq
        );
        self.freeze(WriteFreeze {
            did: did.clone(),
            reason,
            newer: None,
            epoch: Some(home.epoch),
            whole: false,
        })?;
        Ok(true)
    }

    /// Returns the logs of which a newer state is known, with the reason for each freeze: this node has an old copy, or
    /// a twin.
    pub fn outdated(&self) -> Vec<(Did, String)> {
        let shared = &self.inner.shared;
        let mut outdated = Vec::new();
        for freeze in shared.write_freezes.all() {
            let newer = freeze.newer.as_deref().and_then(|jws| Head::parse(jws).ok());
            // A log that moved is frozen by its new home's head.
            let is_ours = newer.is_some_and(|head| *head.node() == shared.node.did);
            if !(is_ours || freeze.whole || freeze.reason.starts_with(SEEN_BY_OWNER)) {
                continue;
            }
            if !matches!(shared.state(&freeze.did), Ok(Some(state)) if freeze.is_over(&state)) {
                outdated.push((freeze.did, freeze.reason));
            }
        }
        outdated.order_by(|one, other| one.0.as_str().cmp(other.0.as_str()));
        outdated
    }

    /// Checks that a head is signed by a node that was home of this log, with a key that the node's chain ever named.
    fn check_head(&self, head: &Head, state: &LogState) -> Result<(), LearnError> {
        let refused = |text: &str| LearnError::Head(text.to_owned());
        let node = head.node();
        if !state.homes().iter().any(|span| span.home.node == *node) {
            return Err(refused("it is signed by a node that was never home of this log"));
        }
        let chain = self.inner.shared.chain_in(state.did(), node)?;
        let chain = chain
            .ok_or_else(|| refused("this node does not know the identity of the head's node"))?;
        let key = chain.ever_auth_key(head.kid.key_id());
        let key = key.ok_or_else(|| refused("its key was never one of that node"))?;
        head.verify(&key).map_err(|error| LearnError::Head(error.to_string()))
    }

    fn freeze_for(
        &self,
        did: Did,
        reason: String,
        (jws, epoch): (&str, u64),
    ) -> Option<WriteFreeze> {
        let freeze = self.inner.shared.write_freezes.get(&did);
        let whole = freeze.as_ref().is_some_and(|freeze| freeze.whole);
        // The reason for the whole folder is more informative.
        let reason = match &freeze {
            Some(freeze) if freeze.whole => freeze.reason.clone(),
            _ => reason,
        };
        let newer = freeze.and_then(|freeze| freeze.newer);
        let newer_head = newer.and_then(|known| Head::parse(&known).ok());
        let further = |head: &Head| {
            newer_head.as_ref().is_none_or(|newer_head| head.is_ahead_of(&newer_head.payload))
        };
        Head::parse(jws).is_ok_and(|head| further(&head)).then(|| WriteFreeze {
            did,
            reason,
            newer: Some(jws.to_owned()),
            epoch: Some(epoch),
            whole,
        })
    }
}
