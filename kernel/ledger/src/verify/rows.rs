//! The rows of a log in order, in batches: read by one thread, decoded by others.
//!
//! Always: a row's decoding depends on that row alone. What it means among the others is the replay's to judge.

use std::collections::HashMap;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value, cbor};
use rusqlite::Connection;

use crate::entry::{EntryError, Sealed, decode_body};
use crate::hostile::damaged;
use crate::ops;
use crate::rules::{Code, Fault};

/// Rows of one batch at most: enough that a channel costs nothing, few enough that all cores have work.
const BATCH_ROWS_MAX: usize = 128;
/// Bytes of one batch at most (one row may have more).
const BATCH_BYTES_MAX: usize = 512 * 1024;

/// One row as it stands in the file.
pub(super) struct Raw {
    pub(super) seq: i64,
    pub(super) header: Vec<u8>,
    pub(super) body: Option<Vec<u8>>,
}

/// One row, read.
pub(super) struct Read {
    pub(super) sealed: Sealed,
    /// The body, where it is there; its CID is the one that the header names.
    pub(super) body: Option<Value>,
    /// Whether a body stands in the file for an entry that names none.
    pub(super) stray_body: bool,
}

/// What the row is, or why it is no entry.
pub(super) type Row = (u64, Result<Read, Fault>);

/// Reads all rows in batches into `give`, until it says no.
pub(super) fn stream(
    conn: &Connection,
    mut give: impl FnMut(Vec<Raw>) -> bool,
) -> Result<(), Fault> {
    let sql = "SELECT e.seq, e.header, b.body FROM entries e LEFT JOIN bodies b ON b.seq = e.seq ORDER BY e.seq";
    let mut statement = conn.prepare(sql).map_err(damaged)?;
    let mut rows = statement.query([]).map_err(damaged)?;
    let mut batch = Vec::with_capacity(BATCH_ROWS_MAX);
    let mut bytes = 0;
    while let Some(row) = rows.next().map_err(damaged)? {
        let raw = Raw {
            seq: row.get(0).map_err(damaged)?,
            header: row.get(1).map_err(damaged)?,
            body: row.get(2).map_err(damaged)?,
        };
        bytes += raw.header.len() + raw.body.as_ref().map_or(0, Vec::len);
        batch.push(raw);
        if batch.len() == BATCH_ROWS_MAX || bytes >= BATCH_BYTES_MAX {
            bytes = 0;
            if !give(std::mem::replace(
                &mut batch,
                Vec::with_capacity(BATCH_ROWS_MAX),
            )) {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        give(batch);
    }
    Ok(())
}

/// Decodes one row: what can be said without the others.
pub(super) fn read(raw: Raw) -> Row {
    let Ok(seq) = u64::try_from(raw.seq) else {
        return (
            0,
            Err(Fault::new(
                Code::Seq,
                format!("the file has an entry {}", raw.seq),
            )),
        );
    };
    (seq, read_entry(raw))
}

fn read_entry(raw: Raw) -> Result<Read, Fault> {
    let sealed = Sealed::decode(raw.header.into(), None).map_err(|error| entry_fault(&error))?;
    let (body, stray_body) = match (sealed.header.body, raw.body) {
        (_, None) => (None, false),
        (None, Some(_)) => (None, true),
        (Some(named), Some(bytes)) => {
            if dag_cbor_cid(&bytes) != named {
                return Err(Fault::new(
                    Code::Body,
                    "the body is not the one that the header names",
                ));
            }
            (
                Some(decode_body(&bytes).map_err(|error| entry_fault(&error))?),
                false,
            )
        }
    };
    Ok(Read {
        sealed,
        body,
        stray_body,
    })
}

/// The fault that malformed bytes are.
pub(crate) fn entry_fault(error: &EntryError) -> Fault {
    let code = match error {
        EntryError::Will { .. } => Code::Will,
        _ => Code::Decode,
    };
    Fault::new(code, error.to_string())
}

/// For each body that an erasure in the file names, the place of the last such erasure. Whether the erasures are
/// good is found later, in order; nothing here is trusted but to say where a body may be missing.
pub(super) fn erasures(conn: &Connection) -> Result<HashMap<Cid, u64>, Fault> {
    let sql = "SELECT e.seq, e.header, b.body FROM entries e JOIN bodies b ON b.seq = e.seq WHERE instr(e.header, ?1) > 0";
    let mut statement = conn.prepare(sql).map_err(damaged)?;
    let mut rows = statement
        .query([ops::BODY_ERASED.as_bytes()])
        .map_err(damaged)?;
    let mut found: HashMap<Cid, u64> = HashMap::new();
    while let Some(row) = rows.next().map_err(damaged)? {
        let seq: i64 = row.get(0).map_err(damaged)?;
        let header: Vec<u8> = row.get(1).map_err(damaged)?;
        let body: Vec<u8> = row.get(2).map_err(damaged)?;
        // The name may stand anywhere in a header: only an erasure erases.
        let erases = |header: Value| header.get_str("op") == Some(ops::BODY_ERASED);
        if !cbor::decode(&header).is_ok_and(erases) {
            continue;
        }
        let Ok(seq) = u64::try_from(seq) else {
            continue;
        };
        let Ok(body) = cbor::decode(&body) else {
            continue;
        };
        for link in body
            .get("bodies")
            .and_then(Value::as_list)
            .unwrap_or_default()
        {
            if let Some(cid) = link.as_link() {
                let last = found.entry(*cid).or_default();
                *last = (*last).max(seq);
            }
        }
    }
    Ok(found)
}
