//! Letters with a live link: their text is held in memory only, so that a copy of the card signs no one in.
//!
//! Always: on disk such a letter has a place in the queue, an address, a subject, and a placeholder for its text; the
//! service stores the hash of its link. A restart forgets the text, and the person asks for another letter.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_dfos::Timestamp;
use parking_lot::Mutex;

use crate::random;

/// The prefix of a message's placeholder. No message begins like this, because the prefix is not the name of a header.
pub(super) const MARK: &[u8] = b"held in memory: ";

/// The words of a letter.
#[derive(Debug)]
pub(super) struct Words {
    /// The text for the node's owner, where no letters are sent.
    pub(super) text: String,
    /// The message as it is sent.
    pub(super) message: Vec<u8>,
    expires: Timestamp,
}

/// The words of all letters that have none on disk.
#[derive(Debug, Default)]
pub(super) struct MemoryLetters(Mutex<HashMap<Vec<u8>, Arc<Words>>>);

impl MemoryLetters {
    /// Holds words until they expire; returns their placeholder on disk.
    pub(super) fn hold(
        &self,
        text: String,
        message: Vec<u8>,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<u8>, random::RandomError> {
        let name = [MARK, random::hex::<16>()?.as_bytes()].concat();
        let words = Words { text, message, expires };
        let mut held = self.0.lock();
        // The queue's limit on letters holds here, too.
        held.retain(|_, words| words.expires > now);
        held.insert(name.clone(), Arc::new(words));
        Ok(name)
    }

    /// The words behind a placeholder.
    pub(super) fn find(&self, name: &[u8]) -> Option<Arc<Words>> {
        self.0.lock().get(name).cloned()
    }

    /// Forgets words: the letter was sent, or was not taken.
    pub(super) fn forget(&self, name: &[u8]) {
        self.0.lock().remove(name);
    }
}
