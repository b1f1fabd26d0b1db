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
use super::super::rows::{header, headers};
use crate::rules::{Fault, TextDigest, signed_text, signed_twice};
use crate::untrusted::{LogForm, UntrustedError, UntrustedLog};

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
        headers(conn, sql, |cid, header| {
            let Some(text) = signed_text(&header) else {
                return Ok(());
            };
            let seq = header.seq;
            let texts = self.0.entry(header.did).or_default();
            let cause = texts.entry(text).or_insert(Cause { seq, cid });
            if cause.cid == cid { Ok(()) } else { Err(signed_twice(&cause.cid, &cid)) }
        })
    }

    /// Checks the entries of a log against the causes that were signed for it.
    pub(super) fn check(&self, did: &Did, conn: &Connection) -> Result<(), FaultReport> {
        let unlocated = |fault| FaultReport::from_fault(None, fault);
        let mut elsewhere = HashMap::new();
        for (text, cause) in self.0.get(did).into_iter().flatten() {
            let entry = header(conn, cause.seq).map_err(|error| unlocated(error.into()))?;
            if entry.map(|entry| dag_cbor_cid(&entry)) != Some(cause.cid) {
                elsewhere.insert(*text, cause.cid);
            }
        }
        // A cause of a branch that was given up is none of its log's entries, and neither is its text.
        if elsewhere.is_empty() {
            return Ok(());
        }
        let mut at = None;
        let sql = "SELECT header FROM entries ORDER BY seq";
        let checked = headers(conn, sql, |cid, header| {
            let cause = signed_text(&header).and_then(|text| elsewhere.get(&text));
            match cause {
                None => Ok(()),
                Some(cause) => {
                    at = Some(header.seq);
                    Err(signed_twice(&cid, cause))
                }
            }
        });
        checked.map_err(|fault| FaultReport::from_fault(at, fault))
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
