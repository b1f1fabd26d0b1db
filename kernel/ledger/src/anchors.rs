//! Anchors of the logs: the entry in the node's own log, what goes into the next one, and the paths that a bundle carries
//! (docs/format.md §15).
//!
//! Always: everything needed to go on stands in the node's log, so a restart or a new box carries on. What is published
//! is not known here.

mod body;
mod collect;

pub use body::AnchorBody;
pub use collect::LogHead;
pub(crate) use collect::{log_salt, node_paths};
