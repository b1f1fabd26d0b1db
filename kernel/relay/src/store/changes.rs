//! Writing rows.

use std::ops::Deref;

use imajin_dfos::artifact::Artifact;
use imajin_dfos::cbor;
use imajin_dfos::countersign::Countersign;
use imajin_dfos::revocation::Revocation;
use imajin_protocol::identity::did_of_genesis;
use rusqlite::types::ToSql;
use rusqlite::{Connection, params};

use super::EARLY_MAX;
use super::columns::{damaged, kind_number, origin_code};
use crate::store::{
    Answer, BlobKey, ContentRow, DocumentView, GrantRow, Head, IdentityRow, Kind, MailRow,
    OperationRow, Origin, PendingMax, PendingRow, Projection, Snapshot, Tally, kind_code,
};

/// Tables that [`crate::rebuild`] fills again.
const DERIVED: [&str; 12] = [
    "counts",
    "identities",
    "content",
    "signers",
    "open_creators",
    "credits",
    "countersigns",
    "artifacts",
    "revocations",
    "grants",
    "grant_resources",
    "grant_parties",
];

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn text<T: serde::Serialize>(value: &T) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| damaged(&error.to_string()))
}

/// A transaction: its changes last when it is committed. It sees its own changes at once.
#[derive(Clone, Copy)]
pub(crate) struct Changes<'c>(Snapshot<'c>);

impl<'c> Changes<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self(Snapshot(connection))
    }

    fn run(&self, sql: &str, params: &[&dyn ToSql]) -> Answer<()> {
        self.0.0.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    /// Notes the `did:imajin` of the key that began an identity: by its first operation, which others are not.
    fn note_genesis(&self, kind: Kind, did: &str, token: &str) -> Answer<()> {
        let sql = "SELECT 1 FROM genesis_keys WHERE did = ?1";
        if kind != Kind::Identity || self.exists(sql, &[&did])? {
            return Ok(());
        }
        let Ok((imajin, _)) = did_of_genesis(token) else {
            return Ok(());
        };
        let sql = "INSERT INTO genesis_keys (did, imajin) VALUES (?1, ?2)";
        self.run(sql, params![did, imajin.as_str()])
    }

    /// Notes the keys of identities from before they were noted.
    pub(super) fn fill_genesis_keys(&self) -> Answer<()> {
        let sql = "SELECT o.chain_id, o.token FROM identities i JOIN operations o ON o.chain_id = i.did AND o.kind = ?1 \
                   WHERE i.did NOT IN (SELECT did FROM genesis_keys) ORDER BY o.seq";
        let mut statement = self.0.0.prepare(sql)?;
        let mut rows = statement.query([kind_number(Kind::Identity)])?;
        self.0.0.execute_batch("SAVEPOINT genesis_keys")?;
        while let Some(row) = rows.next()? {
            let (did, token): (String, String) = (row.get(0)?, row.get(1)?);
            self.note_genesis(Kind::Identity, &did, &token)?;
        }
        Ok(self.0.0.execute_batch("RELEASE genesis_keys")?)
    }
}

impl<'c> Deref for Changes<'c> {
    type Target = Snapshot<'c>;

    fn deref(&self) -> &Snapshot<'c> {
        &self.0
    }
}

impl Changes<'_> {
    /// Appends to the log.
    pub(crate) fn append(&self, operation: &OperationRow) -> Answer<()> {
        let authored = operation.authored.as_ref();
        self.run(
            "INSERT INTO operations (cid, token, origin, ingested_at, kind, chain_id, created_at, \
             signer, document, is_delete, length, is_late) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
             (SELECT count(*) = ?12 FROM (SELECT 1 FROM operations WHERE chain_id = ?6 AND kind = ?5 LIMIT ?12)))",
            params![
                operation.cid,
                operation.token,
                origin_code(operation.origin),
                operation.ingested_at,
                kind_number(operation.kind),
                operation.chain_id,
                operation.created_at,
                authored.map(|authored| &authored.signer),
                authored.and_then(|authored| authored.document.as_ref()),
                authored.map(|authored| authored.is_delete),
                authored.map(|authored| number(authored.length)),
                EARLY_MAX,
            ],
        )?;
        self.note_genesis(operation.kind, &operation.chain_id, &operation.token)
    }

    /// Replaces what was derived from an operation in the log.
    pub(crate) fn rederive(&self, operation: &OperationRow) -> Answer<()> {
        let authored = operation.authored.as_ref();
        self.run(
            "UPDATE operations SET kind = ?2, chain_id = ?3, created_at = ?4, signer = ?5, \
             document = ?6, is_delete = ?7, length = ?8, is_late = (SELECT count(*) = ?9 FROM \
             (SELECT 1 FROM operations WHERE chain_id = ?3 AND kind = ?2 AND seq < ?1 LIMIT ?9)) WHERE seq = ?1",
            params![
                operation.seq,
                kind_number(operation.kind),
                operation.chain_id,
                operation.created_at,
                authored.map(|authored| &authored.signer),
                authored.and_then(|authored| authored.document.as_ref()),
                authored.map(|authored| authored.is_delete),
                authored.map(|authored| number(authored.length)),
                EARLY_MAX,
            ],
        )?;
        self.note_genesis(operation.kind, &operation.chain_id, &operation.token)
    }

    /// Counts operations that were appended.
    pub(crate) fn tally(&self, tally: &Tally) -> Answer<()> {
        let sql = "INSERT INTO counts (kind, number) VALUES (?1, ?2) \
                   ON CONFLICT DO UPDATE SET number = number + excluded.number";
        for kind in Kind::ALL {
            let more = tally.get(kind_code(kind)).copied().unwrap_or_default();
            if more > 0 {
                self.run(sql, params![kind_number(kind), number(more)])?;
            }
        }
        Ok(())
    }

    pub(crate) fn put_identity(&self, row: &IdentityRow) -> Answer<()> {
        let chain = &row.chain;
        self.run(
            "INSERT INTO identities (did, head_cid, op_count, genesis_at, head_at, is_deleted, \
             profile_anchor, snapshot) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
             ON CONFLICT DO UPDATE SET head_cid = excluded.head_cid, op_count = excluded.op_count, \
             head_at = excluded.head_at, is_deleted = excluded.is_deleted, \
             profile_anchor = excluded.profile_anchor, snapshot = excluded.snapshot",
            params![
                chain.did().as_str(),
                chain.head_cid().to_string(),
                number(chain.operation_count()),
                chain.created_at().to_string(),
                chain.updated_at().to_string(),
                chain.state().is_deleted,
                row.profile_anchor,
                cbor::encode(&chain.to_snapshot()),
            ],
        )
    }

    /// Puts a new content chain.
    pub(crate) fn put_content(&self, row: &ContentRow) -> Answer<()> {
        let head = &row.head;
        self.run(
            "INSERT INTO content (content_id, genesis_cid, genesis_at, creator, head_cid, head_at, \
             document, is_deleted, length, op_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)",
            params![
                row.content_id,
                row.genesis_cid,
                row.genesis_at,
                row.creator,
                head.cid,
                head.at,
                head.document,
                head.is_deleted,
                number(head.length),
            ],
        )
    }

    /// Sets the head of a content chain; without a head, counts an operation on another branch.
    pub(crate) fn move_content(&self, content_id: &str, head: Option<&Head>) -> Answer<()> {
        let Some(head) = head else {
            let sql = "UPDATE content SET op_count = op_count + 1 WHERE content_id = ?1";
            return self.run(sql, params![content_id]);
        };
        self.run(
            "UPDATE content SET op_count = op_count + 1, head_cid = ?2, head_at = ?3, document = ?4, \
             is_deleted = ?5, length = ?6 WHERE content_id = ?1",
            params![
                content_id,
                head.cid,
                head.at,
                head.document,
                head.is_deleted,
                number(head.length)
            ],
        )
    }

    /// Stores a delegated signer of a content chain.
    pub(crate) fn put_signer(&self, content_id: &str, did: &str) -> Answer<()> {
        let sql = "INSERT OR IGNORE INTO signers (did, content_id) VALUES (?1, ?2)";
        self.run(sql, params![did, content_id])
    }

    /// Puts what is shown of a head's document, its credits, and until when a grant opens it.
    pub(crate) fn put_projection(&self, content_id: &str, projection: &Projection) -> Answer<()> {
        let view = &projection.view;
        let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        // Most chains have neither a document here nor a grant: then nothing is written at all.
        self.run(
            "UPDATE content SET open_until = ?2, schema = ?3, title = ?4, title_lower = ?5, \
             name = ?6, name_lower = ?7 WHERE content_id = ?1 AND (open_until IS NOT ?2 \
             OR schema IS NOT ?3 OR title IS NOT ?4 OR name IS NOT ?6)",
            params![
                content_id,
                projection.open_until_secs,
                view.schema,
                view.title,
                lower(&view.title),
                view.name,
                lower(&view.name),
            ],
        )?;
        self.run("DELETE FROM credits WHERE content_id = ?1", params![content_id])?;
        for credit in &view.credits {
            self.run(
                "INSERT INTO credits (content_id, position, did, role, has_claim) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![content_id, credit.position, credit.did, credit.role, credit.has_claim],
            )?;
        }
        Ok(())
    }

    /// Puts until when everything of a creator is open.
    pub(crate) fn put_open_creator(&self, did: &str, until_secs: i64) -> Answer<()> {
        if until_secs <= 0 {
            return self.run("DELETE FROM open_creators WHERE did = ?1", params![did]);
        }
        let sql = "INSERT INTO open_creators (did, until) VALUES (?1, ?2) \
                   ON CONFLICT DO UPDATE SET until = excluded.until";
        self.run(sql, params![did, until_secs])
    }

    pub(crate) fn put_countersign(
        &self,
        cid: &str,
        countersign: &Countersign,
        ingested_at: &str,
    ) -> Answer<()> {
        let Countersign { did, target, relation, created_at } = countersign;
        self.run(
            "INSERT INTO countersigns (cid, target, witness, relation, created_at, ingested_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![cid, target, did.as_str(), relation, created_at.to_string(), ingested_at],
        )
    }

    pub(crate) fn put_artifact(
        &self,
        cid: &str,
        artifact: &Artifact,
        ingested_at: &str,
    ) -> Answer<()> {
        let (signer, created_at) = (artifact.did.as_str(), artifact.created_at.to_string());
        self.run(
            "INSERT INTO artifacts (cid, signer, created_at, ingested_at, schema) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![cid, signer, created_at, ingested_at, artifact.schema()],
        )
    }

    /// Puts a revocation; of several by one issuer for one credential, the earliest stays.
    pub(crate) fn put_revocation(&self, cid: &str, revocation: &Revocation) -> Answer<()> {
        let Revocation { did, credential, created_at } = revocation;
        // The earliest wins, of equal ones that with the smaller CID: a set, whatever the order of arrival.
        self.run(
            "INSERT INTO revocations (issuer, credential, cid, created_at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET cid = excluded.cid, created_at = excluded.created_at \
             WHERE (substr(excluded.created_at, 1, 19), excluded.cid) \
             < (substr(created_at, 1, 19), cid)",
            params![did.as_str(), credential, cid, created_at.to_string()],
        )
    }

    /// Puts a public credential.
    pub(crate) fn put_grant(&self, row: &GrantRow) -> Answer<()> {
        self.run(
            "INSERT OR IGNORE INTO grants (cid, issuer, root, expires_at, scope, through) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                row.cid,
                row.issuer,
                row.root,
                row.expires_at_secs,
                text(&row.scope)?,
                text(&row.through)?
            ],
        )?;
        let is_derived = row.issuer != row.root;
        for (resource, _) in &row.scope {
            let sql = "INSERT OR IGNORE INTO grant_resources (resource, root, is_derived, cid) \
                       VALUES (?1, ?2, ?3, ?4)";
            self.run(sql, params![resource, row.root, is_derived, row.cid])?;
        }
        for did in &row.through {
            let sql = "INSERT OR IGNORE INTO grant_parties (did, cid) VALUES (?1, ?2)";
            self.run(sql, params![did, row.cid])?;
        }
        Ok(())
    }

    /// Drops a public credential.
    pub(crate) fn drop_grant(&self, cid: &str) -> Answer<()> {
        let Some(row) = self.grant(cid)? else {
            return Ok(());
        };
        for (resource, _) in &row.scope {
            let sql = "DELETE FROM grant_resources WHERE resource = ?1 AND root = ?2 AND cid = ?3";
            self.run(sql, params![resource, row.root, cid])?;
        }
        for did in &row.through {
            self.run("DELETE FROM grant_parties WHERE did = ?1 AND cid = ?2", params![did, cid])?;
        }
        self.run("DELETE FROM grants WHERE cid = ?1", params![cid])
    }

    pub(crate) fn put_blob(&self, key: &BlobKey, bytes: &[u8], view: &DocumentView) -> Answer<()> {
        let sql = "INSERT INTO blobs (creator, document, view, bytes) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT DO UPDATE SET view = excluded.view, bytes = excluded.bytes";
        let view = text(view)?;
        self.run(sql, params![key.creator, key.document, view, bytes])
    }

    /// Stores a waiting operation, and drops the oldest ones beyond the bounds.
    pub(crate) fn put_pending(&self, row: &PendingRow, bounds: PendingMax) -> Answer<()> {
        self.run(
            "INSERT INTO pending (cid, origin, wanted, token) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET wanted = excluded.wanted",
            params![row.cid, origin_code(row.origin), row.wanted, row.token],
        )?;
        let bounds = params![number(bounds.count), number(bounds.bytes)];
        let is_full = "SELECT 1 FROM pending_total WHERE number > ?1 OR bytes > ?2";
        while self.exists(is_full, bounds)? {
            self.run("DELETE FROM pending WHERE id = (SELECT MIN(id) FROM pending)", &[])?;
        }
        Ok(())
    }

    /// Drops an operation that waited.
    pub(crate) fn drop_pending(&self, cid: &str) -> Answer<()> {
        self.run("DELETE FROM pending WHERE cid = ?1", params![cid])
    }

    /// Remembers how far a peer's log was read; `None` forgets it.
    pub(crate) fn put_peer_cursor(&self, peer: &str, cursor: Option<&str>) -> Answer<()> {
        match cursor {
            None => self.run("DELETE FROM peers WHERE url = ?1", params![peer]),
            Some(cursor) => {
                let sql = "INSERT INTO peers (url, cursor) VALUES (?1, ?2) \
                           ON CONFLICT DO UPDATE SET cursor = excluded.cursor";
                self.run(sql, params![peer, cursor])
            }
        }
    }

    /// Puts a sign request.
    pub(crate) fn put_mail(&self, row: &MailRow) -> Answer<()> {
        self.run(
            "INSERT INTO mail (cid, token, subject, expires_at, deposited_at) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.cid, row.token, row.subject, row.expires_at, row.deposited_at],
        )
    }

    /// Puts the response of a sign request.
    pub(crate) fn put_response(&self, cid: &str, response: &str) -> Answer<()> {
        self.run("UPDATE mail SET response = ?2 WHERE cid = ?1", params![cid, response])
    }

    /// Marks a sign request as declined.
    pub(crate) fn put_declined(&self, cid: &str) -> Answer<()> {
        self.run("UPDATE mail SET declined = 1 WHERE cid = ?1", params![cid])
    }

    /// Removes sign requests that have expired.
    pub(crate) fn prune_mail(&self, now: &str) -> Answer<()> {
        self.run("DELETE FROM mail WHERE expires_at <= ?1", params![now])
    }

    /// Notes that an operation is one of the node's own people.
    pub(crate) fn mark_own(&self, cid: &str) -> Answer<()> {
        let own = origin_code(Origin::Own);
        self.run("UPDATE operations SET origin = ?2 WHERE cid = ?1", params![cid, own])
    }

    /// Removes what strangers left and nothing refers to, the oldest first, at most so many things; `own` is the relay's DID.
    /// How many there were.
    pub(crate) fn evict(&self, own: &str, most: usize) -> Answer<u64> {
        super::evict::evict(self.0.0, own, most)
    }

    /// Removes an identity with all that it signed, and remembers not to take it from others. Returns the number of
    /// operations that went.
    pub(crate) fn withdraw(&self, did: &str) -> Answer<u64> {
        self.run("INSERT OR IGNORE INTO withdrawn (did) VALUES (?1)", params![did])?;
        super::evict::remove_identity(self.0.0, did)
    }

    /// Lets an identity that was withdrawn in again.
    pub(crate) fn readmit(&self, did: &str) -> Answer<()> {
        self.run("DELETE FROM withdrawn WHERE did = ?1", params![did])
    }

    /// Empties every derived table.
    pub(crate) fn clear_derived(&self) -> Answer<()> {
        for table in DERIVED {
            self.0.0.execute_batch(&format!("DELETE FROM {table}"))?;
        }
        Ok(())
    }
}
