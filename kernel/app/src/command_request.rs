//! The command that a route submits to a person's log, and the proof that a request may carry for it.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use imajin_dfos::{Value, cbor};
use imajin_ledger::{Prepared, Refusal};
use imajin_protocol::{Did, Fact, IdText, Proof};
use serde_json::Value as Json;

use crate::operation::{self, Operation};
use crate::problem::{Answer, Problem};

/// The header that carries a proof of will.
pub const PROOF: HeaderName = HeaderName::from_static("mjn-proof");

/// A command that a REST route submits.
#[derive(Debug, Clone)]
pub struct CommandRequest {
    /// The log's owner.
    pub did: Did,
    /// The operation.
    pub op: &'static str,
    /// The entry's `ref`, if it has one.
    pub reference: Option<IdText>,
    /// The body. Without salt, unless it was signed.
    pub body: Option<Value>,
    /// The fact: the part of the entry that other people's state depends on.
    pub fact: Option<Fact>,
    /// Typed extras for `decide`.
    pub args: Json,
    /// The operation with what its decision needs to know, where the route knows that ([`operation::prepared`]).
    pub prepared: Prepared,
}

impl CommandRequest {
    /// Makes a command for a person's log.
    pub fn new(did: Did, op: &'static str) -> Self {
        Self {
            did,
            op,
            reference: None,
            body: None,
            fact: None,
            args: Json::Null,
            prepared: Prepared::default(),
        }
    }

    /// A request for an operation in a person's log.
    ///
    /// # Errors
    /// A field that an entry cannot hold.
    pub fn from_operation<O: Operation>(did: Did, operation: &O) -> Answer<Self> {
        let content = operation::content(operation).map_err(Refusal::from)?;
        Ok(Self {
            reference: content.reference,
            body: content.body,
            fact: content.fact,
            ..Self::new(did, O::DECLARATION.spec.op)
        })
    }

    /// Makes a command like [`Self::of`], with the value that the route prepared for its decision.
    ///
    /// # Errors
    /// A field that an entry cannot hold.
    pub fn prepared<O: Operation>(did: Did, operation: O, prepared: O::Prepared) -> Answer<Self> {
        let request = Self::from_operation(did, &operation)?;
        Ok(Self { prepared: operation::prepared(operation, prepared), ..request })
    }

    /// Sets the salt of a signed body.
    pub fn salt(mut self, salt: Value) -> Self {
        if let Some(body) = self.body.as_mut().and_then(Value::as_map_mut) {
            body.insert("salt".to_owned(), salt);
        }
        self
    }

    /// Sets the salt of a signed body from its dag-json, if the request has one.
    ///
    /// # Errors
    /// The salt is not dag-json.
    pub fn salted(self, salt: Option<&Json>) -> Answer<Self> {
        let Some(salt) = salt else {
            return Ok(self);
        };
        let salt = cbor::from_dag_json(salt);
        let salt = salt.map_err(|error| Problem::field("salt", format!("salt: {error}.")))?;
        Ok(self.salt(salt))
    }

    /// Sets the body.
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Sets the `ref`.
    pub fn reference(mut self, reference: IdText) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Sets the fact.
    pub fn fact(mut self, fact: Fact) -> Self {
        self.fact = Some(fact);
        self
    }

    /// Sets the typed extras for `decide`.
    pub fn args(mut self, args: Json) -> Self {
        self.args = args;
        self
    }
}

/// The proof that a request carries, if it has one. Proves nothing yet.
pub fn proof_of(parts: &Parts) -> Answer<Option<Proof>> {
    proof(&parts.headers)
}

/// The proof of a request, if it has one.
pub fn proof(headers: &HeaderMap) -> Answer<Option<Proof>> {
    let mut values = headers.get_all(PROOF).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Problem::field("MJN-Proof", "One request carries one proof."));
    }
    // The parser takes base64url and dots alone, so ASCII need not be asked for here.
    let text = std::str::from_utf8(value.as_bytes())
        .map_err(|_| Problem::field("MJN-Proof", "A proof is a compact JWS, plain ASCII."))?;
    Proof::parse(text).map(Some).map_err(|error| Problem::field("MJN-Proof", format!("{error}.")))
}
