//! The node's ballot boxes: where they are, and how they are made, opened and destroyed.
//!
//! Always: a box is there before its survey is open, and until all of it was entered; so an open survey without a box has
//! lost it. Boxes are in no backup: two backups would differ by one voter.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use imajin_protocol::Did;
use imajin_service::{Node, Problem, blocking, random};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::ballots::{self, BallotBox};

/// A box in hand; none once it is destroyed.
type Slot = Arc<Mutex<Option<BallotBox>>>;

/// The boxes of a node that are in use.
#[derive(Default)]
pub(crate) struct Boxes {
    open: Mutex<HashMap<PathBuf, Slot>>,
    /// Wakes the worker that releases them.
    pub(crate) bell: Notify,
}

fn folder(node: &Node) -> PathBuf {
    node.data().join("node").join("box")
}

/// Where the box of a survey is.
pub(crate) fn path(node: &Node, owner: &Did, survey: &str) -> PathBuf {
    let name = format!("{}.{survey}.sqlite", owner.folder_name());
    folder(node).join(name)
}

impl Boxes {
    /// Makes the box of a survey that is about to open.
    pub(crate) fn make(&self, node: &Node, owner: &Did, survey: &str) -> Result<(), Problem> {
        let folder = folder(node);
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder);
        made?;
        let path = path(node, owner, survey);
        BallotBox::make(&path, random::bytes()?)?;
        // Its name is durable, too.
        fs::File::open(&folder)?.sync_all()?;
        Ok(())
    }

    /// Does something with a box; `None` if there is none.
    pub(crate) fn with<T>(
        &self,
        node: &Node,
        (owner, survey): (&Did, &str),
        work: impl FnOnce(&mut BallotBox) -> T,
    ) -> Result<Option<T>, Problem> {
        let path = path(node, owner, survey);
        let slot = {
            let mut open = self.open.lock();
            Arc::clone(open.entry(path.clone()).or_default())
        };
        let mut slot = slot.lock();
        if slot.is_none() && path.exists() {
            *slot = Some(BallotBox::open(&path)?);
        }
        Ok(slot.as_mut().map(work))
    }

    /// Overwrites the box of this file, and removes it.
    pub(crate) fn destroy(&self, path: &PathBuf) -> Result<(), Problem> {
        let slot = {
            let mut open = self.open.lock();
            Arc::clone(open.entry(path.clone()).or_default())
        };
        let mut slot = slot.lock();
        match slot.take() {
            Some(open) => open.destroy()?,
            None => ballots::destroy(path)?,
        }
        let mut open = self.open.lock();
        open.remove(path);
        Ok(())
    }

    /// Has the worker look at once.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }
}

/// As [`Boxes::with`], on a thread that may wait for the disk.
pub(crate) async fn with<T: Send + 'static>(
    node: &Node,
    (owner, survey): (&Did, &str),
    work: impl FnOnce(&mut BallotBox) -> T + Send + 'static,
) -> Result<Option<T>, Problem> {
    let (node, owner, survey) = (node.clone(), owner.clone(), survey.to_owned());
    let done = blocking::run(move || node.state::<Boxes>().with(&node, (&owner, &survey), work));
    done.await?
}

/// The files of all boxes.
pub(crate) fn files(node: &Node) -> Result<Vec<PathBuf>, Problem> {
    let folder = match fs::read_dir(folder(node)) {
        Ok(folder) => folder,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in folder {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "sqlite") {
            found.push(path);
        }
    }
    Ok(found)
}
