//! The methods that the host adds to [`Node`](imajin_app::Node), to be imported whole: `use imajin_host::prelude::*;`.

pub use crate::admission::{Admission as _, Blocks as _};
pub use crate::commands::Submit as _;
pub use crate::custodial_keys::{CustodialKeys as _, SealedSettings as _};
pub use crate::jobs::JobClients as _;
pub use crate::joining::Joins as _;
pub use crate::node::{
    Addresses as _, Bounds as _, Claims as _, HostParts as _, OwnUpkeep as _, Tokens as _,
};
pub use crate::rounds::Background as _;

pub(crate) use crate::node::Counters as _;
