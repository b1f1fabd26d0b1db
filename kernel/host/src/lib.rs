//! The parts of an Imajin node for its apps, each a module, reached by the methods that the module adds to
//! [`Node`](imajin_app::Node) by its own trait. [`prelude`] has those traits, and [`node`] puts the parts together.
//!
//! | modules | what is in them |
//! |---|---|
//! | [`node`], [`config`], [`limits`] | construction of a node, its configuration and its limits |
//! | [`commands`] | writes: parse, verify, submit, answer |
//! | [`sessions`], [`challenges`], [`codes`], [`delegates`] | signing in, of people and of programs that act for them |
//! | [`secrets`], [`custodial_keys`] | what is sealed on the disk, and the keys that the node keeps for DIDs |
//! | [`mail`], [`outgoing`], [`dispatch`], [`backoff`] | letters, requests and deliveries to other machines |
//! | [`clock`], [`random`] | time and randomness |
//! | [`budget`], [`rate`], [`room`], [`account`], [`usage`] | what strangers, people and the disk have left |
//! | [`rounds`], [`jobs`], [`stop`], [`sweep`], [`scrub`] | work in the background |
//! | [`names`], [`network`], [`own_name`], [`dns`], [`mapping`], [`reached`], [`prefix`] | the node's names and addresses |
//! | [`trust`], [`pinned`] | TLS to servers with a trusted certificate, and to nodes of a known key |
//! | [`alarms`], [`upkeep`], [`metrics`] | what the owner must know; how the box is looked after |
//! | [`derived`] | what apps make of people's files and may make again |
#![forbid(unsafe_code)]

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
pub mod delegates;
pub mod derived;
pub mod dispatch;
pub mod dns;
mod gate;
pub mod health;
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
pub mod prelude;
pub mod random;
pub mod rate;
pub mod reached;
pub mod registries;
pub mod room;
pub mod rounds;
pub mod scrub;
pub mod secrets;
pub mod sessions;
pub mod stop;
pub mod sweep;
pub mod trust;
pub mod upkeep;
pub mod usage;

pub use admission::LeaveReservation;
pub use clock::SystemClock;
pub use config::{Config, Registration};
pub use limits::Limits;
pub use node::{NodeError, NodeOptions};
pub use upkeep::Upkeep;
