//! Checks over all logs of a bundle that a text signed once is in one header (docs/format.md §7): an intent is the same
//! bytes in its own log and in the `causes` of every other.
//!
//! Always: each log was verified alone before, so no text is twice among its own entries, nor among its causes.

use std::collections::HashMap;
use std::path::Path;

use imajin_dfos::Cid;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_protocol::Did;
use rusqlite::Connection;

use super::super::report::FaultReport;
use super::super::rows::entry_fault;
use crate::entry::Header;
use crate::rules::{Fault, TextDigest, signed_text, signed_twice};
use crate::untrusted::{LogForm, UntrustedError, UntrustedLog, damaged};

/// A header in `causes`, and the number that it has in its own log.
struct Cause {
    seq: u64,
    cid: Cid,
}

/// The signed texts in the `causes` of a bundle's logs, by the log that they were signed for.
#[derive(Default)]
pub(super) struct SignedTexts(HashMap<Did, HashMap<TextDigest, Cause>>);

impl SignedTexts {
    /// Adds the `causes` of a log; each text is in the same header as in the logs before.
    pub(super) fn add(&mut self, conn: &Connection) -> Result<(), Fault> {
        let sql = "SELECT header FROM causes ORDER BY cid";
        let mut statement = conn.prepare(sql).map_err(damaged)?;
        let mut rows = statement.query([]).map_err(damaged)?;
        while let Some(row) = rows.next().map_err(damaged)? {
            let bytes: Vec<u8> = row.get(0).map_err(damaged)?;
            let header = Header::decode(&bytes).map_err(|error| entry_fault(&error))?;
            let Some(text) = signed_text(&header) else {
                continue;
            };
            let (seq, cid) = (header.seq, dag_cbor_cid(&bytes));
            let texts = self.0.entry(header.did).or_default();
            let cause = texts.entry(text).or_insert(Cause { seq, cid });
            if cause.cid != cid {
                return Err(signed_twice(&cause.cid, &cid));
            }
        }
        Ok(())
    }

    /// Checks the entries of a log against the causes that were signed for it.
    pub(super) fn check(&self, did: &Did, conn: &Connection) -> Result<(), FaultReport> {
        let unlocated = |fault| FaultReport::from_fault(None, fault);
        let mut elsewhere = HashMap::new();
        for (text, cause) in self.0.get(did).into_iter().flatten() {
            let cid = entry_cid(conn, cause.seq).map_err(unlocated)?;
            if cid != Some(cause.cid) {
                elsewhere.insert(*text, cause.cid);
            }
        }
        // A cause of a branch that was given up is none of its log's entries, and neither is its text.
        if elsewhere.is_empty() {
            return Ok(());
        }
        let sql = "SELECT header FROM entries ORDER BY seq";
        let mut statement = conn.prepare(sql).map_err(damaged).map_err(unlocated)?;
        let mut rows = statement.query([]).map_err(damaged).map_err(unlocated)?;
        while let Some(row) = rows.next().map_err(damaged).map_err(unlocated)? {
            let bytes: Vec<u8> = row.get(0).map_err(damaged).map_err(unlocated)?;
            let header = Header::decode(&bytes);
            let header = header.map_err(|error| unlocated(entry_fault(&error)))?;
            let cause = signed_text(&header).and_then(|text| elsewhere.get(&text));
            if let Some(cause) = cause {
                let fault = signed_twice(&dag_cbor_cid(&bytes), cause);
                return Err(FaultReport::from_fault(Some(header.seq), fault));
            }
        }
        Ok(())
    }

    /// [`Self::check`] for a log that was closed since it was verified.
    pub(super) fn check_file(
        &self,
        did: &Did,
        path: &Path,
        scratch: Option<&Path>,
    ) -> Result<Result<(), FaultReport>, UntrustedError> {
        if !self.0.contains_key(did) {
            return Ok(Ok(()));
        }
        let log = UntrustedLog::open(path, LogForm::Bundle, scratch)?;
        Ok(self.check(did, log.conn()))
    }
}

fn entry_cid(conn: &Connection, seq: u64) -> Result<Option<Cid>, Fault> {
    let sql = "SELECT header FROM entries WHERE seq = ?1";
    let mut statement = conn.prepare_cached(sql).map_err(damaged)?;
    let mut rows = statement.query([seq.cast_signed()]).map_err(damaged)?;
    let Some(row) = rows.next().map_err(damaged)? else {
        return Ok(None);
    };
    let bytes: Vec<u8> = row.get(0).map_err(damaged)?;
    Ok(Some(dag_cbor_cid(&bytes)))
}
