//! Tips on a node with identities, connections, profiles and payments.
#![allow(clippy::unwrap_used, reason = "tests")]

#[macro_use]
extern crate imajin_edge;

mod jars;
mod strangers;
mod support;
mod tips;
mod words;
