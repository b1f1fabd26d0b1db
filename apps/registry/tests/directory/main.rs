//! The node directory through its routes, over real sockets, with a clock of the tests' own; in SQLite. The same tests
//! run over PostgreSQL: `tests/postgres`.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report, in its helpers as well")]

#[macro_use]
extern crate imajin_edge;

mod backend;
mod builds;
mod chains;
mod edge;
mod heartbeat;
mod list;
mod names;
mod program;
mod register;
mod shared_database;
mod support;
mod ttl;
mod tunnel;
mod verdicts;
