//! The registries that this node registers with: its owner's choice, and the state of each registration.
//!
//! | module | what |
//! |---|---|
//! | `files` | the two files that hold choice and registrations |
//! | `registration` | one registration, and its summary for people |
//! | `owner` | what the node's owner may see and change |
//! | `pages`, `routes` | the page `/registry`, and the same as an API |
//!
//! This module knows neither relay nor directory. Nothing else of a node depends on it.

mod files;
mod owner;
pub(crate) mod pages;
mod registration;
pub(crate) mod routes;

pub use files::{
    Choice, REGISTRIES_MAX, choice, home_registry, join_or_leave, registrations,
    save_registrations, selected, set_home,
};
pub(crate) use owner::{notice as owner_notice, registrations as own_registrations};
pub use registration::Registration;
