//! Reads a log: entries, heads, chains, and the evidence that the rules need.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_log::entry::{Header, Sealed};
use imajin_log::rules::{Chain, EvidenceError, KidState, NamedBody};
use imajin_protocol::{Did, Head, Kid};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{LOG_NAME, LogError, LogFile};
use crate::mentions::Mentions;
use crate::rows::int;
use crate::sql;

impl LogFile {
    /// Returns the entries with their offsets, after a number, oldest first.
    pub(crate) fn entries_with_offsets(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Sealed)>, LogError> {
        let mut query = self.db.prepare_cached(
            "SELECT e.header, b.body, o.offset FROM entries e JOIN local_offsets o ON o.seq = e.seq
             LEFT JOIN bodies b ON b.seq = e.seq WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2",
        )?;
        let mut rows = query.query(params![after.map_or(-1, int), int(limit)])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push((row.get::<_, i64>(2)?.unsigned_abs(), sealed(row)?));
        }
        Ok(entries)
    }

    /// Returns the header's bytes of an intent in another log.
    pub(crate) fn cause(&self, cid: &Cid) -> Result<Option<Arc<[u8]>>, LogError> {
        let mut query = self.db.prepare_cached("SELECT header FROM causes WHERE cid = ?1")?;
        let header = query
            .query_row([cid.to_bytes()], |row| Ok(row.get_ref(0)?.as_blob()?.into()))
            .optional()?;
        Ok(header)
    }

    /// Returns the header bytes of those intents from other logs that the log has, read in one transaction.
    pub(crate) fn causes(&self, cids: &HashSet<Cid>) -> Result<HashMap<Cid, Arc<[u8]>>, LogError> {
        let mut headers = HashMap::with_capacity(cids.len());
        let reading = self.db.unchecked_transaction()?;
        for cid in cids {
            headers.extend(self.cause(cid)?.map(|bytes| (*cid, bytes)));
        }
        reading.finish()?;
        Ok(headers)
    }

    /// Returns the offset of the newest entry; 0 for an empty log.
    pub(crate) fn newest_offset(&self) -> Result<u64, LogError> {
        let sql = "SELECT max(offset) FROM local_offsets";
        let offset: Option<i64> = self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(offset.unwrap_or(0).unsigned_abs())
    }

    /// Returns whether a journal entry belongs to a branch that another log has replaced: its offset is below the log's
    /// newest, and no entry of the log has it.
    pub(crate) fn is_past(&self, seq: u64, offset: u64) -> Result<bool, LogError> {
        if self.newest_offset()? < offset {
            return Ok(false);
        }
        let sql = "SELECT offset FROM local_offsets WHERE seq = ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let there: Option<i64> = query.query_row([int(seq)], |row| row.get(0)).optional()?;
        Ok(there.map(i64::unsigned_abs) != Some(offset))
    }

    /// Returns all entry numbers with their offsets, in order.
    pub(crate) fn offsets(&self) -> Result<Vec<(u64, u64)>, LogError> {
        let mut query =
            self.db.prepare_cached("SELECT seq, offset FROM local_offsets ORDER BY seq")?;
        let rows = query.query_map([], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Returns the owner of the log in a folder; `None` if the folder has no log.
    pub(crate) fn whose(folder: &Path) -> Result<Option<Did>, LogError> {
        let name =
            folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let plain = name
            .strip_prefix("did_imajin_")
            .and_then(|rest| Did::parse(&format!("did:imajin:{rest}")).ok());
        if let Some(did) = plain.filter(|did| did.folder_name() == name) {
            return Ok(folder.join(LOG_NAME).exists().then_some(did));
        }
        let path = folder.join(LOG_NAME);
        if !path.exists() {
            return Ok(None);
        }
        // The folder's name is a hash: the log itself names its owner.
        let db = sql::open(&path, false)?;
        let entry =
            entry(&db, 0)?.ok_or_else(|| LogError::Damaged("the log has no entries".to_owned()))?;
        let did = entry.header.did.clone();
        if did.folder_name() == name {
            Ok(Some(did))
        } else {
            Err(LogError::Damaged(format!("the log of {did} is in the folder {name}")))
        }
    }

    pub(crate) fn newest_head(&self) -> Result<Option<String>, LogError> {
        let mut query = self.db.prepare_cached("SELECT jws FROM heads")?;
        let mut rows = query.query([])?;
        let mut newest: Option<(u64, String)> = None;
        while let Some(row) = rows.next()? {
            let jws: String = row.get(0)?;
            let head = Head::parse(&jws)
                .map_err(|error| LogError::Damaged(format!("the table heads: {error}")))?;
            if newest.as_ref().is_none_or(|(seq, _)| head.payload.seq >= *seq) {
                newest = Some((head.payload.seq, jws));
            }
        }
        Ok(newest.map(|(_, jws)| jws))
    }

    /// Returns the identity chain of another DID, as this log has it.
    pub(crate) fn chain(&self, did: &Did) -> Result<Option<Chain>, LogError> {
        let mut query =
            self.db.prepare_cached("SELECT jws FROM chains WHERE did = ?1 ORDER BY n")?;
        let tokens: Vec<String> =
            query.query_map([did.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if tokens.is_empty() {
            return Ok(None);
        }
        let chain = Chain::verify(did, &tokens);
        chain.map(Some).map_err(|error| {
            LogError::Damaged(format!("the identity chain of {did} in the log: {error}"))
        })
    }
}

/// Evidence for the rules, from the file. The caller adds the pending entries.
pub(crate) struct LogEvidence<'a>(pub(crate) &'a LogFile);

impl LogEvidence<'_> {
    pub(crate) fn entry_cid(&self, seq: u64) -> Result<Option<Cid>, LogError> {
        entry_cid(&self.0.db, seq)
    }

    pub(crate) fn head(&self, epoch: u64, node: &Did) -> Result<Option<Head>, LogError> {
        let jws = head_of(&self.0.db, epoch, node)?;
        jws.map(|jws| Head::parse(&jws).map_err(LogError::damaged)).transpose()
    }

    /// Searches for bodies in up to `limit` entries after the last one searched; returns how many there were. Compares
    /// the CID's bytes in a header before it decodes any.
    pub(crate) fn named_after(
        &self,
        named: &mut Mentions,
        limit: usize,
    ) -> Result<usize, LogError> {
        let mut query = self.0.db.prepare_cached(
            "SELECT seq, header FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        )?;
        let mut rows = query.query(params![named.upto.map_or(-1, int), int(limit)])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            read += 1;
            named.upto = Some(row.get::<_, i64>(0)?.unsigned_abs());
            let bytes = blob(row, 1)?;
            if !may_name(bytes, &named.bodies) {
                continue;
            }
            let header = Header::decode(bytes).map_err(LogError::damaged)?;
            if let Some(body) = header.body.filter(|body| named.bodies.contains(body)) {
                named.entries.push(NamedBody::new(body, &header));
            }
        }
        Ok(read)
    }

    pub(crate) fn last_by(&self, kid: &Kid) -> Result<Option<KidState>, LogError> {
        let mut query = self.0.db.prepare_cached("SELECT seq FROM local_keys WHERE kid = ?1")?;
        let seq: Option<i64> = query.query_row([kid.to_string()], |row| row.get(0)).optional()?;
        let Some(seq) = seq else { return Ok(None) };
        let entry = entry(&self.0.db, seq.unsigned_abs())?;
        Ok(entry.as_ref().and_then(kid_state))
    }

    pub(crate) fn last_chain(&self, author: &Did) -> Result<Option<Cid>, LogError> {
        let (from, to) = (format!("{author}#"), format!("{author}$"));
        let sql = "SELECT max(seq) FROM local_keys WHERE kid >= ?1 AND kid < ?2";
        let mut query = self.0.db.prepare_cached(sql)?;
        let seq: Option<i64> = query.query_row([from, to], |row| row.get(0))?;
        let Some(seq) = seq else { return Ok(None) };
        let entry = entry(&self.0.db, seq.unsigned_abs())?;
        Ok(entry.and_then(|entry| entry.header.proof_part().and_then(|part| part.chain)))
    }
}

/// Returns whether a header's bytes have one of these CIDs as the body, without decoding: a long log has many headers.
fn may_name(header: &[u8], bodies: &std::collections::HashSet<Cid>) -> bool {
    /// The key, and the head of a link with its CID of 36 bytes (tag 42).
    const BODY: &[u8] = b"\x64body\xd8\x2a\x58\x25\x00";
    let Some(at) = header.windows(BODY.len()).position(|part| part == BODY) else {
        return false;
    };
    let cid = header.get(at + BODY.len()..at + BODY.len() + 36);
    cid.and_then(|bytes| imajin_dfos::cid::from_bytes(bytes).ok())
        .is_none_or(|cid| bodies.contains(&cid))
}

/// Returns the state to remember for the key that signed an entry.
pub(crate) fn kid_state(entry: &Sealed) -> Option<KidState> {
    let proof = entry.header.proof()?;
    Some(KidState { seq: entry.header.seq, payload: proof.payload.cid(), seen: proof.payload.seen })
}

pub(super) fn newest_seq(db: &Connection) -> rusqlite::Result<Option<u64>> {
    let seq: Option<i64> =
        db.prepare_cached("SELECT max(seq) FROM entries")?.query_row([], |row| row.get(0))?;
    Ok(seq.map(i64::unsigned_abs))
}

pub(super) fn entry_cid(db: &Connection, seq: u64) -> Result<Option<Cid>, LogError> {
    let mut query = db.prepare_cached("SELECT header FROM entries WHERE seq = ?1")?;
    let cid = query
        .query_row([int(seq)], |row| Ok(dag_cbor_cid(row.get_ref(0)?.as_blob()?)))
        .optional()?;
    Ok(cid)
}

pub(super) fn entry(db: &Connection, seq: u64) -> Result<Option<Sealed>, LogError> {
    let mut query = db.prepare_cached(
        "SELECT e.header, b.body FROM entries e LEFT JOIN bodies b ON b.seq = e.seq WHERE e.seq = ?1",
    )?;
    query.query([int(seq)])?.next()?.map(sealed).transpose()
}

pub(super) fn chain_lengths(db: &Connection) -> Result<HashMap<Did, usize>, LogError> {
    let mut query = db.prepare_cached("SELECT did, count(*) FROM chains GROUP BY did")?;
    let mut rows = query.query([])?;
    let mut lengths = HashMap::new();
    while let Some(row) = rows.next()? {
        let did: String = row.get(0)?;
        let did = Did::parse(&did)
            .map_err(|error| LogError::Damaged(format!("the table chains: {error}")))?;
        lengths.insert(did, usize::try_from(row.get::<_, i64>(1)?).unwrap_or(0));
    }
    Ok(lengths)
}

/// Decodes a row of header and body.
pub(super) fn sealed(row: &Row<'_>) -> Result<Sealed, LogError> {
    let body = row.get_ref(1)?.as_blob_or_null().map_err(LogError::damaged)?;
    Sealed::decode(blob(row, 0)?.into(), body.map(Arc::from)).map_err(LogError::damaged)
}

fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], LogError> {
    row.get_ref(column)?.as_blob().map_err(LogError::damaged)
}

impl From<LogError> for EvidenceError {
    fn from(error: LogError) -> Self {
        Self(Box::new(error))
    }
}

/// Returns whether the table has a head of this home.
pub(super) fn head_of(db: &Connection, epoch: u64, node: &Did) -> rusqlite::Result<Option<String>> {
    let mut query = db.prepare_cached("SELECT jws FROM heads WHERE epoch = ?1 AND node = ?2")?;
    query.query_row(params![int(epoch), node.as_str()], |row| row.get(0)).optional()
}
