//! The relay in the program, and over the program's network: kills, peers, and networks that break. Other tests of the relay are in its
//! own crate.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report, in its helpers as well")]

#[macro_use]
extern crate imajin_edge;

mod convergence;
mod crash;
mod host;
mod peers;
#[expect(dead_code, unused_imports, reason = "the tests of the relay's crate use all of it")]
#[path = "../../../../kernel/relay/tests/relay/support.rs"]
mod support;
