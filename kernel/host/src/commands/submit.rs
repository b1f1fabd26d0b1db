//! The typed way to a command, for REST routes and for what the node itself signs.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use imajin_app::command_request::{PROOF, proof};
use imajin_app::operation::{self, Content, Operation};
use imajin_app::{CommandRequest, Node, Problem, Session, extension};
use imajin_dfos::{Value, cbor, order};
use imajin_ledger::{Command, CommandWill, Prepared, Receipt, Refusal, RefusalKind, SubmitError};
use imajin_protocol::{Did, Proof, naming};
use serde_json::{Value as Json, json};

use super::vital::submit_command;
use super::{custodial, enter, request, run, signed, spec};
use crate::random;

/// Entry of commands.
#[extension(pub trait Submit)]
impl Node {
    /// Enters what the owner of a session asks for, from a REST route: signed if the HTTP request carries a proof of
    /// exactly this command, else custodial.
    async fn submit(
        &self,
        parts: &Parts,
        session: Option<&Session>,
        request: CommandRequest,
    ) -> Result<Receipt, Problem> {
        let _in_flight = self.ledger().in_flight();
        let command = requested(self, parts, session, request)?;
        run(self, parts, command).await
    }

    /// Enters a command that needs its owner's own key if they have one: signed if the HTTP request carries a proof of exactly
    /// it. A person with a key who sent no proof gets an answer with what to sign. `to` names the people in whose logs it has consequences.
    async fn submit_or_request_signature(
        &self,
        parts: &Parts,
        session: &Session,
        request: CommandRequest,
        to: &[&Did],
    ) -> Result<Receipt, Problem> {
        let status = self.status(&request.did)?;
        let has_chain = status.is_some_and(|status| status.chain.is_some());
        if has_chain && !parts.headers.contains_key(PROOF) {
            return Err(signature_required(&request, to));
        }
        self.submit(parts, Some(session), request).await
    }

    /// Enters what a session asks for, when no request could carry a proof.
    async fn submit_custodial(
        &self,
        session: &Session,
        request: CommandRequest,
    ) -> Result<Receipt, Problem> {
        let _in_flight = self.ledger().in_flight();
        let spec = spec(self, request.op)?;
        let command = custodial(self, session, spec, request)?;
        let (parts, ()) = axum::http::Request::new(()).into_parts();
        run(self, &parts, command).await
    }

    /// Enters the node's own word.
    ///
    /// # Errors
    /// The operation's refusals, and the writer's.
    async fn record<O: Operation>(&self, did: Did, operation: &O) -> Result<Receipt, SubmitError> {
        record_with(self, did, operation, Prepared::default()).await
    }

    /// Enters the node's own word, with what its decision needs to know.
    async fn record_prepared<O: Operation + Clone>(
        &self,
        did: Did,
        operation: &O,
        prepared: O::Prepared,
    ) -> Result<Receipt, SubmitError> {
        let prepared = operation::prepared(operation.clone(), prepared);
        record_with(self, did, operation, prepared).await
    }

    /// Enters a proof that the node itself made, or that another node sent, with what the decision needs to know
    /// ([`operation::prepared`]). The outer `Err` is the service's refusal, the inner result the writer's answer.
    async fn submit_prepared(
        &self,
        proof: Proof,
        body: Option<Value>,
        args: Json,
        prepared: Prepared,
    ) -> Result<Result<Receipt, SubmitError>, Problem> {
        let _in_flight = self.ledger().in_flight();
        let command = Command { args, prepared, ..willed(self, proof, body)? };
        enter(self, &HeaderMap::new(), command).await
    }
}

/// The command of a REST route: what its proof wills, else what the session asks for.
fn requested(
    node: &Node,
    parts: &Parts,
    session: Option<&Session>,
    request: CommandRequest,
) -> Result<Command, Problem> {
    let spec = spec(node, request.op)?;
    match (proof(&parts.headers)?, session) {
        (Some(proof), _) => {
            request::same(&proof, &request)?;
            let mut command = signed(node, parts, spec, proof, request.body)?;
            command.args = request.args;
            command.prepared = request.prepared;
            Ok(command)
        }
        (None, Some(session)) => custodial(node, session, spec, request),
        (None, None) => Err(request::needs_signature(spec.op)),
    }
}

/// The answer with what to sign.
fn signature_required(request: &CommandRequest, to: &[&Did]) -> Problem {
    let body = match request.body.as_ref().map(cbor::to_dag_json).transpose() {
        Ok(body) => body,
        Err(error) => return Problem::internal(error),
    };
    let to = order::set(to.iter().filter(|did| ***did != request.did));
    let sign = json!({
        "op": request.op,
        "did": request.did,
        "ref": request.reference,
        "fact": request.fact.as_ref().map(|fact| fact.to_json()),
        "body": body,
        "to": to,
    });
    Problem::forbidden(
        "This needs your signature: sign what is under \"sign\" and send it as an MJN-Proof.",
    )
    .slug("signature-required")
    .with_member("sign", sign)
}

/// The command that a proof wills.
pub(super) fn willed(node: &Node, proof: Proof, body: Option<Value>) -> Result<Command, Problem> {
    let payload = &proof.payload;
    Ok(Command {
        did: payload.did.clone(),
        service: payload.service.clone(),
        op: payload.op.clone(),
        reference: payload.reference.clone(),
        fact: payload.fact.clone(),
        body,
        now: node.now(),
        fresh: random::bytes()?,
        args: Json::Null,
        will: CommandWill::Signed(Arc::new(proof)),
        prepared: Default::default(),
    })
}

async fn record_with<O: Operation>(
    node: &Node,
    did: Did,
    operation: &O,
    prepared: Prepared,
) -> Result<Receipt, SubmitError> {
    let content = operation::content(operation).map_err(Refusal::from)?;
    let command = own(node, did, O::DECLARATION.spec.op, content)?;
    submit_command(node, Command { prepared, ..command }).await
}

/// A command of the node's own word.
fn own(node: &Node, did: Did, op: &str, content: Content) -> Result<Command, SubmitError> {
    let fresh =
        random::bytes().map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))?;
    Ok(Command {
        did,
        service: naming::service_of(op).to_owned(),
        op: op.to_owned(),
        reference: content.reference,
        fact: content.fact,
        body: content.body,
        now: node.now(),
        fresh,
        args: Json::Null,
        prepared: Prepared::default(),
        will: CommandWill::Node,
    })
}
