//! The registry of an Imajin node: what others may look up about identities, content and nodes.
//!
//! | room | what |
//! |---|---|
//! | [`relay`] | a full DFOS v1 relay: accepts operations, serves them, and exchanges them with other relays |
//! | [`directory`] | nodes, the programs they may run, their names and their heartbeats |
//! | [`enrolment`] | the registries that this node registers with |
//!
//! No room names another one; what two of them need is in the leaf modules `address`, `clock`, `storage`, [`release`] and
//! [`version`]. Two modules put the rooms together: [`Registry`] as a service of a node, [`standalone`] as the program
//! `imajin-registry`.

#![forbid(unsafe_code)]

mod address;
mod chains;
mod clock;
pub mod directory;
pub mod enrolment;
mod manifest;
pub mod relay;
pub mod release;
mod resolver;
#[cfg(test)]
mod rooms;
mod service;
pub mod standalone;
mod storage;
pub mod version;

pub use clock::{Clock, SystemClock};
pub use service::{OpenError, Registry, Settings};
pub use storage::StoreError;
