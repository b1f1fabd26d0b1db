//! Signs operations.
//!
//! Always: every operation made here was verified here, so that none is published that others refuse.

use ed25519_dalek::SigningKey;

use super::{Action, ContentError, Operation, State};
use crate::resolve::Verifier;
use crate::statement;
use crate::{Cid, Did, Timestamp};

/// The signer of an operation.
#[derive(Clone, Copy)]
pub struct Author<'a> {
    /// The signer.
    pub did: &'a Did,
    /// The id of one of the signer's keys.
    pub key_id: &'a str,
    /// The key itself.
    pub key: &'a SigningKey,
    /// The credential that permits writing to another identity's chain.
    pub authorization: Option<&'a str>,
}

/// A new operation, with the branch that ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The operation as compact JWS.
    pub token: String,
    /// Its CID.
    pub cid: Cid,
    /// The branch including it.
    pub state: State,
}

/// Begins a chain with the CID of its first document.
pub fn sign_create(
    document: &str,
    base: Option<&str>,
    created_at: Timestamp,
    author: &Author<'_>,
    verifier: &Verifier<'_>,
) -> Result<Signed, ContentError> {
    let action = Action::Create { document: document.to_owned(), base: base.map(str::to_owned) };
    sign(None, action, created_at, author, verifier)
}

/// Commits to another document, or with `None` to no document, after any operation except a delete.
pub fn sign_update(
    parent: &State,
    document: Option<&str>,
    base: Option<&str>,
    created_at: Timestamp,
    author: &Author<'_>,
    verifier: &Verifier<'_>,
) -> Result<Signed, ContentError> {
    let action = Action::Update {
        previous: parent.head_cid().to_string(),
        document: document.map(str::to_owned),
        base: base.map(str::to_owned),
        authorization: author.authorization.map(str::to_owned),
    };
    sign(Some(parent), action, created_at, author, verifier)
}

/// Ends a branch.
pub fn sign_delete(
    parent: &State,
    created_at: Timestamp,
    author: &Author<'_>,
    verifier: &Verifier<'_>,
) -> Result<Signed, ContentError> {
    let action = Action::Delete {
        previous: parent.head_cid().to_string(),
        authorization: author.authorization.map(str::to_owned),
    };
    sign(Some(parent), action, created_at, author, verifier)
}

fn sign(
    parent: Option<&State>,
    action: Action,
    created_at: Timestamp,
    author: &Author<'_>,
    verifier: &Verifier<'_>,
) -> Result<Signed, ContentError> {
    let did = author.did.clone();
    let operation = Operation { action, did, created_at };
    let signed = statement::sign(&operation, author.key_id, author.key)?;
    let state = match parent {
        Some(parent) => parent.extend(&signed.token, verifier)?,
        None => State::genesis(&signed.token, verifier)?,
    };
    Ok(Signed { token: signed.token, cid: signed.cid, state })
}
