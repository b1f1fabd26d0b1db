//! The node's ballot boxes: their paths, creation, opening and destruction.
//!
//! Always: a box exists before its survey opens and until all its ballots were entered, so an open survey without a box
//! has lost it. Backups contain no boxes: two backups that differ by one voter would reveal a vote.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use imajin_app::{Answer, Node, blocking};
use imajin_host::random;
use imajin_ledger::durable::if_there;
use imajin_protocol::Did;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::ballots::{self, BallotBox};

/// An open box; `None` if it isn't open or was destroyed.
type Slot = Arc<Mutex<Option<BallotBox>>>;

/// The boxes that a node has open.
#[derive(Default)]
pub(crate) struct Boxes {
    open: Mutex<HashMap<PathBuf, Slot>>,
    /// Wakes the worker that releases boxes.
    pub(crate) bell: Notify,
}

fn folder(node: &Node) -> PathBuf {
    node.data().join("node").join("box")
}

pub(crate) fn path(node: &Node, owner: &Did, survey: &str) -> PathBuf {
    let name = format!("{}.{survey}.sqlite", owner.folder_name());
    folder(node).join(name)
}

impl Boxes {
    /// Creates the box of a survey that is about to open.
    pub(crate) fn make(&self, node: &Node, owner: &Did, survey: &str) -> Answer<()> {
        let folder = folder(node);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let path = path(node, owner, survey);
        BallotBox::make(&path, random::bytes()?)?;
        // The file name must be durable, too.
        fs::File::open(&folder)?.sync_all()?;
        Ok(())
    }

    /// Runs `work` on a box; `None` if the box doesn't exist.
    pub(crate) fn with_box<T>(
        &self,
        node: &Node,
        (owner, survey): (&Did, &str),
        work: impl FnOnce(&mut BallotBox) -> T,
    ) -> Answer<Option<T>> {
        let path = path(node, owner, survey);
        let slot = Arc::clone(self.open.lock().entry(path.clone()).or_default());
        let mut slot = slot.lock();
        if slot.is_none() && path.exists() {
            *slot = Some(BallotBox::open(&path)?);
        }
        Ok(slot.as_mut().map(work))
    }

    /// Overwrites the box in this file and removes it.
    pub(crate) fn destroy(&self, path: &PathBuf) -> Answer<()> {
        let slot = Arc::clone(self.open.lock().entry(path.clone()).or_default());
        let mut slot = slot.lock();
        match slot.take() {
            Some(open) => open.destroy()?,
            None => ballots::destroy(path)?,
        }
        self.open.lock().remove(path);
        Ok(())
    }
}

/// Runs `work` on a box like [`Boxes::with`], on a thread that may block on the disk.
pub(crate) async fn with_box<T: Send + 'static>(
    node: &Node,
    (owner, survey): (&Did, &str),
    work: impl FnOnce(&mut BallotBox) -> T + Send + 'static,
) -> Answer<Option<T>> {
    let (node, owner, survey) = (node.clone(), owner.clone(), survey.to_owned());
    let done =
        blocking::run(move || node.state::<Boxes>().with_box(&node, (&owner, &survey), work));
    done.await?
}

pub(crate) fn files(node: &Node) -> Answer<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in if_there(fs::read_dir(folder(node)))?.into_iter().flatten() {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "sqlite") {
            paths.push(path);
        }
    }
    Ok(paths)
}
