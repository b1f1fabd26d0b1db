//! The tables of attestations and anchors, and how an entry changes them.
//!
//! Always: a row is a function of its owner's log alone, and of two entries about one attestation the first counts. A text
//! that says nothing (which only another program can have entered) is kept for the export and means nothing else.

use imajin_ledger::rows::run;
use imajin_log::{Applied, ops};
use rusqlite::{Connection, params};

use crate::anchors;
use crate::body::{AttestationBody, Audience};

/// The tables. In attestations, `issued` says whether the owner is the issuer, in whose log the attestation was entered
/// first; `type` is empty if the text has none.
pub const SCHEMA: &str = "
CREATE TABLE attestations (
  id INTEGER PRIMARY KEY, -- offset
  owner_did TEXT NOT NULL, cid TEXT NOT NULL, seq INTEGER NOT NULL, issued INTEGER NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
  type TEXT NOT NULL, context_id TEXT, issued_at INTEGER NOT NULL, expires_at INTEGER, public INTEGER NOT NULL,
  text TEXT NOT NULL, signature TEXT NOT NULL, author_jws TEXT, UNIQUE (cid, owner_did)
) STRICT;
CREATE INDEX attestations_owner ON attestations (owner_did, seq);
CREATE INDEX attestations_subject ON attestations (subject, issued_at);
CREATE INDEX attestations_root ON attestations (owner_did) WHERE type = 'identity.root';
CREATE INDEX attestations_issuer ON attestations (issuer, issued_at);
CREATE INDEX attestations_context ON attestations (context_id, owner_did) WHERE context_id IS NOT NULL;
CREATE TABLE attestation_marks (
  owner_did TEXT NOT NULL, cid TEXT NOT NULL, mark INTEGER NOT NULL, at INTEGER NOT NULL, jws TEXT, PRIMARY KEY (owner_did, cid, mark)
) STRICT, WITHOUT ROWID;
CREATE TABLE anchors (
  owner_did TEXT NOT NULL, seq INTEGER NOT NULL, operation TEXT NOT NULL, genesis TEXT NOT NULL, length INTEGER NOT NULL,
  created_at TEXT NOT NULL, document TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY (owner_did, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX anchors_operation ON anchors (owner_did, operation);
";

/// The subject countersigned.
pub(crate) const WITNESSED: i64 = 1;
/// The subject declined.
pub(crate) const DECLINED: i64 = 2;
/// The issuer took it back.
pub(crate) const REVOKED: i64 = 3;

/// Brings an entry into the tables.
pub fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if entry.op == ops::ANCHOR {
        return anchors::apply(db, entry);
    }
    let Some(cid) = entry.reference else {
        return Ok(());
    };
    match entry.op {
        ops::ATTESTATION_ISSUE | ops::ATTESTATION_RECEIVED => row(db, entry, cid),
        ops::ATTESTATION_COUNTERSIGN | ops::ATTESTATION_COUNTERSIGNED => {
            match entry.body.and_then(|body| body.get_str("witness_jws")) {
                Some(jws) => mark(db, entry, cid, WITNESSED, Some(jws)),
                None => Ok(()),
            }
        }
        ops::ATTESTATION_DECLINE | ops::ATTESTATION_DECLINED => {
            mark(db, entry, cid, DECLINED, None)
        }
        ops::ATTESTATION_REVOKE | ops::ATTESTATION_REVOKED => mark(db, entry, cid, REVOKED, None),
        _ => Ok(()),
    }
}

fn row(db: &Connection, entry: &Applied<'_>, cid: &str) -> rusqlite::Result<()> {
    let Some(stored) = entry.body.and_then(AttestationBody::from_body) else {
        return Ok(());
    };
    let attestation = stored.attestation().ok();
    let attestation =
        attestation.filter(|said| said.cid().is_ok_and(|named| named.to_string() == cid));
    let subject = attestation.as_ref().map_or("", |said| said.subject.as_str());
    let sql = "INSERT OR IGNORE INTO attestations VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    let params = params![
        entry.offset,
        entry.did.as_str(),
        cid,
        entry.seq,
        entry.op == ops::ATTESTATION_ISSUE,
        stored.issuer.as_str(),
        subject,
        attestation.as_ref().map_or("", |said| said.kind.as_str()),
        attestation.as_ref().and_then(|said| said.context_id.as_deref()),
        attestation.as_ref().map_or(0, |said| said.issued_at.as_millis()),
        stored.expires_at.map(imajin_dfos::Timestamp::as_millis),
        stored.audience == Audience::Public,
        stored.text,
        stored.signature,
        stored.author_jws,
    ];
    run(db, sql, params)
}

fn mark(
    db: &Connection,
    entry: &Applied<'_>,
    cid: &str,
    mark: i64,
    jws: Option<&str>,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO attestation_marks VALUES (?1, ?2, ?3, ?4, ?5)";
    run(db, sql, params![entry.did.as_str(), cid, mark, entry.at.as_millis(), jws])
}

#[cfg(test)]
mod tests;
