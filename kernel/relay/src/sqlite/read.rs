//! Reading rows by key.

use imajin_dfos::cbor;
use imajin_dfos::identity::Verified;
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row};

use super::lists;
use super::rows::{count, damaged, grant, json, log_row, mail, operation, pending, size};
use crate::page::{
    ArtifactQuery, ContentQuery, CountersignQuery, CredentialQuery, CreditQuery, IdentityQuery,
    ListedContent, ListedCountersign, ListedCredential, ListedCredit, ListedIdentity,
    ListedOperation, OperationQuery,
};
use crate::store::{
    Answer, ArtifactRow, BlobKey, ContentRow, Counts, DocumentView, GrantRow, Head, IdentityRow,
    Kind, LogPage, LogRow, MailRow, OperationRow, PendingRow, Reads, kind_code,
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

pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Answer<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn one<T>(
    connection: &Connection,
    sql: &str,
    params: &[&dyn ToSql],
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Answer<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row(params, read).optional()?)
}

impl Reads for Connection {
    fn operation(&self, cid: &str) -> Answer<Option<OperationRow>> {
        let sql = select_operation!("WHERE cid = ?1");
        one(self, sql, &[&cid], operation)
    }

    fn log(&self, after: Option<&str>, limit: usize) -> Answer<LogPage> {
        let seq: i64 = match after {
            None => 0,
            Some(after) => {
                let sql = "SELECT seq FROM operations WHERE cid = ?1";
                match one(self, sql, &[&after], |row| row.get(0))? {
                    Some(seq) => seq,
                    None => return Ok(None),
                }
            }
        };
        let sql = format!("SELECT {LOG} FROM operations WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        all(self, &sql, &[&seq, &size(limit)], log_row).map(Some)
    }

    fn chain_log(
        &self,
        kind: Kind,
        chain: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<LogPage> {
        let kind = size(kind_code(kind));
        let seq: i64 = match after {
            None => 0,
            Some(after) => {
                let sql =
                    "SELECT seq FROM operations WHERE cid = ?1 AND chain_id = ?2 AND kind = ?3";
                match one(self, sql, &[&after, &chain, &kind], |row| row.get(0))? {
                    Some(seq) => seq,
                    None => return Ok(None),
                }
            }
        };
        let sql = format!(
            "SELECT {LOG} FROM operations WHERE chain_id = ?1 AND kind = ?2 AND seq > ?3 \
             ORDER BY seq LIMIT ?4"
        );
        all(self, &sql, &[&chain, &kind, &seq, &size(limit)], log_row).map(Some)
    }

    fn operations_from(&self, seq: i64, limit: usize) -> Answer<Vec<OperationRow>> {
        let sql = select_operation!("WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        all(self, sql, &[&seq, &size(limit)], operation)
    }

    fn identity(&self, did: &str) -> Answer<Option<IdentityRow>> {
        let sql = "SELECT snapshot, profile_anchor FROM identities WHERE did = ?1";
        let row = one(self, sql, &[&did], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))
        })?;
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

    fn is_withdrawn(&self, did: &str) -> Answer<bool> {
        let sql = "SELECT 1 FROM withdrawn WHERE did = ?1";
        Ok(self.prepare_cached(sql)?.exists([did])?)
    }

    fn identity_of_key(&self, imajin: &str) -> Answer<Option<String>> {
        let sql = "SELECT g.did FROM genesis_keys g JOIN identities i USING (did) WHERE g.imajin = ?1 \
                   ORDER BY i.genesis_at DESC, g.did LIMIT 1";
        one(self, sql, &[&imajin], |row| row.get(0))
    }

    fn identity_head(&self, did: &str) -> Answer<Option<String>> {
        let sql = "SELECT head_cid FROM identities WHERE did = ?1";
        one(self, sql, &[&did], |row| row.get(0))
    }

    fn content(&self, content_id: &str) -> Answer<Option<ContentRow>> {
        let sql = "SELECT genesis_cid, genesis_at, creator, head_cid, head_at, document, is_deleted, \
                   length FROM content WHERE content_id = ?1";
        one(self, sql, &[&content_id], |row| {
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

    fn content_with_document(&self, creator: &str, document: &str) -> Answer<Vec<String>> {
        let sql = "SELECT content_id FROM content WHERE document = ?1 AND creator = ?2";
        all(self, sql, &[&document, &creator], |row| row.get(0))
    }

    fn countersignatures(
        &self,
        target: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<Vec<LogRow>> {
        let sql = "SELECT o.cid, o.token, o.kind, o.chain_id FROM countersigns c \
                   JOIN operations o ON o.cid = c.cid \
                   WHERE c.target = ?1 AND c.cid > ?2 ORDER BY c.cid LIMIT ?3";
        let after = after.unwrap_or_default();
        all(self, sql, &[&target, &after, &size(limit)], log_row)
    }

    fn has_countersigned(&self, target: &str, witness: &str) -> Answer<bool> {
        let sql = "SELECT 1 FROM countersigns WHERE target = ?1 AND witness = ?2";
        Ok(one(self, sql, &[&target, &witness], |_| Ok(()))?.is_some())
    }

    fn revoked_at(&self, issuer: &str, credential: &str) -> Answer<Option<String>> {
        let sql = "SELECT created_at FROM revocations WHERE issuer = ?1 AND credential = ?2";
        one(self, sql, &[&issuer, &credential], |row| row.get(0))
    }

    fn revocation(&self, credential: &str) -> Answer<Option<String>> {
        let sql = "SELECT o.token FROM revocations r JOIN operations o ON o.cid = r.cid \
                   WHERE r.credential = ?1 ORDER BY r.issuer LIMIT 1";
        one(self, sql, &[&credential], |row| row.get(0))
    }

    fn revocations(
        &self,
        issuer: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<Vec<(String, String)>> {
        let sql = "SELECT r.credential, o.token FROM revocations r JOIN operations o ON o.cid = r.cid \
                   WHERE r.issuer = ?1 AND r.credential > ?2 ORDER BY r.credential LIMIT ?3";
        let after = after.unwrap_or_default();
        all(self, sql, &[&issuer, &after, &size(limit)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    fn grants(&self, resource: &str, root: &str, limit: usize) -> Answer<Vec<GrantRow>> {
        let sql = format!(
            "SELECT {GRANT} FROM grant_resources r JOIN grants g ON g.cid = r.cid \
             JOIN operations o ON o.cid = g.cid \
             WHERE r.resource = ?1 AND r.root = ?2 ORDER BY r.is_derived, r.cid LIMIT ?3"
        );
        all(self, &sql, &[&resource, &root, &size(limit)], grant)
    }

    fn grant(&self, cid: &str) -> Answer<Option<GrantRow>> {
        let sql = format!(
            "SELECT {GRANT} FROM grants g JOIN operations o ON o.cid = g.cid WHERE g.cid = ?1"
        );
        one(self, &sql, &[&cid], grant)
    }

    fn grants_through(&self, issuer: &str) -> Answer<Vec<GrantRow>> {
        let sql = format!(
            "SELECT {GRANT} FROM grant_parties p JOIN grants g ON g.cid = p.cid \
             JOIN operations o ON o.cid = g.cid WHERE p.did = ?1"
        );
        all(self, &sql, &[&issuer], grant)
    }

    fn blob(&self, key: &BlobKey) -> Answer<Option<Vec<u8>>> {
        let sql = "SELECT bytes FROM blobs WHERE creator = ?1 AND document = ?2";
        one(self, sql, &[&key.creator, &key.document], |row| row.get(0))
    }

    fn document_view(&self, key: &BlobKey) -> Answer<Option<DocumentView>> {
        let sql = "SELECT view FROM blobs WHERE creator = ?1 AND document = ?2";
        one(self, sql, &[&key.creator, &key.document], |row| {
            json(row, 0)
        })
    }

    fn has_blob(&self, key: &BlobKey) -> Answer<bool> {
        let sql = "SELECT 1 FROM blobs WHERE creator = ?1 AND document = ?2";
        Ok(one(self, sql, &[&key.creator, &key.document], |_| Ok(()))?.is_some())
    }

    fn pending_for(&self, wanted: &str, after: i64, limit: usize) -> Answer<Vec<PendingRow>> {
        let sql = "SELECT id, cid, origin, wanted, token FROM pending \
                   WHERE wanted = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        all(self, sql, &[&wanted, &after, &size(limit)], pending)
    }

    fn pending_wanted(&self, after: &str, limit: usize) -> Answer<Vec<String>> {
        let sql = "SELECT DISTINCT wanted FROM pending WHERE wanted > ?1 ORDER BY wanted LIMIT ?2";
        all(self, sql, &[&after, &size(limit)], |row| row.get(0))
    }

    fn is_pending(&self) -> Answer<bool> {
        Ok(one(self, "SELECT 1 FROM pending LIMIT 1", &[], |_| Ok(()))?.is_some())
    }

    fn pending_count(&self) -> Answer<u64> {
        let number = one(self, "SELECT number FROM pending_total", &[], |row| {
            row.get(0)
        })?;
        Ok(count(number.unwrap_or_default()))
    }

    fn counts(&self) -> Answer<Counts> {
        let mut counts = Counts::default();
        let sql = "SELECT kind, number FROM counts";
        for (code, number) in all(self, sql, &[], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })? {
            let slot = usize::try_from(code).ok();
            if let Some(slot) = slot.and_then(|code| counts.by_kind.get_mut(code)) {
                *slot = count(number);
            }
        }
        let first = "SELECT created_at FROM operations ORDER BY seq LIMIT 1";
        counts.oldest_at = one(self, first, &[], |row| row.get(0))?;
        let last = "SELECT cid FROM operations ORDER BY seq DESC LIMIT 1";
        counts.head = one(self, last, &[], |row| row.get(0))?;
        Ok(counts)
    }

    fn public_content(
        &self,
        after: Option<&str>,
        now_secs: i64,
        limit: usize,
    ) -> Answer<Vec<String>> {
        let sql = "SELECT c.content_id FROM content c LEFT JOIN open_creators k ON k.did = c.creator \
                   WHERE c.content_id > ?1 AND (c.open_until > ?2 OR k.until > ?2) \
                   AND c.is_deleted = 0 AND c.document IS NOT NULL ORDER BY c.content_id LIMIT ?3";
        let after = after.unwrap_or_default();
        all(self, sql, &[&after, &now_secs, &size(limit)], |row| {
            row.get(0)
        })
    }

    fn used_bytes(&self) -> Answer<u64> {
        let pragma = |name: &str| self.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let pages = pragma("page_count")? - pragma("freelist_count")?;
        Ok(count(pages.saturating_mul(pragma("page_size")?)))
    }

    fn peer_cursor(&self, peer: &str) -> Answer<Option<String>> {
        let sql = "SELECT cursor FROM peers WHERE url = ?1";
        one(self, sql, &[&peer], |row| row.get(0))
    }

    fn mail(&self, cid: &str, now: &str) -> Answer<Option<MailRow>> {
        let sql = format!("SELECT {MAIL} FROM mail WHERE cid = ?1 AND expires_at > ?2");
        one(self, &sql, &[&cid, &now], mail)
    }

    fn mailbox(
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
        all(self, &sql, &[&subject, &now, &at, &cid, &size(limit)], mail)
    }

    fn mail_count(&self, subject: &str, now: &str) -> Answer<u64> {
        let sql = "SELECT COUNT(*) FROM mail \
                   WHERE subject = ?1 AND response IS NULL AND expires_at > ?2";
        let number = one(self, sql, &[&subject, &now], |row| row.get(0))?;
        Ok(count(number.unwrap_or_default()))
    }

    fn list_identities(&self, query: &IdentityQuery) -> Answer<Vec<ListedIdentity>> {
        lists::identities(self, query)
    }

    fn list_content(&self, query: &ContentQuery) -> Answer<Vec<ListedContent>> {
        lists::content(self, query)
    }

    fn list_credits(&self, query: &CreditQuery) -> Answer<Vec<ListedCredit>> {
        lists::credits(self, query)
    }

    fn list_artifacts(&self, query: &ArtifactQuery) -> Answer<Vec<ArtifactRow>> {
        lists::artifacts(self, query)
    }

    fn list_countersigns(&self, query: &CountersignQuery) -> Answer<Vec<ListedCountersign>> {
        lists::countersigns(self, query)
    }

    fn list_credentials(&self, query: &CredentialQuery) -> Answer<Vec<ListedCredential>> {
        lists::credentials(self, query)
    }

    fn list_operations(&self, query: &OperationQuery) -> Answer<Vec<ListedOperation>> {
        lists::operations(self, query)
    }
}
