//! Hands a verified copy to the ledger, which puts it in its place.

use imajin_ledger::Ledger;
use imajin_ledger::copies::{InstallError, NewLog, Replaces};
use imajin_ledger::quarantine::TakenBack;
use imajin_protocol::Did;

use super::check::VerifiedBundle;
use super::{ImportError, Result};

/// Puts the copy in the place of this node's log.
pub(super) fn install(
    ledger: &Ledger,
    checked: &VerifiedBundle,
    replaces: Replaces,
) -> Result<TakenBack, InstallError> {
    ledger.install(&NewLog {
        did: &checked.did,
        folder: &checked.folder.path,
        state: &checked.state,
        replaces,
    })
}

/// Waits until the projections have everything that the log says.
pub(super) fn rows_are_there(ledger: &Ledger, did: &Did) -> Result<()> {
    if ledger.wait_for_rows(did) {
        return Ok(());
    }
    let text = "the copy is in its place, and what this node shows of it is still being computed; the node finishes that on its own, even after a restart";
    Err(ImportError::Store(text.to_owned()))
}
