//! The routes of this service through a real socket, with real identities.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a panic in a test is its report"
)]

mod follow;
mod handle;
mod media;
mod support;
mod update;
