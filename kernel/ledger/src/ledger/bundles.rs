//! What bundles need of a running ledger: a copy of a log, the node's key, and what is learned of newer heads.

use std::path::Path;
use std::sync::Arc;

use imajin_protocol::{Did, Head};

use super::{Ledger, NodeKey, ReadError};
use crate::bundle::export::ExportError;
use crate::bundle::snapshot;
use crate::holds::Hold;
use crate::rules::LogState;
use crate::shared::Shared;

/// What a head that somebody showed says about the log here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learned {
    /// Nothing new: the log here is as far, or further.
    Known,
    /// It is ahead: what is here is old, and is written to no more until its owner says how it goes on.
    Ahead,
    /// It says another thing of the same place: two histories are told. The log is written to no more.
    Contradicts,
}

/// Why a head teaches nothing.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// There is no such log here.
    #[error("there is no log of {0} here")]
    NoLog(Did),
    /// Not a head, or not signed by a node that was ever home.
    #[error("the head: {0}")]
    Head(String),
    /// It could not be looked up or kept.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Ledger {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// The node's key.
    pub fn node_key(&self) -> &NodeKey {
        &self.inner.shared.node
    }

    /// Copies a log, with everything that was acknowledged, as it goes into a bundle.
    pub(crate) fn snapshot_log(&self, did: &Did, into: &Path) -> Result<(), ExportError> {
        let copied = self.read_log(did, |db| Ok(db.map(|db| snapshot::snapshot(db, into))));
        match copied.map_err(|error| ExportError::Store(error.to_string()))? {
            None => Err(ExportError::NoLog(did.clone())),
            Some(copied) => copied.map_err(ExportError::snapshot(into)),
        }
    }

    /// Takes notice of a head of a log that is kept here, shown by anybody. One that is ahead, signed by a node that was
    /// home, stops writing to the log here: what is here is an old copy, and going on would make a second history.
    pub fn learn_head(&self, jws: &str) -> Result<Learned, LearnError> {
        let head = Head::parse(jws).map_err(|error| LearnError::Head(error.to_string()))?;
        let did = head.payload.did.clone();
        let shared = &self.inner.shared;
        let state = shared
            .state(&did)?
            .ok_or_else(|| LearnError::NoLog(did.clone()))?;
        self.check_head(&head, &state)?;
        let (epoch, newest) = match (state.home(), state.newest()) {
            (Some(home), Some(newest)) => (home.epoch, *newest),
            _ => return Err(LearnError::NoLog(did)),
        };
        let said = &head.payload;
        if (said.epoch, said.seq) > (epoch, newest.seq) {
            let reason = format!(
                "a newer entry of it is known (epoch {}, entry {}) than this node has: bring a newer copy here, or have its \
                 owner sign a home entry that names the newest head under abandons",
                said.epoch, said.seq
            );
            return self.stop(did, reason, (jws, epoch.max(said.epoch)), Learned::Ahead);
        }
        let ours = shared.entry(&did, said.seq)?;
        let contradicts = ours.is_some_and(|entry| entry.cid != said.cid);
        // A branch that a later home gave up may say what it likes.
        let in_force = state
            .home_at(said.seq)
            .is_some_and(|home| home.epoch == said.epoch && home.node == *head.node());
        if contradicts && in_force {
            let reason = format!(
                "its home has signed two histories (they differ at entry {} or before): its owner must sign which one goes on",
                said.seq
            );
            return self.stop(did, reason, (jws, epoch), Learned::Contradicts);
        }
        Ok(Learned::Known)
    }

    /// Signed by a node that was home of this log, with a key that its chain ever named.
    fn check_head(&self, head: &Head, state: &LogState) -> Result<(), LearnError> {
        let refused = |text: &str| LearnError::Head(text.to_owned());
        let node = head.node();
        if !state.homes().iter().any(|span| span.home.node == *node) {
            return Err(refused(
                "it is signed by a node that was never home of this log",
            ));
        }
        let shared = &self.inner.shared;
        let chain = match shared.chain_here(node) {
            Some(chain) => Some(chain),
            None => shared
                .with_log(state.did(), |log| {
                    log.as_ref().map_or(Ok(None), |log| log.chain(node))
                })?
                .map(Arc::new),
        };
        let chain = chain.ok_or_else(|| refused("the identity of its node is not known here"))?;
        let key = chain.ever_auth_key(head.kid.key_id());
        let key = key.ok_or_else(|| refused("its key was never one of that node"))?;
        head.verify(&key)
            .map_err(|error| LearnError::Head(error.to_string()))
    }

    fn stop(
        &self,
        did: Did,
        reason: String,
        (jws, epoch): (&str, u64),
        learned: Learned,
    ) -> Result<Learned, LearnError> {
        let known = self
            .inner
            .shared
            .holds
            .get(&did)
            .and_then(|hold| hold.newer);
        let known = known.and_then(|known| Head::parse(&known).ok());
        let further = |head: &Head| {
            known
                .as_ref()
                .is_none_or(|known| head.is_ahead_of(&known.payload))
        };
        if Head::parse(jws).is_ok_and(|head| further(&head)) {
            self.hold(Hold {
                did,
                reason,
                newer: Some(jws.to_owned()),
                epoch: Some(epoch),
            })?;
        }
        Ok(learned)
    }
}
