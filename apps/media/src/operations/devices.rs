//! Computers that reach a person's files by WebDAV. Each has a delegation, which identifies its entries in the owner's
//! log.

use imajin_app::operation::{Context, Decide, Decision, Operation, Reasons, Title};

use crate::ids::DelegationCid;
use crate::queries;

/// Computers of one person that have a name.
pub(crate) const DEVICES_MAX: i64 = 1_000;

/// Names a computer that has a delegation for the owner's files. An app password opens the drive only for a named computer, so
/// that no app that may add files can read them.
#[derive(Debug, Operation)]
#[operation(
    name = "media.device",
    authority = OwnKey,
    erasable_by = Author,
    refusal = DeviceRefusal
)]
pub(crate) struct PutDevice {
    /// The CID of the delegation to its key.
    #[reference]
    pub(crate) delegation: DelegationCid,
    /// The device's name, in at most 100 characters.
    pub(crate) label: Title<100>,
}

#[derive(Debug, Reasons)]
pub(crate) enum DeviceRefusal {
    /// You have named 1 000 computers, and more don’t fit.
    #[refused(Conflict, reason = "full")]
    Full,
}

impl Decide for PutDevice {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<DeviceRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let is_new = !queries::has_device(db, owner, self.delegation.as_str())?;
        let is_full = is_new && queries::count_devices(db, owner)? >= DEVICES_MAX;
        if is_full { Err(DeviceRefusal::Full.into()) } else { Ok(()) }
    }
}
