//! Rules 5 and 6: what others have read, and what this reader sent, saw or read before.

use std::collections::BTreeMap;

use imajin_dfos::Cid;
use imajin_protocol::entry::Header;
use imajin_protocol::proof::Seen;

use super::Room;
use crate::ops;
use crate::row::{Entry, RowBytes, read_body};
use crate::rule::{Finding, Problem, Rule};
use crate::seal::open_ring;

impl Room<'_> {
    /// Rule 5: a person who only reads is a witness, too.
    pub(super) fn check_read(&self, mark: &Entry) -> Result<(), Finding> {
        let header = &mark.header;
        let seen = self.mark_of(header).filter(|_| header.op == "chat.read");
        let seen = seen.filter(|_| header.did == header.author);
        let seen = seen.ok_or(Finding {
            seq: None,
            problem: Problem::Malformed,
        })?;
        // A mark without a signature is the box's word, and no witness.
        let signed = self.check_signature(seen.seq, header)?.is_some();
        self.need(!signed || self.shows(&seen), seen.seq, Problem::ReaderFork)
    }

    /// What an entry of one's own log says of this conversation.
    fn mark_of(&self, header: &Header) -> Option<Seen> {
        let fact = header.fact.as_ref()?;
        let log = match header.op.as_str() {
            "chat.send" => fact.id("log")?,
            "chat.epoch" | "chat.read" => header.reference.as_ref()?,
            _ => return None,
        };
        let ours = self.log.as_ref();
        let ours = ours.is_some_and(|own| *own.as_str() == *log.as_str());
        ours.then(|| ops::seen(fact)).flatten()
    }

    /// Reads the reader's own log: keyrings, and the newest entry of this conversation that they saw. It has no gap:
    /// entries follow each other, and so do each key's proofs.
    pub(super) fn read_own(&mut self, rows: &[RowBytes]) -> Result<Option<Seen>, Finding> {
        let gap = Finding {
            seq: None,
            problem: Problem::OwnGap,
        };
        let mut newest: Option<Seen> = None;
        let mut before: Option<(u64, Cid)> = None;
        let mut proofs: BTreeMap<String, Cid> = BTreeMap::new();
        for bytes in rows {
            let entry = Entry::read(&bytes.header).ok_or(gap)?;
            let header = &entry.header;
            let follows = match before {
                None => header.seq == 0,
                Some((seq, cid)) => {
                    seq.checked_add(1) == Some(header.seq) && header.prev == Some(cid)
                }
            };
            let proved = header.proof().is_none_or(|proof| {
                let last = proofs.insert(proof.kid.to_string(), proof.payload.cid());
                proof.payload.after == last
            });
            let fits = follows && proved && header.did == self.known.me;
            if !fits && self.checks.has(Rule::Known) {
                return Err(gap);
            }
            before = Some((header.seq, entry.cid));
            newest = newer(newest, self.mark_of(header));
            if header.op == "chat.keyring" {
                self.take_ring(bytes, header);
            }
        }
        Ok(newest)
    }

    /// What a keyring holds of this conversation. One that does not open is none.
    fn take_ring(&mut self, bytes: &RowBytes, header: &Header) {
        let body = bytes.body.as_deref().and_then(read_body);
        let body = body.filter(|body| header.body == Some(body.cid));
        let Some((wraps, sealed)) = body.and_then(|body| ops::keyring(&body.value)) else {
            return;
        };
        for secret in &self.known.secrets {
            let Some(wrapped) = wraps.get(secret.public().as_bytes()) else {
                continue;
            };
            let opened = open_ring(secret, &self.known.me, wrapped, &sealed);
            for one in opened.into_iter().flatten() {
                if Some(&one.log) == self.log.as_ref() {
                    self.ring.entry(one.epoch).or_default().push(one.secret);
                }
            }
        }
    }

    /// Rule 6, and what ties the turns of a part to its newest rows.
    pub(super) fn check_known(&self, own: Option<Seen>) -> Result<(), Finding> {
        // An epoch names the turns before it; those after the newest must be among rows without a gap.
        let after = self.since_epoch.iter();
        let after = after.skip(usize::from(self.epoch.is_some()));
        let loose = self.sealed && after.into_iter().any(|turn| turn.seq < self.window);
        self.need(!loose, self.window, Problem::Gap)?;
        if let Some(pin) = &self.known.pin {
            self.need(self.shows(pin), pin.seq, Problem::Changed)?;
        }
        for sent in &self.known.sent {
            self.need(self.shows(sent), sent.seq, Problem::NotEntered)?;
        }
        match &own {
            Some(own) => self.need(self.shows(own), own.seq, Problem::RolledBack),
            None => Ok(()),
        }
    }
}

/// The newer of two entries; of two at one place the later said.
fn newer(one: Option<Seen>, other: Option<Seen>) -> Option<Seen> {
    match (one, other) {
        (Some(one), Some(other)) if other.seq < one.seq => Some(one),
        (one, other) => other.or(one),
    }
}
