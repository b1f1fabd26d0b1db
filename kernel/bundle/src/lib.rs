//! Copies of a person's record: a bundle is written, verified, taken in, and used to mend a damaged record.
//!
//! | module | contents |
//! |---|---|
//! | [`export`] | makes a bundle: prepared, signed, written completely or not at all |
//! | [`import`] | takes a verified bundle in, and mends a record with copies |
//! | [`stick`] | the copies on a USB stick |
//!
//! Always: the same inputs give the same bytes, and a bundle appears under its name only when it is complete. Everything
//! read from a bundle is untrusted until verified ([`imajin_log::verify`]). This crate does not know what an operation
//! means: views come from [`Views`](imajin_log::format::views::Views), the page for people from [`IndexPages`]. It writes
//! nothing into a record itself: the ledger does ([`imajin_ledger::copies`]).

pub mod export;
pub mod import;
mod page;
mod part;
mod snapshot;
pub mod stick;

pub use page::{About, IndexPage, IndexPages, NoPage};
