//! Anchors: once a day, and when an owner asks, the node publishes how far the logs are that it keeps (docs/format.md §14).
//!
//! Always: an anchor is in the node's log before it is published; the outbox reads it there (operation and document are in
//! the body of `auth.anchor`). Everything needed to continue is in the projection of that log.

mod daily;
pub mod elsewhere;
mod make;
mod newest;
mod routes;

pub use daily::started;
pub(crate) use newest::{apply, newest_anchor};
pub use routes::routes;
