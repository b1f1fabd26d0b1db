//! The deterministic state machine that the writer drives: what an app gives, and what it gets.
//!
//! Always: everything that a decision may depend on arrives with its [`Command`]; in here there is no clock, no
//! randomness, no key and no network. What an app is, and HTTP, are not known here.

mod decide;

use std::sync::Arc;

use imajin_dfos::{Cid, Timestamp, Value};
use imajin_protocol::{Did, Fact, IdText, Proof};
use rusqlite::Connection;
use serde_json::Value as Json;

pub use crate::entry::{Offset, Seq, WillKind};
use crate::ops::OpTable;
pub use decide::Decide;
pub(crate) use decide::{DecideHost, Decided};

/// A projection: one file of tables that are a pure function of the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectionSpec {
    /// The service; its file is `runtime/<name>.sqlite`.
    pub name: &'static str,
    /// Counts up with every change of the schema or of `apply`; another version in the file has it rebuilt.
    pub version: u32,
    /// Bytes of a page of its file: [`SMALL_PAGES`] or [`LARGE_PAGES`].
    pub page_bytes: i32,
    /// `CREATE` statements.
    pub schema: &'static str,
}

/// For a projection where most entries change a row or two: fewest bytes written.
pub const SMALL_PAGES: i32 = 1_024;
/// For one where an entry brings long rows, or changes several tables and indexes: fewest pages written.
pub const LARGE_PAGES: i32 = 4_096;

/// The apps, as the ledger sees them.
pub trait StateMachine: Send + Sync + 'static {
    /// All operations of all services.
    fn ops(&self) -> Arc<OpTable>;
    /// All projections.
    fn projections(&self) -> Vec<ProjectionSpec>;
    /// What a command comes to: entries, by way of `ctx`, or a refusal.
    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal>;
    /// Takes an entry into the projection `db` of `service`. Never refuses. Called for the entry's own service and for
    /// each service that [`StateMachine::subscribers`] names, where these have a projection.
    ///
    /// Erasure: where bodies of a log are erased, all rows with that `owner_did` are deleted and all entries of that log
    /// are given again, without the erased bodies and with their offsets of before. So a row may depend on its owner's
    /// log alone; what looks across owners (a name that two have claimed) must be found by comparing offsets in a query,
    /// not by who came first to `apply`.
    fn apply(&self, service: &str, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()>;
    /// Which other services want to see entries of this op.
    fn subscribers(&self, op: &str) -> &[&'static str];
}

/// What somebody wants entered.
#[derive(Debug, Clone)]
pub struct Command {
    /// Whose log.
    pub did: Did,
    /// The service, e.g. `profile`.
    pub service: String,
    /// The operation, e.g. `profile.update`.
    pub op: String,
    /// What it is about.
    pub reference: Option<IdText>,
    /// The body. A signed one is what was signed, with its salt; to another the salt is added.
    pub body: Option<Value>,
    /// What others' state depends on.
    pub fact: Option<Fact>,
    /// Whose will it is.
    pub will: CommandWill,
    /// When, by [`crate::Clock`].
    pub now: Timestamp,
    /// Fresh random bytes, from which ids and salts are derived.
    pub fresh: [u8; 32],
    /// Typed extras that do not stand in the entry, e.g. a home's evidence (see [`crate::Evidence`]).
    pub args: Json,
}

/// Whose will a command is.
#[derive(Debug, Clone)]
pub enum CommandWill {
    /// A key's. The ledger finds out whether the owner's, a delegate's or another author's.
    Signed(Arc<Proof>),
    /// A session's.
    Custodial {
        /// Who asks.
        author: Did,
        /// The raw CID of the session id.
        via: Cid,
    },
    /// This node's own.
    Node,
}

/// A command that one service asks of another, within the same transaction. What it enters is derived.
#[derive(Debug, Clone)]
pub struct TypedCommand {
    /// The log that it is about.
    pub did: Did,
    /// The operation.
    pub op: String,
    /// What it is about.
    pub reference: Option<IdText>,
    /// The body, without its salt.
    pub body: Option<Value>,
    /// What others' state depends on.
    pub fact: Option<Fact>,
    /// Whatever else the service wants to know.
    pub args: Json,
}

/// A consequence to enter.
#[derive(Debug, Clone)]
pub struct Draft {
    /// In whose log.
    pub did: Did,
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub op: &'static str,
    /// What it is about.
    pub reference: Option<IdText>,
    /// The body; the salt is added.
    pub body: Option<Value>,
    /// What others' state depends on.
    pub fact: Option<Fact>,
}

/// An entry as a projection sees it: never a CID, never a `txn`.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// Its place among all entries of this node.
    pub offset: Offset,
    /// Whose log.
    pub did: &'a Did,
    /// Its place there.
    pub seq: Seq,
    /// When, by the home's word.
    pub at: Timestamp,
    /// The service.
    pub service: &'a str,
    /// The operation.
    pub op: &'a str,
    /// What it is about.
    pub reference: Option<&'a str>,
    /// The body; none also where it was erased since.
    pub body: Option<&'a Value>,
    /// What others' state depends on.
    pub fact: Option<&'a Fact>,
    /// Who willed it.
    pub author: &'a Did,
    /// How.
    pub will: WillKind,
}

/// Why a command is refused, for the caller.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// Which kind of refusal.
    pub kind: RefusalKind,
    /// The field that is wrong.
    pub field: Option<String>,
    /// What is wrong and what helps, for people.
    pub message: String,
    /// More for programs, e.g. the newest head.
    pub extra: Option<Json>,
}

/// Kinds of refusals, as HTTP will tell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The command is malformed.
    BadRequest,
    /// The proof or the session does not hold.
    Unauthorized,
    /// Whoever asks may not.
    Forbidden,
    /// What it is about is not here.
    NotFound,
    /// It goes against what is there, or follows something else than the last.
    Conflict,
    /// It was here and is deleted.
    Gone,
    /// Too large.
    TooLarge,
    /// It costs.
    PaymentRequired,
    /// Not now.
    Unavailable,
    /// The node's own store failed; the message is for the log rather than the caller.
    Stored,
}

/// A command's fact, with these keys and no others than those that may be left out.
///
/// # Errors
/// A bad request that names the keys.
pub fn fact_with<'f>(
    op: &str,
    fact: Option<&'f Fact>,
    keys: &[&str],
    optional: &[&str],
) -> Result<&'f Fact, Refusal> {
    let fits = |fact: &&Fact| {
        let may_be = |key: &str| keys.contains(&key) || optional.contains(&key);
        keys.iter().all(|key| fact.get(key).is_some()) && fact.iter().all(|(key, _)| may_be(key))
    };
    fact.filter(fits).ok_or_else(|| {
        let also = match optional {
            [] => String::new(),
            more => format!(" and may have {}", more.join(", ")),
        };
        let message = format!("The fact of {op} has exactly {}{also}.", keys.join(", "));
        Refusal::new(RefusalKind::BadRequest, message).field("fact")
    })
}

impl Command {
    /// [`fact_with`] of this command.
    ///
    /// # Errors
    /// As there.
    pub fn fact_with(&self, keys: &[&str], optional: &[&str]) -> Result<&Fact, Refusal> {
        fact_with(&self.op, self.fact.as_ref(), keys, optional)
    }
}

impl Refusal {
    /// A refusal of this kind.
    pub fn new(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            field: None,
            message: message.into(),
            extra: None,
        }
    }

    /// Names the field that is wrong.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds something for programs.
    #[must_use]
    pub fn extra(mut self, extra: Json) -> Self {
        self.extra = Some(extra);
        self
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(
            RefusalKind::Stored,
            format!("the projection failed: {error}"),
        )
    }
}

/// Which entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRef {
    /// Whose log.
    pub did: Did,
    /// The place in it.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
}

/// What a command came to. It is durable.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// Whose log the intent stands in.
    pub did: Did,
    /// Its place there.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// When, by this node's word.
    pub at: Timestamp,
    /// All entries of the operation, the intent first.
    pub entries: Vec<EntryRef>,
    /// Whether this proof had been entered before; nothing was entered now.
    pub repeated: bool,
    /// What the service adds, see [`Decide::reply`]; none when repeated.
    pub value: Option<Json>,
}

/// Why a command came to nothing, or to something unknown.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SubmitError {
    /// It is refused; nothing happened.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk is full; nothing happened.
    #[error("the disk is full")]
    Full,
    /// Too much waits already; nothing happened, try again soon.
    #[error("too many writes are waiting; try again in a moment")]
    Busy,
    /// The disk failed while this was being written: it may have happened. The node stops and recovers at restart.
    #[error(
        "the outcome is unknown: the disk failed while writing; ask again when the node is back"
    )]
    OutcomeUnknown,
    /// The log is damaged.
    #[error("the log of {did} is damaged and set aside: {reason}")]
    Quarantined {
        /// Whose log.
        did: Did,
        /// What is wrong with it.
        reason: String,
    },
    /// This node may not write to the log.
    #[error("the log of {did} is read-only here: {reason}")]
    ReadOnly {
        /// Whose log.
        did: Did,
        /// Why.
        reason: String,
        /// The head that is ahead of this log, as a JWS.
        newer: Option<String>,
    },
    /// The ledger is closing.
    #[error("the node is shutting down")]
    Closed,
}
