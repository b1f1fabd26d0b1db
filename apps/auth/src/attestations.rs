//! Attestations on this node (docs/api.md, "Attestations"): what is entered about them, who sees them, and what follows from them: tiers
//! and standing (docs/standing.md).
//!
//! Always: an attestation is verified before it is entered, outside the writer (`check`); each of its two parties has all
//! of it in their own log, so the rows of each are a function of that log. Only the parties see what is not public.

pub(crate) mod by_node;
pub(crate) mod check;
pub(crate) mod read;
pub(crate) mod root;
pub(crate) mod standing;
pub(crate) mod stored;
pub(crate) mod tables;
pub(crate) mod tier;
