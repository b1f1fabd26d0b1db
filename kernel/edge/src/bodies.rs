//! Bodies on their way in: one budget of bytes for all of them, and a deadline for each.
//!
//! Always: the budget is never exceeded. An account takes at most twice what is still free of it, and strangers and
//! guests together take at most two thirds of the room for large bodies, so that there is room for the household. A
//! body that stops coming ends with 408, one without room with 503.

mod budget;
mod call;
mod metered;

pub(crate) use budget::{Account, Budget, Lease};
pub(crate) use call::call;
pub(crate) use metered::{Metered, Pace};
