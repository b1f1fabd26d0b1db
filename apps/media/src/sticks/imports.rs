//! The imports of a node: in memory, and each in a file of its person.
//!
//! Always: no import is a record. If it is thrown away, it begins again, and everything that was added before is skipped. Each person has
//! one at a time; it is deleted with the person's data, and is in no copy and no backup. An import never makes other people wait for the
//! disk. The progress that a person sees is on the disk, so it never goes back after a kill.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_app::capabilities::{ReadsSticks, StickReading};
use imajin_app::{Node, Problem, args};
use imajin_dfos::order;
use imajin_ledger::durable;
use imajin_ledger::stick::Stick;
use imajin_protocol::Did;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::import::Import;
use crate::Media;
use crate::manifest::TEXTS;

const FILE: &str = "import.json";

#[derive(Default)]
pub(crate) struct Imports {
    /// Locked only to find a person's import.
    all: Mutex<Option<BTreeMap<Did, Arc<Own>>>>,
    /// Signals that there is something to read.
    pub(super) more: Notify,
}

/// The import of one person.
#[derive(Default)]
struct Own {
    /// None: they have none now. Not held during a write to the disk.
    kept: Mutex<Option<ImportRecord>>,
    /// Held while its file is written or removed. Locked first.
    file: Mutex<()>,
}

/// An import, and whether its file says the same.
struct ImportRecord {
    import: Import,
    is_saved: bool,
}

impl Own {
    fn new(import: Import) -> Self {
        let is_saved = true;
        Self { kept: Mutex::new(Some(ImportRecord { import, is_saved })), file: Mutex::default() }
    }

    /// Writes it, unless its file says the same. What the file says now.
    fn save(&self, node: &Node) -> Result<Option<Import>, Problem> {
        let _file = self.file.lock();
        let import = {
            let mut kept = self.kept.lock();
            let Some(kept) = kept.as_mut() else {
                return Ok(None);
            };
            if std::mem::replace(&mut kept.is_saved, true) {
                return Ok(Some(kept.import.clone()));
            }
            kept.import.clone()
        };
        if let Err(problem) = save(node, &import) {
            if let Some(kept) = self.kept.lock().as_mut() {
                kept.is_saved = false;
            }
            return Err(problem);
        }
        Ok(Some(import))
    }
}

impl ImportRecord {
    /// Looks what was signed meanwhile.
    fn look_again(&mut self, node: &Node) -> Result<bool, Problem> {
        let is_other = self.import.look_again(node)?;
        self.is_saved &= !is_other;
        Ok(is_other)
    }
}

fn folder_of(node: &Node, did: &Did) -> PathBuf {
    let cache = node.data().join("cache");
    cache.join(did.folder_name()).join("import")
}

/// Loads the imports of earlier runs of the program. Skips a file that cannot be parsed.
fn found(data: &Path) -> BTreeMap<Did, Import> {
    let people = fs::read_dir(data.join("cache")).into_iter().flatten();
    let files = people.flatten().filter_map(|person| {
        let path = person.path().join("import").join(FILE);
        let import: Import = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let is_theirs = import.did.folder_name() == person.file_name().to_str()?;
        is_theirs.then(|| (import.did.clone(), import))
    });
    order::map(files)
}

impl Imports {
    pub(crate) fn from_node(node: &Node) -> Arc<Self> {
        node.state::<Self>()
    }

    /// Finds something in the list of all.
    fn find<T>(&self, node: &Node, find: impl FnOnce(&mut BTreeMap<Did, Arc<Own>>) -> T) -> T {
        let mut all = self.all.lock();
        find(all.get_or_insert_with(|| {
            let own = |(did, import)| (did, Arc::new(Own::new(import)));
            found(node.data()).into_iter().map(own).collect()
        }))
    }

    /// A person's, if they ever had one.
    fn own(&self, node: &Node, did: &Did) -> Option<Arc<Own>> {
        self.find(node, |all| all.get(did).cloned())
    }

    /// Maps the imports that have more to read.
    pub(super) fn unread<T>(&self, node: &Node, of: impl Fn(&Import) -> Option<T>) -> Vec<T> {
        let all: Vec<Arc<Own>> = self.find(node, |all| all.values().cloned().collect());
        let unread = |own: &Arc<Own>| {
            let kept = own.kept.lock();
            let import = kept.as_ref().map(|kept| &kept.import);
            import.filter(|import| !import.is_read).and_then(&of)
        };
        all.iter().filter_map(unread).collect()
    }

    /// A person's import, with what they signed meanwhile. Blocks.
    /// Errors: the tables can't be read, or the disk is full.
    pub(crate) fn look(&self, node: &Node, did: &Did) -> Result<Option<Import>, Problem> {
        let Some(own) = self.own(node, did) else {
            return Ok(None);
        };
        let is_other = match own.kept.lock().as_mut() {
            Some(kept) => kept.look_again(node)?,
            None => return Ok(None),
        };
        let import = own.save(node)?;
        if is_other {
            self.more.notify_one();
        }
        Ok(import)
    }

    /// Begins one. Blocks.
    /// Errors: 409 if the person's last one isn't done.
    pub(crate) fn begin(&self, node: &Node, import: Import) -> Result<Import, Problem> {
        let did = import.did.clone();
        let own = self.find(node, |all| all.entry(did).or_default().clone());
        let _file = own.file.lock();
        if let Some(other) = own.kept.lock().as_mut() {
            other.look_again(node)?;
            if !other.import.is_done() {
                let message = TEXTS.say("stick-busy", args![]);
                return Err(Problem::conflict(message).slug("busy"));
            }
        }
        save(node, &import)?;
        *own.kept.lock() = Some(ImportRecord { import: import.clone(), is_saved: true });
        self.more.notify_one();
        Ok(import)
    }

    /// Ends a person's import: what isn't signed is not added. False if there is none. Blocks.
    pub(crate) fn end(&self, node: &Node, did: &Did) -> Result<bool, Problem> {
        let Some(own) = self.own(node, did) else {
            return Ok(false);
        };
        let _file = own.file.lock();
        durable::if_there(fs::remove_dir_all(folder_of(node, did)))?;
        Ok(own.kept.lock().take().is_some())
    }

    /// A person's page could not add these files. False if none of them waits. Blocks.
    pub(crate) fn refuse(&self, node: &Node, did: &Did, cids: &[String]) -> Result<bool, Problem> {
        let Some(own) = self.own(node, did) else {
            return Ok(false);
        };
        {
            let mut own = own.kept.lock();
            let Some(kept) = own.as_mut() else {
                return Ok(false);
            };
            if !kept.import.refuse(cids) {
                return Ok(false);
            }
            kept.is_saved = false;
        }
        own.save(node)?;
        self.more.notify_one();
        Ok(true)
    }

    /// Whether this import is still there.
    pub(super) fn has(&self, node: &Node, did: &Did, id: i64) -> bool {
        let own = self.own(node, did);
        own.is_some_and(|own| {
            let kept = own.kept.lock();
            kept.as_ref().is_some_and(|kept| kept.import.id == id)
        })
    }

    /// Changes an import; `None` if it ended. Progress that was neither saved nor shown is repeated after a kill.
    pub(super) fn change<T>(
        &self,
        node: &Node,
        (did, id): (&Did, i64),
        change: impl FnOnce(&mut Import) -> T,
    ) -> Option<T> {
        let own = self.own(node, did)?;
        let mut own = own.kept.lock();
        let kept = own.as_mut().filter(|kept| kept.import.id == id)?;
        let before = kept.import.progress();
        let changed = change(&mut kept.import);
        // Why it waits is found out again after a start: a stick that is away costs no writes.
        kept.is_saved &= kept.import.progress() == before;
        Some(changed)
    }

    /// Saves a person's import. Blocks.
    pub(super) fn save(&self, node: &Node, did: &Did) -> Result<(), Problem> {
        match self.own(node, did) {
            Some(own) => own.save(node).map(drop),
            None => Ok(()),
        }
    }
}

impl ReadsSticks for Media {
    fn readings(&self, node: &Node, stick: &Stick) -> Vec<StickReading> {
        Imports::from_node(node).unread(node, |import| {
            import.stick.may_be(stick).then(|| StickReading {
                bytes: import.read.1,
                bytes_total: import.total.map_or(0, |(_, bytes)| bytes),
            })
        })
    }
}

fn save(node: &Node, import: &Import) -> Result<(), Problem> {
    let file = folder_of(node, &import.did).join(FILE);
    Ok(durable::replace_json(&file, import)?)
}

#[cfg(test)]
mod tests {
    use super::super::import::StickMark;
    use super::super::import::Waits;
    use super::super::rules::Why;
    use super::*;
    use imajin_edge::testing::TestNode;
    use imajin_host::Config;

    #[test]
    fn one_is_found_again_as_it_was_and_a_damaged_file_is_none() {
        let data = tempfile::tempdir().unwrap();
        let stick = StickMark::default();
        let mut import = Import::new(Did::from_key(&[7; 32]), 1, stick, "DCIM".to_owned());
        import.leave_out("a", Why::Deep);
        import.waits = Some(Waits::Stick);
        let folder = data.path().join("cache").join(import.did.folder_name());
        let file = folder.join("import").join(FILE);
        durable::replace_json(&file, &import).unwrap();
        assert_eq!(found(data.path())[&import.did], import);
        fs::write(&file, "{").unwrap();
        assert!(found(data.path()).is_empty());
        assert!(found(&data.path().join("none")).is_empty());
    }

    #[tokio::test]
    async fn nobody_waits_for_somebody_elses_import_and_what_is_seen_is_saved() {
        let node = TestNode::start(vec![], Config::default(), 1).await.unwrap();
        let node = &node.node;
        let imports = Imports::from_node(node);
        let [ada, bert] = [7, 8].map(|seed| Did::from_key(&[seed; 32]));
        for did in [&ada, &bert] {
            let stick = StickMark::default();
            let import = Import::new(did.clone(), 1, stick, String::new());
            imports.begin(node, import).unwrap();
        }
        let pass = |import: &mut Import| {
            import.pass("1.jpg");
            import.leave_out("1.jpg", Why::Kind);
        };
        let saved = |did: &Did| found(node.data())[did].seen;
        // Ada's disk is slow.
        let own = imports.own(node, &ada).unwrap();
        let slow = own.file.lock();
        assert!(imports.change(node, (&ada, 1), pass).is_some());
        assert!(imports.change(node, (&bert, 1), pass).is_some());
        assert_eq!((saved(&ada), saved(&bert)), (0, 0));
        let seen = imports.look(node, &bert).unwrap().unwrap();
        assert_eq!((seen.seen, saved(&bert)), (1, 1));
        assert_eq!(imports.unread(node, |import| Some(import.seen)), [1, 1]);
        assert!(imports.has(node, &ada, 1) && imports.end(node, &bert).unwrap());
        drop(slow);
        imports.save(node, &ada).unwrap();
        assert_eq!(saved(&ada), 1);
    }
}
