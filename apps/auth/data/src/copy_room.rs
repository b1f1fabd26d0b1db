//! The room of a copy that a person brings: on the account of all their bytes, from the first one on.
//!
//! Always: [`super::import_jobs`] gives no receiver of a copy without one.

use std::sync::Arc;

use imajin_app::{Node, Problem};
use imajin_bundle::import::VerifiedBundle;
use imajin_host::account::{self, Purpose, Reserved};
use imajin_host::jobs::JobOwner;
use imajin_ledger::LogStatus;
use parking_lot::Mutex;

/// The room of a copy on its way, until the last clone is dropped.
#[derive(Clone, Default)]
pub(super) struct CopyRoom(Arc<Mutex<Option<Reserved>>>);

impl CopyRoom {
    /// Reserves room for a copy of this many bytes on the account of the person who brings it. A sender without a session has no
    /// account: only the part of the disk that strangers may fill limits them. Blocks.
    /// Errors: 507 if it does not fit.
    pub(super) fn reserve(node: &Node, who: &JobOwner, bytes: u64) -> Result<Self, Problem> {
        let reserved = match who {
            JobOwner::Person(did) => {
                Some(account::reserve_copy(node, did, bytes, Purpose::CopyBrought)?)
            }
            JobOwner::Address(_) => None,
        };
        Ok(Self(Arc::new(Mutex::new(reserved))))
    }

    /// The room of a copy that an earlier run left: its sender is not known any more.
    pub(super) fn unknown() -> Self {
        Self::default()
    }

    /// Makes it room for the first `bytes` bytes of the copy at least. Blocks.
    /// Errors: 507 if they do not fit.
    pub(super) fn cover(&self, node: &Node, bytes: u64) -> Result<(), Problem> {
        match self.0.lock().as_mut() {
            Some(reserved) if bytes > reserved.bytes() => reserved.resize(node, bytes),
            _ => Ok(()),
        }
    }

    /// Asks the account of the person whose record it is, if they live here and the copy came without a session: a person without
    /// room doesn't get it by signing out first. A person who is new here has no account yet. Blocks.
    /// Errors: 507 if the files that are not here yet do not fit.
    pub(super) fn taken_in(
        &self,
        node: &Node,
        checked: &VerifiedBundle,
    ) -> Result<Option<Reserved>, Problem> {
        let did = checked.did();
        let lives_here = |status: LogStatus| status.home.node == *node.did() && !status.deleted;
        if self.0.lock().is_some() || !node.status(did)?.is_some_and(lives_here) {
            return Ok(None);
        }
        let bytes = checked.new_bytes(node.ledger().media())?;
        account::reserve_copy(node, did, bytes, Purpose::CopyBrought).map(Some)
    }
}
