//! Session handling after a change of keys.
//!
//! Always: a person who removes or replaces a key is signed out everywhere, since one of the sessions may belong to the
//! holder of the old key. A person who only adds a device stays signed in.

use imajin_app::operation::{AfterSubmit, BeforeSubmit, Request, Submitted};
use imajin_app::{Node, Problem};
use imajin_dfos::identity::{Action, Keys, Role, Unverified};
use imajin_host::prelude::*;
use imajin_ledger::{Receipt, SubmitError};
use imajin_protocol::Did;

use crate::operations::{KeepChain, KeysStay, UpdateIdentity};
use crate::{node_identity, people};

impl BeforeSubmit for UpdateIdentity {
    fn before_submit(&self, request: &Request<'_>) -> Result<KeysStay, Problem> {
        keys_stay(request, Some(&self.token.0))
    }
}

impl AfterSubmit for UpdateIdentity {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        sign_out(done.node, done.owner, done.outcome, *done.prepared);
        if done.outcome.is_ok() {
            node_identity::keys_changed(done.node, done.owner);
        }
    }
}

impl BeforeSubmit for KeepChain {
    fn before_submit(&self, request: &Request<'_>) -> Result<KeysStay, Problem> {
        keys_stay(request, self.log.0.last().map(|token| token.0.as_str()))
    }
}

impl AfterSubmit for KeepChain {
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        sign_out(done.node, done.owner, done.outcome, *done.prepared);
    }
}

/// Whether any key is removed or replaced. What does not verify is refused later; a chain in the place of a bare key is a
/// change of keys.
fn keys_stay(request: &Request<'_>, token: Option<&str>) -> Result<KeysStay, Problem> {
    let old = people::chain(request.node, request.owner)?;
    let new = token.and_then(|token| Unverified::read(token).ok());
    let stay = match (old, new.as_ref().map(|new| &new.operation().action)) {
        (Some(old), Some(Action::Update { keys, .. })) => is_kept(&old.state().keys, keys),
        _ => false,
    };
    Ok(KeysStay(stay))
}

/// Whether every key keeps what it may do.
fn is_kept(old: &Keys, new: &Keys) -> bool {
    [Role::Auth, Role::Assert, Role::Controller].into_iter().all(|role| {
        old.for_role(role).iter().all(|key| {
            new.find(role, key.id()).is_some_and(|same| same.multibase() == key.multibase())
        })
    })
}

/// Ends all sessions of a person who removed or replaced keys. A repeated proof ends nothing.
fn sign_out(
    node: &Node,
    did: &Did,
    outcome: Result<&Receipt, &SubmitError>,
    KeysStay(stay): KeysStay,
) {
    if stay || !outcome.is_ok_and(|receipt| !receipt.repeated) {
        return;
    }
    // On a full disk, too: a session that only this run has ended would be back after the next start.
    node.use_reserve();
    if let Err(problem) = node.sessions().end_all(did) {
        tracing::error!("auth: the sessions of {did} could not be ended: {problem}");
    }
}
