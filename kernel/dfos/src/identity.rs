//! Identity chains: the keys that may sign for a DID, by position in a signed, strictly linear log.
//!
//! Always: an operation is accepted against exactly one state, that of all operations before it, so verifying a log and
//! extending a verified one are the same step. This module does not know the time: the recipient limits how far in the
//! future an operation may lie.
//!
//! Rules: DFOS v1 PROTOCOL "Identity Chain", "Services"; DID-METHOD sections 3 to 5.

mod did;
mod document;
mod error;
mod key;
mod operation;
mod service;
mod sign;
mod snapshot;
mod state;
mod unverified;
mod verify;

pub use did::{Did, DidError};
pub use document::{did_document, resolution_metadata};
pub use error::{IdentityError, LogError};
pub use key::{KEYS_MAX, Key, Keys, Role};
pub use operation::{Action, Operation};
pub use service::{AnchorKind, SERVICES_BYTES_MAX, SERVICES_MAX, Service, classify_anchor};
pub use sign::{Signed, sign_create, sign_delete, sign_restore, sign_update};
pub use state::State;
pub use unverified::{OPERATION_BYTES_MAX, Unverified};
pub use verify::{Verified, extend, verify_log};

/// The `typ` of every identity operation's token.
pub const TYP: &str = "did:dfos:identity-op";

#[cfg(test)]
mod tests;
