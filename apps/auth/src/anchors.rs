//! Anchors: once a day, and when an owner asks, the node publishes how far the logs are that it keeps (docs/format.md §15).
//!
//! Always: what is published stands in the node's log first; whoever carries it to relays reads it there (operation and
//! document are in the body of `auth.anchor`). Everything needed to go on is in the projection of that log.

mod daily;
mod make;
mod newest;
mod routes;

pub(crate) use daily::started;
pub(crate) use newest::{apply, previous_of};
pub(crate) use routes::routes;
