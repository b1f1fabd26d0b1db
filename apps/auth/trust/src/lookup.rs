//! Queries of the attestation tables.
//!
//! Always: an attestation in two logs is read from the subject's, else from the issuer's. Both say the same, but each party
//! may erase their own.

use imajin_app::{FromRow, time};
use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use imajin_protocol::attestation::kind::FLAG_YELLOW;
use imajin_protocol::attestation::{Attestation, Status};
use rusqlite::{Connection, params};
use serde_json::{Value as Json, json};

use super::tables::REVOKED;

/// An attestation with its current state.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct AttestationRow {
    /// The attestation's CID.
    pub cid: String,
    /// The DID of the person who attests.
    pub issuer: String,
    pub(crate) subject: String,
    /// The type, such as `vouch`; empty if the text has none.
    pub kind: String,
    pub(crate) context_id: Option<String>,
    /// The time of the attestation, in milliseconds since 1970.
    pub issued_at: i64,
    pub(crate) expires_at: Option<i64>,
    /// Whether everybody may see it once it is countersigned.
    pub public: bool,
    /// The text that was signed.
    pub text: String,
    pub(crate) signature: String,
    /// The issuer's signature over the CID, by their identity chain.
    pub author_jws: Option<String>,
    pub(crate) witness_jws: Option<String>,
    pub(crate) declined: bool,
    pub(crate) revoked_at: Option<i64>,
    /// Whether this is the issuer's copy.
    pub(crate) issued: bool,
    /// The home in force, where it was home when this was entered already.
    pub(crate) entered_by: Option<String>,
}

/// The filter of a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct AttestationFilter {
    pub(crate) subject: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) context_id: Option<String>,
    pub(crate) status: Option<Status>,
    /// The caller. Sees attestations to which they are a party, and others if they are public and countersigned.
    pub(crate) viewer: Option<String>,
}

const COLUMNS: &str = "a.cid, a.issuer, a.subject, a.type, a.context_id, a.issued_at, a.expires_at, a.public, a.text, a.signature, a.author_jws,
  (SELECT jws FROM attestation_marks m WHERE m.owner_did = a.owner_did AND m.cid = a.cid AND m.mark = 1),
  EXISTS (SELECT 1 FROM attestation_marks m WHERE m.owner_did = a.owner_did AND m.cid = a.cid AND m.mark = 2),
  (SELECT at FROM attestation_marks m WHERE m.owner_did = a.owner_did AND m.cid = a.cid AND m.mark = 3),
  a.issued,
  (SELECT i.home_node FROM identities i WHERE i.owner_did = a.owner_did AND a.seq >= i.home_seq)";
/// The subject's copy, else the issuer's, of attestations that say something.
const ONE_COPY: &str = "a.type <> '' AND (a.owner_did = a.subject
  OR (a.issued = 1 AND NOT EXISTS (SELECT 1 FROM attestations o WHERE o.owner_did = a.subject AND o.cid = a.cid)))";

impl AttestationRow {
    /// Whether the subject has answered. A subject that declines after countersigning has declined.
    pub fn status(&self) -> Status {
        match (self.declined, &self.witness_jws) {
            (true, _) => Status::Declined,
            (false, Some(_)) => Status::Bilateral,
            (false, None) => Status::Pending,
        }
    }

    /// Whether it counts now: not taken back, not declined, not ended. The person warned of cannot lift a warning.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none()
            && (!self.declined || self.kind == FLAG_YELLOW)
            && self.expires_at.is_none_or(|end| now.as_millis() < end)
    }

    /// Whether the viewer may see the attestation: its issuer, its subject, or anyone if it is public and
    /// countersigned.
    pub(crate) fn is_visible_to(&self, viewer: Option<&str>) -> bool {
        viewer.is_some_and(|viewer| viewer == self.issuer || viewer == self.subject)
            || (self.public && self.status() == Status::Bilateral)
    }

    /// Returns the parsed attestation, or `None` if the stored text cannot be parsed.
    pub(crate) fn attestation(&self) -> Option<Attestation> {
        Attestation::parse(&Did::parse(&self.issuer).ok()?, &self.text).ok()
    }
}

/// Returns the attestation with this CID in the owner's log.
pub fn in_log<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
    cid: &str,
) -> rusqlite::Result<Option<AttestationRow>> {
    let sql = format!("SELECT {COLUMNS} FROM attestations a WHERE a.owner_did = ?1 AND a.cid = ?2");
    db.into().row(&sql, [owner.as_str(), cid], AttestationRow::read)
}

/// Returns the node's attestations about a person in a context that are not revoked.
pub(crate) fn by_node(
    db: &Connection,
    node: &Did,
    subject: &Did,
    context: &str,
) -> rusqlite::Result<Vec<AttestationRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attestations a WHERE a.context_id = ?3 AND a.owner_did = ?2 AND a.subject = ?2 AND a.issuer = ?1
        AND NOT EXISTS (SELECT 1 FROM attestation_marks m WHERE m.owner_did IN (?1, ?2) AND m.cid = a.cid AND m.mark = {REVOKED})"
    );
    let params = [node.as_str(), subject.as_str(), context];
    Reader::from(db).rows(&sql, params, AttestationRow::read)
}

/// Whether an attestation was taken back, by an issuer's own log.
pub(crate) fn is_taken_back<'a>(
    db: impl Into<Reader<'a>>,
    issuer: &Did,
    cid: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM attestation_marks WHERE owner_did = ?1 AND cid = ?2 AND mark = ?3";
    db.into().exists(sql, params![issuer.as_str(), cid, REVOKED])
}

/// The attestation of this name.
pub(crate) fn by_cid(db: &Connection, cid: &str) -> rusqlite::Result<Option<AttestationRow>> {
    let sql =
        format!("SELECT {COLUMNS} FROM attestations a WHERE a.cid = ?1 AND {ONE_COPY} LIMIT 1");
    Reader::from(db).row(&sql, [cid], AttestationRow::read)
}

/// A part of the list, the newest first, and how many there are.
pub(crate) fn list(
    db: &Connection,
    wanted: &AttestationFilter,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<AttestationRow>, u64)> {
    let status = match wanted.status {
        None => "1",
        Some(Status::Declined) => "declined",
        Some(Status::Bilateral) => "NOT declined AND witness IS NOT NULL",
        Some(Status::Pending) => "NOT declined AND witness IS NULL",
    };
    let of = match (&wanted.subject, &wanted.issuer) {
        (Some(_), _) => "a.subject = ?1 AND (?2 IS NULL OR a.issuer = ?2)",
        (None, Some(_)) => "a.issuer = ?2 AND ?1 IS NULL",
        // The person's own, from their own log.
        (None, None) => "a.owner_did = ?5 AND ?1 IS NULL AND ?2 IS NULL",
    };
    let copy = match (&wanted.subject, &wanted.issuer) {
        (None, None) => "a.type <> ''",
        _ => ONE_COPY,
    };
    let inner = format!(
        "SELECT {COLUMNS} FROM attestations a WHERE {of} AND {copy} AND (?3 IS NULL OR a.type = ?3) AND (?4 IS NULL OR a.context_id = ?4)"
    );
    let seen = format!(
        "WITH w(cid, issuer, subject, type, context_id, issued_at, expires_at, public, text, signature, author_jws, witness, declined, revoked_at, issued, entered_by)
           AS ({inner})
         SELECT * FROM w WHERE ({status}) AND (issuer = ?5 OR subject = ?5 OR (public = 1 AND witness IS NOT NULL AND NOT declined))"
    );
    let arguments = params![
        wanted.subject,
        wanted.issuer,
        wanted.kind,
        wanted.context_id,
        wanted.viewer.as_deref().unwrap_or_default(),
    ];
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM ({seen})"))?
        .query_row(arguments, |row| row.get(0))?;
    let page = format!("{seen} ORDER BY issued_at DESC, cid LIMIT {limit} OFFSET {offset}");
    let mut statement = db.prepare(&page)?;
    let rows = statement
        .query_map(arguments, AttestationRow::read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok((rows, u64::try_from(total).unwrap_or(0)))
}

/// Every attestation that this node knows and that says something, each once.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<AttestationRow>> {
    let sql = format!("SELECT {COLUMNS} FROM attestations a WHERE {ONE_COPY}");
    Reader::from(db).rows(&sql, [], AttestationRow::read)
}

/// Returns all attestations about a subject, from any log that has them: a subject may erase their copy.
pub fn by_subject(db: &Connection, subject: &Did) -> rusqlite::Result<Vec<AttestationRow>> {
    let sql = format!("SELECT {COLUMNS} FROM attestations a WHERE a.subject = ?1 AND {ONE_COPY}");
    Reader::from(db).rows(&sql, [subject.as_str()], AttestationRow::read)
}

/// The attestations in a person's log, in its order, as issuer or as subject.
pub(crate) fn of_log(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<AttestationRow>> {
    let sql = format!("SELECT {COLUMNS} FROM attestations a WHERE a.owner_did = ?1 ORDER BY a.seq");
    Reader::from(db).rows(&sql, [owner.as_str()], AttestationRow::read)
}

/// `attestations` of the section `identity` (docs/sections.md).
pub fn section(db: &Connection, owner: &Did) -> rusqlite::Result<Json> {
    let row = |found: AttestationRow| {
        json!({
            "cid": found.cid, "issuer_did": found.issuer, "text": found.text, "signature": found.signature,
            "audience": if found.public { "public" } else { "parties" },
            "expires_at": found.expires_at.and_then(time::text), "author_jws": found.author_jws,
            "witness_jws": found.witness_jws, "status": found.status().as_str(),
            "revoked_at": found.revoked_at.and_then(time::text),
        })
    };
    Ok(of_log(db, owner)?.into_iter().map(row).collect())
}
