//! The edge of an Imajin node: connections, the rules that every request and answer passes, and the pages of a box that
//! cannot serve yet.
//!
//! | module | what is in it |
//! |---|---|
//! | [`server`], `connections` | connections, their deadlines and their number |
//! | [`tunnel`] | the wire between a box and the registry that carries connections to it |
//! | `site` | what every request passes on its way in, and every answer on its way out |
//! | `bodies` | bodies of requests within one budget |
//! | `browser`, `wrong_host` | rules for browsers, and the answer to a host that is not the node's |
//! | [`openapi`] | the documents of the services |
//! | [`locked`], [`full`] | the pages of a locked and of a full box |
//! | [`Edge`] | the same protection for another program's routes |
//! | `testing` | a node for tests (feature `testing`) |
//!
//! Always: this crate must not know what a route does.
#![forbid(unsafe_code)]

mod bodies;
mod browser;
mod connections;
pub mod full;
pub mod locked;
pub mod openapi;
pub mod server;
mod site;
mod standalone;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tunnel;
mod wrong_host;

pub use site::Site;
pub use standalone::{Edge, EdgeLimits};
