//! A full DFOS v1 relay: accepts signed operations, serves them to everybody, and exchanges them with other relays.
//!
//! Always: clients can verify every answer without trusting the relay. The relay knows nothing of the node that it runs
//! on; it gets a folder, a clock, a [`Host`] and a mount path.
//!
//! | module | what |
//! |---|---|
//! | `admit` | the rules by which the relay accepts operations |
//! | `ingest`, `prepare` | a submission: signatures on all cores, one writer, one sync |
//! | `store` | the tables: queries, changes, eviction |
//! | [`storage`] | one SQLite file with few readers and one writer |
//! | `projection`, `grants` | the index, and who may read documents |
//! | `relay::http` | every route |
//! | `relay::peers` | gossip, reading through, following other relays |
//! | [`Host`] | the program around the relay: disk, threads, network, log |
//!
//! Rules: DFOS v1 WEB-RELAY.

#![forbid(unsafe_code)]

mod admit;
mod cache;
mod clock;
mod config;
mod core;
mod error;
mod grants;
mod host;
mod identity;
mod ingest;
mod knowledge;
mod order;
mod over_budget;
mod page;
mod prepare;
mod projection;
mod rebuild;
mod relay;
pub mod storage;
mod store;

pub use clock::{Clock, SystemClock};
pub use config::{Capabilities, Config, GivenIdentity, Limits, Peer};
pub use error::RelayError;
pub use host::{BoxFuture, Host, PeerAnswer};
pub use identity::IdentityFileError;
pub use over_budget::over_budget;
pub use rebuild::{RebuildError, Rebuilt, rebuild};
pub use relay::Relay;
