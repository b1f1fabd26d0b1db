//! Rules 5 and 6: what others have read, and what this reader sent, saw or read before.

use super::Room;
use crate::row::Entry;
use crate::rule::{Finding, Problem};

impl Room<'_> {
    /// Rule 5: a person who only reads is a witness, too.
    pub(super) fn check_read(&self, mark: &Entry) -> Result<(), Finding> {
        let header = &mark.header;
        let seen = self.mark_of(header).filter(|_| header.op == "chat.read");
        let seen = seen.filter(|_| header.did == header.author);
        let seen = seen.ok_or(Finding::apart(Problem::Malformed))?;
        // A mark without a signature is the box's word, and no witness.
        let signed = self.check_signature(seen.seq, header)?.is_some();
        self.need(!signed || self.shows(&seen), seen.seq, Problem::ReaderFork)
    }

    /// Rule 6, and what ties the turns of a part to its newest rows.
    pub(super) fn check_known(&self) -> Result<(), Finding> {
        // An epoch names the turns before it; those after the newest must be among rows without a gap.
        let after = self.since_epoch.iter().skip(usize::from(self.epoch.is_some()));
        let loose = self.sealed && after.into_iter().any(|turn| turn.seq < self.window);
        self.need(!loose, self.window, Problem::Gap)?;
        self.check_geneses()?;
        if let Some(pin) = &self.known.pin {
            self.need(self.shows(pin), pin.seq, Problem::Changed)?;
        }
        for sent in &self.known.sent {
            self.need(self.shows(sent), sent.seq, Problem::NotEntered)?;
        }
        match &self.own.newest {
            Some(own) => self.need(self.shows(own), own.seq, Problem::RolledBack),
            None => Ok(()),
        }
    }
}
