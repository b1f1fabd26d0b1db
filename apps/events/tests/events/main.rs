//! The service through a real socket, with `auth`, `pay` and `connections`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot continue has failed"
)]

#[macro_use]
extern crate imajin_edge;

mod closing;
mod door;
mod ends;
mod groups;
mod guests;
mod later;
mod letters;
mod making;
mod orders;
mod pages;
mod prelude;
mod selling;
mod strangers;
mod support;
mod waiting;
mod wallet;
mod zones;
