//! Taking a bundle in: as a backup, read-only, or as its new home, with the owner's signed word.
//!
//! Always: everything is verified in `<data>/import/<id>.partial` before a rename makes it real; on any failure nothing
//! of it remains but the bytes of an upload that can be continued. It must not know how the bytes came.

mod check;
mod error;
mod examine;
mod home;
mod install;
mod local;
mod media;
mod mend;
mod place;
mod plan;
mod take;
mod upload;

use imajin_dfos::{Cid, Value};
use imajin_protocol::{Did, Proof};

pub use check::{Check, Checked, Next, check, unpack};
pub use error::ImportError;
pub use examine::{find_damage, find_log_damage};
pub use mend::{Repair, Source, repair, repair_from};
pub(crate) use place::put as put_in_place;
pub use take::import;
pub use upload::Upload;

/// The folder of imports in the data folder.
pub(crate) const FOLDER: &str = "import";

/// The owner's word that this node is the log's new home.
#[derive(Debug, Clone)]
pub struct HomeWord {
    /// The proof of `auth.home`.
    pub proof: Proof,
    /// Its body.
    pub body: Value,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Whose log.
    pub did: Did,
    /// The newest entry here now.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// The newest head, as JWS.
    pub head: String,
    /// Whether anything new came: false where all of it was here.
    pub changed: bool,
    /// The CID of the last entry of the branch that was set aside, if there was one.
    pub side: Option<Cid>,
    /// What was damaged here, if anything was.
    pub repair: Option<Repair>,
}
