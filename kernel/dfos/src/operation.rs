//! Any token in a relay's log, sorted by its kind and read once.
//!
//! Always: reading proves nothing. It tells what a token is, where it belongs and what must precede it; verifying uses
//! the result and need not read the token again.
//!
//! Rules: DFOS v1 WEB-RELAY "Ingestion".

mod kind;

pub use kind::Kind;

use crate::artifact::Artifact;
use crate::cid::dag_cbor_cid;
use crate::content::{self, ContentId};
use crate::countersign::Countersign;
use crate::credential::{Audience, CREDENTIAL_BYTES_MAX, Credential};
use crate::identity::{self, IdentityError};
use crate::jws::{self, Jws};
use crate::revocation::Revocation;
use crate::statement::{StatementError, Unverified, check_bytes};
use crate::{Cid, Did, Timestamp, cbor};

/// Seconds by which an identity or content operation may lie in the future when a relay accepts it.
pub const FUTURE_SKEW_SECS_MAX: i64 = 86_400;

/// An operation, read and not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation<'a> {
    token: &'a str,
    signer: Did,
    body: Body<'a>,
}

/// The content, by kind; each kind's own module verifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// For [`identity::Verified::genesis_of`] or [`identity::Verified::push_with`].
    Identity(identity::Unverified<'a>),
    /// For [`content::State::genesis_of`] or [`content::State::extend_with`].
    Content(Unverified<'a, content::Operation>),
    /// For [`Unverified::attest`].
    Artifact(Unverified<'a, Artifact>),
    /// For [`Unverified::attest`].
    Countersign(Unverified<'a, Countersign>),
    /// For [`Unverified::attest`] with all keys of the identity's history.
    Revocation(Unverified<'a, Revocation>),
    /// For [`crate::credential::verify`]. Only credentials for everyone are operations.
    Credential(Unverified<'a, Credential>),
}

/// Why a token is not an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum OperationError {
    /// An unknown `typ`, or a credential for one identity, which concerns no one else.
    #[error("unrecognized operation type")]
    Unrecognized,
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// Reads a token of any kind.
pub fn read(token: &str) -> Result<Operation<'_>, OperationError> {
    let jws = jws::parse_any(token).map_err(StatementError::from)?;
    let kind = Kind::from_typ(jws.typ()).ok_or(OperationError::Unrecognized)?;
    let body = match kind {
        Kind::Identity => Body::Identity(identity::Unverified::from_jws(jws)?),
        Kind::Content => Body::Content(Unverified::from_jws(jws)?),
        Kind::Artifact => Body::Artifact(Unverified::from_jws(jws)?),
        Kind::Countersign => Body::Countersign(Unverified::from_jws(jws)?),
        Kind::Revocation => Body::Revocation(Unverified::from_jws(jws)?),
        Kind::Credential => {
            check_bytes("the token", token.len(), CREDENTIAL_BYTES_MAX)?;
            Body::Credential(Unverified::from_jws(jws)?)
        }
    };
    let signer = match &body {
        Body::Identity(read) => read.did()?,
        Body::Content(read) => read.statement().did.clone(),
        Body::Artifact(read) => read.statement().did.clone(),
        Body::Countersign(read) => read.statement().did.clone(),
        Body::Revocation(read) => read.statement().did.clone(),
        Body::Credential(read) if read.statement().audience != Audience::Anyone => {
            return Err(OperationError::Unrecognized);
        }
        Body::Credential(read) => read.statement().issuer.clone(),
    };
    Ok(Operation { token, signer, body })
}

/// The CID of a token's payload, valid or not: so that a refusal can name what it refused.
pub fn payload_cid(token: &str) -> Option<Cid> {
    let payload = jws::parse_any(token).ok()?.payload_value().ok()?;
    Some(dag_cbor_cid(&cbor::encode(&payload)))
}

impl<'a> Operation<'a> {
    /// The token as it came.
    pub fn token(&self) -> &'a str {
        self.token
    }

    /// The content.
    pub fn body(&self) -> &Body<'a> {
        &self.body
    }

    /// The content, for verifying.
    pub fn into_body(self) -> Body<'a> {
        self.body
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        match &self.body {
            Body::Identity(_) => Kind::Identity,
            Body::Content(_) => Kind::Content,
            Body::Artifact(_) => Kind::Artifact,
            Body::Countersign(_) => Kind::Countersign,
            Body::Revocation(_) => Kind::Revocation,
            Body::Credential(_) => Kind::Credential,
        }
    }

    /// The CID of the payload.
    pub fn cid(&self) -> &Cid {
        match &self.body {
            Body::Identity(read) => read.cid(),
            Body::Content(read) => read.cid(),
            Body::Artifact(read) => read.cid(),
            Body::Countersign(read) => read.cid(),
            Body::Revocation(read) => read.cid(),
            Body::Credential(read) => read.cid(),
        }
    }

    /// The token's parts, for collecting signatures.
    pub fn jws(&self) -> &Jws<'a> {
        match &self.body {
            Body::Identity(read) => read.jws(),
            Body::Content(read) => read.jws(),
            Body::Artifact(read) => read.jws(),
            Body::Countersign(read) => read.jws(),
            Body::Revocation(read) => read.jws(),
            Body::Credential(read) => read.jws(),
        }
    }

    /// The claimed signer. For a create of an identity, the new identity.
    pub fn signer(&self) -> &Did {
        &self.signer
    }

    /// The id of the claimed key.
    pub fn key_id(&self) -> &str {
        let kid = self.jws().kid();
        kid.split_once('#').map_or(kid, |(_, key_id)| key_id)
    }

    /// When it was signed, by the signer's clock; for a credential the start of its validity.
    pub fn created_at(&self) -> Timestamp {
        match &self.body {
            Body::Identity(read) => read.operation().created_at,
            Body::Content(read) => read.statement().created_at,
            Body::Artifact(read) => read.statement().created_at,
            Body::Countersign(read) => read.statement().created_at,
            Body::Revocation(read) => read.statement().created_at,
            Body::Credential(read) => {
                let millis = read.statement().issued_at_secs.saturating_mul(1000);
                Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Whether it begins a chain.
    pub fn is_genesis(&self) -> bool {
        match &self.body {
            Body::Identity(read) => read.operation().action.previous().is_none(),
            Body::Content(read) => read.statement().action.previous().is_none(),
            _ => false,
        }
    }

    /// The CID of the previous operation, as it was written.
    pub fn previous(&self) -> Option<&str> {
        match &self.body {
            Body::Identity(read) => read.operation().action.previous(),
            Body::Content(read) => read.statement().action.previous(),
            _ => None,
        }
    }

    /// The log that it belongs to: a DID, a content id or the countersigned CID. `None` for a content operation after
    /// the create, which belongs where its [`Operation::previous`] does.
    pub fn chain_id(&self) -> Option<String> {
        match &self.body {
            Body::Content(read) if self.is_genesis() => {
                Some(ContentId::from_genesis(read.cid()).as_str().to_owned())
            }
            Body::Content(_) => None,
            Body::Countersign(read) => Some(read.statement().target.clone()),
            _ => Some(self.signer.as_str().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests;
