//! The registry of an Imajin node: what others may look up about identities, content and nodes.
//!
//! | room | what |
//! |---|---|
//! | [`directory`] | nodes, the programs they may run, their names and their heartbeats |
//! | [`enrolment`] | the registries that this node registers with |
//!
//! Neither room names the other; what both need is in the leaf modules `address`, [`release`] and [`version`]. The relay is
//! another crate, `imajin-relay`, and [`RelayHost`] is this program around it. Two modules put relay and rooms together:
//! [`Registry`] as a service of a node, [`standalone`] as the program `imajin-registry`, which alone has [`tunnel`]s.

#![forbid(unsafe_code)]

mod chains;
pub mod directory;
pub mod enrolment;
mod manifest;
mod relay_host;
pub mod release;
mod resolver;
#[cfg(test)]
mod rooms;
mod service;
#[cfg(feature = "server")]
pub mod standalone;
#[cfg(feature = "server")]
pub mod tunnel;
pub mod version;

pub use relay_host::RelayHost;
pub use service::{OpenError, Registry, Settings};
