//! The service through a real socket, with `auth` and `pay` beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod closing;
mod door;
mod ends;
mod later;
mod letters;
mod making;
mod orders;
mod pages;
mod selling;
mod strangers;
mod support;
mod wallet;
