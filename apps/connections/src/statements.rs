//! Attestations between two people who connect: carried by an operation of this service, and entered by `auth` in the
//! same transaction.
//!
//! Always: the attestations contain no free text: type, context and parties follow from the operation. `auth` checks
//! the signatures before the writer.

use imajin_app::operation::{FieldError, Record};
use imajin_dfos::Value;
use imajin_ledger::TypedCommand;
use imajin_log::ops::{ATTESTATION_COUNTERSIGN, ATTESTATION_ISSUE};
use imajin_protocol::attestation::Attestation;
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use serde_json::Value as Json;

use crate::fields::SignedText;

/// The `context_type` of an invitation's name.
pub(crate) const CONTEXT: &str = "invite";

/// An attestation with its issuer's signatures.
#[derive(Debug, Clone, Record)]
pub(crate) struct Statement {
    /// The text of the attestation.
    pub(crate) attestation: SignedText,
    /// The issuer's signature over it, 128 hexadecimal digits.
    pub(crate) signature: SignedText,
    /// The issuer's DFOS artifact of it.
    pub(crate) author_jws: SignedText,
}

/// The signer, the other one, and the invitation by which they met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meeting<'a> {
    pub(crate) issuer: &'a Did,
    pub(crate) other: &'a Did,
    pub(crate) invite: &'a IdText,
}

fn wrong(error: impl std::fmt::Display) -> FieldError {
    FieldError::new("attestation", format!("{error}."))
}

impl Meeting<'_> {
    /// Returns the command to `auth` for an attestation, and its kind, one of `kinds`.
    /// Errors: the attestation has another kind, subject or context, or a payload other than the root.
    pub(crate) fn issue(
        self,
        statement: &Statement,
        kinds: &[&'static str],
    ) -> Result<(TypedCommand, &'static str), FieldError> {
        let text = statement.attestation.as_str();
        let attestation = Attestation::parse(self.issuer, text).map_err(wrong)?;
        // No free text: the payload may only contain the name of the signer's root record.
        let is_plain = attestation
            .payload
            .as_ref()
            .is_none_or(|payload| payload.keys().all(|key| key == "root"));
        let kind = kinds.iter().copied().find(|kind| *kind == attestation.kind.as_str());
        let is_it = attestation.subject == *self.other
            && attestation.context_id.as_deref() == Some(self.invite.as_str())
            && attestation.context_type.as_deref() == Some(CONTEXT)
            && is_plain;
        let kind = kind.filter(|_| is_it).ok_or_else(|| {
            wrong(format_args!(
                "it must be of type {}, about {}, with the invitation's name as context_id, \"{CONTEXT}\" as context_type and no payload but root",
                kinds.join(" or "),
                self.other
            ))
        })?;
        let body = Value::map([
            ("attestation", Value::from(text)),
            ("issuer", Value::from(self.issuer.as_str())),
            ("signature", Value::from(statement.signature.as_str())),
            ("audience", Value::from("parties")),
            ("author_jws", Value::from(statement.author_jws.as_str())),
        ]);
        let reference = IdText::from_cid(&attestation.cid().map_err(wrong)?);
        Ok((self.call(ATTESTATION_ISSUE, reference, body)?, kind))
    }

    /// Returns the command to `auth` for a countersignature of the other's attestation.
    /// Errors: the DID cannot be part of a fact.
    pub(crate) fn countersign(
        self,
        attestation: &IdText,
        witness: &SignedText,
    ) -> Result<TypedCommand, FieldError> {
        let body = Value::map([("witness_jws", Value::from(witness.as_str()))]);
        self.call(ATTESTATION_COUNTERSIGN, attestation.clone(), body)
    }

    fn call(self, op: &str, reference: IdText, body: Value) -> Result<TypedCommand, FieldError> {
        let wrong = |error: &dyn std::fmt::Display| FieldError::new("dids", format!("{error}."));
        let other = IdText::from_did(self.other).map_err(|error| wrong(&error))?;
        let fact = Fact::new([("dids", FactValue::List(vec![FactItem::Id(other)]))]);
        Ok(TypedCommand {
            did: self.issuer.clone(),
            op: op.to_owned(),
            reference: Some(reference),
            body: Some(body),
            fact: Some(fact.map_err(|error| wrong(&error))?),
            args: Json::Null,
            prepared: Default::default(),
        })
    }
}
