//! A repeated proof gets the first answer again, because replies get lost.
//!
//! Always: the search runs in the caller's task, never in the writer; it goes back only as far as the proof can be
//! valid, and reads a bounded number of entries. A proof that was not entered and does not name the last proof as
//! `after` is a conflict.

use imajin_log::entry::Sealed;
use imajin_log::ops::TargetLog;
use imajin_protocol::{Did, Proof};
use serde_json::json;

use crate::errors::Result;
use crate::machine::{EntryRef, Receipt, Refusal, RefusalKind, SubmitError};
use crate::shared::Shared;

/// An entry's `at` and its proof's `iat` differ by at most half of this; so do two entries of one operation in two
/// logs, unless one of the logs is ahead of the clock.
const WINDOW_MS: i64 = 2 * 300_000;
/// Maximum number of entries to read: a repeated proof must not cost more than many new ones.
const ENTRIES_MAX: usize = 20_000;
/// Entries read at a time.
const CHUNK: usize = 256;

impl Shared {
    /// Returns the receipt of a proof that was entered before; `None` if it was not.
    pub(crate) fn find_repeated(&self, proof: &Proof) -> Result<Option<Receipt>> {
        let did = &proof.payload.did;
        let Some(state) = self.state(did)? else {
            return Ok(None);
        };
        // Nearly all repetitions are of the key's last proof.
        let kid_state = state.kid(&proof.kid);
        if let Some(latest) = kid_state.filter(|known| known.payload == proof.payload.cid())
            && let Some(entry) = self.entry(did, latest.seq)?
            && is_of(&entry, proof)
        {
            return self.receipt_of(&entry).map(Some);
        }
        if kid_state.is_none() && state.knows_all_kids() {
            return Ok(None);
        }
        let oldest = proof.payload.iat.saturating_mul(1000).saturating_sub(WINDOW_MS);
        let newest = kid_state.map_or(state.next_seq(), |known| known.seq);
        let earlier_entry = self.search_back(did, newest, oldest, |entry| is_of(entry, proof))?;
        earlier_entry.map(|entry| self.receipt_of(&entry)).transpose()
    }

    /// Returns the newest matching entry up to `newest`, and not older than `oldest`.
    fn search_back(
        &self,
        did: &Did,
        newest: u64,
        oldest_ms: i64,
        fits: impl Fn(&Sealed) -> bool,
    ) -> Result<Option<Sealed>> {
        let mut end = newest.saturating_add(1);
        let mut looked = 0;
        while end > 0 && looked < ENTRIES_MAX {
            let start = end.saturating_sub(CHUNK as u64);
            let count = usize::try_from(end - start).unwrap_or(usize::MAX);
            let entries = self.entries(did, start.checked_sub(1), count)?;
            looked += entries.len();
            if let Some((_, entry)) = entries.iter().rev().find(|(_, entry)| fits(entry)) {
                return Ok(Some(entry.clone()));
            }
            if entries.first().is_none_or(|(_, entry)| entry.header.at.as_millis() < oldest_ms) {
                break;
            }
            end = start;
        }
        Ok(None)
    }

    /// Returns the receipt that was returned when this intent was entered.
    fn receipt_of(&self, intent: &Sealed) -> Result<Receipt> {
        let header = &intent.header;
        let mut entries = vec![reference(intent)];
        // Consequences in the same log follow the intent directly.
        let mut after = header.seq;
        'own: loop {
            let chunk = self.entries(&header.did, Some(after), CHUNK)?;
            for (_, entry) in &chunk {
                if entry.header.cause != Some(intent.cid) {
                    break 'own;
                }
                entries.push(reference(entry));
                after = entry.header.seq;
            }
            if chunk.is_empty() {
                break;
            }
        }
        if header.txn.is_some() {
            for did in self.other_logs(intent) {
                entries.extend(self.consequences(&did, intent)?);
            }
        }
        Ok(Receipt {
            did: header.did.clone(),
            seq: header.seq,
            cid: intent.cid,
            at: header.at,
            entries,
            repeated: true,
            value: None,
        })
    }

    /// Returns the logs in which an intent may have consequences.
    fn other_logs(&self, intent: &Sealed) -> Vec<Did> {
        let header = &intent.header;
        let mut dids: Vec<Did> =
            header.proof_part().map(|part| part.to.clone()).unwrap_or_default();
        let derives = self.ops.get(&header.op).map(|spec| spec.derives).unwrap_or_default();
        if derives.iter().any(|derivation| derivation.target == TargetLog::Node) {
            dids.push(self.node.did.clone());
        }
        dids.retain(|did| *did != header.did);
        dids.sort_unstable();
        dids.dedup();
        dids
    }

    fn consequences(&self, did: &Did, intent: &Sealed) -> Result<Vec<EntryRef>> {
        let Some(state) = self.state(did)? else {
            return Ok(Vec::new());
        };
        let newest = state.newest().map_or(0, |newest| newest.seq);
        let oldest = intent.header.at.as_millis() - WINDOW_MS;
        let caused = |entry: &Sealed| entry.header.cause == Some(intent.cid);
        let Some(last) = self.search_back(did, newest, oldest, caused)? else {
            return Ok(Vec::new());
        };
        let mut references = vec![reference(&last)];
        let mut seq = last.header.seq;
        while let Some(before) = seq.checked_sub(1) {
            let Some(entry) = self.entry(did, before)?.filter(caused) else {
                break;
            };
            references.insert(0, reference(&entry));
            seq = before;
        }
        Ok(references)
    }

    /// Returns the error for a proof with the wrong `after`: it names the right one.
    pub(crate) fn conflict(&self, proof: &Proof, message: String) -> SubmitError {
        let did = &proof.payload.did;
        let with_last = |state| Ok((state, self.last_payload(did, &proof.kid)?));
        let (state, after) = match self.state(did).and_then(with_last) {
            Ok((state, after)) => (state, after.map(|after| after.to_string())),
            Err(error) => return error.into(),
        };
        let newest = state.as_ref().and_then(|state| state.newest().copied());
        let head = newest.map(|newest| json!({"seq": newest.seq, "cid": newest.cid.to_string()}));
        let extra = json!({"after": after, "head": head});
        Refusal::new(RefusalKind::Conflict, message).field("after").extra(extra).into()
    }
}

fn reference(entry: &Sealed) -> EntryRef {
    EntryRef { did: entry.header.did.clone(), seq: entry.header.seq, cid: entry.cid }
}

/// Returns whether an entry was entered for exactly this proof: with the same signature, which was checked then.
fn is_of(entry: &Sealed, proof: &Proof) -> bool {
    let part = entry.header.proof_part();
    part.is_some_and(|part| part.sig == proof.signature && part.kid == proof.kid)
        && entry.header.proof().is_some_and(|stored| stored.payload == proof.payload)
}
