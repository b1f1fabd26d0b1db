//! A copy on a stick.

use std::path::PathBuf;

use imajin_ledger::bundle::stick::Stick;

/// A copy on a stick, to read from.
#[derive(Clone)]
pub(super) struct OnStick {
    pub(super) stick: Stick,
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
}
