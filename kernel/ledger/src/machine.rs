//! The deterministic state machine that the writer drives: the traits that apps implement, and the types that they get.
//!
//! Always: everything that a decision may depend on arrives with its [`Command`]: the machine has no clock, randomness,
//! key or network. This module does not know what an app is, nor HTTP.

mod decide;
mod reader;

use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use imajin_dfos::{Cid, Timestamp, Value};
use imajin_log::Applied;
use imajin_log::ops::OpTable;
use imajin_protocol::{Did, Fact, IdText, Proof};
use rusqlite::Connection;
use serde_json::Value as Json;

pub use decide::Decide;
pub(crate) use decide::{DecideHost, Decided};
pub use reader::Reader;

/// A projection: one file of tables that are a pure function of the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectionSpec {
    /// The service; its file is `runtime/<name>.sqlite`.
    pub name: &'static str,
    /// Increased with every change of the schema or of `apply`; a file with another version is rebuilt.
    pub version: u32,
    /// Bytes of a page of its file: [`SMALL_PAGES`] or [`LARGE_PAGES`].
    pub page_bytes: i32,
    /// The `CREATE` statements.
    pub schema: &'static str,
}

/// Page size in bytes for a projection where most entries change a row or two: fewest bytes written.
pub const SMALL_PAGES: i32 = 1_024;
/// Page size in bytes for one where an entry brings long rows, or changes several tables and indexes: fewest pages
/// written.
pub const LARGE_PAGES: i32 = 4_096;

/// The apps, as the ledger sees them.
pub trait StateMachine: Send + Sync + 'static {
    /// Returns all operations of all services.
    fn ops(&self) -> Arc<OpTable>;
    /// Returns all projections.
    fn projections(&self) -> Vec<ProjectionSpec>;
    /// Decides a command: enters entries through `ctx`, or refuses.
    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal>;
    /// Applies an entry to the projection `db` of `service`. Never refuses. Called for the entry's own service and for
    /// each service that [`StateMachine::subscribers`] names, if these have a projection.
    ///
    /// Erasure: when bodies of a log are erased, the ledger deletes all rows with that `owner_did` and applies all
    /// entries of that log again, without the erased bodies and with their original offsets. So a row may depend on its
    /// owner's log alone. Anything across owners (a name that two people claimed) must be decided by comparing offsets
    /// in a query, not by the order of calls to `apply`.
    fn apply(&self, service: &str, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()>;
    /// Returns the other services that get entries of this operation.
    fn subscribers(&self, op: &str) -> &[&'static str];
}

/// A request to enter an operation.
#[derive(Debug, Clone)]
pub struct Command {
    /// The owner of the log.
    pub did: Did,
    /// The service, e.g. `profile`.
    pub service: String,
    /// The operation, e.g. `profile.update`.
    pub op: String,
    /// The id that the operation is about.
    pub reference: Option<IdText>,
    /// The body. A signed body is exactly the value that was signed, with its salt; the ledger adds the salt to any
    /// other.
    pub body: Option<Value>,
    /// Numbers and ids on which other state depends.
    pub fact: Option<Fact>,
    /// The command's will, with its evidence.
    pub will: CommandWill,
    /// The time of the command, by [`imajin_log::Clock`].
    pub now: Timestamp,
    /// Fresh random bytes, from which ids and salts are derived.
    pub fresh: [u8; 32],
    /// Typed extras that the entry does not have, e.g. a home's evidence (see [`Evidence`](imajin_log::rules::Evidence)).
    pub args: Json,
    /// The operation as the service read it before submission.
    pub prepared: Prepared,
}

/// A command as its service read it outside the writer, with everything from elsewhere that the decision needs. Opaque
/// here.
#[derive(Clone, Default)]
pub struct Prepared(Option<Arc<dyn Any + Send + Sync>>);

impl Prepared {
    /// Wraps a value.
    pub fn new<T: Any + Send + Sync>(value: T) -> Self {
        Self(Some(Arc::new(value)))
    }

    /// Returns the value, if it has this type.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.as_deref()?.downcast_ref()
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prepared").field(&self.0.is_some()).finish()
    }
}

/// The will behind a command, with the evidence.
#[derive(Debug, Clone)]
pub enum CommandWill {
    /// The will of a key. The ledger finds out whether the key is the owner's, a delegate's or another author's.
    Signed(Arc<Proof>),
    /// The will of a session.
    Custodial {
        /// The session's person.
        author: Did,
        /// The raw CID of the session id.
        via: Cid,
    },
    /// This node's own will.
    Node,
}

/// A command that one service asks of another, within the same transaction. Its entries are derived.
#[derive(Debug, Clone)]
pub struct TypedCommand {
    /// The owner of the log.
    pub did: Did,
    /// The operation.
    pub op: String,
    /// The id that the operation is about.
    pub reference: Option<IdText>,
    /// The body, without its salt.
    pub body: Option<Value>,
    /// Numbers and ids on which other state depends.
    pub fact: Option<Fact>,
    /// Other arguments for the service.
    pub args: Json,
    /// The operation as the asking service built it, with what its decision needs.
    pub prepared: Prepared,
}

/// A consequence to enter.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The owner of the log.
    pub did: Did,
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub op: &'static str,
    /// The id that the entry is about.
    pub reference: Option<IdText>,
    /// The body; the salt is added.
    pub body: Option<Value>,
    /// Numbers and ids on which other state depends.
    pub fact: Option<Fact>,
}

/// Why a command was refused, for the caller. Boxed, so that the way of success stays small.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Refusal(Box<RefusalDetails>);

/// The contents of a [`Refusal`].
#[derive(Debug, Clone, PartialEq)]
pub struct RefusalDetails {
    /// The kind of refusal.
    pub kind: RefusalKind,
    /// The field that is wrong.
    pub field: Option<String>,
    /// The fault and its remedy, for people.
    pub message: String,
    /// Further members for programs, e.g. the newest head.
    pub extra: Option<Json>,
}

/// The kinds of refusals; each becomes one HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The command is malformed (400).
    BadRequest,
    /// The proof or the session is invalid (401).
    Unauthorized,
    /// The caller may not do this (403).
    Forbidden,
    /// This node does not have what the command is about (404).
    NotFound,
    /// The command contradicts existing state, or does not follow the last one (409).
    Conflict,
    /// The subject of the command was deleted (410).
    Gone,
    /// The command is too large (413).
    TooLarge,
    /// The command costs something (402).
    PaymentRequired,
    /// The node can't do this now (503).
    Unavailable,
    /// The node's own store failed (500); the message is for the node's log rather than the caller.
    Stored,
}

impl Refusal {
    /// Makes a refusal of this kind, with a message for people.
    pub fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self(Box::new(RefusalDetails { kind, field: None, message: message.into(), extra: None }))
    }

    /// Unwraps the refusal.
    pub fn into_inner(self) -> RefusalDetails {
        *self.0
    }

    /// Names the field that is wrong.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds a value for programs.
    #[must_use]
    pub fn extra(mut self, extra: Json) -> Self {
        self.extra = Some(extra);
        self
    }
}

impl Deref for Refusal {
    type Target = RefusalDetails;

    fn deref(&self) -> &RefusalDetails {
        &self.0
    }
}

impl DerefMut for Refusal {
    fn deref_mut(&mut self) -> &mut RefusalDetails {
        &mut self.0
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(RefusalKind::Stored, format!("the projection failed: {error}"))
    }
}

/// A reference to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRef {
    /// The log's owner.
    pub did: Did,
    /// The entry's number in the log.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
}

/// The result of a command. Its entries are durable.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The owner of the intent's log.
    pub did: Did,
    /// The intent's number in that log.
    pub seq: u64,
    /// The CID of the intent's header.
    pub cid: Cid,
    /// The time at which this node entered it.
    pub at: Timestamp,
    /// All entries of the operation, the intent first.
    pub entries: Vec<EntryRef>,
    /// Whether this proof had been entered before; nothing new was entered now.
    pub repeated: bool,
    /// The service's addition, see [`Decide::reply`]; `None` if repeated.
    pub value: Option<Json>,
}

/// Why a command was not entered, or has an unknown outcome.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SubmitError {
    /// The command was refused; nothing happened.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk is full; nothing happened.
    #[error("the disk is full")]
    Full,
    /// The disk that has people's files is missing; nothing happened.
    #[error("the disk {disk}, which has people's files, is not plugged in")]
    DiskMissing { disk: String },
    /// Too many commands are waiting; nothing happened, try again soon.
    #[error("too many writes are waiting; try again in a moment")]
    Busy,
    /// The log takes no more entries for this long, because its time would run ahead of the clock; nothing happened.
    #[error("too many entries at once in the log of {did}; try again in {} s", wait.as_secs() + 1)]
    TooFast { did: Did, wait: std::time::Duration },
    /// The disk failed during the write, which may have happened. The node stops, and recovers at its next start.
    #[error(
        "the outcome is unknown: the disk failed while writing; ask again when the node is back"
    )]
    OutcomeUnknown,
    #[error("the log of {did} is damaged and set aside: {reason}")]
    Quarantined { did: Did, reason: String },
    #[error("the log of {did} is read-only here: {reason}")]
    ReadOnly {
        did: Did,
        reason: String,
        /// The head that is ahead of this log, as a JWS.
        newer: Option<String>,
    },
    #[error("the node is shutting down")]
    Closed,
}

impl SubmitError {
    /// Returns whether the log takes no more entries here: it is read-only, or its owner deleted it.
    pub fn is_of_closed_log(&self) -> bool {
        match self {
            Self::ReadOnly { .. } => true,
            Self::Refused(refusal) => refusal.kind == RefusalKind::Gone,
            _ => false,
        }
    }
}
