//! The registry of an Imajin node: what others may look up about identities and content.
//!
//! | module | what |
//! |---|---|
//! | [`alone`] | relay and directory as a program of its own |
//! | [`directory`] | the node directory: which nodes there are, how well they are, and what they may run |
//! | [`enrolment`] | to which registries a node tells of itself, and how it stands with them |
//! | [`relay`] | a full DFOS v1 relay: takes operations in, serves them, and exchanges them with other relays |
//! | [`release`] | a release as one file: the signed statement of it, and its programs |
//! | [`Registry`] | the relay as a service of a node, mounted at `/registry` |
//!
//! The program `imajin-registry` runs relay and directory without a node.

#![forbid(unsafe_code)]

pub mod alone;
mod clock;
pub mod directory;
pub mod enrolment;
mod pages;
pub mod relay;
pub mod release;
mod routes;
mod service;
mod spent;
mod sqlite;
mod storage;
pub mod version;
mod writer;

pub use clock::{Clock, SystemClock};
pub use service::{OpenError, Registry, Settings};
pub use storage::StoreError;
