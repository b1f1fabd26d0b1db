//! The node's own log: it is a DID like everybody else (DESIGN.md, "The node is a DID"), and its owner's key is its second
//! controller, so that a new box can carry on the same node.

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Key, Keys, Role, Verified, sign_create, sign_update};
use imajin_dfos::{Cid, PublicKey, SigningKey, Timestamp, Value, cbor};
use imajin_ledger::{NodeKey, SubmitError, ops};
use imajin_protocol::proof::{ProofPayload, Seen};
use imajin_protocol::{Did, Kid, Proof};
use imajin_service::{Done, Node, Problem, random};
use serde_json::json;
use std::collections::BTreeSet;

use crate::{goes_on, people};

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
        goes_on::go_on(node).await?;
        // A claim or a change of keys just before the last stop may not have come so far.
        add_owner(node).await?;
        return tell_where(node).await;
    }
    let key = Key::with_id(node.key().kid.key_id(), &node.public_key());
    let genesis = sign_create(
        Keys::single(key),
        match node.endpoints() {
            Some(endpoints) => endpoints.services().map_err(sign_error)?,
            None => Vec::new(),
        },
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

/// One at a time: each update goes on from the one before.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Whoever owns the node changed their keys: the node's second controller is the key that they have now.
pub(crate) fn settled(node: &Node, done: &Done<'_>) {
    if done.op != ops::IDENTITY_UPDATE || done.outcome.is_err() {
        return;
    }
    match people::owner_of_node(node) {
        Ok(Some(owner)) if owner == done.did.as_str() => follow_owner(node),
        Ok(_) => {}
        Err(problem) => tracing::error!("who owns this node cannot be read: {problem}"),
    }
}

/// Brings the owner's keys into the node's identity, beside whatever asked for it. What fails is done at the next start.
pub(crate) fn follow_owner(node: &Node) {
    let node = node.clone();
    tokio::spawn(async move {
        if let Err(error) = add_owner(&node).await {
            tracing::error!("the owner's key could not be added to the node's identity: {error}");
        }
    });
}

/// Makes the owner's controller keys, those in force now and no others, controllers of the node beside its own.
async fn add_owner(node: &Node) -> Result<(), NodeIdentityError> {
    let _turn = TURN.lock().await;
    let Some(owner) = people::owner_of_node(node)?.and_then(|owner| Did::parse(&owner).ok()) else {
        return Ok(());
    };
    let (Some(chain), Some(owners)) = (
        people::chain(node, node.did())?,
        people::chain(node, &owner)?,
    ) else {
        return Err(NodeIdentityError::Sign(
            "the node or its owner has no chain".to_owned(),
        ));
    };
    let Some(controllers) = controllers(&chain, &owners) else {
        return Ok(());
    };
    let keys = Keys {
        controller: controllers,
        ..chain.state().keys.clone()
    };
    let at = next_time(node, &chain);
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

/// Names the node's address and relay in its chain, unless the chain names them already.
async fn tell_where(node: &Node) -> Result<(), NodeIdentityError> {
    let _turn = TURN.lock().await;
    let Some(endpoints) = node.endpoints() else {
        return Ok(());
    };
    let chain = people::chain(node, node.did())?;
    let chain = chain.ok_or_else(|| sign_error("the node has no chain"))?;
    let state = chain.state();
    let Some(services) = endpoints.among(&state.services).map_err(sign_error)? else {
        return Ok(());
    };
    let (keys, at) = (state.keys.clone(), next_time(node, &chain));
    let NodeKey { kid, key, .. } = node.key();
    let update = sign_update(&chain, keys, services, at, kid.key_id(), key).map_err(sign_error)?;
    let body = Value::map([("token", Value::from(update.token)), ("salt", salt()?)]);
    enter(node, ops::IDENTITY_UPDATE, body, *chain.head_cid()).await
}

/// The same in the chains of those whose keys the node keeps, one after the other, beside everything else. What fails is done at
/// the next start.
pub(crate) fn tell_where_kept(node: &Node) {
    let node = node.clone();
    tokio::spawn(async move {
        if let Err(problem) = node.tell_where_kept().await {
            tracing::error!("a chain whose key the node keeps does not name its home: {problem}");
        }
    });
}

/// The node's own controllers (its auth keys) and the owner's of now; none where they are that already.
fn controllers(chain: &Verified, owners: &Verified) -> Option<Vec<Key>> {
    let keys = &chain.state().keys;
    let own = keys
        .controller
        .iter()
        .filter(|key| keys.find(Role::Auth, key.id()).is_some());
    // Named by the convention, whatever the owner calls them: a name in the node's chain stands for one key for ever.
    let theirs = owners.state().keys.controller.iter();
    let theirs = theirs.filter_map(|key| key.public_key().ok().map(|key| Key::new(&key)));
    let wanted: Vec<Key> = own.cloned().chain(theirs).collect();
    let ids =
        |keys: &[Key]| -> BTreeSet<String> { keys.iter().map(|key| key.id().to_owned()).collect() };
    (ids(&wanted) != ids(&keys.controller)).then_some(wanted)
}

/// Makes the key of this box the node's, by the word of its owner: the key before it was lost with the old box, and
/// signs nothing from here on.
pub async fn carry_on(node: &Node, owner: &SigningKey) -> Result<(), NodeIdentityError> {
    let Some(chain) = people::chain(node, node.did())? else {
        return Err(sign_error("there is no log of the node in this folder"));
    };
    let public = PublicKey::from(owner);
    let old = &chain.state().keys;
    let theirs = |key: &&Key| key.public_key().is_ok_and(|key| key == public);
    let Some(signer) = old.controller.iter().find(theirs) else {
        return Err(sign_error(
            "this key does not control the node: its owner's does",
        ));
    };
    let key = Key::with_id(node.key().kid.key_id(), &node.public_key());
    let owners = old
        .controller
        .iter()
        .filter(|key| old.find(Role::Auth, key.id()).is_none());
    let keys = Keys {
        controller: std::iter::once(key.clone())
            .chain(owners.cloned())
            .collect(),
        ..Keys::single(key)
    };
    let services = chain.state().services.clone();
    let at = next_time(node, &chain);
    let update = sign_update(&chain, keys, services, at, signer.id(), owner).map_err(sign_error)?;
    let body = Value::map([("token", Value::from(update.token)), ("salt", salt()?)]);
    let kid = Kid::new(node.did().clone(), signer.id()).map_err(sign_error)?;
    enter_by(
        node,
        (&kid, owner),
        ops::IDENTITY_UPDATE,
        body,
        *chain.head_cid(),
    )
    .await
}

/// An operation's time is later than that of the one before, whatever the clock says.
fn next_time(node: &Node, chain: &Verified) -> Timestamp {
    let earliest = chain.updated_at().checked_add_millis(1);
    node.now().max(earliest.unwrap_or(chain.updated_at()))
}

fn salt() -> Result<Value, NodeIdentityError> {
    Ok(Value::Bytes(
        random::bytes::<16>().map_err(sign_error)?.to_vec(),
    ))
}

/// Enters a body into the node's own log, signed with the node's key.
pub(crate) async fn enter(
    node: &Node,
    op: &str,
    body: Value,
    chain: Cid,
) -> Result<(), NodeIdentityError> {
    let NodeKey { kid, key, .. } = node.key();
    enter_by(node, (kid, key), op, body, chain).await
}

/// The same, signed with a controller's key.
async fn enter_by(
    node: &Node,
    (kid, key): (&Kid, &SigningKey),
    op: &str,
    body: Value,
    chain: Cid,
) -> Result<(), NodeIdentityError> {
    let did = node.did().clone();
    let status = node.status(&did)?;
    let after = node
        .ledger()
        .after(&did, &kid.to_string())
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
    let proof = Proof::sign(key, kid.clone(), payload).map_err(sign_error)?;
    node.perform_signed(proof, Some(body), json!({})).await??;
    Ok(())
}
