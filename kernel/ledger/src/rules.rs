//! The rules of a log: one pure state machine over its entries (docs/format.md §3 to §9).
//!
//! Always: the writer asks it before it seals and the verifier when it replays, so that what a node enters is what a
//! verifier accepts. It sees other logs, causes and older entries through [`Evidence`] only, and reads no file.
//!
//! [`LogState::check`] refuses or admits an entry without changing anything; [`LogState::advance`] takes an admitted
//! one in. Signatures are not checked here but handed out as [`SignatureCheck`]s, so that a verifier can spread them
//! over threads; the writer drops them, because whoever submitted has checked the proof already.

mod admission;
mod bound;
mod chain;
mod check;
mod evidence;
mod fault;
mod kernel;
mod operation;
mod replay;
mod shape;
mod state;
mod will;

pub(crate) use bound::same_but_salt;

pub use admission::{Admission, SignatureCheck};
pub use chain::{Chain, ChainError, ChainKey};
pub use check::read_body;
pub use evidence::{Cause, Evidence, EvidenceError, NamedBody, NoEvidence, Opening};
pub use fault::{Code, Fault};
pub use state::{
    Body, CheckError, Delegation, Home, HomeSpan, KidState, LogState, LogView, Newest, Owner,
};
pub(crate) use will::sets_clock_right;
