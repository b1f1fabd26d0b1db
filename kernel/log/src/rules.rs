//! The rules of a log: one pure state machine over its entries (docs/format.md §3 to §9).
//!
//! Always: the writer applies it before it seals an entry, and the verifier when it replays a log, so that a verifier
//! accepts whatever a node enters. It sees other logs, causes and older entries only through [`Evidence`], and reads no
//! file.
//!
//! [`LogState::check`] refuses or admits an entry without changing anything; [`LogState::advance`] applies an admitted
//! one. The rules do not check signatures but return them as [`SignatureCheck`]s, so that a verifier can spread them
//! over threads. The writer drops them, because the proof was checked when the command was submitted.

mod admission;
mod bound;
mod chain;
mod check;
mod delegation;
mod erasure;
mod evidence;
mod fault;
mod kernel;
mod model;
mod operation;
mod pack;
mod packed;
mod replay;
pub(crate) mod shape;
mod state;
mod will;

pub use bound::same_but_salt;

pub use admission::{Admission, SignatureCheck};
pub use chain::{Chain, ChainError, ChainKey};
pub use check::read_body;
pub use delegation::Delegation;
pub use evidence::{Cause, CheckError, Evidence, EvidenceError, NamedBody, Opening};
pub(crate) use fault::fail;
pub use fault::{Code, Fault};
pub use model::{Body, Home, HomeSpan, KidState, LogView, Newest, Owner};
pub use packed::PackedState;
pub(crate) use replay::{TextDigest, signed_text, signed_twice};
pub use state::LogState;
pub(crate) use will::IAT_SLACK_MS;
pub use will::{NOT_NEWEST, sets_clock_right};

/// A result whose error is a [`CheckError`], unless it names another.
type Result<T, E = CheckError> = std::result::Result<T, E>;
