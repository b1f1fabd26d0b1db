//! What an app of an Imajin node is, and the plumbing that all apps share.
//!
//! | room | what stands in it |
//! |---|---|
//! | [`service`] | the [`Service`] trait, what apps may ask of each other |
//! | [`sale`] | how an app sells, and is told that it was paid |
//! | [`node`] | [`Node`]: what a handler gets as state |
//! | [`machine`], [`views`] | the mounted services as the ledger sees them |
//! | [`role`], [`access`] | what somebody is on this node, and what that lets them do |
//! | [`commands`] | the only door for writes |
//! | [`problem`] | the one place where errors become HTTP |
//! | [`exchange`] | requests and answers signed in `X-MJN-*` headers |
//! | [`extract`] | strict JSON, pages of lists, who asks |
//! | [`blocking`] | work that waits for the disk |
//! | [`routing`] | how handlers are put at their paths |
//! | [`site`], [`server`] | the edge of every request, and HTTP over connections |
//! | [`locked`] | the one page of a box that waits for its passphrase |
//! | [`page`], [`browser`] | the frame of every page, and what keeps it safe |
//! | [`sessions`], [`challenges`], [`secrets`] | who was here with their key |
//! | [`kept`] | keys of DIDs that have no hand of their own |
//! | [`mail`] | letters that wait to be sent |
//! | [`config`], [`limits`], [`rate`], [`budget`], [`room`], [`names`] | what the owner decides |
//! | [`pinned`] | TLS to other nodes, by their key |
//! | [`bodies`], [`disk_body`], [`prefix`] | bodies on their way in and out; the part of an address that limits count |
//! | [`jobs`], [`blocking`] | whose turn it is with what takes long; where work that waits for the disk is done |
//! | [`sweep`] | files that no entry names go |
//! | [`scrub`] | what the disk lost is found |
//! | [`network`] | certificates, the name at home, and other nodes there |
//! | [`clock`], [`random`], [`codes`] | the doors of time and of randomness; codes that people read to each other |
//! | [`openapi`], [`metrics`] | what a service can be asked; what the node counts |
//!
//! It knows no app.
#![forbid(unsafe_code)]

pub mod access;
pub mod blocking;
pub mod bodies;
mod bounded;
pub mod browser;
pub mod budget;
pub mod challenges;
pub mod clock;
pub mod codes;
pub mod commands;
pub mod config;
pub mod disk_body;
pub mod edge;
pub mod exchange;
pub mod extract;
mod health;
pub mod jobs;
pub mod kept;
pub mod limits;
pub mod locked;
pub mod machine;
pub mod mail;
pub mod metrics;
pub mod names;
pub mod network;
pub mod node;
pub mod openapi;
pub mod outgoing;
pub mod page;
pub mod pinned;
pub mod prefix;
pub mod problem;
pub mod random;
pub mod rate;
pub mod role;
pub mod room;
pub mod routing;
pub mod sale;
pub mod scrub;
pub mod secrets;
pub mod server;
pub mod service;
pub mod sessions;
pub mod site;
pub mod sweep;
#[cfg(feature = "testing")]
pub mod testing;
pub mod upkeep;
pub mod views;

pub use access::{Access, Allowance, Budgeted, Left, Reach, not_accepted, reaches_others};
pub use clock::{SystemClock, Time};
pub use commands::Wish;
pub use config::{Config, Registration};
pub use limits::Limits;
pub use machine::Machine;
pub use node::{Node, NodeError, NodeOptions};
pub use page::Page;
pub use problem::{Answer, Problem};
pub use role::{Known, Role};
pub use service::{
    Asked, Authority, Card, Count, DeletePlan, Directory, Done, Graph, HandleState, Invitation,
    Notice, Owner, Ports, Service, Services, Stays, TransferPlan,
};
pub use sessions::Session;
pub use site::{Peer, Site};
pub use upkeep::Upkeep;
pub use views::ServiceViews;
