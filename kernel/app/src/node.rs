//! The handle that every handler gets: the ledger, the node's own identity, its time, and its parts by their types.
//!
//! Always: cheap to clone. The handle knows none of its parts: the modules of this crate add methods for their own, so
//! that an app is written against [`Node`] and no part has to know another. People's data is written through commands
//! only.

mod parts;
mod state;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::{PublicKey, Timestamp};
use imajin_ledger::{Ledger, LogStatus, NodeKey};
use imajin_log::OpTable;
use imajin_protocol::{Did, Head};

use crate::problem::Problem;
use crate::time::Time;

pub use parts::Parts;
use state::States;

/// A node, as its services see it.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    core: Core,
    parts: Parts,
    states: States,
}

/// The parts that every node has.
pub struct Core {
    /// The data folder.
    pub data: PathBuf,
    /// People's logs.
    pub ledger: Ledger,
    /// The node's own identity.
    pub key: NodeKey,
    /// Both clocks.
    pub clock: Arc<dyn Time>,
    /// All operations of the node.
    pub ops: OpTable,
}

impl Node {
    /// A node of these parts, which the host chooses.
    pub fn from_parts(core: Core, parts: Parts) -> Self {
        Self(Arc::new(Inner { core, parts, states: States::default() }))
    }

    /// The part of this type.
    pub fn part<T: Send + Sync + 'static>(&self) -> &T {
        self.0.parts.get()
    }

    /// People's logs.
    pub fn ledger(&self) -> &Ledger {
        &self.0.core.ledger
    }

    /// The node's DID.
    pub fn did(&self) -> &Did {
        &self.0.core.key.did
    }

    /// The node's own identity: heads, sessions and receipts are signed with it.
    pub fn key(&self) -> &NodeKey {
        &self.0.core.key
    }

    /// The node's public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(&self.0.core.key.key)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.core.data
    }

    /// All operations of the node.
    pub fn ops(&self) -> &OpTable {
        &self.0.core.ops
    }

    /// The node's time.
    pub fn now(&self) -> Timestamp {
        self.0.core.clock.now()
    }

    /// The monotonic clock.
    pub fn monotonic(&self) -> Duration {
        self.0.core.clock.monotonic()
    }

    /// The clocks.
    pub fn clock(&self) -> &Arc<dyn Time> {
        &self.0.core.clock
    }

    /// Reads a service's projection.
    pub fn read<T>(
        &self,
        service: &str,
        f: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Problem> {
        self.ledger().read(service, f).map_err(Problem::from)
    }

    /// The status of a log, if the node knows it.
    pub fn status(&self, did: &Did) -> Result<Option<LogStatus>, Problem> {
        self.ledger().status(did).map_err(Problem::from)
    }

    /// Whether a person's log here takes entries: it can be read, and is neither deleted nor read-only.
    pub fn takes_entries(&self, did: &Did) -> bool {
        let log = self.ledger().view(did).ok().flatten();
        log.is_some_and(|log| !log.deleted && log.read_only.is_none())
    }

    /// Whether a person's log takes no entries here any more: its owner deleted it, or it moved to another node. A log that is
    /// only frozen takes them later.
    pub fn is_closed_for_good(&self, did: &Did) -> Result<bool, Problem> {
        let Some(log) = self.status(did)? else {
            return Ok(false);
        };
        // A log that moved is frozen by its new home's head.
        let newer = log.newer.as_deref().and_then(|jws| Head::parse(jws).ok());
        let is_newer_elsewhere = newer.is_some_and(|head| head.node() != self.did());
        Ok(log.deleted || log.home.node != *self.did() || is_newer_elsewhere)
    }
}
