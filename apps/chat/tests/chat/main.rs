//! Conversations through a real socket, with real keys: what the node enters is checked as pages check it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

mod direct;
mod group;
mod limits;
mod live;
mod messages;
mod notices;
mod pages;
mod prelude;
mod pushes;
mod refused;
mod rights;
mod shared;
mod world;
