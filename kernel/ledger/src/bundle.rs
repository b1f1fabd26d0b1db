//! The bundle: a person's log, files and readable views as one folder or one canonical tar (docs/format.md §12).
//!
//! Always: what is written is the same bytes for the same inputs, and appears under its name only when it is whole;
//! what is read is hostile until verified. It must not know what an operation means: views come through [`Views`].

pub mod age;
pub mod export;
pub mod hex;
mod html;
pub mod import;
pub(crate) mod intake;
pub mod manifest;
pub mod names;
pub mod parts;
pub mod regular;
pub(crate) mod snapshot;
pub mod stick;
pub mod tar;
pub mod views;

pub use views::{NoViews, ViewBuilder, ViewError, Views};
