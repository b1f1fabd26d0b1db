//! Deliveries: one person's file comes into another's folder, before the command whose consequence names it there.
//!
//! Always: until the delivery has ended, no command of the receiver can name the file, and a refused command takes the
//! file with it. Otherwise an order that is refused would still deliver its file. A delivery dropped without an
//! end has an unknown outcome: its file stays, and no command can name it before the program's next start.

use std::collections::HashMap;
use std::fs;
use std::io;

use imajin_dfos::Cid;
use imajin_log::format::names::shard;
use imajin_log::synced::{create_dir_synced, sync_dir};
use imajin_protocol::Did;
use parking_lot::Mutex;

use super::{MediaError, MediaStore, Pin};

type File = (Did, Cid);

/// The files that receivers can't name yet.
#[derive(Debug, Default)]
pub(super) struct Deliveries(Mutex<HashMap<File, DeliveryState>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeliveryState {
    /// A delivery is under way.
    Open,
    /// A delivery was dropped without an outcome.
    Unknown,
}

impl Deliveries {
    /// Returns whether a person can't name a file yet.
    pub(super) fn holds(&self, did: &Did, cid: &Cid) -> bool {
        self.0.lock().contains_key(&(did.clone(), *cid))
    }
}

/// A file that is in its receiver's folder, and that no command of theirs can name.
#[derive(Debug)]
pub struct Delivery {
    store: MediaStore,
    file: File,
    /// Whether the receiver didn't have it before.
    is_new: bool,
    /// Whether an earlier one may have delivered it.
    was_unknown: bool,
    /// Keeps the file from being removed meanwhile.
    _pin: Pin,
    is_ended: bool,
}

impl MediaStore {
    /// Puts one person's file into another's folder. `None` if another delivery of it to them is under way.
    ///
    /// # Errors
    /// [`MediaError::NotFound`] if the giver doesn't have it, or a file error; nothing was delivered.
    pub fn deliver(
        &self,
        (from, to): (&Did, &Did),
        cid: &Cid,
    ) -> Result<Option<Delivery>, MediaError> {
        let file = (to.clone(), *cid);
        let before = self.deliveries.0.lock().insert(file.clone(), DeliveryState::Open);
        if before == Some(DeliveryState::Open) {
            return Ok(None);
        }
        let was_unknown = before.is_some();
        let pin = self.pin_arriving(to, *cid);
        let mut delivery = Delivery {
            store: self.clone(),
            file,
            is_new: false,
            was_unknown,
            _pin: pin,
            is_ended: false,
        };
        match self.place((from, to), cid) {
            Ok(is_new) => {
                delivery.is_new = is_new;
                Ok(Some(delivery))
            }
            Err(error) => {
                delivery.take_back()?;
                Err(error)
            }
        }
    }

    /// Links or copies the file into the receiver's folder. Returns true if the receiver didn't have it.
    fn place(&self, (from, to): (&Did, &Did), cid: &Cid) -> Result<bool, MediaError> {
        if self.size(to, cid)?.is_some() {
            return Ok(false);
        }
        let (source, _) = self.open(from, cid)?;
        match self.link((from, to), cid) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            // Another disk, or one that knows no second names: the bytes are copied, and proven by that.
            Err(_) => {
                let stored = self.put(to, source)?;
                if stored.cid != *cid {
                    self.remove(to, &stored.cid)?;
                    return Err(MediaError::Damaged { cid: *cid });
                }
                Ok(!stored.existed)
            }
        }
    }

    /// Gives a file a second name, in the folder of its receiver.
    fn link(&self, (from, to): (&Did, &Did), cid: &Cid) -> io::Result<()> {
        let name = cid.to_string();
        // No move away from the folder ends meanwhile.
        let standing = self.roots.standing.read();
        let root = self.roots.target_of(&standing).map_err(io::Error::other)?;
        let at = |did: &Did| root.media_of(did).join(shard(&name));
        let folder = at(to);
        let new = folder.join(&name);
        {
            let _dates = self.arrivals.dates.lock();
            create_dir_synced(&folder)?;
            fs::hard_link(at(from).join(&name), &new)?;
            self.arrivals.date_path(&new)?;
        }
        sync_dir(&folder)
    }
}

impl Delivery {
    /// Ends the delivery after a command named the file: from now on it is the receiver's like any other.
    pub fn end(mut self) {
        self.is_ended = true;
        self.store.deliveries.0.lock().remove(&self.file);
    }

    /// Ends the delivery after the command was refused: removes the file, unless the receiver had it before.
    ///
    /// # Errors
    /// The file can't be removed; then no command can name it.
    pub fn take_back(self) -> Result<(), MediaError> {
        // An earlier delivery's entry may name the file.
        if self.was_unknown {
            return Ok(());
        }
        if self.is_new {
            self.store.remove(&self.file.0, &self.file.1)?;
        }
        self.end();
        Ok(())
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if !self.is_ended {
            self.store.deliveries.0.lock().insert(self.file.clone(), DeliveryState::Unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_dfos::Timestamp;
    use imajin_log::clock::ManualClock;
    use std::sync::Arc;

    struct Shop {
        _folder: tempfile::TempDir,
        store: MediaStore,
        seller: Did,
        buyer: Did,
        song: Cid,
    }

    fn shop() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(Timestamp::from_millis(1_767_225_600_000).unwrap());
        let store = MediaStore::new(folder.path(), 1 << 20, Arc::new(clock));
        let (seller, buyer) = (Did::from_key(&[7; 32]), Did::from_key(&[8; 32]));
        let song = store.put(&seller, &b"a song"[..]).unwrap().cid;
        Shop { _folder: folder, store, seller, buyer, song }
    }

    impl Shop {
        fn deliver(&self) -> Option<Delivery> {
            let delivered = self.store.deliver((&self.seller, &self.buyer), &self.song);
            delivered.unwrap()
        }

        fn is_there(&self) -> bool {
            self.store.size(&self.buyer, &self.song).unwrap().is_some()
        }

        fn can_be_named(&self) -> bool {
            self.store.pin(&self.buyer, &self.song).unwrap().is_some()
        }
    }

    #[test]
    fn what_is_delivered_can_be_named_only_once_its_order_was_entered() {
        let shop = shop();
        let delivery = shop.deliver().unwrap();
        assert!(shop.is_there() && !shop.can_be_named());
        assert!(shop.deliver().is_none(), "one at a time");
        delivery.end();
        assert!(shop.can_be_named());
        // The copy is the buyer's own, even if the seller's is removed.
        assert!(shop.store.remove(&shop.seller, &shop.song).unwrap());
        assert_eq!(shop.store.check(&shop.buyer, &shop.song).unwrap(), 6);
    }

    #[test]
    fn an_order_that_is_refused_brings_nothing_and_takes_nothing() {
        let shop = shop();
        shop.deliver().unwrap().take_back().unwrap();
        assert!(!shop.is_there());
        shop.store.put(&shop.buyer, &b"a song"[..]).unwrap();
        shop.deliver().unwrap().take_back().unwrap();
        assert!(shop.is_there() && shop.can_be_named());
        let none = imajin_dfos::cid::raw_cid(b"another song");
        let missing = shop.store.deliver((&shop.seller, &shop.buyer), &none);
        assert!(matches!(missing, Err(MediaError::NotFound { .. })));
    }

    #[test]
    fn of_an_order_that_nobody_ended_the_file_stays_and_cannot_be_named() {
        let shop = shop();
        drop(shop.deliver());
        assert!(shop.is_there() && !shop.can_be_named());
        // The first one may have been entered: a second one that is refused removes nothing.
        shop.deliver().unwrap().take_back().unwrap();
        assert!(shop.is_there() && !shop.can_be_named());
        shop.deliver().unwrap().end();
        assert!(shop.can_be_named());
    }
}
