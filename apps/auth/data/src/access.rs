//! Access checks: whose data a caller may ask about, and whether they may bring a copy to this node.
//!
//! Always: people ask only about themselves, and may take away the things whose keys this node keeps for them.

use imajin_app::extract::Authed;
use imajin_app::{Node, Problem, Role};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_identity::people;
use imajin_protocol::{Did, Kid};

/// Returns the DID that a request is about. Refuses any but the caller's own.
pub(super) fn own(node: &Node, asks: &Authed, named: Option<&str>) -> Result<Did, Problem> {
    let did = match named {
        None => asks.0.did.clone(),
        Some(text) => node
            .resolve_for(text, Some(&asks.0.did))?
            .ok_or_else(|| Problem::not_found(format!("Nobody here goes by {text}.")))?,
    };
    if did == asks.0.did {
        Ok(did)
    } else {
        Err(Problem::forbidden(
            "Everybody can ask about their own data only: sign in as the one whose data it is.",
        ))
    }
}

/// Like [`own`], for reading and exporting only: permits also a thing whose key this node keeps for the caller, such as
/// an event, which cannot send requests.
pub(super) fn own_or_kept(node: &Node, asks: &Authed, named: Option<&str>) -> Result<Did, Problem> {
    if let Some(thing) = named.map(|text| node.resolve(text)).transpose()?.flatten()
        && node.kept_key(&thing)?.is_some_and(|kept| kept.whose == asks.0.did)
    {
        return Ok(thing);
    }
    own(node, asks, named)
}

/// The default key to sign with: one of those in force that may sign entries.
pub(super) fn default_kid(node: &Node, did: &Did) -> Result<Kid, Problem> {
    let keys = people::keys(node, did)?;
    let key = keys.iter().find(|key| key.auth).or_else(|| keys.first());
    key.and_then(|key| Kid::new(did.clone(), &key.id).ok()).or_else(|| Kid::of_bare_key(did)).ok_or_else(|| {
        Problem::conflict("You have no key in force that could sign a copy. This node can sign it: {\"sign\": \"node\"}.")
    })
}

pub(super) fn owns(node: &Node, did: &Did) -> Result<bool, Problem> {
    node.is_at_least(did, Role::Owner)
}

/// The sticks in a machine are for the owner of its node and for the members.
pub(super) fn of_the_house(node: &Node, asks: &Did) -> Result<(), Problem> {
    if node.is_at_least(asks, Role::Member)? {
        Ok(())
    } else {
        Err(Problem::forbidden("The sticks in this box are for its owner and its members."))
    }
}

/// The refusal.
pub(super) fn not_taken_in(node: &Node) -> Problem {
    let text = match node.registration() {
        Registration::Closed => {
            "This node takes nobody in. Its owner can change that with `registration` in the configuration."
        }
        _ => {
            "This node takes in whom its owner invites. Send the invite code as inviteCode, or let the owner bring the copy."
        }
    };
    Problem::forbidden(text).slug("registration")
}
