//! The ledger through its public calls, on real files: `world` drives a node, `support` writes logs without one, and `tools`
//! forge them and ask both verifiers.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

mod agreement;
mod bundle;
mod bundle_import;
mod bytes;
mod copies;
mod corners;
mod disk;
mod erasing;
mod files;
mod full_disk;
mod importing;
mod ledger;
mod measure;
mod mending;
mod pins;
mod quarantine;
mod readable;
mod rebuild;
mod repair;
mod same;
mod scrubbing;
mod sharing;
mod support;
mod sweeping;
mod threats;
mod tools;
mod uploads;
mod verify;
mod world;
