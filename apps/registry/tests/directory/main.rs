//! The node directory through its routes, over real sockets, with a clock of the tests' own.

#![expect(
    clippy::unwrap_used,
    reason = "in a test a panic is the report, in its helpers as well"
)]

mod builds;
mod chains;
mod heartbeat;
mod list;
mod program;
mod register;
mod support;
mod ttl;
mod verdicts;
