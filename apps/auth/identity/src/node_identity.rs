//! The node's own log: it is a DID like everybody else (docs/design.md, "The node is a DID"), and its owner's key is its second
//! controller, so that a new box can carry on the same node.

use std::collections::BTreeSet;

use imajin_app::task::boxed;
use imajin_app::{Node, Problem};
use imajin_dfos::identity::{Key, Keys, Role, Service, Verified, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Timestamp};
use imajin_host::prelude::*;
use imajin_protocol::identity::{Scope, Subtype};
use imajin_protocol::{Did, Kid};

use crate::node_log::{NodeIdentityError, enter, sign_error};
use crate::operations::{CreateIdentity, Text, UpdateIdentity, home};
use crate::signed::Signer;
use crate::{people, resume_after_restore};

/// Begins the node's own log if it has none yet. To be called at every start, before the first request.
pub async fn begin(node: &Node) -> Result<(), NodeIdentityError> {
    if node.status(node.did())?.is_some() {
        resume_after_restore::go_on(node).await?;
        if is_read_only(node)? {
            tracing::error!(
                "this box's data is an old copy, or another box has this box's key: nothing is written until that is settled (imajin doctor)"
            );
            return Ok(());
        }
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
    let create = CreateIdentity {
        token: Text(genesis.token),
        home: home(node),
        scope: Scope::Actor.as_str().into(),
        subtype: Some(Subtype::Device.as_str().into()),
        encryption_key: None,
    };
    let signer = Signer::node(node);
    enter(node, signer, &create, genesis.cid, Vec::new()).await
}

fn is_read_only(node: &Node) -> Result<bool, Problem> {
    let status = node.status(node.did())?;
    Ok(status.is_some_and(|status| status.read_only.is_some()))
}

/// Updates of the node's identity, one at a time: each continues from the one before.
#[derive(Default)]
struct Turn(tokio::sync::Mutex<()>);

/// Somebody changed their keys. Where they own the node, its second controller is the key that they have now.
pub(crate) fn keys_changed(node: &Node, did: &Did) {
    match people::owner_of_node(node) {
        Ok(Some(owner)) if owner == did.as_str() => follow_owner(node),
        Ok(_) => {}
        Err(problem) => tracing::error!("who owns this node cannot be read: {problem}"),
    }
}

/// Brings the owner's keys into the node's identity, beside whatever asked for it. What fails is done at the next start.
pub(crate) fn follow_owner(node: &Node) {
    let node = node.clone();
    tokio::spawn(boxed(async move {
        if let Err(error) = add_owner(&node).await {
            tracing::error!("the owner's key could not be added to the node's identity: {error}");
        }
    }));
}

/// Makes the owner's controller keys, those in force now and no others, controllers of the node besides its own.
async fn add_owner(node: &Node) -> Result<(), NodeIdentityError> {
    let turn = node.state::<Turn>();
    let _turn = turn.0.lock().await;
    let no_chain = || NodeIdentityError::Sign("the node or its owner has no chain".to_owned());
    let owner = people::owner_of_node(node)?.and_then(|owner| Did::parse(&owner).ok());
    // A box that its owner released is controlled by its own key alone.
    let owners = match &owner {
        Some(owner) => Some(people::chain(node, owner)?.ok_or_else(no_chain)?),
        None => None,
    };
    let chain = people::chain(node, node.did())?.ok_or_else(no_chain)?;
    let Some(controllers) = controllers(&chain, owners.as_ref()) else {
        return Ok(());
    };
    let keys = Keys { controller: controllers, ..chain.state().keys.clone() };
    let services = chain.state().services.clone();
    update(node, Signer::node(node), &chain, keys, services).await
}

/// Names the node's address and relay in its chain, unless the chain names them already.
async fn tell_where(node: &Node) -> Result<(), NodeIdentityError> {
    let turn = node.state::<Turn>();
    let _turn = turn.0.lock().await;
    let Some(endpoints) = node.endpoints() else {
        return Ok(());
    };
    let chain = people::chain(node, node.did())?;
    let chain = chain.ok_or_else(|| sign_error("the node has no chain"))?;
    let state = chain.state();
    let Some(services) = endpoints.among(&state.services).map_err(sign_error)? else {
        return Ok(());
    };
    let keys = state.keys.clone();
    update(node, Signer::node(node), &chain, keys, services).await
}

/// Like `tell_where`, for the chains of the keys that the node keeps, one after the other in the background. The next
/// start retries failures.
pub fn tell_where_kept(node: &Node) {
    let node = node.clone();
    tokio::spawn(boxed(async move {
        if let Err(problem) = node.tell_where_kept().await {
            tracing::error!("a chain whose key the node keeps does not name its home: {problem}");
        }
    }));
}

/// The node's own controllers (its auth keys) and the owner's of now; none if they are that already.
fn controllers(chain: &Verified, owners: Option<&Verified>) -> Option<Vec<Key>> {
    let keys = &chain.state().keys;
    let own = keys.controller.iter().filter(|key| keys.find(Role::Auth, key.id()).is_some());
    // Named by the convention, whatever the owner calls them: a name in the node's chain means one key for ever.
    let theirs = owners.into_iter().flat_map(|owners| &owners.state().keys.controller);
    let theirs = theirs.filter_map(|key| key.public_key().ok().map(|key| Key::new(&key)));
    let controllers: Vec<Key> = own.cloned().chain(theirs).collect();
    let ids =
        |keys: &[Key]| -> BTreeSet<String> { keys.iter().map(|key| key.id().to_owned()).collect() };
    (ids(&controllers) != ids(&keys.controller)).then_some(controllers)
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
        return Err(sign_error("this key does not control the node: its owner's does"));
    };
    let key = Key::with_id(node.key().kid.key_id(), &node.public_key());
    let owners = old.controller.iter().filter(|key| old.find(Role::Auth, key.id()).is_none());
    let keys = Keys {
        controller: std::iter::once(key.clone()).chain(owners.cloned()).collect(),
        ..Keys::single(key)
    };
    let kid = Kid::new(node.did().clone(), signer.id()).map_err(sign_error)?;
    let signer = Signer { kid: &kid, key: owner };
    let services = chain.state().services.clone();
    update(node, signer, &chain, keys, services).await
}

/// Gives the node these keys and services, by the next operation of its chain.
async fn update(
    node: &Node,
    signer: Signer<'_>,
    chain: &Verified,
    keys: Keys,
    services: Vec<Service>,
) -> Result<(), NodeIdentityError> {
    let at = next_time(node, chain);
    let update = sign_update(chain, keys, services, at, signer.kid.key_id(), signer.key);
    let update = UpdateIdentity { token: Text(update.map_err(sign_error)?.token) };
    enter(node, signer, &update, *chain.head_cid(), Vec::new()).await
}

/// An operation's time is later than that of the one before, whatever the clock says.
pub(crate) fn next_time(node: &Node, chain: &Verified) -> Timestamp {
    let earliest = chain.updated_at().checked_add_millis(1);
    node.now().max(earliest.unwrap_or(chain.updated_at()))
}
