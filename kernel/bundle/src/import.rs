//! Imports a bundle: as a read-only backup, or as the log's new home with the owner's signed consent.
//!
//! Always: everything is verified in `<data>/import/<id>.partial` before a rename makes it real. After a failure
//! nothing of it remains except the bytes of an upload that can be continued. This module does not know how the bytes
//! arrived.

mod check;
mod error;
mod examine;
mod home;
mod install;
mod media;
mod mend;
mod plan;
mod restored;
mod source;
mod take;
mod upload;

use imajin_dfos::{Cid, Value};
use imajin_protocol::{Did, Proof};

pub use check::{Check, Next, VerifiedBundle, check, unpack};
pub use error::ImportError;
use error::Result;
pub use examine::{find_damage, find_log_damage};
pub use mend::{Repair, repair, repair_from};
pub use source::Source;
pub use take::import;
pub use upload::Upload;

/// The folder of imports in the data folder.
pub(crate) const FOLDER: &str = "import";

/// The owner's signed statement that this node is the log's new home (docs/format.md §5).
#[derive(Debug, Clone)]
pub struct HomeWord {
    /// The proof of `auth.home`.
    pub proof: Proof,
    /// The body that the proof signs.
    pub body: Value,
}

/// The result of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The log's owner.
    pub did: Did,
    /// The newest entry that this node has now.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// The newest head, as JWS.
    pub head: String,
    /// Whether the import brought anything new; false if this node had all of it.
    pub changed: bool,
    /// The CID of the last entry of the branch that the import set aside, if there was one.
    pub side: Option<Cid>,
    /// The damage to this node's copy that the import repaired or found, if any.
    pub repair: Option<Repair>,
}
