//! The evidence for the rules while the writer seals: this batch, pending entries, the log's file, and the evidence
//! that came with the command.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use imajin_dfos::{Cid, Value};
use imajin_log::entry::{Sealed, decode_body};
use imajin_log::rules::{Cause, Chain, Evidence, EvidenceError, KidState, NamedBody, Opening};
use imajin_protocol::head::HeadPayload;
use imajin_protocol::{Did, Head, Kid};

use super::job::Beside;
use super::staged::Staged;
use crate::logfile::{Across, LogError, LogEvidence};
use crate::mentions::{Mentions, named_by};
use crate::shared::Shared;

pub(super) struct WriterEvidence<'a> {
    pub(super) shared: &'a Shared,
    pub(super) staged: &'a Staged,
    pub(super) did: &'a Did,
    pub(super) across: Option<&'a Across>,
    pub(super) beside: &'a Beside,
    /// The results of searches, extended up to this batch.
    pub(super) named: &'a [Arc<Mentions>],
}

impl WriterEvidence<'_> {
    fn in_file<T: Default>(
        &self,
        f: impl FnOnce(&LogEvidence<'_>) -> Result<T, LogError>,
    ) -> Result<T, EvidenceError> {
        let outcome = self.shared.in_file(self.did, |log| f(&LogEvidence(log)));
        outcome.map_err(|error| EvidenceError(Box::new(error)))
    }

    /// Returns the entries of this log that are not in its file, newest first.
    fn pending(&self) -> Result<Vec<Sealed>, EvidenceError> {
        let mut entries: Vec<Sealed> = Vec::new();
        for waiting in self.shared.pending_entries.rows(self.did, usize::MAX) {
            entries.extend(self.shared.row(&waiting)?.map(|row| row.entry));
        }
        entries.extend(self.staged.entries(self.did).map(|row| row.entry.clone()));
        entries.reverse();
        Ok(entries)
    }

    fn staged_chain(&self, did: &Did) -> Option<Arc<Chain>> {
        self.staged.state(self.shared, did).ok()??.owner().chain().cloned()
    }

    fn cause_of(&self, entry: &Sealed) -> Result<Cause, EvidenceError> {
        let body = entry.body_bytes.as_deref().map(decode_body).transpose();
        let body: Option<Value> = body.map_err(|error| EvidenceError(Box::new(error)))?;
        Ok(Cause { cid: entry.cid, header: entry.header.clone(), body: body.map(Arc::new) })
    }

    /// Returns this node's own head of the entry before a home entry: the flusher will sign it, and the rules only need
    /// to know that.
    fn own_head(&self, epoch: u64) -> Option<Head> {
        let newest = *self.staged.state(self.shared, self.did).ok()??.newest()?;
        let payload = HeadPayload {
            at: newest.at,
            cid: newest.cid,
            did: self.did.clone(),
            epoch,
            seq: newest.seq,
        };
        Head::sign(&self.shared.node.key, self.shared.node.kid.clone(), payload).ok()
    }
}

impl Evidence for WriterEvidence<'_> {
    fn entry_cid(&self, seq: u64) -> Result<Option<Cid>, EvidenceError> {
        if let Some(row) = self.staged.entries(self.did).find(|row| row.entry.header.seq == seq) {
            return Ok(Some(row.entry.cid));
        }
        if let Some(waiting) = self.shared.pending_entries.row(self.did, seq)
            && let Some(row) = self.shared.row(&waiting)?
        {
            return Ok(Some(row.entry.cid));
        }
        self.in_file(|log| log.entry_cid(seq))
    }

    fn chain(&self, did: &Did) -> Result<Option<Arc<Chain>>, EvidenceError> {
        if let Some(chain) = self.staged_chain(did) {
            return Ok(Some(chain));
        }
        let beside =
            self.beside.chain_dids.iter().zip(&self.beside.chains).find(|(of, _)| *of == did);
        if let Some((_, chain)) = beside {
            return Ok(Some(chain.clone()));
        }
        Ok(self.in_file(|log| log.0.chain(did))?.map(Arc::new))
    }

    fn cause(&self, cid: &Cid) -> Result<Option<Arc<Cause>>, EvidenceError> {
        let Some(across) = self.across else {
            return Ok(None);
        };
        let entries = std::iter::once(&across.intent).chain(&across.delegation);
        let entry = entries.into_iter().find(|entry| entry.cid == *cid);
        entry.map(|entry| self.cause_of(entry).map(Arc::new)).transpose()
    }

    fn is_admitted(&self, cause: &Cid) -> bool {
        self.across.is_some_and(|across| across.intent.cid == *cause)
    }

    fn txn(&self, _: &Cid) -> Result<Option<Arc<[Cid]>>, EvidenceError> {
        Ok(None)
    }

    fn opening(&self, _: &Cid) -> Result<Option<Arc<Opening>>, EvidenceError> {
        Ok(None)
    }

    fn head(&self, epoch: u64, node: &Did) -> Result<Option<Head>, EvidenceError> {
        let beside = self.beside.heads.iter().filter_map(|jws| Head::parse(jws).ok());
        let mut beside = beside.filter(|head| head.node() == node && head.payload.epoch == epoch);
        if let Some(head) = beside.next() {
            return Ok(Some(head));
        }
        if *node == self.shared.node.did {
            return Ok(self.own_head(epoch));
        }
        self.in_file(|log| log.head(epoch, node))
    }

    fn named_bodies(&self, bodies: &[Cid], before: u64) -> Result<Vec<NamedBody>, EvidenceError> {
        let mentions = self.named.iter().find(|known| known.did == *self.did).ok_or_else(|| {
            let text = format!("what an erasure in {} names was not looked for", self.did);
            EvidenceError(text.into())
        })?;
        let cids: HashSet<Cid> = bodies.iter().copied().collect();
        let entries = mentions.entries.iter().filter(|entry| cids.contains(&entry.body));
        let mut named_bodies: Vec<NamedBody> = entries.cloned().collect();
        // The entries of this batch, which no other thread sees yet.
        let upto = mentions.upto;
        let since = self.staged.entries(self.did).map(|row| &row.entry).filter(|entry| {
            let seq = entry.header.seq;
            upto.is_none_or(|upto| seq > upto) && seq < before
        });
        for entry in since {
            self.shared.counters.searched_entries.fetch_add(1, Ordering::Relaxed);
            named_bodies.extend(named_by(entry, &cids));
        }
        Ok(named_bodies)
    }

    fn erased_later(&self, _: &Cid, _: u64) -> Result<bool, EvidenceError> {
        Ok(false)
    }

    fn last_by(&self, kid: &Kid) -> Result<Option<KidState>, EvidenceError> {
        let by = |entry: &Sealed| entry.header.proof_part().is_some_and(|part| part.kid == *kid);
        if let Some(entry) = self.pending()?.iter().find(|entry| by(entry)) {
            return Ok(crate::logfile::kid_state(entry));
        }
        self.in_file(|log| log.last_by(kid))
    }

    fn last_chain(&self, author: &Did) -> Result<Option<Cid>, EvidenceError> {
        let by =
            |entry: &&Sealed| entry.header.author == *author && entry.header.proof_part().is_some();
        if let Some(entry) = self.pending()?.iter().find(by) {
            return Ok(entry.header.proof_part().and_then(|part| part.chain));
        }
        self.in_file(|log| log.last_chain(author))
    }
}
