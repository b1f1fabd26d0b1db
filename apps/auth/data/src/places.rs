//! Slots in the queues for copies: kept exports, arriving imports, running jobs.
//!
//! Always: where registration is open, identities are free, so that a limit per person limits nothing. People without
//! an inviter share few slots, for a short time.

use imajin_app::{Node, Problem, Role};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_identity::admission::invites;
use imajin_protocol::Did;
use imajin_protocol::identity::Tier;

/// Returns how many of `most` slots are for people without an inviter.
pub(super) fn few(most: usize) -> usize {
    (most / 4).max(1)
}

/// The role in the queues: a member without an invitation has that of a guest while the node takes everybody in, until they
/// are established.
pub(super) fn role(node: &Node, did: &Did) -> Result<Role, Problem> {
    let role = node.role(did)?;
    let costs_nothing = role == Role::Member
        && node.registration() == Registration::Open
        && !invites::is_invited(node, did)?
        && node.tier(did)? < Tier::Established;
    Ok(if costs_nothing { Role::Guest } else { role })
}
