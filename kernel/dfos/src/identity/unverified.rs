//! An operation's token, read and not verified: for sorting, and for collecting signatures.
//!
//! Always: form, schema, size and CID are right; nothing is proved.

use super::{Action, Did, IdentityError, Operation, TYP};
use crate::cid::dag_cbor_cid;
use crate::{Cid, cbor, jws};

/// Bytes of an operation's payload as dag-cbor, at most (DFOS v1 "Bounds").
pub const OPERATION_BYTES_MAX: usize = 65_536;

/// An operation whose token's form, schema, size and CID are right; nothing of it is proved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified<'a> {
    pub(super) jws: jws::Jws<'a>,
    pub(super) operation: Operation,
    pub(super) cid: Cid,
}

impl<'a> Unverified<'a> {
    /// Reads a token without checking its signature.
    pub fn read(token: &'a str) -> Result<Self, IdentityError> {
        Self::from_jws(jws::parse(token, TYP)?)
    }

    pub(crate) fn from_jws(jws: jws::Jws<'a>) -> Result<Self, IdentityError> {
        let payload = jws.payload_value()?;
        let operation = Operation::from_value(&payload)?;
        let form = cbor::encode(&payload);
        if form.len() > OPERATION_BYTES_MAX {
            return Err(IdentityError::TooLarge { what: "the operation", bytes: form.len() });
        }
        let cid = dag_cbor_cid(&form);
        if jws.cid() != Some(cid.to_string().as_str()) {
            return Err(IdentityError::Cid);
        }
        Ok(Self { jws, operation, cid })
    }

    /// The token.
    pub fn jws(&self) -> &jws::Jws<'a> {
        &self.jws
    }

    /// The token's claims.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The CID of its payload.
    pub fn cid(&self) -> &Cid {
        &self.cid
    }

    /// The DID whose chain this belongs to, if it is valid: a create makes its DID, all others name it in the `kid`.
    pub fn did(&self) -> Result<Did, IdentityError> {
        if matches!(self.operation.action, Action::Create { .. }) {
            return Ok(Did::from_genesis(&self.cid));
        }
        let did = self.jws.kid().split_once('#').map(|(did, _)| did);
        Did::parse(did.unwrap_or_default()).map_err(|_| IdentityError::KeyId)
    }

    /// The key id in the `kid`.
    pub fn key_id(&self) -> &str {
        let kid = self.jws.kid();
        kid.split_once('#').map_or(kid, |(_, key_id)| key_id)
    }
}
