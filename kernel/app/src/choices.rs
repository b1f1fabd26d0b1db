//! The owner's choices on the pages of the box: small files in the node's folder.
//!
//! Always: a file is replaced as a whole, so that a power cut leaves the old choice or the new one. A damaged file
//! counts as missing, with a line in the node's log. A choice that outlasts its owner is stored with its author: the
//! next owner is asked about it.

use std::path::{Path, PathBuf};

use imajin_ledger::durable;
use imajin_protocol::Did;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::node::Node;
use crate::problem::Problem;

/// The choice of a mail server.
pub const MAIL: &str = "mail";
/// The choice of a place for backups.
pub const BACKUPS: &str = "backups";

/// A choice, if one was made.
pub fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let read = serde_json::from_slice(&bytes(file)?);
    read.inspect_err(|error| {
        tracing::error!(%error, "{} is damaged: choose again on its page", file.display());
    })
    .ok()
}

/// The bytes of a file that was chosen, if one was.
pub(crate) fn bytes(file: &Path) -> Option<Vec<u8>> {
    durable::if_there(std::fs::read(file)).unwrap_or_else(|error| {
        tracing::error!(%error, "{} cannot be read", file.display());
        None
    })
}

/// Replaces a choice.
///
/// # Errors
/// 507 on a full disk.
pub fn write(file: &Path, choice: &impl Serialize) -> Result<(), Problem> {
    let text = serde_json::to_vec_pretty(choice).map_err(Problem::internal)?;
    Ok(durable::replace(file, &text)?)
}

/// Forgets a choice, if one was made.
pub fn forget(file: &Path) -> Result<(), Problem> {
    Ok(durable::remove_if_there(file)?)
}

impl Node {
    fn chooser_of(&self, kind: &str) -> PathBuf {
        self.data().join(format!("node/{kind}-chosen-by.json"))
    }

    /// Whether the owner made the choice of this kind, or kept it when they got the box.
    pub fn is_owners_choice(&self, kind: &str) -> Result<bool, Problem> {
        let owner = self.owner()?.map(|owner| owner.did);
        Ok(owner == read::<Did>(&self.chooser_of(kind)))
    }

    /// The owner keeps the choice of this kind. Waits for the disk on this thread.
    ///
    /// # Errors
    /// 507 on a full disk.
    pub fn keep_choice(&self, kind: &str) -> Result<(), Problem> {
        match self.owner()? {
            Some(owner) => write(&self.chooser_of(kind), &owner.did),
            None => Ok(()),
        }
    }

    /// The owner made the choice of this kind. Where that can't be written down, they are asked about it.
    pub fn choice_is_made(&self, kind: &str) {
        if let Err(problem) = self.keep_choice(kind) {
            tracing::warn!(error = %problem.detail(), kind, "whose choice it is can't be written down");
        }
    }
}

/// The answer where the operator's settings decide what a page would.
pub fn by_settings() -> Problem {
    Problem::conflict(
        "The settings of this box (imajin.toml or its environment) decide this, and outweigh its pages: change it there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_replaced_and_forgotten_and_a_damaged_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("colour.json");
        assert_eq!(read::<String>(&file), None);
        for colour in ["red", "blue"] {
            write(&file, &colour).unwrap();
            assert_eq!(read::<String>(&file).as_deref(), Some(colour));
        }
        std::fs::write(&file, "\"gr").unwrap();
        assert_eq!(read::<String>(&file), None);
        forget(&file).unwrap();
        forget(&file).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn a_disk_that_takes_nothing_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no-folder");
        std::fs::write(&file, "").unwrap();
        let inside = file.join("colour.json");
        assert_eq!(write(&inside, &"red").unwrap_err().status(), 500);
        assert_eq!(read::<String>(&inside), None);
    }
}
