//! This service through a real socket, one file a group of routes.
#![expect(clippy::unwrap_used, reason = "a panic is the report of a test, in its helpers too")]

#[macro_use]
extern crate imajin_edge;

mod support;

mod access;
mod apps;
mod attestations;
mod challenge;
mod commands;
mod custodial_dids;
mod data_rights;
mod delegations;
mod edge;
mod email;
mod german;
mod health;
mod identity;
mod invites;
mod keys;
mod limits;
mod log;
mod node;
mod onboard;
mod openapi;
mod ownership;
mod pairings;
mod patience;
mod prelude;
mod register;
mod roles;
mod sessions;
mod tiers;
mod tokens;
