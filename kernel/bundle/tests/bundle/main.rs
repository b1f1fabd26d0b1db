//! Copies of records, and the verification of logs and bundles: the ledger's `world` drives a node, `support` writes logs
//! without one, and `tools` forge them and ask both verifiers.

#![allow(clippy::unwrap_used, reason = "a test helper that fails is a failed test")]

mod agreement;
mod bundle;
mod bundle_import;
mod bytes;
mod copies;
mod corners;
#[path = "../../../ledger/tests/ledger/disk.rs"]
mod disk;
mod importing;
mod mending;
mod quarantine;
mod rebuild;
mod repair;
mod same;
mod sharing;
mod support;
mod sweeping;
mod threats;
mod tools;
mod verify;
#[path = "../../../ledger/tests/ledger/world.rs"]
mod world;
