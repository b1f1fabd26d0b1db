//! The inputs and outputs of a decision: its own projection, the logs, and the entries that it makes.
//!
//! Always: the same command against the same state makes the same entries. A decision writes nothing itself.

use imajin_dfos::Timestamp;
use imajin_dfos::cid::sha256;
use imajin_log::ops::OpSpec;
use imajin_log::rules::LogView;
use imajin_protocol::{Did, naming};
use rusqlite::Connection;
use serde_json::Value as Json;

use super::{Command, CommandWill, Draft, Reader, Refusal, RefusalKind, TypedCommand};

/// The writer's answers to a decision's questions.
pub(crate) trait DecideHost {
    /// Returns the projection of a service, as of this command.
    fn projection(&self, service: &str) -> Option<&Connection>;
    /// Returns the log of a DID, as of this command.
    fn log(&self, did: &Did) -> Option<LogView>;
    fn node(&self) -> &Did;
    /// Returns the row of an operation in the table of operations.
    fn spec(&self, op: &str) -> Option<&'static OpSpec>;
    /// Has another service decide a command.
    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal>;
}

/// The result of a decision.
#[derive(Default)]
pub(crate) struct Decided {
    /// Whether the command itself is entered.
    pub(crate) intent: bool,
    /// The consequences to enter.
    pub(crate) drafts: Vec<Draft>,
    /// The service's reply to the caller.
    pub(crate) reply: Option<Json>,
}

/// The context of a decision.
pub struct Decide<'a> {
    host: &'a dyn DecideHost,
    db: &'a Connection,
    command: &'a Command,
    decided: Decided,
    drawn: u32,
    /// Set while this service decides for another service's command: the intent then becomes a consequence.
    nested: Option<Draft>,
    /// Whether this service decides for another service's command.
    is_nested: bool,
}

impl<'a> Decide<'a> {
    pub(crate) fn new(host: &'a dyn DecideHost, db: &'a Connection, command: &'a Command) -> Self {
        Self {
            host,
            db,
            command,
            decided: Decided::default(),
            drawn: 0,
            nested: None,
            is_nested: false,
        }
    }

    pub(crate) fn finish(self) -> Decided {
        self.decided
    }

    /// Returns the deciding service's own projection, as of this command in this batch. For reading.
    pub fn db(&self) -> &Connection {
        self.db
    }

    /// Like [`Self::db`], but unable to write.
    pub fn reader(&self) -> Reader<'_> {
        self.db.into()
    }

    /// Returns the time of the command.
    pub fn now(&self) -> Timestamp {
        self.command.now
    }

    /// Returns fresh bytes, derived from the command's; different at each call.
    pub fn fresh_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        for chunk in out.chunks_mut(32) {
            let mut seed = Vec::with_capacity(48);
            seed.extend_from_slice(b"decide");
            seed.extend_from_slice(&self.drawn.to_be_bytes());
            seed.extend_from_slice(&self.command.fresh);
            self.drawn = self.drawn.wrapping_add(1);
            chunk.copy_from_slice(&sha256(&seed)[..chunk.len()]);
        }
        out
    }

    /// Returns the log of a DID, as of this command in this batch: its home, its owner's keys, its newest entry.
    pub fn log(&self, did: &Did) -> Option<LogView> {
        self.host.log(did)
    }

    /// Returns this node's DID.
    pub fn node(&self) -> &Did {
        self.host.node()
    }

    /// Returns the DID whose will the command is: an author, or this node.
    pub fn author(&self) -> &Did {
        match &self.command.will {
            CommandWill::Signed(proof) if proof.payload.chain.is_none() => &proof.payload.did,
            CommandWill::Signed(proof) => proof.kid.did(),
            CommandWill::Custodial { author, .. } => author,
            CommandWill::Node => self.host.node(),
        }
    }

    /// Returns whether a key of the author's own chain signed it: neither a session nor a delegate asks.
    pub fn is_own_key(&self) -> bool {
        matches!(&self.command.will, CommandWill::Signed(proof) if proof.payload.chain.is_some())
    }

    /// Enters the command itself. Call it exactly once, first.
    pub fn intent(&mut self) {
        match self.nested.take() {
            Some(draft) => self.decided.drafts.push(draft),
            None => self.decided.intent = true,
        }
    }

    /// Returns whether another service asks for this within its own operation. [`Decide::intent`] then enters the
    /// command as a consequence; a decision without that call enters only what it derives.
    pub fn is_nested(&self) -> bool {
        self.is_nested
    }

    /// Enters a consequence, in any log that the table of derivations allows.
    pub fn derive(&mut self, draft: Draft) {
        self.decided.drafts.push(draft);
    }

    /// Adds a value to the receipt for the caller.
    pub fn reply(&mut self, value: Json) {
        self.decided.reply = Some(value);
    }

    /// Has another service decide a further command in the same transaction, and returns its reply. Its entries follow
    /// from this command's intent. Its decision sees the state before this command.
    pub fn call_service(&mut self, service: &str, command: TypedCommand) -> Result<Json, Refusal> {
        let unavailable = || {
            let text = format!("this node does not run the service {service:?}");
            Refusal::new(RefusalKind::Unavailable, text)
        };
        let db = self.host.projection(service).ok_or_else(unavailable)?;
        let spec = self.host.spec(&command.op).ok_or_else(unavailable)?;
        let nested = Draft {
            did: command.did.clone(),
            service: naming::service_of(spec.op),
            op: spec.op,
            reference: command.reference.clone(),
            body: command.body.clone(),
            fact: command.fact.clone(),
        };
        let inner_command = Command {
            did: command.did,
            service: service.to_owned(),
            op: command.op,
            reference: command.reference,
            body: command.body,
            fact: command.fact,
            will: self.command.will.clone(),
            now: self.command.now,
            fresh: self.fresh_bytes(),
            args: command.args,
            prepared: command.prepared,
        };
        let mut inner = Decide::new(self.host, db, &inner_command);
        inner.nested = Some(nested);
        inner.is_nested = true;
        self.host.decide(&mut inner, &inner_command)?;
        let decided = inner.finish();
        self.decided.drafts.extend(decided.drafts);
        Ok(decided.reply.unwrap_or(Json::Null))
    }
}
