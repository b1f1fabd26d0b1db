//! The home entry of an import: made from the owner's proof, checked by the rules against the verified copy, and
//! written into the copy with this node's first head, so that copy and entry become real in one step.

use std::path::Path;
use std::sync::Arc;

use imajin_dfos::Timestamp;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_ledger::NodeKey;
use imajin_log::entry::{Header, ProofPart, Sealed, Will, encode_body};
use imajin_log::ops;
use imajin_log::rules::{Body, Chain, CheckError, LogState, sets_clock_right};
use imajin_log::untrusted::{LogForm, UntrustedLog};
use imajin_log::verify::evidence::FileEvidence;
use imajin_protocol::{Head, HeadPayload};
use rusqlite::{Connection, params};

use super::{HomeWord, ImportError, Result};

/// The new home, before it takes over.
pub(super) struct NewHome<'h> {
    pub(super) node: &'h NodeKey,
    pub(super) chain: &'h Arc<Chain>,
    pub(super) now: Timestamp,
}

/// Checks the home entry and writes it into the log at `path`. Returns the state after it, and this node's head.
pub(super) fn enter(
    path: &Path,
    mut state: LogState,
    word: &HomeWord,
    new: &NewHome<'_>,
) -> Result<(LogState, Head)> {
    let refused = |message: &str| Err(ImportError::Home(message.to_owned()));
    let payload = &word.proof.payload;
    if payload.op != ops::HOME || payload.did != *state.did() {
        return refused("the proof must be of auth.home in this log");
    }
    if payload.aud != new.node.did || word.body.get_str("node") != Some(new.node.did.as_str()) {
        return refused("aud and node must be this node's DID");
    }
    let body = encode_body(&word.body).map_err(|error| ImportError::Home(error.to_string()))?;
    if payload.body != Some(dag_cbor_cid(&body)) {
        return refused("the proof is of another body than the one that was sent");
    }
    let Some(newest) = state.newest().copied() else {
        return refused("the log is empty");
    };
    let header = Header {
        did: state.did().clone(),
        seq: newest.seq + 1,
        prev: Some(newest.cid),
        at: if sets_clock_right(&payload.op, payload.iat, newest.at) {
            new.now
        } else {
            later(new.now, newest.at)?
        },
        op: payload.op.clone(),
        reference: payload.reference.clone(),
        body: payload.body,
        fact: payload.fact.clone(),
        author: word.proof.kid.did().clone(),
        will: Will::Signed(Box::new(ProofPart::from_proof(&word.proof))),
        via: None,
        cause: None,
        txn: None,
    };
    let sealed = Sealed::seal(header, Some(body.into()));
    admit(path, &mut state, &sealed, word, new)?;
    let head = sign(&sealed, &state, new.node)?;
    write(path, &sealed, &head, new).map_err(ImportError::sqlite)?;
    Ok((state, head))
}

/// Returns a time strictly after the entry before.
fn later(now: Timestamp, last: Timestamp) -> Result<Timestamp> {
    let next = last.checked_add_millis(1);
    let at = next.map(|next| next.max(now));
    at.ok_or_else(|| ImportError::Home("the log's last entry is at the end of time".into()))
}

fn admit(
    path: &Path,
    state: &mut LogState,
    sealed: &Sealed,
    word: &HomeWord,
    new: &NewHome<'_>,
) -> Result<()> {
    let log = UntrustedLog::open(path, LogForm::Bundle, None)
        .map_err(|error| ImportError::Store(error.to_string()))?;
    let node = (&new.node.did, new.chain);
    let evidence = FileEvidence::at_end(log.conn(), state.next_seq(), node);
    let admission =
        state.check(sealed, Body::Here(&word.body), &evidence).map_err(|error| match error {
            CheckError::Fault(fault) => ImportError::Home(fault.message),
            CheckError::Evidence(error) => ImportError::Home(error.to_string()),
        })?;
    for check in &admission.checks {
        check.verify().map_err(|fault| ImportError::Home(fault.message))?;
    }
    // The ledger checks a command's proof when a caller submits it; this command was never submitted.
    let proof = admission.checks.iter().any(|check| check.signature == word.proof.signature);
    if !proof {
        return Err(ImportError::Home("the proof was not checked".into()));
    }
    state.advance(admission);
    Ok(())
}

fn sign(sealed: &Sealed, state: &LogState, node: &NodeKey) -> Result<Head> {
    let epoch = state.home().map_or(0, |home| home.epoch);
    let header = &sealed.header;
    let payload = HeadPayload {
        at: header.at,
        cid: sealed.cid,
        did: header.did.clone(),
        epoch,
        seq: header.seq,
    };
    Head::sign(&node.key, node.kid.clone(), payload)
        .map_err(|error| ImportError::Store(error.to_string()))
}

fn write(path: &Path, sealed: &Sealed, head: &Head, new: &NewHome<'_>) -> rusqlite::Result<()> {
    let mut db = Connection::open(path)?;
    let transaction = db.transaction()?;
    let seq = sealed.header.seq.cast_signed();
    transaction
        .execute("INSERT INTO entries VALUES (?1, ?2)", params![seq, &*sealed.header_bytes])?;
    transaction.execute(
        "INSERT INTO bodies VALUES (?1, ?2)",
        params![seq, sealed.body_bytes.as_deref()],
    )?;
    if new.node.did != sealed.header.did {
        let mut insert = transaction.prepare("INSERT OR IGNORE INTO chains VALUES (?1, ?2, ?3)")?;
        for (n, token) in new.chain.tokens().iter().enumerate() {
            insert.execute(params![new.node.did.as_str(), n as i64, &**token])?;
        }
    }
    let row = params![head.payload.epoch.cast_signed(), new.node.did.as_str(), head.to_compact()];
    transaction.execute("INSERT OR REPLACE INTO heads VALUES (?1, ?2, ?3)", row)?;
    transaction.commit()
}
