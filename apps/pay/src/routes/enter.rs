//! Writes: a route computes the consequences first, so that a client that must sign learns what.

use std::fmt::Display;

use axum::http::request::Parts;
use imajin_app::operation::Parts as Written;
use imajin_app::{CommandRequest, Node, Problem, Session};
use imajin_dfos::cbor;
use imajin_host::prelude::*;
use imajin_ledger::{Receipt, Refusal};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did};
use serde_json::{Value as Json, json};

use crate::attest::payment_id;
use crate::operations::{Amount, Case, Movement, Note, look};
use crate::queries;

const PROOF: &str = "mjn-proof";

/// An operation that a person requests, and its command.
pub(super) struct RequestedMovement<'a, O> {
    operation: &'a O,
    wish: CommandRequest,
}

impl<'a, O: Movement> RequestedMovement<'a, O> {
    /// Returns the request of an operation in a person's log, with the salt that was signed, if there is one.
    pub(super) fn new(did: &Did, operation: &'a O, salt: Option<&Json>) -> Result<Self, Problem> {
        let mut wish = CommandRequest::from_operation(did.clone(), operation)?;
        let parts = Written::new(wish.reference.as_ref(), wish.fact.as_ref(), wish.body.as_ref());
        O::read(&parts).map_err(Refusal::from)?;
        if let Some(salt) = salt {
            let salt = cbor::from_dag_json(salt)
                .map_err(|error| Problem::field("salt", format!("salt: {error}.")))?;
            let body = wish.body.as_mut().and_then(|body| body.as_map_mut());
            let body = body.ok_or_else(|| Problem::field("salt", "Nothing here has a salt."))?;
            body.insert("salt".to_owned(), salt);
        }
        Ok(Self { operation, wish })
    }

    /// Returns what the client has to sign: all parts of the proof that it can't know itself.
    pub(super) fn to_sign(&self, node: &Node) -> Result<Json, Problem> {
        let wish = &self.wish;
        let others = look(node, |world| {
            // Only the logs that the operation would write to matter here: the real id comes with the command.
            let payment = payment_id(world.now, [0; 6])?;
            let case = Case { owner: &wish.did, payment: &payment, is_nested: false };
            Ok(self.operation.consequences(world, case)?.others(&wish.did))
        })?;
        let body = wish.body.as_ref().map(cbor::to_dag_json).transpose();
        Ok(json!({
            "op": wish.op,
            "did": wish.did,
            "ref": wish.reference,
            "fact": wish.fact.as_ref().map(|fact| fact.to_json()),
            "body": body.map_err(Problem::internal)?,
            "to": others,
        }))
    }

    /// Enters the operation: signed if the request carries a proof of exactly this operation. Returns the receipt, and
    /// the payment's id.
    pub(super) async fn enter(
        self,
        node: &Node,
        parts: &Parts,
        session: &Session,
    ) -> Result<(Receipt, String), Problem> {
        let has_chain = node.status(&self.wish.did)?.is_some_and(|status| status.chain.is_some());
        if has_chain && !parts.headers.contains_key(PROOF) {
            let sign = self.to_sign(node)?;
            return Err(Problem::forbidden("Money moves only with your signature: sign what \"sign\" says and send it with an MJN-Proof.")
                .slug("signature-required")
                .with_member("sign", sign));
        }
        let reference = self.wish.reference.as_ref().map(|id| id.as_str().to_owned());
        let receipt = node.submit(parts, Some(session), self.wish).await?;
        let payment_id = receipt.value.as_ref().and_then(|value| value["payment"].as_str());
        let payment = match payment_id.map(str::to_owned).or(reference) {
            Some(payment) => Some(payment),
            // The proof was entered before: the node's books have the answer.
            None => queries::read(node, |db| queries::payment_of(db, node.did(), &receipt))?,
        };
        Ok((receipt, payment.unwrap_or_default()))
    }
}

/// Enters an operation of the signed-in caller, without a salt.
pub(super) async fn enter<O: Movement>(
    node: &Node,
    parts: &Parts,
    session: &Session,
    operation: &O,
) -> Result<(Receipt, String), Problem> {
    enter_salted(node, parts, session, operation, None).await
}

/// Enters an operation of the signed-in caller.
pub(super) async fn enter_salted<O: Movement>(
    node: &Node,
    parts: &Parts,
    session: &Session,
    operation: &O,
    salt: Option<&Json>,
) -> Result<(Receipt, String), Problem> {
    RequestedMovement::new(&session.did, operation, salt)?.enter(node, parts, session).await
}

/// Reads an amount of a request, in minor units.
pub(super) fn amount(units: i64) -> Result<Amount, Problem> {
    let wrong = || Problem::field("amount", format!("amount {}.", Amount::bounds()));
    Amount::new(units).ok_or_else(wrong)
}

/// Returns the problem of a field's value in another form, from the error that says which.
pub(super) fn wrong<E: Display>(field: &'static str) -> impl Fn(E) -> Problem + Copy {
    move |error| Problem::field(field, format!("{error}."))
}

pub(super) fn currency(text: &str) -> Result<Currency, Problem> {
    Currency::parse(text).map_err(wrong("currency"))
}

/// Reads a manifest in a field of a request: the document, or its text.
pub(super) fn manifest(field: &'static str, json: &Json) -> Result<Manifest, Problem> {
    let manifest = match json {
        Json::String(text) => Manifest::parse(text),
        document => Manifest::from_value(document.clone()),
    };
    manifest.map_err(wrong(field))
}

/// Returns a person's note as a field.
pub(super) fn note(text: Option<&String>) -> Option<Note<500>> {
    text.cloned().map(Note)
}
