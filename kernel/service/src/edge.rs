//! The edge: connections, the rules that every request and answer passes, and the pages of a box that cannot serve yet.
//!
//! Always: it imports from `app` and `host`; neither knows it. It must not know what a route does.

pub mod bodies;
pub(crate) mod browser;
pub(crate) mod connections;
pub mod full;
pub mod locked;
pub mod openapi;
pub mod server;
pub mod site;
mod standalone;
pub(crate) mod wrong_host;

pub use standalone::{Edge, EdgeLimits};
