//! Pods and groups (docs/api.md, "Connections and profiles"): people who belong together, with roles, by invitation.
//!
//! Always: a group is a DID with its own log. The node keeps its key, and its owner controls it too. A person's
//! operation is in their own log and, derived, in the group's; a removal or a change of a role is also in the member's
//! log. A person is a member of a group if the records of both say so.
//!
//! | room | what it has |
//! |---|---|
//! | `keys` | the owner of a group's key, after a transfer |
//! | `projection`, `queries` | the tables and their queries |
//! | `visibility` | groups as far as the viewer may see them |

pub(crate) mod keys;
pub(crate) mod projection;
pub(crate) mod queries;
pub(crate) mod visibility;

/// The kind of a group's key among the node's custodial keys.
pub(crate) const KEPT: &str = "group";

/// A small circle: seen by its members only, and inside nothing.
pub(crate) const POD: &str = "pod";

/// Seen by everybody.
pub(crate) const PUBLIC: &str = "public";

/// Maximum depth of nested groups (docs/api.md, "Connections and profiles").
pub(crate) const NESTING_MAX: usize = 3;
/// Maximum number of members of a group: a village. Limits the cost of a list.
pub(crate) const MEMBERS_MAX: u64 = 1000;
/// Maximum number of groups of one owner. Each has its own log on the disk.
pub(crate) const OWNED_MAX: u64 = 50;
/// Maximum number of open invitations of a group.
pub(crate) const INVITES_MAX: u64 = 100;
