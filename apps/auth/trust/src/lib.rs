//! Trust: what is entered about people, who sees it, and what follows from it: tiers and standing (docs/api.md, "Attestations";
//! docs/standing.md). And the node's own word about the logs that it keeps: anchors.
//!
//! | module | what it does |
//! |---|---|
//! | `check` | verifying an attestation before it is entered |
//! | `body`, [`lookup`] | an attestation as its entry has it, and queries of the tables |
//! | [`by_node`], [`root`] | what the node itself attests |
//! | `standing`, [`tier`] | what follows from attestations |
//! | [`anchors`] | what the node publishes once a day so that it cannot change its mind |
//! | [`operations`], [`tables`] | the operations, and the tables |
//! | `routes` | the API, one file a group |
//!
//! Always: an attestation is verified before it is entered, outside the writer (`check`); each of its two parties has all
//! of it in their own log, so the rows of each are a function of that log. Only the parties see what is not public.
#![forbid(unsafe_code)]

pub mod anchors;
mod body;
pub mod by_node;
mod check;
pub mod lookup;
pub mod operations;
pub mod root;
mod routes;
mod standing;
pub mod tables;
pub mod tier;

pub use routes::routes;
