//! A content chain with all its branches, in memory: for callers with the whole log of one chain.
//!
//! Always: an operation is added only after its parent, so every state here is verified. Adding in another order gives
//! an equal chain. A relay with many long chains keeps the states in its storage instead and uses [`State::extend`] and
//! [`super::select_head`] itself.

use crate::order::Order as _;
use std::collections::BTreeMap;

use super::{ContentError, ContentId, LogError, Operation, State, compare};
use crate::resolve::Verifier;
use crate::statement::{self, Unverified};
use crate::{Cid, Did};

/// The result of adding an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// A new operation.
    New,
    /// An operation that the chain already had.
    Known,
}

/// A chain with all its branches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    genesis: Cid,
    /// Operations, by the text of their CID.
    nodes: BTreeMap<String, Node>,
    /// The greatest of all operations, which is always a tip: a child is later than its parent.
    head: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    state: State,
    has_children: bool,
}

impl Chain {
    /// Begins a chain with its first operation.
    pub fn genesis(token: &str, verifier: &Verifier<'_>) -> Result<Self, ContentError> {
        let state = State::genesis(token, verifier)?;
        let node = Node { state: state.clone(), has_children: false };
        Ok(Self {
            genesis: *state.genesis_cid(),
            nodes: BTreeMap::from([(state.genesis_cid().to_string(), node)]),
            head: state,
        })
    }

    /// Verifies a log with all branches, every operation after its parent.
    pub fn verify_log<T: AsRef<str>>(
        tokens: impl IntoIterator<Item = T>,
        verifier: &Verifier<'_>,
    ) -> Result<Self, LogError> {
        let mut chain: Option<Self> = None;
        for (index, token) in tokens.into_iter().enumerate() {
            let step = match &mut chain {
                Some(chain) => chain.insert(token.as_ref(), verifier).map(|_| ()),
                None => Self::genesis(token.as_ref(), verifier).map(|first| chain = Some(first)),
            };
            step.map_err(|error| LogError::Operation { index, error })?;
        }
        chain.ok_or(LogError::Empty)
    }

    /// Adds an operation after its parent; a refused one changes nothing.
    pub fn insert(
        &mut self,
        token: &str,
        verifier: &Verifier<'_>,
    ) -> Result<Inserted, ContentError> {
        let read: Unverified<'_, Operation> = statement::read(token)?;
        let parent = match read.statement().action.previous() {
            // Only the first operation has no parent; another create belongs to another chain.
            None if *read.cid() == self.genesis => self.genesis.to_string(),
            None => return Err(ContentError::SecondCreate),
            Some(previous) => previous.to_owned(),
        };
        let text = read.cid().to_string();
        if self.nodes.contains_key(&text) {
            read.attest(verifier, verifier.key_scope())?;
            return Ok(Inserted::Known);
        }
        let Some(node) = self.nodes.get_mut(&parent) else {
            return Err(ContentError::UnknownPrevious(parent));
        };
        let state = node.state.extend_with(read, verifier)?;
        node.has_children = true;
        let head = self.head.head_cid.to_string();
        if compare((state.updated_at, &text), (self.head.updated_at, &head)).is_gt() {
            self.head = state.clone();
        }
        let has_children = false;
        let node = Node { state, has_children };
        self.nodes.insert(text, node);
        Ok(Inserted::New)
    }

    /// The state of the chain: that of the branch with the preferred tip.
    pub fn head(&self) -> &State {
        &self.head
    }

    /// The state after any operation of the chain.
    pub fn state_at(&self, cid: &Cid) -> Option<&State> {
        self.nodes.get(&cid.to_string()).map(|node| &node.state)
    }

    /// The operations without children.
    pub fn tips(&self) -> impl Iterator<Item = &State> {
        let tips = self.nodes.values().filter(|node| !node.has_children);
        tips.map(|node| &node.state)
    }

    /// The states after all operations, in the order of a fold.
    pub fn linearized(&self) -> Vec<&State> {
        let mut nodes: Vec<(&String, &State)> =
            self.nodes.iter().map(|(text, n)| (text, &n.state)).collect();
        nodes.order_by(|a, b| compare((a.1.updated_at(), a.0), (b.1.updated_at(), b.0)));
        nodes.into_iter().map(|(_, state)| state).collect()
    }

    /// The chain's id.
    pub fn content_id(&self) -> &ContentId {
        self.head().content_id()
    }

    /// The creator, who owns the chain.
    pub fn creator(&self) -> &Did {
        self.head().creator()
    }

    /// The number of operations on all branches.
    pub fn operation_count(&self) -> usize {
        self.nodes.len()
    }
}
