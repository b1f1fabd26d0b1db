//! The ledger through its public calls, on real files: `world` drives a node.

#![allow(clippy::unwrap_used, reason = "a test helper that fails is a failed test")]

mod disk;
mod erasing;
mod files;
mod full_disk;
mod ledger;
mod pins;
mod readable;
mod scrubbing;
mod uploads;
mod world;
