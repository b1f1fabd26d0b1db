//! A person's rights over their data through real sockets: copies out and in, deletion, moving.
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test reports, also in what tests share"
)]

#[path = "auth/support.rs"]
mod support;

#[path = "care_data/help.rs"]
mod help;

#[path = "care_data/anchoring.rs"]
mod anchoring;
#[path = "care_data/copies.rs"]
mod copies;
#[path = "care_data/deletion.rs"]
mod deletion;
#[path = "care_data/imports.rs"]
mod imports;
#[path = "care_data/moving.rs"]
mod moving;
