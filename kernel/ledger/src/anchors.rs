//! Anchors of the logs: the entry in the node's own log, the contents of the next anchor, and the paths that a bundle
//! carries (docs/format.md §14).
//!
//! Always: the node's own log has everything that the next anchor needs, so a restart or a new box continues the chain.
//! This module does not know which anchors have been published.

mod body;
mod collect;
mod salt;

pub use body::AnchorBody;
pub use collect::LogHead;
pub(crate) use collect::node_paths;
pub(crate) use salt::log_salt;
