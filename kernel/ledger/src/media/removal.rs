//! Removals of files that no entry names, and the pins that they heed.

use std::fs::File;
use std::time::Duration;

use imajin_dfos::{Cid, Timestamp};
use imajin_protocol::Did;

use super::pins::Pin;
use super::sweep::is_older;
use super::{MediaError, MediaStore, remove_all};
use crate::durable::if_there;

/// The outcome of removing a file that no entry named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removed {
    Yes,
    /// The file did not exist, or arrived again.
    No,
    /// A command that names the file was on its way: read again which files entries name.
    Pinned,
}

/// A removal of files of one person. Begin it before reading what entries name.
pub(crate) struct Removal<'s> {
    store: &'s MediaStore,
    did: Did,
    id: u64,
}

impl Drop for Removal<'_> {
    fn drop(&mut self) {
        self.store.pins.state.lock().end(self.id);
    }
}

impl Removal<'_> {
    /// Removes a file if it arrived before this time and no command pinned it.
    pub(crate) fn remove_older(&self, cid: &Cid, than: Timestamp) -> Result<Removed, MediaError> {
        let paths = self.store.roots.now().whole()?.paths(&self.did, cid)?;
        let _dates = self.store.arrivals.dates.lock();
        if self.store.pins.state.lock().was_pinned(self.id, cid) {
            return Ok(Removed::Pinned);
        }
        if is_older(&paths, than)? && remove_all(&paths)? {
            Ok(Removed::Yes)
        } else {
            Ok(Removed::No)
        }
    }

    /// Waits until none of these files is pinned, or this time is over; true if none is.
    pub(crate) fn wait(&self, cids: &[Cid], most: Duration) -> bool {
        self.store.pins.wait((&self.did, cids), most)
    }
}

impl MediaStore {
    /// Pins a file that an entry is about to name; `None` if it does not exist, or the person may not name it yet
    /// ([`super::Delivery`]). Its age restarts as if it had just arrived.
    ///
    /// # Errors
    /// [`MediaError::NotRaw`], or a file error.
    pub fn pin(&self, did: &Did, cid: &Cid) -> Result<Option<Pin>, MediaError> {
        if self.deliveries.holds(did, cid) {
            return Ok(None);
        }
        loop {
            let now = self.roots.now();
            let paths = now.paths(did, cid)?;
            {
                let _dates = self.arrivals.dates.lock();
                for path in paths.iter() {
                    if let Some(file) = if_there(File::open(path))? {
                        self.arrivals.date(&file)?;
                        return Ok(Some(self.pins.take(did, *cid)));
                    }
                }
            }
            if !self.roots.is_changed(&now) {
                return now.whole().map(|_| None);
            }
        }
    }

    /// Pins a file that is about to arrive with a log that names it.
    pub(crate) fn pin_arriving(&self, did: &Did, cid: Cid) -> Pin {
        self.pins.take(did, cid)
    }

    /// Begins to remove files of a person. Those that are pinned now count as pinned until it ends.
    pub(crate) fn removal(&self, did: &Did) -> Removal<'_> {
        let id = self.pins.state.lock().begin(did);
        Removal { store: self, did: did.clone(), id }
    }
}
