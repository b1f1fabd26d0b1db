//! The registry of an Imajin node: what others may look up about identities and content.
//!
//! | module | what |
//! |---|---|
//! | [`relay`] | a full DFOS v1 relay: takes operations in, serves them, and exchanges them with other relays |
//! | [`Registry`] | the same as a service of a node, mounted at `/registry` |
//!
//! The program `imajin-registry` runs the relay alone, without a node.

#![forbid(unsafe_code)]

mod clock;
pub mod relay;
mod service;
mod storage;
mod writer;

pub use clock::{Clock, SystemClock};
pub use service::{OpenError, Registry, Settings};
pub use storage::StoreError;
