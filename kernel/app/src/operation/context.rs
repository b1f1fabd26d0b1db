//! The input and the effects of a decision.

use std::collections::BTreeSet;

use imajin_dfos::{Cid, Timestamp, Value};
use imajin_ledger::{Command, Draft, Reader, Refusal, TypedCommand};
use imajin_log::ops;
use imajin_log::rules::LogView;
use imajin_protocol::{Did, naming};
use serde_json::Value as Json;

use super::{FieldError, Operation, content};

/// The context of one decision: the state that it may read, and the entries that follow from it. The frame makes the
/// command's own entry first.
pub struct Context<'a, O: Operation> {
    pub(super) ledger: &'a mut dyn Ledger,
    pub(super) command: &'a Command,
    pub(super) prepared: &'a O::Prepared,
}

/// The ledger's side of a decision.
pub(super) trait Ledger: CallService {
    fn reader(&self) -> Reader<'_>;
    fn log(&self, did: &Did) -> Option<LogView>;
    fn node(&self) -> &Did;
    fn author(&self) -> &Did;
    fn derive(&mut self, draft: Draft);
    fn reply(&mut self, value: Json);
    fn is_nested(&self) -> bool;
    fn is_own_key(&self) -> bool;
    fn fresh_bytes(&mut self) -> [u8; 32];
}

/// A decision that can have another service decide a part of it.
pub trait CallService {
    /// Has another service decide a further command within the same operation, and returns its reply. What that service
    /// enters follows from this operation's own entry. It sees the state before this operation.
    ///
    /// # Errors
    /// The other service's refusal; 503 if this node doesn't run it.
    fn call_service(&mut self, service: &str, command: TypedCommand) -> Result<Json, Refusal>;
}

impl CallService for imajin_ledger::Decide<'_> {
    fn call_service(&mut self, service: &str, command: TypedCommand) -> Result<Json, Refusal> {
        imajin_ledger::Decide::call_service(self, service, command)
    }
}

impl<O: Operation> CallService for Context<'_, O> {
    fn call_service(&mut self, service: &str, command: TypedCommand) -> Result<Json, Refusal> {
        self.ledger.call_service(service, command)
    }
}

/// Drafts the entry of an operation in a person's log, as a consequence of another one.
///
/// # Errors
/// A field that an entry can't hold.
pub fn draft<D: Operation>(did: Did, operation: &D) -> Result<Draft, FieldError> {
    let content = content(operation)?;
    let op = D::DECLARATION.spec.op;
    Ok(Draft {
        did,
        service: naming::service_of(op),
        op,
        reference: content.reference,
        body: content.body,
        fact: content.fact,
    })
}

impl Ledger for imajin_ledger::Decide<'_> {
    fn reader(&self) -> Reader<'_> {
        self.reader()
    }

    fn log(&self, did: &Did) -> Option<LogView> {
        self.log(did)
    }

    fn node(&self) -> &Did {
        self.node()
    }

    fn author(&self) -> &Did {
        self.author()
    }

    fn derive(&mut self, draft: Draft) {
        self.derive(draft);
    }

    fn reply(&mut self, value: Json) {
        self.reply(value);
    }

    fn is_nested(&self) -> bool {
        self.is_nested()
    }

    fn is_own_key(&self) -> bool {
        self.is_own_key()
    }

    fn fresh_bytes(&mut self) -> [u8; 32] {
        self.fresh_bytes()
    }
}

impl<O: Operation> Context<'_, O> {
    /// The owner of the log that the command's entry goes to.
    pub fn owner(&self) -> &Did {
        &self.command.did
    }

    /// The command's author.
    pub fn author(&self) -> &Did {
        self.ledger.author()
    }

    /// When, by the command.
    pub fn now(&self) -> Timestamp {
        self.command.now
    }

    /// This node.
    pub fn node(&self) -> &Did {
        self.ledger.node()
    }

    /// The value that [`super::BeforeSubmit`] prepared.
    pub fn prepared(&self) -> &O::Prepared {
        self.prepared
    }

    /// The service's projection, as of this command in its batch.
    pub fn reader(&self) -> Reader<'_> {
        self.ledger.reader()
    }

    /// A person's log, as of this command in its batch: its home, its owner's keys, its length.
    pub fn log(&self, did: &Did) -> Option<LogView> {
        self.ledger.log(did)
    }

    /// Whether a person has a log here that can take an entry.
    pub fn takes_entries(&self, did: &Did) -> bool {
        self.log(did).is_some_and(|log| !log.deleted && log.read_only.is_none())
    }

    /// Enters a consequence in a person's log.
    ///
    /// # Errors
    /// A field that an entry cannot hold.
    pub fn derive<D: Operation>(&mut self, did: Did, operation: &D) -> Result<(), FieldError> {
        let draft = draft(did, operation)?;
        self.ledger.derive(draft);
        Ok(())
    }

    /// Enters a consequence in the logs of all these people who have one here.
    ///
    /// # Errors
    /// A field that an entry cannot hold.
    pub fn derive_in<'d, D: Operation>(
        &mut self,
        dids: impl IntoIterator<Item = &'d Did>,
        operation: &D,
    ) -> Result<(), FieldError> {
        for did in dids {
            if self.takes_entries(did) {
                self.derive(did.clone(), operation)?;
            }
        }
        Ok(())
    }

    /// Enters a consequence of an operation that is the log's own, e.g. an erasure.
    pub fn derive_entry(&mut self, draft: Draft) {
        self.ledger.derive(draft);
    }

    /// Erases bodies of the owner's log ([`crate::Node::bodies`] finds them); the operation derives
    /// [`ops::BODY_ERASED`] there.
    pub fn erase(&mut self, bodies: impl IntoIterator<Item = Cid>) {
        let owner = self.owner().clone();
        self.erase_in([owner], bodies);
    }

    /// Erases bodies of the owner's log in each of these logs that takes entries: people whom the owner told something have
    /// the very same bodies.
    pub fn erase_in(
        &mut self,
        dids: impl IntoIterator<Item = Did>,
        bodies: impl IntoIterator<Item = Cid>,
    ) {
        // Entries that say the same with the same salt share one body.
        let bodies: BTreeSet<Cid> = bodies.into_iter().collect();
        let bodies: Vec<Value> = bodies.into_iter().map(Value::Link).collect();
        for did in dids {
            if self.takes_entries(&did) {
                self.derive_entry(Draft {
                    did,
                    service: ops::SERVICE,
                    op: ops::BODY_ERASED,
                    reference: None,
                    body: Some(Value::map([("bodies", Value::List(bodies.clone()))])),
                    fact: None,
                });
            }
        }
    }

    /// Whether another service asks for this within an operation of that service ([`super::Nested`]).
    pub fn is_nested(&self) -> bool {
        self.ledger.is_nested()
    }

    /// Whether a key of the author's own chain signed the command: neither a session nor a delegate asks.
    pub fn is_own_key(&self) -> bool {
        self.ledger.is_own_key()
    }

    /// Bytes that the command's own random bytes lead to: other ones at each call.
    pub fn fresh_bytes(&mut self) -> [u8; 32] {
        self.ledger.fresh_bytes()
    }

    /// Sets the value that the caller gets besides the receipt.
    pub fn reply(&mut self, value: Json) {
        self.ledger.reply(value);
    }
}
