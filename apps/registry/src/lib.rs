//! The registry of an Imajin node: what others may look up about identities and content.
//!
//! | module | what |
//! |---|---|
//! | [`relay`] | a full DFOS v1 relay: takes operations in, serves them, and exchanges them with other relays |

#![forbid(unsafe_code)]

mod clock;
pub mod relay;
mod storage;
mod writer;

pub use clock::{Clock, SystemClock};
pub use storage::StoreError;
