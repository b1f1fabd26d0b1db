//! Who has which places in the queues for copies: exports that are kept, imports that arrive, jobs that run.
//!
//! Always: where anybody may register, a person costs nothing, so that one place for a person limits nobody. Those whom
//! nobody vouched for share few places, for a short time.

use imajin_protocol::Did;
use imajin_protocol::identity::Tier;
use imajin_service::{Node, Problem, Registration, Role};

use crate::identity::admission::invites;

/// Of so many places, those for people whom nobody vouched for.
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
