//! The room that the box gives each person's files.

use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;

/// The most bytes that a person's files may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The bytes of all of their files together.
    pub bytes: u64,
    /// The setting that says so, as `[table]` and name; `None` where the owner of the box gave it to this person.
    pub setting: Option<&'static str>,
}

/// Source of each person's quota. The account of their bytes asks (`imajin_host::account`).
pub trait Quotas: Send + Sync {
    /// Returns the most bytes of a person's files; `None` where only the disk limits them.
    fn quota(&self, node: &Node, did: &Did) -> Result<Option<Quota>, Problem>;
    /// Returns the bytes that a person keeps besides their files and uploads.
    fn besides(&self, node: &Node, did: &Did) -> u64;
}
