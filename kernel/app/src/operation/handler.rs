//! How a command of a declared operation is handled: read outside the writer, decided inside.

use std::fmt;

use axum::http::HeaderMap;
use imajin_dfos::Timestamp;
use imajin_ledger::{
    Command, CommandWill, Prepared, Receipt, Refusal, RefusalKind, SubmitError, TypedCommand,
};
use imajin_log::ops::{self, Writers};
use imajin_log::{OpSpec, RequiredAuthority};
use imajin_protocol::Did;
use serde_json::Value as Json;

use super::context::Context;
use super::refusal::Decision;
use super::{Operation, Parts};
use crate::node::Node;
use crate::outcome::CommandOutcome;
use crate::problem::{Answer, Problem};

/// The decision of an operation.
pub trait Decide: Operation {
    /// Refuses, or enters what follows: by default neither. Deterministic: an operation makes the same entries wherever the
    /// state is the same.
    ///
    /// # Errors
    /// One of the declared reasons.
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
        Ok(())
    }
}

/// Preparation of a decision outside the writer: drawn ids, the node's signatures, and answers of the network or of
/// another service.
pub trait BeforeSubmit: Decide {
    /// Prepares the decision, or refuses.
    ///
    /// # Errors
    /// For the caller, as of any route.
    fn before_submit(&self, request: &Request<'_>) -> Answer<Self::Prepared>;
}

/// An operation that another service may ask for within one of the other service's operations. Only its consequences are entered then; the
/// other service's entry says that it happened. Such an operation may be a derived one, which callers cannot ask for.
pub trait Nested: Decide {
    /// Reads what the asking service found out before it submitted its own operation.
    ///
    /// # Errors
    /// The value is missing.
    fn prepared_by_caller(args: &Json) -> Result<Self::Prepared, Refusal>;
}

/// Work that is done once an operation is durable.
pub trait AfterCommit: Operation {
    /// Does the work. A crash may skip it, so it may only speed up what a start would find anyway.
    fn after_commit(&self, node: &Node, owner: &Did, receipt: &Receipt);
}

/// Work after the writer has answered, also after a refusal: returns the resources that [`BeforeSubmit`] took, or acts
/// on the durable entry.
pub trait AfterSubmit: Operation {
    /// Does the work. A crash may skip it.
    fn after_submit(&self, done: &Submitted<'_, Self>);
}

/// A command that the writer answered.
pub struct Submitted<'a, O: Operation> {
    /// The node.
    pub node: &'a Node,
    /// The owner of the log that the command was for.
    pub owner: &'a Did,
    /// The prepared value that the decision got.
    pub prepared: &'a O::Prepared,
    /// The answer.
    pub outcome: Result<&'a Receipt, &'a SubmitError>,
}

/// A command on its way to the writer.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The node.
    pub node: &'a Node,
    /// The request's headers; empty for a command that the node itself makes.
    pub headers: &'a HeaderMap,
    /// The owner of the log that the command's entry goes to.
    pub owner: &'a Did,
    /// The time of the request.
    pub now: Timestamp,
    pub(super) command: &'a Command,
}

impl Request<'_> {
    /// Whether a key signed it, rather than a session asking for it.
    pub fn is_signed(&self) -> bool {
        matches!(self.command.will, CommandWill::Signed(_))
    }

    /// Has another service look at what the decision will ask of it ([`super::CallService`]): the service refuses, or adds
    /// what its own decision needs to know.
    ///
    /// # Errors
    /// The other service's refusal; 503 if this node doesn't run it.
    pub fn prepare_call(&self, call: TypedCommand) -> Answer<TypedCommand> {
        self.node.prepare_nested(self.headers, self.command, call)
    }
}

struct CommandInput<O: Operation> {
    operation: O,
    prepared: O::Prepared,
}

/// An operation with what its decision needs to know, that the node knows already, so that [`BeforeSubmit`] doesn't run.
/// No request can supply it.
pub fn prepared<O: Operation>(operation: O, prepared: O::Prepared) -> Prepared {
    Prepared::new(CommandInput { operation, prepared })
}

type PrepareFn = fn(&Node, &HeaderMap, &mut Command) -> Result<(), Problem>;
type DecideFn = fn(&mut imajin_ledger::Decide<'_>, &Command) -> Result<(), Refusal>;
type AfterFn = fn(&Node, &CommandOutcome<'_>);

/// The functions of one operation, without its type.
#[derive(Clone, Copy)]
pub struct Handler {
    prepare: PrepareFn,
    decide: DecideFn,
    nested: Option<DecideFn>,
    after: Option<AfterFn>,
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

impl Handler {
    const fn new(prepare: PrepareFn, decide: DecideFn) -> Self {
        Self { prepare, decide, nested: None, after: None }
    }

    /// Makes the handler of an operation whose decision needs nothing from outside.
    pub const fn pure<O: Decide<Prepared = ()>>() -> Self {
        Self::new(read_only::<O>, decide_pure::<O>)
    }

    /// Makes the handler of an operation whose decision needs preparation.
    pub const fn prepared<O: BeforeSubmit>() -> Self {
        Self::new(prepare::<O>, decide_prepared::<O>)
    }

    /// Makes the handler of an operation that the node itself records, with a value that the node prepared
    /// (`Node::record_prepared`).
    pub const fn recorded<O: Decide>() -> Self {
        Self::new(|_, _, _| Ok(()), decide_prepared::<O>)
    }

    /// Makes the handler of a derived operation that another service may ask for.
    pub const fn only_nested<O: Nested>() -> Self {
        Self::new(|_, _, _| Ok(()), refuse_derived).or_nested::<O>()
    }

    /// Lets another service ask for the operation, too.
    #[must_use]
    pub const fn or_nested<O: Nested>(self) -> Self {
        Self { nested: Some(decide_nested::<O>), ..self }
    }

    /// Adds work for after the commit.
    #[must_use]
    pub const fn then<O: AfterCommit>(self) -> Self {
        Self { after: Some(after_commit::<O>), ..self }
    }

    /// Adds work for after the submission, also if the writer refused.
    #[must_use]
    pub const fn settling<O: AfterSubmit>(self) -> Self {
        Self { after: Some(after_submit::<O>), ..self }
    }

    /// Reads the command, and finds out what its decision needs. What cannot be read is left to the decision, which refuses
    /// it after the proof was checked.
    pub fn before_submit(
        &self,
        node: &Node,
        headers: &HeaderMap,
        command: &mut Command,
    ) -> Answer<()> {
        (self.prepare)(node, headers, command)
    }

    /// Decides the command.
    pub fn decide(
        &self,
        ledger: &mut imajin_ledger::Decide<'_>,
        command: &Command,
    ) -> Result<(), Refusal> {
        match self.nested {
            Some(nested) if ledger.is_nested() => nested(ledger, command),
            _ => (self.decide)(ledger, command),
        }
    }

    /// Runs the operation's part after the writer's answer.
    pub fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        if let Some(after) = self.after {
            after(node, done);
        }
    }
}

fn read_only<O: Operation<Prepared = ()>>(
    _: &Node,
    _: &HeaderMap,
    command: &mut Command,
) -> Answer<()> {
    if let Ok(operation) = O::read(&Parts::from_command(command)) {
        command.prepared = prepared(operation, ());
    }
    Ok(())
}

fn prepare<O: BeforeSubmit>(node: &Node, headers: &HeaderMap, command: &mut Command) -> Answer<()> {
    if command.prepared.get::<CommandInput<O>>().is_some() {
        return Ok(());
    }
    let Ok(operation) = O::read(&Parts::from_command(command)) else {
        return Ok(());
    };
    let facts = operation.before_submit(&Request {
        node,
        headers,
        owner: &command.did,
        now: command.now,
        command,
    })?;
    command.prepared = prepared(operation, facts);
    Ok(())
}

fn decide_pure<O: Decide<Prepared = ()>>(
    ledger: &mut imajin_ledger::Decide<'_>,
    command: &Command,
) -> Result<(), Refusal> {
    is_owners(&O::DECLARATION.spec, ledger, command)?;
    match command.prepared.get::<CommandInput<O>>() {
        Some(read) => enter(ledger, command, read),
        // Commands that the node itself submits were not read before.
        None => {
            let operation = O::read(&Parts::from_command(command))?;
            let prepared = ();
            let read = CommandInput { operation, prepared };
            enter(ledger, command, &read)
        }
    }
}

fn decide_prepared<O: Decide>(
    ledger: &mut imajin_ledger::Decide<'_>,
    command: &Command,
) -> Result<(), Refusal> {
    is_owners(&O::DECLARATION.spec, ledger, command)?;
    match command.prepared.get::<CommandInput<O>>() {
        Some(read) => enter(ledger, command, read),
        None => {
            O::read(&Parts::from_command(command))?;
            Err(unprepared(command))
        }
    }
}

#[cold]
fn unprepared(command: &Command) -> Refusal {
    let text = format!("{} came unprepared", command.op);
    Refusal::new(RefusalKind::Stored, text)
}

fn decide_nested<O: Nested>(
    ledger: &mut imajin_ledger::Decide<'_>,
    command: &Command,
) -> Result<(), Refusal> {
    is_owners(&O::DECLARATION.spec, ledger, command)?;
    let read = CommandInput {
        operation: O::read(&Parts::from_command(command))?,
        prepared: O::prepared_by_caller(&command.args)?,
    };
    run(ledger, command, &read)
}

fn refuse_derived(_: &mut imajin_ledger::Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let text = format!("{} only follows from other operations.", command.op);
    Err(Refusal::new(RefusalKind::NotFound, text))
}

/// A log takes its owner's will alone, but for what the ledger's table of writers lets others do; what an operation leaves
/// with others is derived.
fn is_owners(
    spec: &OpSpec,
    ledger: &imajin_ledger::Decide<'_>,
    command: &Command,
) -> Result<(), Refusal> {
    let is_nodes = spec.by == RequiredAuthority::Node;
    if is_nodes || *ledger.author() == command.did || ops::writers(spec.op) != Writers::Owner {
        return Ok(());
    }
    let text = "Only a record's owner can enter this there, or an app that they let act for them.";
    Err(Refusal::new(RefusalKind::Forbidden, text))
}

/// Enters the command itself, then what follows from it.
fn enter<O: Decide>(
    ledger: &mut imajin_ledger::Decide<'_>,
    command: &Command,
    read: &CommandInput<O>,
) -> Result<(), Refusal> {
    ledger.intent();
    run(ledger, command, read)
}

fn run<O: Decide>(
    ledger: &mut imajin_ledger::Decide<'_>,
    command: &Command,
    read: &CommandInput<O>,
) -> Result<(), Refusal> {
    let mut context = Context { ledger, command, prepared: &read.prepared };
    read.operation.decide(&mut context).map_err(Refusal::from)
}

fn after_commit<O: AfterCommit>(node: &Node, done: &CommandOutcome<'_>) {
    if let (Some(read), Ok(receipt)) = (done.prepared.get::<CommandInput<O>>(), done.outcome) {
        read.operation.after_commit(node, done.did, receipt);
    }
}

fn after_submit<O: AfterSubmit>(node: &Node, done: &CommandOutcome<'_>) {
    if let Some(read) = done.prepared.get::<CommandInput<O>>() {
        read.operation.after_submit(&Submitted {
            node,
            owner: done.did,
            prepared: &read.prepared,
            outcome: done.outcome,
        });
    }
}
