//! The anchors of logs as the node's own log has them: the body of the entry, and the salt that locates a log in a tree
//! (docs/format.md §14).

mod body;
mod salt;

pub use body::AnchorBody;
pub use salt::{log_salt, salt_of};
