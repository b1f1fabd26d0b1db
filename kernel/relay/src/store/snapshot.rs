//! Reading rows by key.

use imajin_dfos::cbor;
use imajin_dfos::identity::Verified;
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row};

use super::columns::{count, damaged, grant, json, log_row, operation, size};
use crate::store::{
    Answer, BlobKey, ContentRow, Counts, DocumentView, GrantRow, Head, IdentityRow, Kind, LogPage,
    LogRow, MailRow, OperationRow, PendingRow, kind_code,
};

/// The columns of an operation in front of the rest of a statement: put together once, not at each call.
macro_rules! select_operation {
    ($rest:literal) => {
        concat!(
            "SELECT seq, cid, token, origin, ingested_at, kind, chain_id, created_at, signer, ",
            "document, is_delete, length FROM operations ",
            $rest
        )
    };
}

const LOG: &str = "cid, token, kind, chain_id";
const MAIL: &str = "cid, token, subject, expires_at, deposited_at, declined, response";
const GRANT: &str = "g.cid, o.token, g.issuer, g.root, g.expires_at, g.scope, g.through";

/// The tables as of one moment: every query sees the same.
#[derive(Clone, Copy)]
pub(crate) struct Snapshot<'c>(pub(super) &'c Connection);

impl Snapshot<'_> {
    fn all<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Vec<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn first<T>(
        &self,
        sql: &str,
        params: &[&dyn ToSql],
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Option<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(params, read).optional()?)
    }

    /// Whether a query has any row.
    pub(super) fn exists(&self, sql: &str, params: &[&dyn ToSql]) -> Answer<bool> {
        Ok(self.0.prepare_cached(sql)?.exists(params)?)
    }

    pub(crate) fn operation(&self, cid: &str) -> Answer<Option<OperationRow>> {
        let sql = select_operation!("WHERE cid = ?1");
        self.first(sql, &[&cid], operation)
    }

    /// The global log after an operation, in the order of arrival.
    pub(crate) fn log(&self, after: Option<&str>, limit: usize) -> Answer<LogPage> {
        let sql = "SELECT seq FROM operations WHERE cid = ?1";
        let seq: Option<i64> = match after {
            None => Some(0),
            Some(after) => self.first(sql, &[&after], |row| row.get(0))?,
        };
        let Some(seq) = seq else {
            return Ok(None);
        };
        let sql = format!("SELECT {LOG} FROM operations WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        self.all(&sql, &[&seq, &size(limit)], log_row).map(Some)
    }

    /// The log of one chain after one of its operations, in the order of arrival, all branches.
    pub(crate) fn chain_log(
        &self,
        kind: Kind,
        chain: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<LogPage> {
        let kind = size(kind_code(kind));
        let sql = "SELECT seq FROM operations WHERE cid = ?1 AND chain_id = ?2 AND kind = ?3";
        let seq: Option<i64> = match after {
            None => Some(0),
            Some(after) => self.first(sql, &[&after, &chain, &kind], |row| row.get(0))?,
        };
        let Some(seq) = seq else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT {LOG} FROM operations WHERE chain_id = ?1 AND kind = ?2 AND seq > ?3 \
             ORDER BY seq LIMIT ?4"
        );
        self.all(&sql, &[&chain, &kind, &seq, &size(limit)], log_row).map(Some)
    }

    /// The global log from a position on, for rebuilding.
    pub(crate) fn operations_from(&self, seq: i64, limit: usize) -> Answer<Vec<OperationRow>> {
        let sql = select_operation!("WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        self.all(sql, &[&seq, &size(limit)], operation)
    }

    /// An identity's state.
    pub(crate) fn identity(&self, did: &str) -> Answer<Option<IdentityRow>> {
        let sql = "SELECT snapshot, profile_anchor FROM identities WHERE did = ?1";
        let row = self.first(sql, &[&did], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))?;
        let Some((snapshot, profile_anchor)) = row else {
            return Ok(None);
        };
        let value = cbor::decode(&snapshot).map_err(|error| damaged(&error.to_string()))?;
        let chain = Verified::from_trusted_snapshot(&value);
        Ok(Some(IdentityRow {
            chain: chain.map_err(|error| damaged(&error.to_string()))?,
            profile_anchor,
        }))
    }

    /// Whether the node of this relay withdrew an identity.
    pub(crate) fn is_withdrawn(&self, did: &str) -> Answer<bool> {
        self.exists("SELECT 1 FROM withdrawn WHERE did = ?1", &[&did])
    }

    /// The identity that began with the key of a `did:imajin`: the newest, if there are several.
    pub(crate) fn identity_of_key(&self, imajin: &str) -> Answer<Option<String>> {
        let sql = "SELECT g.did FROM genesis_keys g JOIN identities i USING (did) WHERE g.imajin = ?1 \
                   ORDER BY i.genesis_at DESC, g.did LIMIT 1";
        self.first(sql, &[&imajin], |row| row.get(0))
    }

    /// The head of an identity, without its state.
    pub(crate) fn identity_head(&self, did: &str) -> Answer<Option<String>> {
        self.first("SELECT head_cid FROM identities WHERE did = ?1", &[&did], |row| row.get(0))
    }

    /// A content chain's state.
    pub(crate) fn content(&self, content_id: &str) -> Answer<Option<ContentRow>> {
        let sql = "SELECT genesis_cid, genesis_at, creator, head_cid, head_at, document, is_deleted, \
                   length FROM content WHERE content_id = ?1";
        self.first(sql, &[&content_id], |row| {
            Ok(ContentRow {
                content_id: content_id.to_owned(),
                genesis_cid: row.get(0)?,
                genesis_at: row.get(1)?,
                creator: row.get(2)?,
                head: Head {
                    cid: row.get(3)?,
                    at: row.get(4)?,
                    document: row.get(5)?,
                    is_deleted: row.get(6)?,
                    length: count(row.get(7)?),
                },
            })
        })
    }

    /// The chains of a creator whose head commits to a document.
    pub(crate) fn content_with_document(
        &self,
        creator: &str,
        document: &str,
    ) -> Answer<Vec<String>> {
        let sql = "SELECT content_id FROM content WHERE document = ?1 AND creator = ?2";
        self.all(sql, &[&document, &creator], |row| row.get(0))
    }

    /// Countersignatures of an operation by their own CID.
    pub(crate) fn countersignatures(
        &self,
        target: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<Vec<LogRow>> {
        let sql = "SELECT o.cid, o.token, o.kind, o.chain_id FROM countersigns c \
                   JOIN operations o ON o.cid = c.cid \
                   WHERE c.target = ?1 AND c.cid > ?2 ORDER BY c.cid LIMIT ?3";
        let after = after.unwrap_or_default();
        self.all(sql, &[&target, &after, &size(limit)], log_row)
    }

    pub(crate) fn has_countersigned(&self, target: &str, witness: &str) -> Answer<bool> {
        let sql = "SELECT 1 FROM countersigns WHERE target = ?1 AND witness = ?2";
        self.exists(sql, &[&target, &witness])
    }

    /// Time at which the issuer revoked the credential, if they did.
    pub(crate) fn revoked_at(&self, issuer: &str, credential: &str) -> Answer<Option<String>> {
        let sql = "SELECT created_at FROM revocations WHERE issuer = ?1 AND credential = ?2";
        self.first(sql, &[&issuer, &credential], |row| row.get(0))
    }

    /// The revocation of a credential; of several issuers the one with the smallest DID.
    pub(crate) fn revocation(&self, credential: &str) -> Answer<Option<String>> {
        let sql = "SELECT o.token FROM revocations r JOIN operations o ON o.cid = r.cid \
                   WHERE r.credential = ?1 ORDER BY r.issuer LIMIT 1";
        self.first(sql, &[&credential], |row| row.get(0))
    }

    /// The revocations of an issuer by credential: its CID and the token.
    pub(crate) fn revocations(
        &self,
        issuer: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<Vec<(String, String)>> {
        let sql = "SELECT r.credential, o.token FROM revocations r JOIN operations o ON o.cid = r.cid \
                   WHERE r.issuer = ?1 AND r.credential > ?2 ORDER BY r.credential LIMIT ?3";
        let after = after.unwrap_or_default();
        self.all(sql, &[&issuer, &after, &size(limit)], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Public credentials that may concern a resource and claim to begin with `root`; those that `root` gave
    /// itself come first.
    pub(crate) fn grants(&self, resource: &str, root: &str, limit: usize) -> Answer<Vec<GrantRow>> {
        let sql = format!(
            "SELECT {GRANT} FROM grant_resources r JOIN grants g ON g.cid = r.cid \
             JOIN operations o ON o.cid = g.cid \
             WHERE r.resource = ?1 AND r.root = ?2 ORDER BY r.is_derived, r.cid LIMIT ?3"
        );
        self.all(&sql, &[&resource, &root, &size(limit)], grant)
    }

    /// A public credential that is not revoked.
    pub(crate) fn grant(&self, cid: &str) -> Answer<Option<GrantRow>> {
        let sql = format!(
            "SELECT {GRANT} FROM grants g JOIN operations o ON o.cid = g.cid WHERE g.cid = ?1"
        );
        self.first(&sql, &[&cid], grant)
    }

    /// Public credentials in whose delegation an identity takes part.
    pub(crate) fn grants_through(&self, issuer: &str) -> Answer<Vec<GrantRow>> {
        let sql = format!(
            "SELECT {GRANT} FROM grant_parties p JOIN grants g ON g.cid = p.cid \
             JOIN operations o ON o.cid = g.cid WHERE p.did = ?1"
        );
        self.all(&sql, &[&issuer], grant)
    }

    /// A document.
    pub(crate) fn blob(&self, key: &BlobKey) -> Answer<Option<Vec<u8>>> {
        let sql = "SELECT bytes FROM blobs WHERE creator = ?1 AND document = ?2";
        self.first(sql, &[&key.creator, &key.document], |row| row.get(0))
    }

    /// Returns the index's view of a document, if the document is stored.
    pub(crate) fn document_view(&self, key: &BlobKey) -> Answer<Option<DocumentView>> {
        let sql = "SELECT view FROM blobs WHERE creator = ?1 AND document = ?2";
        self.first(sql, &[&key.creator, &key.document], |row| json(row, 0))
    }

    pub(crate) fn has_blob(&self, key: &BlobKey) -> Answer<bool> {
        let sql = "SELECT 1 FROM blobs WHERE creator = ?1 AND document = ?2";
        self.exists(sql, &[&key.creator, &key.document])
    }

    /// Operations that wait for something, an operation's CID or a DID, after a position; the oldest first.
    pub(crate) fn pending_for(
        &self,
        wanted: &str,
        after: i64,
        limit: usize,
    ) -> Answer<Vec<PendingRow>> {
        let sql = "SELECT id, cid, origin, wanted, token FROM pending \
                   WHERE wanted = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        self.all(sql, &[&wanted, &after, &size(limit)], PendingRow::read)
    }

    /// Missing dependencies of waiting operations, each once, after the given one.
    pub(crate) fn pending_wanted(&self, after: &str, limit: usize) -> Answer<Vec<String>> {
        let sql = "SELECT DISTINCT wanted FROM pending WHERE wanted > ?1 ORDER BY wanted LIMIT ?2";
        self.all(sql, &[&after, &size(limit)], |row| row.get(0))
    }

    /// Whether any operation waits.
    pub(crate) fn is_pending(&self) -> Answer<bool> {
        self.exists("SELECT 1 FROM pending LIMIT 1", &[])
    }

    /// Number of waiting operations.
    pub(crate) fn pending_count(&self) -> Answer<u64> {
        let number = self.first("SELECT number FROM pending_total", &[], |row| row.get(0))?;
        Ok(count(number.unwrap_or_default()))
    }

    /// Numbers about the log.
    pub(crate) fn counts(&self) -> Answer<Counts> {
        let mut counts = Counts::default();
        let sql = "SELECT kind, number FROM counts";
        for (code, number) in
            self.all(sql, &[], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?
        {
            let slot = usize::try_from(code).ok();
            if let Some(slot) = slot.and_then(|code| counts.by_kind.get_mut(code)) {
                *slot = count(number);
            }
        }
        let first = "SELECT created_at FROM operations ORDER BY seq LIMIT 1";
        counts.oldest_at = self.first(first, &[], |row| row.get(0))?;
        let last = "SELECT cid FROM operations ORDER BY seq DESC LIMIT 1";
        counts.head = self.first(last, &[], |row| row.get(0))?;
        Ok(counts)
    }

    /// Content chains that grants in force open to everyone, by id.
    pub(crate) fn public_content(
        &self,
        after: Option<&str>,
        now_secs: i64,
        limit: usize,
    ) -> Answer<Vec<String>> {
        let sql = "SELECT c.content_id FROM content c LEFT JOIN open_creators k ON k.did = c.creator \
                   WHERE c.content_id > ?1 AND (c.open_until > ?2 OR k.until > ?2) \
                   AND c.is_deleted = 0 AND c.document IS NOT NULL ORDER BY c.content_id LIMIT ?3";
        let after = after.unwrap_or_default();
        self.all(sql, &[&after, &now_secs, &size(limit)], |row| row.get(0))
    }

    /// Bytes that the store takes on the disk, without room that it could use again.
    pub(crate) fn used_bytes(&self) -> Answer<u64> {
        let pragma = |name: &str| self.0.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let pages = pragma("page_count")? - pragma("freelist_count")?;
        Ok(count(pages.saturating_mul(pragma("page_size")?)))
    }

    pub(crate) fn peer_cursor(&self, peer: &str) -> Answer<Option<String>> {
        self.first("SELECT cursor FROM peers WHERE url = ?1", &[&peer], |row| row.get(0))
    }

    /// A sign request that has not expired.
    pub(crate) fn mail(&self, cid: &str, now: &str) -> Answer<Option<MailRow>> {
        let sql = format!("SELECT {MAIL} FROM mail WHERE cid = ?1 AND expires_at > ?2");
        self.first(&sql, &[&cid, &now], MailRow::read)
    }

    /// Unanswered sign requests of a subject after a position, oldest first.
    pub(crate) fn mailbox(
        &self,
        subject: &str,
        after: Option<(&str, &str)>,
        now: &str,
        limit: usize,
    ) -> Answer<Vec<MailRow>> {
        let sql = format!(
            "SELECT {MAIL} FROM mail WHERE subject = ?1 AND response IS NULL AND expires_at > ?2 \
             AND (deposited_at, cid) > (?3, ?4) ORDER BY deposited_at, cid LIMIT ?5"
        );
        let (at, cid) = after.unwrap_or_default();
        self.all(&sql, &[&subject, &now, &at, &cid, &size(limit)], MailRow::read)
    }

    /// Number of a subject's unanswered sign requests.
    pub(crate) fn mail_count(&self, subject: &str, now: &str) -> Answer<u64> {
        let sql = "SELECT COUNT(*) FROM mail \
                   WHERE subject = ?1 AND response IS NULL AND expires_at > ?2";
        let number = self.first(sql, &[&subject, &now], |row| row.get(0))?;
        Ok(count(number.unwrap_or_default()))
    }
}
