//! A person's role on this node: owner, member, guest by e-mail, or stranger.
//!
//! Always: one rule decides the role ([`Role::of`]), from the logs and from the node's record of admissions. A session
//! or a key alone makes a caller no more than a stranger. The rights of each role are in [`crate::access`].

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

/// A person's role on this node. Each role includes the rights of those before it.
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
    pub fn from_facts(facts: &RoleFacts) -> Self {
        match facts {
            RoleFacts { owns: true, .. } => Self::Owner,
            RoleFacts { here: false, .. } => Self::Stranger,
            RoleFacts { let_in: true, .. } => Self::Member,
            RoleFacts { as_guest: true, .. } => Self::Guest,
            RoleFacts { open: true, .. } => Self::Member,
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

/// The facts that the rule depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleFacts {
    /// The node's log names them as its owner.
    pub owns: bool,
    /// Their log is at home here (or permanently moved away from here), and is not deleted.
    pub here: bool,
    /// An invite, the claim code or the owner's consent admitted them, or they registered during open registration.
    pub let_in: bool,
    /// They came by e-mail: the node keeps their key, or kept it until they made it their own without an invite. Or
    /// they are an app that the owner approved.
    pub as_guest: bool,
    /// The node has open registration now.
    pub open: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: RoleFacts =
        RoleFacts { owns: false, here: true, let_in: false, as_guest: false, open: false };

    #[test]
    fn a_key_alone_makes_a_stranger() {
        assert_eq!(Role::from_facts(&RoleFacts::default()), Role::Stranger);
        assert_eq!(Role::from_facts(&HERE), Role::Stranger);
        let gone = RoleFacts { here: false, let_in: true, ..HERE };
        assert_eq!(Role::from_facts(&gone), Role::Stranger, "deleted, or at home elsewhere");
    }

    #[test]
    fn an_invite_makes_a_member_and_an_address_a_guest() {
        let guest = RoleFacts { as_guest: true, ..HERE };
        let invited = RoleFacts { let_in: true, ..guest };
        assert_eq!(Role::from_facts(&guest), Role::Guest);
        assert_eq!(Role::from_facts(&RoleFacts { open: true, ..guest }), Role::Guest);
        assert_eq!(Role::from_facts(&invited), Role::Member);
        assert_eq!(Role::from_facts(&RoleFacts { let_in: true, ..HERE }), Role::Member);
        assert_eq!(Role::from_facts(&RoleFacts { open: true, ..HERE }), Role::Member);
        assert_eq!(Role::from_facts(&RoleFacts { owns: true, ..HERE }), Role::Owner);
    }

    #[test]
    fn roles_are_ordered() {
        assert!(Role::ALL.is_sorted());
    }
}
