//! The parts of a node for its apps, each a module, reached by the methods that the module adds to
//! [`Node`](crate::Node). [`node`] puts them together.
//!
//! Always: this module imports from `app` and from itself, never from the edge.

pub mod account;
pub(crate) mod admission;
pub mod alarms;
pub mod backoff;
pub mod budget;
pub mod challenges;
pub mod clock;
pub mod codes;
pub mod commands;
pub mod config;
pub mod custodial_keys;
pub mod derived;
pub mod dispatch;
mod gate;
pub(crate) mod health;
pub mod jobs;
mod joining;
pub mod limits;
pub mod mail;
pub mod mapping;
pub mod metrics;
pub mod names;
pub mod network;
pub mod node;
pub mod outgoing;
pub mod own_name;
pub mod pinned;
pub mod prefix;
pub mod random;
pub mod rate;
pub mod reached;
pub mod room;
pub mod rounds;
pub mod scrub;
pub mod secrets;
pub mod sessions;
pub mod stop;
pub mod sweep;
pub mod upkeep;
pub mod usage;

pub use admission::Left;
