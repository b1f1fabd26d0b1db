//! The freeze of a log whose damaged file a copy has replaced.

use imajin_ledger::{Ledger, WriteFreeze};
use imajin_protocol::Did;

use super::{ImportError, Result};

/// The reason of the freeze, for people.
const RESTORED: &str = "its log was damaged here and a copy has taken its place; a home entry signed by its owner lets it go on (imajin import --as home)";

/// Freezes a log whose damaged file a copy replaces: the copy may not be the newest. The freeze lasts until that is
/// settled.
pub(super) fn freeze_restored(ledger: &Ledger, did: &Did) -> Result<()> {
    if ledger.freeze_of(did).is_some() { Ok(()) } else { freeze_for(ledger, did, RESTORED) }
}

/// Freezes a log of which no newer head is known.
pub(super) fn freeze_for(ledger: &Ledger, did: &Did, reason: &str) -> Result<()> {
    let (did, reason) = (did.clone(), reason.into());
    let freeze = WriteFreeze { did, reason, newer: None, epoch: None, whole: false };
    ledger.freeze(freeze).map_err(ImportError::freeze(ledger))
}

/// Returns whether a log is frozen because a copy replaced its damaged file.
pub(super) fn is_restored(ledger: &Ledger, did: &Did) -> bool {
    ledger.freeze_of(did).is_some_and(|freeze| freeze.reason == RESTORED)
}
