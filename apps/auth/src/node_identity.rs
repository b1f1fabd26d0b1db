//! The node's own log: it is a DID like everybody else (DESIGN.md, "The node is a DID"), and its owner's key is its second
//! controller, so that a new box can carry on the same node.

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Key, Keys, Role, sign_create, sign_update};
use imajin_dfos::{Cid, Value, cbor};
use imajin_ledger::{SubmitError, ops};
use imajin_protocol::proof::{ProofPayload, Seen};
use imajin_protocol::{Did, Proof};
use imajin_service::{Node, Problem, random};
use serde_json::json;

use crate::people;

/// Why the node's own log could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NodeIdentityError {
    /// It was refused, or the disk failed.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// Something could not be read.
    #[error("{0}")]
    Read(#[from] Problem),
    /// The chain or the proof could not be made.
    #[error("{0}")]
    Sign(String),
}

fn sign_error(error: impl std::fmt::Display) -> NodeIdentityError {
    NodeIdentityError::Sign(error.to_string())
}

/// Begins the node's own log if it has none yet. To be called at every start, before the first request.
pub async fn begin(node: &Node) -> Result<(), NodeIdentityError> {
    if node.status(node.did())?.is_some() {
        return Ok(());
    }
    let key = Key::with_id(node.key().kid.key_id(), &node.public_key());
    let genesis = sign_create(
        Keys::single(key),
        Vec::new(),
        node.now(),
        node.key().kid.key_id(),
        &node.key().key,
    )
    .map_err(sign_error)?;
    let home = Value::map([
        ("node", Value::from(node.did().as_str())),
        ("url", Value::from(node.url())),
        ("epoch", Value::Int(1)),
    ]);
    let body = Value::map([
        ("token", Value::from(genesis.token)),
        ("home", home),
        ("scope", Value::from("actor")),
        ("subtype", Value::from("device")),
        ("salt", salt()?),
    ]);
    enter(node, ops::IDENTITY_CREATE, body, genesis.cid).await
}

/// Makes the owner's controller key a second controller of the node.
pub(crate) async fn add_owner(node: &Node, owner: &Did) -> Result<(), NodeIdentityError> {
    let Some(chain) = people::chain(node, node.did())? else {
        return Err(NodeIdentityError::Sign(
            "the node has no chain yet".to_owned(),
        ));
    };
    let Some(owners) = people::chain(node, owner)? else {
        return Err(NodeIdentityError::Sign("the owner has no chain".to_owned()));
    };
    let mut keys = chain.state().keys.clone();
    for key in &owners.state().keys.controller {
        let is_there = keys.find(Role::Controller, key.id()).is_some()
            || chain.historical_key(key.id()).is_some();
        if !is_there {
            keys.controller.push(key.clone());
        }
    }
    if keys.controller.len() == chain.state().keys.controller.len() {
        return Ok(());
    }
    // An operation's time is later than that of the one before, whatever the clock says.
    let earliest = chain
        .updated_at()
        .checked_add_millis(1)
        .unwrap_or(chain.updated_at());
    let at = node.now().max(earliest);
    let services = chain.state().services.clone();
    let update = sign_update(
        &chain,
        keys,
        services,
        at,
        node.key().kid.key_id(),
        &node.key().key,
    )
    .map_err(sign_error)?;
    let body = Value::map([("token", Value::from(update.token)), ("salt", salt()?)]);
    enter(node, ops::IDENTITY_UPDATE, body, *chain.head_cid()).await
}

fn salt() -> Result<Value, NodeIdentityError> {
    Ok(Value::Bytes(
        random::bytes::<16>().map_err(sign_error)?.to_vec(),
    ))
}

/// Enters a body into the node's own log, signed with the node's key.
async fn enter(node: &Node, op: &str, body: Value, chain: Cid) -> Result<(), NodeIdentityError> {
    let did = node.did().clone();
    let status = node.status(&did)?;
    let after = node
        .ledger()
        .after(&did, &node.key().kid.to_string())
        .map_err(Problem::from)?;
    let payload = ProofPayload {
        aud: did.clone(),
        service: "auth".to_owned(),
        op: op.to_owned(),
        reference: None,
        body: Some(dag_cbor_cid(&cbor::encode(&body))),
        fact: None,
        to: Vec::new(),
        seen: status.map(|status| Seen {
            seq: status.seq,
            cid: status.cid,
        }),
        after,
        chain: Some(chain),
        iat: node.now().as_secs(),
        did,
    };
    let proof =
        Proof::sign(&node.key().key, node.key().kid.clone(), payload).map_err(sign_error)?;
    node.perform_signed(proof, Some(body), json!({})).await?;
    Ok(())
}
