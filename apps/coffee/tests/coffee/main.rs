//! Tips on a node with identities, connections, profiles and payments.
#![allow(clippy::unwrap_used, reason = "tests")]

mod jars;
mod strangers;
mod support;
mod tips;
mod words;
