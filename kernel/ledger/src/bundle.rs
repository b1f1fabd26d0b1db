//! The bundle: a person's log, files and readable views as one folder or one canonical tar (docs/format.md §12).
//!
//! Always: the same inputs give the same bytes, and a bundle appears under its name only when it is complete.
//! Everything read from a bundle is untrusted until verified. This module does not know what an operation means: views
//! come from [`Views`], the page for people from [`IndexPages`].

pub mod age;
pub mod export;
pub mod hex;
pub mod import;
pub(crate) mod intake;
pub mod manifest;
pub mod names;
mod page;
pub(crate) mod part;
pub mod parts;
pub mod regular;
pub(crate) mod snapshot;
pub mod stick;
pub mod tar;
pub mod views;

pub use page::{About, IndexPage, IndexPages, NoPage};
pub use part::{SharedLog, ShowsBody};
pub use views::{NoViews, ViewBuilder, ViewError, Views};
