//! The routes of this service through a real socket, with real identities.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

mod accept;
mod blocks;
mod budgets;
mod consents;
mod data_rights;
mod groups;
mod invites;
mod parting;
mod query;
mod support;
mod visibility;
