//! What somebody is on this node: its owner, a member, a guest by e-mail, or a stranger.
//!
//! Always: one rule says it ([`Role::of`]), from the logs and from what the node wrote down when it let somebody in. A
//! session or a key alone makes nobody more than a stranger. What a role may do stands in [`crate::access`].

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bounded::Bounded;
use crate::node::Node;
use crate::problem::Problem;

/// People whose role is remembered; of others it is looked up.
const REMEMBERED: usize = 4_096;

/// What somebody is on this node. Each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everybody else, with a session or without.
    Stranger,
    /// Proved an e-mail address, and was not invited.
    Guest,
    /// Was let in: by an invite, the owner, or because the node takes everybody in.
    Member,
    /// Owns the node.
    Owner,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Stranger, Self::Guest, Self::Member, Self::Owner];

    /// The rule.
    pub fn of(known: &Known) -> Self {
        match known {
            Known { owns: true, .. } => Self::Owner,
            Known { here: false, .. } => Self::Stranger,
            Known { let_in: true, .. } => Self::Member,
            Known { by_mail: true, .. } => Self::Guest,
            Known { open: true, .. } => Self::Member,
            _ => Self::Stranger,
        }
    }

    /// Its name, as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the rule looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// The node's log names them as its owner.
    pub owns: bool,
    /// Their log is at home here (or moved away from here for good), and is not deleted.
    pub here: bool,
    /// An invite, the claim code or the owner's consent let them in, or they registered while the node took everybody in.
    pub let_in: bool,
    /// They came by e-mail: the node keeps their key, or kept it until they made it their own without an invite.
    pub by_mail: bool,
    /// The node takes everybody in now.
    pub open: bool,
}

/// The roles of those who asked lately. A stranger's is never remembered, so that an invite counts at once.
pub(crate) struct Roles(Mutex<State>);

struct State {
    known: Bounded<Did, Role>,
    /// Counts the changes: what was looked up before one is not remembered after it.
    generation: u64,
}

impl Roles {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            known: Bounded::new(REMEMBERED),
            generation: 0,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node {
    /// What somebody is on this node.
    ///
    /// # Errors
    /// A problem where what is known of them cannot be read.
    pub fn role(&self, did: &Did) -> Result<Role, Problem> {
        let generation = {
            let state = self.roles().lock();
            if let Some(role) = state.known.get(did) {
                return Ok(*role);
            }
            state.generation
        };
        let role = match self.services().authority() {
            Some((_, authority)) => Role::of(&authority.known(self, did)?),
            None => Role::Stranger,
        };
        let mut state = self.roles().lock();
        if role > Role::Stranger && state.generation == generation {
            state.known.insert(did.clone(), role);
        }
        Ok(role)
    }

    /// Whether somebody is at least this.
    ///
    /// # Errors
    /// As [`Node::role`].
    pub fn is_at_least(&self, did: &Did, least: Role) -> Result<bool, Problem> {
        Ok(self.role(did)? >= least)
    }

    /// Something changed that decides what somebody is: the next question looks it up.
    pub fn forget_role(&self, did: &Did) {
        let mut state = self.roles().lock();
        state.generation += 1;
        state.known.remove(did);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Known = Known {
        owns: false,
        here: true,
        let_in: false,
        by_mail: false,
        open: false,
    };

    #[test]
    fn a_key_alone_makes_a_stranger() {
        assert_eq!(Role::of(&Known::default()), Role::Stranger);
        assert_eq!(Role::of(&HERE), Role::Stranger);
        let gone = Known {
            here: false,
            let_in: true,
            ..HERE
        };
        assert_eq!(
            Role::of(&gone),
            Role::Stranger,
            "deleted, or at home elsewhere"
        );
    }

    #[test]
    fn an_invite_makes_a_member_and_an_address_a_guest() {
        let guest = Known {
            by_mail: true,
            ..HERE
        };
        let invited = Known {
            let_in: true,
            ..guest
        };
        assert_eq!(Role::of(&guest), Role::Guest);
        assert_eq!(
            Role::of(&Known {
                open: true,
                ..guest
            }),
            Role::Guest
        );
        assert_eq!(Role::of(&invited), Role::Member);
        assert_eq!(
            Role::of(&Known {
                let_in: true,
                ..HERE
            }),
            Role::Member
        );
        assert_eq!(Role::of(&Known { open: true, ..HERE }), Role::Member);
        assert_eq!(Role::of(&Known { owns: true, ..HERE }), Role::Owner);
    }

    #[test]
    fn roles_are_ordered() {
        assert!(Role::ALL.is_sorted());
    }
}
