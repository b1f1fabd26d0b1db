//! Content chains: an identity, and those it permits, commit to the versions of a document over time.
//!
//! Always: an operation is accepted against exactly one state, that of the operations from the genesis to its parent,
//! so verifying a log, extending a verified branch and growing a chain with forks are the same step. A chain with all
//! its branches is a set: the order of arrival changes nothing. This module does not know a document's content, nor the
//! time.
//!
//! Rules: DFOS v1 PROTOCOL "Content Chain", "Fork Resolution".

mod chain;
mod error;
mod head;
mod id;
mod operation;
mod sign;
mod snapshot;
mod state;

pub use chain::{Chain, Inserted};
pub use error::{ContentError, LogError};
pub use head::{compare, select_head};
pub use id::{ContentId, ContentIdError};
pub use operation::{AUTHORIZATION_BYTES_MAX, Action, OPERATION_BYTES_MAX, Operation};
pub use sign::{Author, Signed, sign_create, sign_delete, sign_update};
pub use state::{State, verify_log};

/// The `typ` of every content operation's token.
pub const TYP: &str = "did:dfos:content-op";

#[cfg(test)]
mod tests;
