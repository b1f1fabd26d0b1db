//! The tests of the node directory once more, over a real PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "in a test a panic is the report, in its helpers as well"
)]

#[macro_use]
extern crate imajin_edge;

mod backend;
#[path = "../directory/builds.rs"]
mod builds;
#[path = "../directory/chains.rs"]
mod chains;
#[expect(
    unreachable_pub,
    dead_code,
    reason = "elsewhere it is part of a library, whose tests stop and start it"
)]
#[path = "../../../../tests/e2e/src/postgres.rs"]
mod cluster;
#[path = "../directory/heartbeat.rs"]
mod heartbeat;
mod import;
#[path = "../directory/list.rs"]
mod list;
#[path = "../directory/names.rs"]
mod names;
#[path = "../directory/register.rs"]
mod register;
#[path = "../directory/shared_database.rs"]
mod shared_database;
#[path = "../directory/support.rs"]
mod support;
#[path = "../directory/ttl.rs"]
mod ttl;
#[path = "../directory/verdicts.rs"]
mod verdicts;
