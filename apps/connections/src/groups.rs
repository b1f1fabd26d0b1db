//! Pods and groups (docs/api.md, "Connections and profiles"): people who belong together, with roles, by invitation.
//!
//! Always: a group is a DID with a log of its own. The node keeps its key, and its owner controls it too. What a person
//! wills is in their own log and, derived, in the group's; a member who is removed or gets another role also has the entry
//! in theirs. A person belongs to a group if the records of both say so.
//!
//! | room | what it has |
//! |---|---|
//! | `keys` | whose the key of a group is, after it was handed over |
//! | `projection`, `queries` | the tables, and what is read from them |
//! | `seen` | groups as far as somebody may see them |

pub(crate) mod keys;
pub(crate) mod projection;
pub(crate) mod queries;
pub(crate) mod seen;

/// What a group's key is called among those that the node keeps.
pub(crate) const KEPT: &str = "group";

/// Its maker answers for it: its words are theirs.
pub(crate) const OWNER: &str = "owner";
/// Lets people in and out.
pub(crate) const ADMIN: &str = "admin";
/// Everybody else in it.
pub(crate) const MEMBER: &str = "member";

/// A small circle: seen by its members only, and inside nothing.
pub(crate) const POD: &str = "pod";

/// Seen by everybody.
pub(crate) const PUBLIC: &str = "public";

/// How deep groups can be inside each other (docs/api.md, "Connections and profiles").
pub(crate) const NESTING_MAX: usize = 3;
/// Most people of one group: a village. Bounds what one list costs.
pub(crate) const MEMBERS_MAX: u64 = 1000;
/// Most groups that one person makes. Each has a log of its own on the disk.
pub(crate) const OWNED_MAX: u64 = 50;
/// Most invitations of a group that are open at a time.
pub(crate) const INVITES_MAX: u64 = 100;

/// A role as it is kept: one of the three.
pub(crate) fn role_of(text: &str) -> Option<&'static str> {
    [OWNER, ADMIN, MEMBER]
        .into_iter()
        .find(|role| *role == text)
}

/// Whether a role lets people in and out.
pub(crate) fn leads(role: Option<&str>) -> bool {
    matches!(role, Some(OWNER | ADMIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn who_leads() {
        assert!(leads(role_of("owner")) && leads(role_of("admin")));
        assert!(!leads(role_of("member")) && !leads(role_of("king")) && !leads(None));
    }
}
