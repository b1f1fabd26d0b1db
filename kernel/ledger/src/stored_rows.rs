//! Entries with their intents, for readers who check them without trusting the node that shows them.
//!
//! Always: a cause has the CID that its entry names. Reads the log's file and the journal, and writes nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_protocol::Did;

use crate::errors::{ReadError, Result};
use crate::ledger::Ledger;
use crate::shared::Shared;
use crate::status::StoredRow;

impl Ledger {
    /// Returns the entries after number `after`, oldest first, each with its intent. Checks every entry against its
    /// CIDs. Blocks.
    ///
    /// # Errors
    /// The errors of [`Ledger::readable`]; [`ReadError::Quarantined`] for a damaged log, since what it lacks could be
    /// what matters.
    pub fn rows(&self, did: &Did, after: Option<u64>, limit: usize) -> Result<Vec<StoredRow>> {
        let readable = self.readable(did, after, limit)?;
        if let Some(damaged) = readable.damaged {
            return Err(ReadError::Quarantined { did: did.clone(), reason: damaged.reason });
        }
        let shared = self.shared();
        let causes = readable.entries.iter().filter_map(|entry| entry.decoded.cause).collect();
        let written = flushed_headers(shared, did, causes)?;
        let mut rows = Vec::with_capacity(readable.entries.len());
        // The last intent: an operation's entries follow one another.
        let mut last: Option<(Cid, Arc<[u8]>)> = None;
        for entry in readable.entries {
            let Some(cause) = entry.decoded.cause else {
                last = Some((entry.cid, entry.header.clone()));
                rows.push(StoredRow { entry, cause: None });
                continue;
            };
            let near_bytes = last.take().filter(|(cid, _)| *cid == cause).map(|(_, bytes)| bytes);
            let bytes = match near_bytes.or_else(|| written.get(&cause).cloned()) {
                Some(bytes) => bytes,
                None => cause_of(shared, did, entry.seq, &cause)?,
            };
            last = Some((cause, bytes.clone()));
            let cause = Some(bytes);
            rows.push(StoredRow { entry, cause });
        }
        Ok(rows)
    }
}

/// Reads those intents that the log file has, in one transaction: one transaction each took most of the time.
fn flushed_headers(
    shared: &Shared,
    did: &Did,
    causes: HashSet<Cid>,
) -> Result<HashMap<Cid, Arc<[u8]>>> {
    if causes.is_empty() {
        return Ok(HashMap::new());
    }
    let mut headers = shared.in_file(did, |log| log.causes(&causes))?;
    headers.retain(|cid, bytes| dag_cbor_cid(bytes) == *cid);
    Ok(headers)
}

/// Returns the intent of an entry. A pending entry carries its intent, the log's file has the intents of other logs in
/// `causes`, and an intent in the entry's own log is right before its consequences.
fn cause_of(shared: &Shared, did: &Did, seq: u64, cause: &Cid) -> Result<Arc<[u8]>> {
    // The order matters: entries written to the file in between are found there.
    if let Some(waiting) = shared.pending_entries.row(did, seq) {
        let row = shared.row(&waiting).map_err(|error| shared.read_error(did, error))?;
        let across = row.and_then(|row| row.across);
        if let Some(across) = across.filter(|across| across.intent.cid == *cause) {
            return Ok(across.intent.header_bytes.clone());
        }
    }
    let header = shared.in_file(did, |log| log.cause(cause))?;
    if let Some(header) = header.filter(|bytes| dag_cbor_cid(bytes) == *cause) {
        return Ok(header);
    }
    for seq in (0..seq).rev() {
        let Some(before) = shared.entry(did, seq)? else {
            break;
        };
        if before.cid == *cause {
            return Ok(before.header_bytes.clone());
        }
        if before.header.cause != Some(*cause) {
            break;
        }
    }
    let text = format!("the intent {cause} of entry {seq} is not in the log");
    // Only a verification says that a log is damaged: another may have replaced it while this one was read.
    Err(ReadError::Io(std::io::Error::other(text)))
}
