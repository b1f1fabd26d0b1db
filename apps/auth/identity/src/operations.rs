//! The operations of identities, and the types of fields that all operations of the service share.
//!
//! Most are the log's own: what their entries do, the ledger's rules say (docs/format.md §4–§9), and the ledger has their
//! rows. What a decision needs from outside, and what happens after it, is in the module that the operation belongs to.

mod app;
mod delegation;
mod fields;
mod guest;
mod identity;
mod key_name;
mod ownership;
mod record;

pub use app::DescribeApp;
pub(crate) use app::may_describe;
pub use delegation::{CreateDelegation, EndDelegation};
pub use fields::{All, BodyLink, Counts, EntryCid, Moment, Text};
pub(crate) use fields::{Home, KeyBytes, Multikey, home};
pub use guest::{ReadmitGuest, SetEmail};
pub(crate) use identity::{Admission, Proved, extends};
pub use identity::{
    ClaimNode, CreateIdentity, KeepChain, KeysStay, RegisterIdentity, UpdateIdentity,
};
pub use key_name::NameKey;
pub(crate) use ownership::ShowedCode;
pub use ownership::{GiveNode, TakeNode};
pub use record::{AdoptSide, MoveHome, UpdateSettings};
