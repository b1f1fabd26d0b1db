//! The routes of this service through a real socket, with real identities.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

mod follow;
mod handle;
mod media;
mod page;
mod support;
mod update;
