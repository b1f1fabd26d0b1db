//! The pieces of a log in a scratch database, each under the CID or signature that proves it.

use std::path::Path;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_protocol::{Did, Head};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::RepairError;
use super::pages::{self, Row};
use crate::entry::{Header, decode_body};
use crate::synced::if_there;

/// Several sources may have the same piece: `own` says whether the damaged file does.
const SCHEMA: &str = "
    CREATE TABLE headers (cid BLOB PRIMARY KEY, seq INTEGER NOT NULL, prev BLOB, header BLOB NOT NULL, own INTEGER NOT NULL)
        STRICT, WITHOUT ROWID;
    CREATE INDEX headers_by_prev ON headers (prev);
    CREATE INDEX headers_by_seq ON headers (seq);
    CREATE TABLE bodies (cid BLOB PRIMARY KEY, body BLOB NOT NULL, own INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE causes (cid BLOB, own INTEGER, header BLOB NOT NULL, body BLOB, PRIMARY KEY (cid, own)) STRICT, WITHOUT ROWID;
    CREATE TABLE txns (cid BLOB PRIMARY KEY, list BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE openings (cid BLOB PRIMARY KEY, opening BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE chains (did TEXT, n INTEGER, jws TEXT, own INTEGER NOT NULL, PRIMARY KEY (did, n, jws)) STRICT, WITHOUT ROWID;
    CREATE TABLE heads (epoch INTEGER, node TEXT, seq INTEGER, cid BLOB NOT NULL, jws TEXT, PRIMARY KEY (epoch, node, seq, jws))
        STRICT, WITHOUT ROWID;
    CREATE TABLE traces (seq INTEGER PRIMARY KEY, is_sure INTEGER NOT NULL) STRICT;
    CREATE TABLE line (seq INTEGER PRIMARY KEY, cid BLOB NOT NULL) STRICT;
";
/// The major types of a list and of a map in dag-cbor (RFC 8949, §3.1).
const CBOR_LIST: u8 = 4;
const CBOR_MAP: u8 = 5;

pub(super) struct Pieces {
    pub(super) db: Connection,
    did: Did,
}

impl Pieces {
    /// Creates an empty database; removes what an earlier attempt left at this path.
    pub(super) fn new(path: &Path, did: &Did) -> Result<Self, RepairError> {
        if_there(std::fs::remove_file(path)).map_err(RepairError::io(path))?;
        let db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "OFF")?;
        db.pragma_update(None, "synchronous", "OFF")?;
        db.execute_batch(SCHEMA)?;
        Ok(Self { db, did: did.clone() })
    }

    /// Adds everything readable in a file: the damaged one itself if `own`. Copies it to `scratch` for that.
    pub(super) fn take(
        &mut self,
        path: &Path,
        own: bool,
        scratch: &Path,
    ) -> Result<(), RepairError> {
        let transaction = self.db.transaction()?;
        pages::rows(path, scratch, |row| {
            if own {
                trace(&transaction, &self.did, row)?;
            }
            put(&transaction, &self.did, row, own)
        })?;
        Ok(transaction.commit()?)
    }

    /// Returns the last entry that the damaged file has or had, according to its rows: those of bodies and of the
    /// node's own tables have the same keys as the entries. A single key proves nothing, because it may be damaged
    /// itself.
    pub(super) fn reach(&self) -> rusqlite::Result<Option<u64>> {
        let sql = "SELECT seq FROM traces AS trace WHERE is_sure
                OR EXISTS (SELECT 1 FROM traces WHERE seq IN (trace.seq - 1, trace.seq + 1))
             ORDER BY seq DESC LIMIT 1";
        let last = self.db.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(last.map(i64::unsigned_abs))
    }
}

/// Notes that the damaged file has a row of an entry, readable or not.
fn trace(db: &Connection, did: &Did, row: &Row) -> rusqlite::Result<()> {
    let [Value::Integer(seq @ 0..), value, Value::Null, _] = row else {
        return Ok(());
    };
    let is_sure = match value {
        Value::Blob(bytes) => Header::decode(bytes)
            .is_ok_and(|header| header.did == *did && header.seq == seq.unsigned_abs()),
        _ => false,
    };
    let sql = "INSERT INTO traces VALUES (?1, ?2) ON CONFLICT DO UPDATE SET is_sure = max(is_sure, excluded.is_sure)";
    db.prepare_cached(sql)?.execute(params![seq, is_sure])?;
    Ok(())
}

/// Stores a row in its table, or drops one that is not what it says.
fn put(db: &Connection, did: &Did, row: &Row, own: bool) -> rusqlite::Result<()> {
    use Value::{Blob, Integer, Null, Text};
    match row {
        [Integer(_), Blob(bytes), Null, _] => entry_part(db, did, bytes, own),
        [Null, Integer(epoch), Text(node), Text(jws)] => head(db, did, (*epoch, node, jws)),
        [Null, Text(chain), Integer(n), Text(jws)] => {
            let sql = "INSERT INTO chains VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET own = max(own, excluded.own)";
            db.prepare_cached(sql)?.execute(params![chain, n, jws, own])?;
            Ok(())
        }
        [Null, Blob(cid), Blob(bytes), Null]
            if names(cid, bytes) && Header::decode(bytes).is_err() =>
        {
            let sql = match bytes.first().map(|byte| byte >> 5) {
                Some(CBOR_LIST) => "INSERT OR IGNORE INTO txns VALUES (?1, ?2)",
                Some(CBOR_MAP) => "INSERT OR IGNORE INTO openings VALUES (?1, ?2)",
                _ => return Ok(()),
            };
            db.prepare_cached(sql)?.execute(params![cid, bytes])?;
            Ok(())
        }
        [Null, Blob(cid), Blob(header), body @ (Null | Blob(_))] => {
            let fits = |header: Header| match body {
                Blob(body) => header.body.is_some_and(|cid| cid == dag_cbor_cid(body)),
                _ => true,
            };
            if names(cid, header) && Header::decode(header).is_ok_and(fits) {
                let sql = "INSERT OR IGNORE INTO causes VALUES (?1, ?2, ?3, ?4)";
                db.prepare_cached(sql)?.execute(params![cid, own, header, body])?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn names(cid: &[u8], bytes: &[u8]) -> bool {
    dag_cbor_cid(bytes).to_bytes() == cid
}

/// Stores a header, or else a body.
fn entry_part(db: &Connection, did: &Did, bytes: &[u8], own: bool) -> rusqlite::Result<()> {
    let cid = dag_cbor_cid(bytes).to_bytes();
    if let Ok(header) = Header::decode(bytes) {
        if header.did != *did {
            return Ok(());
        }
        let prev = header.prev.map(|prev| prev.to_bytes());
        let sql = "INSERT INTO headers VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET own = max(own, excluded.own)";
        let row = params![cid, header.seq.cast_signed(), prev, bytes, own];
        db.prepare_cached(sql)?.execute(row)?;
    } else if decode_body(bytes).is_ok() {
        let sql = "INSERT INTO bodies VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET own = max(own, excluded.own)";
        db.prepare_cached(sql)?.execute(params![cid, bytes, own])?;
    }
    Ok(())
}

fn head(db: &Connection, did: &Did, (epoch, node, jws): (i64, &str, &str)) -> rusqlite::Result<()> {
    let Ok(head) = Head::parse(jws) else {
        return Ok(());
    };
    let payload = &head.payload;
    let fits =
        payload.did == *did && payload.epoch.cast_signed() == epoch && head.node().as_str() == node;
    if fits {
        let sql = "INSERT OR IGNORE INTO heads VALUES (?1, ?2, ?3, ?4, ?5)";
        let seq = payload.seq.cast_signed();
        let row = params![epoch, node, seq, payload.cid.to_bytes(), jws];
        db.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}
