//! Bodies on their way in: one budget of bytes for all of them, and a deadline for each.
//!
//! Always: the budget is never exceeded; nobody takes more of it than is still free, and strangers together take at most
//! half, so that there is room for the household. A body that stops coming ends with 408, one without room with 503.

mod budget;
mod metered;
mod pieces;

pub(crate) use budget::{Account, Budget, Lease};
pub(crate) use metered::{Metered, Pace};
pub use pieces::{PIECE_BYTES, Pieces, Room};
