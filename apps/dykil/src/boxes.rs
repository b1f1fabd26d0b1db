//! The node's ballot boxes: where they are, how they are opened and released, and when they are destroyed.
//!
//! Always: a box is there before its survey is open, and until all of it was entered; so an open survey without a box has
//! lost it. Boxes are in no backup: two backups would differ by one voter.

mod release;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use imajin_protocol::Did;
use imajin_service::{Node, Problem, args, random};
use tokio::sync::Notify;

use crate::ballots::{self, BallotBox};
use crate::manifest::TEXTS;
use crate::queries::{self, Survey};

pub(crate) use release::publish;

/// Pause between two looks for boxes that are to be released.
const NAP: Duration = Duration::from_secs(1);

/// A box in hand; none once it is destroyed.
type Slot = Arc<Mutex<Option<BallotBox>>>;

/// The boxes of a node that are in use.
#[derive(Default)]
pub(crate) struct Boxes {
    open: Mutex<HashMap<PathBuf, Slot>>,
    bell: Notify,
}

fn folder(node: &Node) -> PathBuf {
    node.data().join("node").join("box")
}

/// Where the box of a survey is.
fn path(node: &Node, owner: &Did, survey: &str) -> PathBuf {
    let name = format!("{}.{survey}.sqlite", owner.folder_name());
    folder(node).join(name)
}

impl Boxes {
    /// Makes the box of a survey that is about to open.
    ///
    /// # Errors
    /// The disk is full or fails.
    pub(crate) fn make(&self, node: &Node, owner: &Did, survey: &Survey) -> Result<(), Problem> {
        let folder = folder(node);
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder);
        made?;
        let path = path(node, owner, &survey.item.id);
        BallotBox::make(&path, random::bytes()?)?;
        // Its name is durable, too.
        fs::File::open(&folder)?.sync_all()?;
        Ok(())
    }

    /// Does something with a box; `None` if there is none.
    ///
    /// # Errors
    /// The box can't be opened.
    pub(crate) fn with<T>(
        &self,
        node: &Node,
        (owner, survey): (&Did, &str),
        work: impl FnOnce(&mut BallotBox) -> T,
    ) -> Result<Option<T>, Problem> {
        let path = path(node, owner, survey);
        let slot = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(open.entry(path.clone()).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() && path.exists() {
            *slot = Some(BallotBox::open(&path)?);
        }
        Ok(slot.as_mut().map(work))
    }

    /// Overwrites the box of this file, and removes it.
    fn destroy(&self, path: &PathBuf) -> Result<(), Problem> {
        let slot = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(open.entry(path.clone()).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.take() {
            Some(open) => open.destroy()?,
            None => ballots::destroy(path)?,
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(path);
        Ok(())
    }

    /// Has the worker look at once.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }
}

/// Starts the worker, if there is an async runtime.
pub(crate) fn started(node: &Node) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(run(node.clone()));
    }
}

async fn run(node: Node) {
    let boxes = node.state::<Boxes>();
    let mut is_first = true;
    while !node.is_stopping() {
        match round(&node, is_first).await {
            Ok(()) => is_first = false,
            Err(problem) => tracing::warn!("ballot boxes: {problem:?}; tried again"),
        }
        tokio::select! {
            () = boxes.bell.notified() => {}
            () = tokio::time::sleep(NAP) => {}
        }
    }
}

/// Releases the boxes of surveys that have closed, and destroys those whose survey is gone. At the start of a node no survey
/// is on its way to be opened, so the boxes of drafts are destroyed, too, and boxes that are not there were lost.
async fn round(node: &Node, is_first: bool) -> Result<(), Problem> {
    if !is_first && files(node)?.is_empty() {
        return Ok(());
    }
    let mut kept = BTreeSet::new();
    for (owner, survey) in queries::opened(node)? {
        kept.insert(path(node, &owner, &survey));
        let is_home = node.status(&owner)?.is_some_and(|status| {
            !status.deleted && status.read_only.is_none() && status.home.node == *node.did()
        });
        if is_home {
            release::release(node, &owner, &survey).await?;
        }
    }
    let mut others = files(node)?;
    others.retain(|file| !kept.contains(file));
    if !others.is_empty() && !is_first {
        let drafts = queries::boxed_drafts(node)?.into_iter();
        let drafts = drafts.map(|(owner, survey)| path(node, &owner, &survey));
        // One that opened since.
        let opened = queries::opened(node)?.into_iter();
        let opened = opened.map(|(owner, survey)| path(node, &owner, &survey));
        let kept: BTreeSet<PathBuf> = drafts.chain(opened).collect();
        others.retain(|file| !kept.contains(file));
    }
    for file in others {
        node.state::<Boxes>().destroy(&file)?;
    }
    Ok(())
}

/// The files of all boxes.
fn files(node: &Node) -> Result<Vec<PathBuf>, Problem> {
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

/// Whether somebody can move: not while one of their boxes is open, which can't move with them.
///
/// # Errors
/// 409 as long as one is.
pub(crate) fn may_move(node: &Node, did: &Did) -> Result<(), Problem> {
    let mut opened = queries::opened(node)?.into_iter();
    match opened.any(|(owner, _)| owner == *did) {
        true => Err(Problem::conflict(TEXTS.say("boxes-open", args![])).slug("boxes")),
        false => Ok(()),
    }
}
