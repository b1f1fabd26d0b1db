//! The memory of a replay of a whole log: how often each intent of another log derived what, in which header each signed
//! text is, and which openings of each operation were matched. The writer does not need this, because it makes every
//! operation in one go.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_dfos::cid::sha256;
use imajin_protocol::Did;

use super::fault::fail;
use super::model::Counts;
use super::{Code, Evidence, Fault, Opening, Result};
use crate::entry::Header;

/// Maximum number of openings of one operation: far more than any operation has.
const TXN_LIST_MAX: usize = 100_000;

/// SHA-256 of what a proof signs: the signature's header and payload, so also the key's id.
pub(crate) type TextDigest = [u8; 32];

/// Returns the digest of what the proof of a header signs; `None` if it has no proof.
pub(crate) fn signed_text(header: &Header) -> Option<TextDigest> {
    let proof = header.proof()?;
    Some(sha256(proof.signing_input().as_bytes()))
}

/// Returns the fault for one signed text in two headers.
pub(crate) fn signed_twice(one: &Cid, other: &Cid) -> Fault {
    let message = format!("what was signed once is in two headers, {one} and {other}");
    Fault::new(Code::Twice, message)
}

/// The memory of a replay.
#[derive(Debug, Clone, Default)]
pub(super) struct Replay {
    counts: HashMap<Cid, Counts>,
    /// The header around each signed text of `causes`. Of entries `after` allows none twice.
    headers: HashMap<TextDigest, Cid>,
    txns: HashMap<Cid, Arc<Group>>,
}

/// The entries of this log with one `txn`.
#[derive(Debug, Clone)]
struct Group {
    intent: Cid,
    last_seq: u64,
    openings: Vec<Arc<Opening>>,
    /// The openings that entries must still match, each once for every entry; those of other logs are never matched.
    left: Vec<Arc<Opening>>,
}

/// An entry's additions to the memory.
#[derive(Debug, Default)]
pub(super) struct ReplayStep {
    pub(super) counts: Option<(Cid, Counts)>,
    headers: Vec<(TextDigest, Cid)>,
    txn: Option<(Cid, Arc<Group>)>,
}

impl Replay {
    pub(super) fn counts(&self, cause: &Cid) -> Option<&Counts> {
        self.counts.get(cause)
    }

    pub(crate) fn take_in(&mut self, step: ReplayStep) {
        if let Some((cause, counts)) = step.counts {
            self.counts.insert(cause, counts);
        }
        self.headers.extend(step.headers);
        if let Some((txn, group)) = step.txn {
            self.txns.insert(txn, group);
        }
    }

    /// Checks that the signed text of a cause is in no other header (docs/format.md §7).
    pub(super) fn check_once(
        &self,
        cause: &Cid,
        signed_text: &str,
        step: &mut ReplayStep,
    ) -> Result<(), Fault> {
        let text = sha256(signed_text.as_bytes());
        match self.headers.get(&text) {
            Some(header) if header != cause => Err(signed_twice(header, cause)),
            _ => {
                step.headers.push((text, *cause));
                Ok(())
            }
        }
    }

    /// Checks an entry with a `txn`; `intent` is the operation's intent, which may be the entry itself.
    pub(super) fn check_txn(
        &self,
        did: &Did,
        header: &Header,
        intent: (&Header, &Cid),
        evidence: &dyn Evidence,
        step: &mut ReplayStep,
    ) -> Result<()> {
        let Some(txn) = header.txn else { return Ok(()) };
        let mut group = match self.txns.get(&txn) {
            Some(group) => Group::clone(group),
            None => open(did, &txn, intent, evidence)?,
        };
        if group.intent != *intent.1 {
            return fail(Code::Txn, "one txn belongs to two operations");
        }
        if !group.openings.iter().any(|opening| fits(opening, header)) {
            return fail(Code::Txn, "no opening of the txn matches this entry");
        }
        let Some(met) = group.left.iter().position(|opening| fits(opening, header)) else {
            return fail(Code::Txn, "the txn has fewer openings than there are entries like this");
        };
        group.left.swap_remove(met);
        group.last_seq = header.seq;
        step.txn = Some((txn, Arc::new(group)));
        Ok(())
    }

    /// Checks that every opening for this log was matched.
    pub(super) fn finish(&self) -> Result<(), (u64, Fault)> {
        let open = self
            .txns
            .values()
            .filter(|group| !group.left.is_empty())
            .min_by_key(|group| group.last_seq);
        match open {
            Some(group) => {
                let text = "the txn has an opening for this log and no entry that it opens";
                Err((group.last_seq, Fault::new(Code::Txn, text)))
            }
            None => Ok(()),
        }
    }
}

fn open(did: &Did, txn: &Cid, intent: (&Header, &Cid), evidence: &dyn Evidence) -> Result<Group> {
    let Some(list) = evidence.txn(txn)? else {
        return fail(Code::Txn, "the table txns lacks the list of this txn");
    };
    if list.is_empty() || list.len() > TXN_LIST_MAX {
        return fail(Code::Txn, "the list of the txn is empty or far too long");
    }
    if list.iter().collect::<std::collections::HashSet<_>>().len() != list.len() {
        return fail(Code::Txn, "the list of the txn names an opening twice");
    }
    let mut openings = Vec::new();
    for (place, link) in list.iter().enumerate() {
        let opening = evidence.opening(link)?;
        if place == 0 && !opening.as_deref().is_some_and(|opening| fits(opening, intent.0)) {
            return fail(Code::Txn, "the first opening of the txn is not that of its intent");
        }
        openings.extend(opening);
    }
    let left = openings.iter().filter(|opening| opening.did == *did).cloned().collect();
    Ok(Group { intent: *intent.1, last_seq: 0, openings, left })
}

fn fits(opening: &Opening, header: &Header) -> bool {
    opening.did == header.did
        && opening.op == header.op
        && opening.service == header.service()
        && opening.body == header.body
}
