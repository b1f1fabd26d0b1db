//! The keys of soft identities, among those that the node keeps ([`imajin_host::custodial_keys`]): they travel in no bundle, sign
//! nothing but the two operations that make the identity the person's own, and are destroyed then.

use std::sync::Arc;

use imajin_app::{Node, Problem};
use imajin_host::custodial_keys::KeptKey;
use imajin_host::prelude::*;
use imajin_protocol::Did;

/// The purpose under which the node keeps these keys.
const WHAT: &str = "soft";

/// Makes a key for the owner of an address. Until the address is in the log, the key is kept for the alias.
pub(crate) async fn make(node: &Node, alias: &Did) -> Result<Did, Problem> {
    node.keep_new_key(WHAT, alias).await
}

/// The identity of an address that was being begun when the node stopped.
pub(crate) fn unfinished(node: &Node, alias: &Did) -> Result<Option<Did>, Problem> {
    Ok(node.kept_for(WHAT, alias)?.into_iter().next())
}

/// The address is in the log now, where it can be erased, and nowhere else.
pub(crate) fn finished(node: &Node, did: &Did) -> Result<(), Problem> {
    node.transfer_custody(did, did)
}

/// The key, if this node keeps it.
pub(crate) fn find(node: &Node, did: &Did) -> Result<Option<Arc<KeptKey>>, Problem> {
    if has(node, did)? { node.kept_key(did) } else { Ok(None) }
}

/// Whether the node keeps a soft identity's key for this DID.
pub fn has(node: &Node, did: &Did) -> Result<bool, Problem> {
    Ok(node.kept_for(WHAT, did)?.contains(did))
}

/// Destroys a key: the person has their own, or left.
pub(crate) fn destroy(node: &Node, did: &Did) -> Result<(), Problem> {
    if has(node, did)? { node.forget_kept(did) } else { Ok(()) }
}
