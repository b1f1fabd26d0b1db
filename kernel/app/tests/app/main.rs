//! Parts of apps, on a whole node.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

mod capabilities;
mod disk_body;
mod socket;
mod state;
