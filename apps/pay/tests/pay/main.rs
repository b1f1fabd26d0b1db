//! Tests of this service's routes through a real socket, with real identities. Each test ends by verifying every log
//! that it left and by rebuilding the projections.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

mod account;
mod books;
mod budgets;
mod callback;
mod cards;
mod data_rights;
mod details;
mod disputes;
mod emt;
mod fees;
mod manifests;
mod notices;
mod older;
mod prelude;
mod refund;
mod settle;
mod solvency;
mod stall;
// The end-to-end tests use the same stand-in.
#[allow(unreachable_pub, reason = "it is public where it lives")]
#[path = "../../../../tests/e2e/src/stripe.rs"]
mod stripe;
mod support;
mod transfers;
