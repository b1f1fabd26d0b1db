//! The lock that the owner puts on a running box, by its page: the node's key and its secrets are sealed with a passphrase.
//!
//! Always: the secrets come first on the way to sealed, and last on the way back. A plug that is pulled in between leaves a
//! node that starts as before, and puts the rest right.

use crate::folder::{NODE_FOLDER, is_sealed};
use crate::seal::{self, SealError, Secret};
use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_host::upkeep::{Lock, LockChange};
use std::path::Path;

/// Whether it is on.
pub fn now(data: &Path) -> Lock {
    if is_sealed(&data.join(NODE_FOLDER)) { Lock::Sealed } else { Lock::Open }
}

/// Sets, changes or removes the lock. Blocks.
pub fn change(node: &Node, wish: LockChange) -> Result<(), Problem> {
    let folder = node.data().join(NODE_FOLDER);
    match wish {
        LockChange::Lock { next } => {
            let secret = Secret::choose(next).map_err(problem)?;
            if is_sealed(&folder) {
                return Err(problem(SealError::Sealed));
            }
            node.secrets().set_sealed(true)?;
            if let Err(error) = seal::seal(&folder, &secret) {
                // Else the next start would do it.
                node.secrets().set_sealed(is_sealed(&folder))?;
                return Err(problem(error));
            }
            Ok(())
        }
        LockChange::Change { now, next } => {
            let next = Secret::choose(next).map_err(problem)?;
            seal::change(&folder, &Secret::passphrase(now), &next).map_err(problem)
        }
        LockChange::Open { now } => {
            if !is_sealed(&folder) {
                return Err(problem(SealError::Open));
            }
            seal::unseal_with(&folder, &Secret::passphrase(now)).map_err(problem)?;
            Ok(node.secrets().set_sealed(false)?)
        }
    }
}

fn problem(error: SealError) -> Problem {
    match error {
        SealError::Locked(_) => {
            Problem::forbidden("That is not the passphrase of now. Nothing was changed.")
        }
        SealError::Short => Problem::field(
            "next",
            "The new passphrase needs at least 8 letters. Nothing was changed.",
        ),
        SealError::Sealed => Problem::conflict("The box is locked already."),
        SealError::Open => Problem::conflict("The box is not locked."),
        SealError::File(_, error) if imajin_ledger::is_disk_full(&error) => Problem::storage_full(),
        other => Problem::internal(other),
    }
}
