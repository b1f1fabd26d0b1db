//! What a decision sees and does: its own projection, the logs, and the entries that it makes.
//!
//! Always: the same command against the same state makes the same entries. A decision writes nothing itself.

use imajin_dfos::Timestamp;
use imajin_dfos::cid::sha256;
use imajin_protocol::{Did, naming};
use rusqlite::Connection;
use serde_json::Value as Json;

use super::{Command, CommandWill, Draft, Refusal, RefusalKind, TypedCommand};
use crate::ops::OpSpec;
use crate::rules::LogView;

/// What the writer knows and a decision may ask.
pub(crate) trait DecideHost {
    /// The projection of a service, as of this command.
    fn projection(&self, service: &str) -> Option<&Connection>;
    /// The log of a DID, as of this command.
    fn log(&self, did: &Did) -> Option<LogView>;
    /// This node.
    fn node(&self) -> &Did;
    /// The row of an operation.
    fn spec(&self, op: &str) -> Option<&'static OpSpec>;
    /// Lets another service decide.
    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal>;
}

/// What a decision came to.
#[derive(Default)]
pub(crate) struct Decided {
    /// Whether the command itself is entered.
    pub(crate) intent: bool,
    /// What follows from it.
    pub(crate) drafts: Vec<Draft>,
    /// What the caller is told.
    pub(crate) reply: Option<Json>,
}

/// The hands of a decision.
pub struct Decide<'a> {
    host: &'a dyn DecideHost,
    db: &'a Connection,
    command: &'a Command,
    decided: Decided,
    drawn: u32,
    /// Set while another service decides for this one: there the intent is a consequence.
    asked: Option<Draft>,
    /// Whether another service decides here for the one that the command is of.
    is_asked: bool,
}

impl<'a> Decide<'a> {
    pub(crate) fn new(host: &'a dyn DecideHost, db: &'a Connection, command: &'a Command) -> Self {
        Self {
            host,
            db,
            command,
            decided: Decided::default(),
            drawn: 0,
            asked: None,
            is_asked: false,
        }
    }

    pub(crate) fn finish(self) -> Decided {
        self.decided
    }

    /// The deciding service's own projection, as of this command in this batch. For reading.
    pub fn db(&self) -> &Connection {
        self.db
    }

    /// When, as the command says.
    pub fn now(&self) -> Timestamp {
        self.command.now
    }

    /// Fresh bytes, derived from the command's: other ones at each call.
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

    /// The log of a DID, as of this command in this batch: its home, its owner's keys, how far it is.
    pub fn log(&self, did: &Did) -> Option<LogView> {
        self.host.log(did)
    }

    /// This node.
    pub fn node(&self) -> &Did {
        self.host.node()
    }

    /// Whose will the command is: an author, or this node.
    pub fn author(&self) -> &Did {
        match &self.command.will {
            CommandWill::Signed(proof) if proof.payload.chain.is_none() => &proof.payload.did,
            CommandWill::Signed(proof) => proof.kid.did(),
            CommandWill::Custodial { author, .. } => author,
            CommandWill::Node => self.host.node(),
        }
    }

    /// Enters the command itself. To be called exactly once, first.
    pub fn intent(&mut self) {
        match self.asked.take() {
            Some(draft) => self.decided.drafts.push(draft),
            None => self.decided.intent = true,
        }
    }

    /// Whether another service asks for this within its own operation: then [`Decide::intent`] enters it as a
    /// consequence, and a decision that leaves that out enters only what it derives.
    pub fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Enters a consequence, in any log that the table of derivations allows.
    pub fn derive(&mut self, draft: Draft) {
        self.decided.drafts.push(draft);
    }

    /// What the caller is told beside the receipt.
    pub fn reply(&mut self, value: Json) {
        self.decided.reply = Some(value);
    }

    /// Lets another service decide a further command in the same transaction, and gives back its reply. What it
    /// enters follows from this command's intent. Its decision sees the state before this command.
    pub fn ask(&mut self, service: &str, command: TypedCommand) -> Result<Json, Refusal> {
        let unavailable = || {
            Refusal::new(
                RefusalKind::Unavailable,
                format!("this node does not run the service {service:?}"),
            )
        };
        let db = self.host.projection(service).ok_or_else(unavailable)?;
        let spec = self.host.spec(&command.op).ok_or_else(unavailable)?;
        let asked = Draft {
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
        };
        let mut inner = Decide::new(self.host, db, &inner_command);
        inner.asked = Some(asked);
        inner.is_asked = true;
        self.host.decide(&mut inner, &inner_command)?;
        let decided = inner.finish();
        self.decided.drafts.extend(decided.drafts);
        Ok(decided.reply.unwrap_or(Json::Null))
    }
}
