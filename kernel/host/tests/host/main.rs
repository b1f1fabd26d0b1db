//! Parts of the host on a whole node.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

mod mail;
mod rounds;
