//! The imports of a node: in memory, and each in a file of its person.
//!
//! Always: none is a record. Thrown away, an import begins again, and everything that was added before is skipped. Each person has one at
//! a time; it goes with its person, and is in no copy and no backup.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imajin_ledger::{durable, is_disk_full};
use imajin_protocol::Did;
use imajin_service::{Node, Problem, args};
use tokio::sync::Notify;

use super::import::Import;
use crate::manifest::TEXTS;

/// The name of the file.
const FILE: &str = "import.json";

/// All imports.
#[derive(Default)]
pub(crate) struct Imports {
    all: Mutex<Option<BTreeMap<Did, Import>>>,
    /// Signals that there is something to read.
    pub(super) more: Notify,
}

fn folder_of(node: &Node, did: &Did) -> PathBuf {
    let cache = node.data().join("cache");
    cache.join(did.folder_name()).join("import")
}

fn problem(error: std::io::Error) -> Problem {
    match is_disk_full(&error) {
        true => Problem::storage_full(),
        false => Problem::internal(error),
    }
}

/// What earlier runs of the program left. What can't be understood is no import.
fn found(data: &Path) -> BTreeMap<Did, Import> {
    let people = fs::read_dir(data.join("cache")).into_iter().flatten();
    let files = people.flatten().filter_map(|person| {
        let path = person.path().join("import").join(FILE);
        let import: Import = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let is_theirs = import.did.folder_name() == person.file_name().to_str()?;
        is_theirs.then(|| (import.did.clone(), import))
    });
    files.collect()
}

type All<'i> = MutexGuard<'i, Option<BTreeMap<Did, Import>>>;

impl Imports {
    /// Those of a node.
    pub(crate) fn of(node: &Node) -> Arc<Self> {
        node.state::<Self>()
    }

    fn lock(&self) -> All<'_> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The people whose imports have something to read.
    pub(super) fn people(&self, node: &Node) -> Vec<Did> {
        let mut all = self.lock();
        let all = all.get_or_insert_with(|| found(node.data()));
        let unread = all.values().filter(|import| !import.is_read);
        unread.map(|import| import.did.clone()).collect()
    }

    /// A person's import, with what they signed meanwhile. Blocks.
    ///
    /// # Errors
    /// The tables can't be read, or the disk is full.
    pub(crate) fn look(&self, node: &Node, did: &Did) -> Result<Option<Import>, Problem> {
        let mut all = self.lock();
        let all = all.get_or_insert_with(|| found(node.data()));
        let Some(import) = all.get_mut(did) else {
            return Ok(None);
        };
        if import.look_again(node)? {
            save(node, import)?;
            self.more.notify_one();
        }
        Ok(Some(import.clone()))
    }

    /// Begins one. Blocks.
    ///
    /// # Errors
    /// 409 if the person's last one isn't done.
    pub(crate) fn begin(&self, node: &Node, import: Import) -> Result<Import, Problem> {
        let mut all = self.lock();
        let all = all.get_or_insert_with(|| found(node.data()));
        if let Some(other) = all.get_mut(&import.did) {
            other.look_again(node)?;
            if !other.is_done() {
                let said = TEXTS.say("stick-busy", args![]);
                return Err(Problem::conflict(said).slug("busy"));
            }
        }
        save(node, &import)?;
        all.insert(import.did.clone(), import.clone());
        self.more.notify_one();
        Ok(import)
    }

    /// Ends a person's import: what isn't signed is not added. False if there is none. Blocks.
    ///
    /// # Errors
    /// What is known of it can't be removed.
    pub(crate) fn end(&self, node: &Node, did: &Did) -> Result<bool, Problem> {
        let mut all = self.lock();
        let all = all.get_or_insert_with(|| found(node.data()));
        match fs::remove_dir_all(folder_of(node, did)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(problem(error)),
            _ => Ok(all.remove(did).is_some()),
        }
    }

    /// A person's page could not add these files. False if none of them waits. Blocks.
    ///
    /// # Errors
    /// The disk is full.
    pub(crate) fn refuse(&self, node: &Node, did: &Did, cids: &[String]) -> Result<bool, Problem> {
        let mut all = self.lock();
        let all = all.get_or_insert_with(|| found(node.data()));
        let Some(import) = all.get_mut(did).filter(|import| !import.ready.is_empty()) else {
            return Ok(false);
        };
        if !import.refuse(cids) {
            return Ok(false);
        }
        save(node, import)?;
        self.more.notify_one();
        Ok(true)
    }

    /// Whether this import is still there.
    pub(super) fn has(&self, did: &Did, id: i64) -> bool {
        let all = self.lock();
        let import = all.as_ref().and_then(|all| all.get(did));
        import.is_some_and(|import| import.id == id)
    }

    /// Changes an import, and returns it; `None` if it is not there any more. What is not saved is done again after a kill.
    pub(super) fn change(
        &self,
        node: &Node,
        (did, id): (&Did, i64),
        is_saved: bool,
        change: impl FnOnce(&mut Import),
    ) -> Result<Option<Import>, Problem> {
        let mut all = self.lock();
        let import = all.as_mut().and_then(|all| all.get_mut(did));
        let Some(import) = import.filter(|import| import.id == id) else {
            return Ok(None);
        };
        change(import);
        if is_saved {
            save(node, import)?;
        }
        Ok(Some(import.clone()))
    }
}

fn save(node: &Node, import: &Import) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(import).map_err(Problem::internal)?;
    durable::replace(&folder_of(node, &import.did).join(FILE), &bytes).map_err(problem)
}

#[cfg(test)]
mod tests {
    use super::super::import::StickMark;
    use super::super::import::Waits;
    use super::super::rules::Why;
    use super::*;

    #[test]
    fn one_is_found_again_as_it_was_and_a_damaged_file_is_none() {
        let data = tempfile::tempdir().unwrap();
        let stick = StickMark::default();
        let mut import = Import::new(Did::from_key(&[7; 32]), 1, stick, "DCIM".to_owned());
        import.leave_out("a", Why::Deep);
        import.waits = Some(Waits::Stick);
        let folder = data.path().join("cache").join(import.did.folder_name());
        let file = folder.join("import").join(FILE);
        durable::replace(&file, &serde_json::to_vec(&import).unwrap()).unwrap();
        assert_eq!(found(data.path())[&import.did], import);
        fs::write(&file, "{").unwrap();
        assert!(found(data.path()).is_empty());
        assert!(found(&data.path().join("none")).is_empty());
    }
}
