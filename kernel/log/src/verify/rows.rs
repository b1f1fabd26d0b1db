//! The rows of a log in order, in batches: one thread reads them, others decode.
//!
//! Always: decoding a row depends on that row alone. The replay judges how rows fit together.

use std::collections::HashMap;
use std::sync::Arc;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value, cbor};
use memchr::memmem::Finder;
use rusqlite::{Connection, OptionalExtension};

use crate::entry::{EntryError, Header, Sealed, decode_body};
use crate::ops::{self, OpTable};
use crate::rules::{Code, Fault, fail};

/// Maximum number of rows of one batch: enough to make the channel cheap, few enough to keep all cores busy.
const BATCH_ROWS_MAX: usize = 128;
/// Maximum bytes of one batch (one row may have more).
const BATCH_BYTES_MAX: usize = 512 * 1024;

/// One row as stored in the file.
pub(super) struct Raw {
    pub(super) seq: i64,
    pub(super) header: Arc<[u8]>,
    pub(super) body: Option<Vec<u8>>,
}

pub(super) struct DecodedRow {
    pub(super) sealed: Sealed,
    /// The body, if it exists; it matches the CID in the header.
    pub(super) body: Option<Value>,
    /// Why the stored body is wrong: reported after faults in the entry's position.
    pub(super) no_body: Option<Fault>,
    /// Whether the file has a body for an entry that names none.
    pub(super) stray_body: bool,
}

/// The row's number, with its content or why it is not an entry.
pub(super) type Row = (u64, Result<DecodedRow, Fault>);

/// The reader's result at the end.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Bodies {
    /// The number of rows in the table.
    pub(crate) count: u64,
    /// The first row that belongs to no entry.
    pub(crate) stray: Option<i64>,
}

/// Passes all rows in batches to `give`, until `give` returns false: reads both tables once, side by side.
pub(super) fn stream(
    conn: &Connection,
    mut give: impl FnMut(Vec<Raw>) -> bool,
) -> Result<Bodies, Fault> {
    let mut entries = conn.prepare("SELECT seq, header FROM entries ORDER BY seq")?;
    let mut entries = entries.query([])?;
    let mut bodies = conn.prepare("SELECT seq, body FROM bodies ORDER BY seq")?;
    let mut bodies = BodyRows::new(bodies.query([])?)?;
    let mut batch = Vec::with_capacity(BATCH_ROWS_MAX);
    let mut bytes = 0;
    while let Some(row) = entries.next()? {
        let seq: i64 = row.get(0)?;
        let raw = Raw { seq, header: blob(row, 1)?.into(), body: bodies.body_at(seq)? };
        bytes += raw.header.len() + raw.body.as_ref().map_or(0, Vec::len);
        batch.push(raw);
        if batch.len() == BATCH_ROWS_MAX || bytes >= BATCH_BYTES_MAX {
            bytes = 0;
            let next = Vec::with_capacity(BATCH_ROWS_MAX);
            if !give(std::mem::replace(&mut batch, next)) {
                return Ok(bodies.found);
            }
        }
    }
    if !batch.is_empty() {
        give(batch);
    }
    bodies.rest()
}

/// The rows of `bodies`, matched with their entries in order.
struct BodyRows<'s> {
    rows: rusqlite::Rows<'s>,
    next: Option<(i64, Vec<u8>)>,
    found: Bodies,
}

impl<'s> BodyRows<'s> {
    fn new(rows: rusqlite::Rows<'s>) -> Result<Self, Fault> {
        let mut bodies = Self { rows, next: None, found: Bodies::default() };
        bodies.take()?;
        Ok(bodies)
    }

    /// Returns the next row, and reads the one after it.
    fn take(&mut self) -> Result<Option<(i64, Vec<u8>)>, Fault> {
        let row = self.rows.next()?.map(<(i64, Vec<u8>)>::try_from).transpose()?;
        self.found.count += u64::from(row.is_some());
        Ok(std::mem::replace(&mut self.next, row))
    }

    /// Returns the body of an entry. Rows before it belong to no entry.
    fn body_at(&mut self, seq: i64) -> Result<Option<Vec<u8>>, Fault> {
        while let Some((next, _)) = self.next.as_ref().filter(|(next, _)| *next <= seq) {
            if *next == seq {
                return Ok(self.take()?.map(|(_, body)| body));
            }
            self.found.stray.get_or_insert(*next);
            self.take()?;
        }
        Ok(None)
    }

    fn rest(mut self) -> Result<Bodies, Fault> {
        while let Some((next, _)) = self.take()? {
            self.found.stray.get_or_insert(next);
        }
        Ok(self.found)
    }
}

/// Returns a blob, borrowed from SQLite's page.
fn blob<'r>(row: &'r rusqlite::Row<'_>, column: usize) -> Result<&'r [u8], Fault> {
    let value = row.get_ref(column)?;
    Ok(value.as_blob().map_err(rusqlite::Error::from)?)
}

/// Passes the header of every row, and its CID, to `take`.
pub(super) fn headers(
    conn: &Connection,
    sql: &str,
    mut take: impl FnMut(Cid, Header) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let bytes = blob(row, 0)?;
        let header = Header::decode(bytes).map_err(|error| entry_fault(&error))?;
        take(dag_cbor_cid(bytes), header)?;
    }
    Ok(())
}

/// Returns the bytes of an entry's header.
pub(super) fn header(conn: &Connection, seq: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    conn.prepare_cached("SELECT header FROM entries WHERE seq = ?1")?
        .query_row([seq.cast_signed()], |row| row.get(0))
        .optional()
}

/// Decodes one row, without the others.
pub(super) fn read(raw: Raw) -> Row {
    let Ok(seq) = u64::try_from(raw.seq) else {
        return (0, fail(Code::Seq, format!("the file has an entry {}", raw.seq)));
    };
    (seq, read_entry(raw))
}

fn read_entry(raw: Raw) -> Result<DecodedRow, Fault> {
    let sealed = Sealed::decode(raw.header, None).map_err(|error| entry_fault(&error))?;
    let mut read = DecodedRow { sealed, body: None, no_body: None, stray_body: false };
    match (read.sealed.header.body, raw.body) {
        (_, None) => {}
        (None, Some(_)) => read.stray_body = true,
        (Some(named), Some(bytes)) if dag_cbor_cid(&bytes) != named => {
            let message = "the body is not the one that the header names";
            read.no_body = Some(Fault::new(Code::Body, message));
        }
        (Some(_), Some(bytes)) => match decode_body(&bytes) {
            Ok(body) => read.body = Some(body),
            Err(error) => read.no_body = Some(entry_fault(&error)),
        },
    }
    Ok(read)
}

/// Returns the fault for malformed bytes.
pub(crate) fn entry_fault(error: &EntryError) -> Fault {
    let code = match error {
        EntryError::Will { .. } => Code::Will,
        _ => Code::Decode,
    };
    Fault::new(code, error.to_string())
}

/// Returns, for each body that an erasure in the file names, the number of the last such erasure. The replay checks
/// later, in order, whether the erasures are valid; until then they only say where a body may be missing. Ignores an
/// erasure that follows from an unknown operation. The file may not have been checked yet.
pub(crate) fn erasures(conn: &Connection, ops: &OpTable) -> Result<HashMap<Cid, u64>, Fault> {
    let mut statement = conn.prepare("SELECT seq, header FROM entries ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let name = Finder::new(ops::BODY_ERASED);
    let mut causes = Causes { conn, ops, known: HashMap::new() };
    let (mut last, mut found) = (-1, HashMap::new());
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq <= last {
            // A damaged file may contain a cycle.
            return fail(Code::File, "the entries are out of order");
        }
        last = seq;
        let header = blob(row, 1)?;
        if name.find(header).is_some() {
            erasure(seq, header, &mut causes, &mut found)?;
        }
    }
    Ok(found)
}

/// Finds out whether the operations that erasures follow from are known.
struct Causes<'c> {
    conn: &'c Connection,
    ops: &'c OpTable,
    known: HashMap<Cid, bool>,
}

impl Causes<'_> {
    /// Returns whether an erasure at `seq` with this cause may remove a body. A missing cause is found later.
    fn may_erase(&mut self, seq: i64, cause: &Cid) -> Result<bool, Fault> {
        if let Some(is_allowed) = self.known.get(cause) {
            return Ok(*is_allowed);
        }
        let elsewhere = self.in_causes(cause)?;
        let op = match elsewhere {
            Some(op) => Some(op),
            None => self.before(seq, cause)?,
        };
        let is_allowed = op.is_none_or(|op| self.ops.get(&op).is_some());
        self.known.insert(*cause, is_allowed);
        Ok(is_allowed)
    }

    /// Returns the intent in another log.
    fn in_causes(&self, cause: &Cid) -> Result<Option<String>, Fault> {
        let mut statement = self.conn.prepare_cached("SELECT header FROM causes WHERE cid = ?1")?;
        let header: Option<Vec<u8>> =
            statement.query_row([cause.to_bytes()], |row| row.get(0)).optional()?;
        let header = header.filter(|header| dag_cbor_cid(header) == *cause);
        Ok(header.and_then(|header| op_of(&header)))
    }

    /// Returns the intent in this log: before the erasure, with only its consequences between them.
    fn before(&self, seq: i64, cause: &Cid) -> Result<Option<String>, Fault> {
        let sql = "SELECT header, seq FROM entries WHERE seq < ?1 ORDER BY seq DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([seq])?;
        let mut next = seq;
        while let Some(row) = rows.next()? {
            let row_seq: i64 = row.get(1)?;
            if row_seq >= next {
                return fail(Code::File, "the entries are out of order");
            }
            next = row_seq;
            let header = blob(row, 0)?;
            if dag_cbor_cid(header) == *cause {
                return Ok(op_of(header));
            }
            let follows =
                |header: Value| header.get("cause").and_then(Value::as_link) == Some(cause);
            if !cbor::decode(header).is_ok_and(follows) {
                break;
            }
        }
        Ok(None)
    }
}

fn op_of(header: &[u8]) -> Option<String> {
    let header = cbor::decode(header).ok()?;
    header.get_str("op").map(str::to_owned)
}

/// Adds what an entry erases, if it is an erasure: the name may appear anywhere in a header.
fn erasure(
    seq: i64,
    header: &[u8],
    causes: &mut Causes<'_>,
    found: &mut HashMap<Cid, u64>,
) -> Result<(), Fault> {
    let Ok(header) = cbor::decode(header) else {
        return Ok(());
    };
    if header.get_str("op") != Some(ops::BODY_ERASED) {
        return Ok(());
    }
    if let Some(cause) = header.get("cause").and_then(Value::as_link)
        && !causes.may_erase(seq, cause)?
    {
        return Ok(());
    }
    let mut statement = causes.conn.prepare_cached("SELECT body FROM bodies WHERE seq = ?1")?;
    let body: Option<Vec<u8>> = statement.query_row([seq], |row| row.get(0)).optional()?;
    let body = body.and_then(|body| cbor::decode(&body).ok());
    let links = body.as_ref().and_then(|body| body.get("bodies"));
    let links = links.and_then(Value::as_list).unwrap_or_default();
    for cid in links.iter().filter_map(Value::as_link) {
        let last = found.entry(*cid).or_default();
        *last = (*last).max(seq.unsigned_abs());
    }
    Ok(())
}
