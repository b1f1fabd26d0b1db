//! A copy on a stick.

use std::path::PathBuf;

use imajin_ledger::stick::Stick;
use imajin_protocol::Did;

/// A copy on a stick, to read from.
#[derive(Clone)]
pub(super) struct OnStick {
    pub(super) stick: Stick,
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// The person whose copy was asked for, if the caller named one or is not the node's owner.
    pub(super) of: Option<Did>,
}
