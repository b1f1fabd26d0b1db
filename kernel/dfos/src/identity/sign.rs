//! Signs operations.
//!
//! Always: every operation made here was verified here, so that none is published that others refuse.

use ed25519_dalek::SigningKey;

use super::{Action, IdentityError, Keys, Operation, Service, TYP, Verified, extend};
use crate::cid::dag_cbor_cid;
use crate::{Cid, Timestamp, cbor, json, jws};

/// A new operation, with the chain that ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The operation as compact JWS.
    pub token: String,
    /// Its CID.
    pub cid: Cid,
    /// The chain including it.
    pub verified: Verified,
}

/// Begins a chain. `key_id` names one of the controller keys, whose private half `key` is.
pub fn sign_create(
    keys: Keys,
    services: Vec<Service>,
    created_at: Timestamp,
    key_id: &str,
    key: &SigningKey,
) -> Result<Signed, IdentityError> {
    let action = Action::Create { keys, services };
    let operation = Operation { action, created_at };
    let (token, cid) = token(&operation, key_id, key)?;
    let verified = Verified::genesis(&token)?;
    Ok(Signed { token, cid, verified })
}

/// Replaces all keys and services. `key_id` names a controller key in force.
pub fn sign_update(
    chain: &Verified,
    keys: Keys,
    services: Vec<Service>,
    created_at: Timestamp,
    key_id: &str,
    key: &SigningKey,
) -> Result<Signed, IdentityError> {
    let previous = chain.head_cid().to_string();
    let action = Action::Update { previous, keys, services };
    sign_next(chain, action, created_at, key_id, key)
}

/// Deactivates the identity.
pub fn sign_delete(
    chain: &Verified,
    created_at: Timestamp,
    key_id: &str,
    key: &SigningKey,
) -> Result<Signed, IdentityError> {
    let previous = chain.head_cid().to_string();
    sign_next(chain, Action::Delete { previous }, created_at, key_id, key)
}

/// Undoes the delete at the chain's head.
pub fn sign_restore(
    chain: &Verified,
    created_at: Timestamp,
    key_id: &str,
    key: &SigningKey,
) -> Result<Signed, IdentityError> {
    let previous = chain.head_cid().to_string();
    sign_next(chain, Action::Restore { previous }, created_at, key_id, key)
}

fn sign_next(
    chain: &Verified,
    action: Action,
    created_at: Timestamp,
    key_id: &str,
    key: &SigningKey,
) -> Result<Signed, IdentityError> {
    let operation = Operation { action, created_at };
    let (token, cid) = token(&operation, &chain.did().key_url(key_id), key)?;
    let verified = extend(chain, &token)?;
    Ok(Signed { token, cid, verified })
}

/// DFOS v1 "Signing": payload, then its CID, then the header with the CID, then the signature.
fn token(
    operation: &Operation,
    kid: &str,
    key: &SigningKey,
) -> Result<(String, Cid), IdentityError> {
    let payload = operation.to_value();
    let cid = dag_cbor_cid(&cbor::encode(&payload));
    let text = json::to_jcs(&payload).map_err(jws::JwsError::Payload)?;
    let header = [("typ", TYP), ("kid", kid), ("cid", &cid.to_string())];
    Ok((jws::sign(&header, text.as_bytes(), key), cid))
}
