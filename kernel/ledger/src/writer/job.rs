//! A command on its way through the writer, and its outcomes.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_log::rules::Chain;
use imajin_protocol::Did;
use tokio::sync::oneshot;

use crate::machine::{Command, Receipt, Refusal, SubmitError};
use crate::media::Pin;
use crate::mentions::Mentions;

pub(crate) struct Job {
    pub(crate) command: Command,
    pub(crate) prepared: Prepared,
    pub(crate) answer: oneshot::Sender<Result<Receipt, Failure>>,
}

/// The caller's task's preparation of a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepared {
    pub(crate) body: Option<(Arc<[u8]>, Cid)>,
    /// The raw CID of the proof's payload.
    pub(crate) payload: Option<Cid>,
    /// The entries whose bodies it erases, by log, as far as they are known.
    pub(crate) named: Vec<Arc<Mentions>>,
    /// Evidence that came with the command.
    pub(crate) beside: Beside,
    /// Pins that keep the named files until the command is answered.
    pub(crate) _pins: Vec<Arc<Pin>>,
}

/// Evidence that came with a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    pub(crate) chains: Vec<Arc<Chain>>,
    pub(crate) chain_dids: Vec<Did>,
    pub(crate) heads: Vec<String>,
}

/// Why a command was not entered.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    Submit(SubmitError),
    /// The proof has the wrong `after`: it is a repetition, or a conflict.
    Order(String),
    /// The proof's key is not in force: it was entered when it was, or the caller gets this error.
    Stale(SubmitError),
    /// The command erases, and another thread must first find the entries that name these bodies.
    Search(Box<Unsearched>),
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        Self::Submit(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Submit(SubmitError::Refused(refusal))
    }
}

/// Bodies to search for, by log.
pub(crate) type BodiesByLog = BTreeMap<Did, HashSet<Cid>>;

/// A command that waits until the entries that name these bodies are known.
#[derive(Debug, Clone)]
pub(crate) struct Unsearched {
    pub(crate) wanted: BodiesByLog,
    /// The command itself, once the writer has returned it.
    pub(crate) job: Option<(Command, Prepared)>,
}
