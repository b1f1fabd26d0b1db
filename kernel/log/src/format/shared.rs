//! The choice of what a bundle has of a log that is shared with its owner.

use imajin_protocol::Did;

use crate::entry::Header;

/// Decides whether the recipient may see the body of an entry.
pub type ShowsBody = Box<dyn Fn(&Header) -> bool + Send + Sync>;

/// A log that is shared with a recipient, and the part they may see. The service chooses the part; an export
/// only copies it.
pub struct SharedLog {
    /// The log.
    pub did: Did,
    /// Number of the last entry for the recipient, if they see no later ones.
    pub until: Option<u64>,
    /// Selects the bodies for the recipient. The selection must include every body of the class *keep*, or the part does
    /// not verify.
    pub shows: ShowsBody,
}
