//! The tables `local_*` of an imported log, which let this node find things without reading the whole log.
//!
//! Always: a function of the entries and of the offsets given here, with the same result as the flusher's.

use std::collections::HashMap;
use std::path::Path;

use imajin_log::entry::{Header, Sealed};
use imajin_log::format::names;
use imajin_log::rules::LogState;
use imajin_log::sql::uri;
use rusqlite::{Connection, OpenFlags, params};

use crate::logfile::{LogError, MARKED, is_marked};

const EMPTY: &str = "DELETE FROM local_offsets; DELETE FROM local_marks; DELETE FROM local_keys;";

/// Fills the tables of the log in `folder`. `offset` maps an entry to its offset on this node.
pub(super) fn fill(
    folder: &Path,
    state: &LogState,
    offset: &dyn Fn(u64) -> u64,
) -> Result<(), LogError> {
    let path = &folder.join(names::LOG);
    let mut db = Connection::open(path)?;
    let transaction = db.transaction()?;
    rows(&transaction, state, offset)?;
    Ok(transaction.commit()?)
}

/// Empties the tables, as they are in a copy.
pub(super) fn clear(folder: &Path) -> rusqlite::Result<()> {
    Connection::open(folder.join(names::LOG))?.execute_batch(EMPTY)
}

fn rows(db: &Connection, state: &LogState, offset: &dyn Fn(u64) -> u64) -> Result<(), LogError> {
    db.execute_batch(EMPTY)?;
    let counted = |via: &imajin_dfos::Cid| {
        state.delegations().iter().any(|d| d.cid == *via && d.uses.is_some())
    };
    let mut offsets = db.prepare("INSERT INTO local_offsets VALUES (?1, ?2)")?;
    let mut marks = db.prepare("INSERT INTO local_marks VALUES (?1, ?2)")?;
    let mut keys: HashMap<String, i64> = HashMap::new();
    let mut entries = db.prepare("SELECT seq, header FROM entries ORDER BY seq")?;
    let mut rows = entries.query([])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let bytes: Vec<u8> = row.get(1)?;
        let sealed = Sealed::decode(bytes.into(), None)
            .map_err(|error| LogError::Failed(error.to_string()))?;
        offsets.execute(params![seq, offset(sealed.header.seq).cast_signed()])?;
        if is_marked(&sealed.header, counted) {
            marks.execute(params![seq, sealed.header.op])?;
        }
        if let Some(part) = sealed.header.proof_part() {
            keys.insert(part.kid.to_string(), seq);
        }
    }
    let mut insert = db.prepare("INSERT INTO local_keys VALUES (?1, ?2)")?;
    for (kid, seq) in keys {
        insert.execute(params![kid, seq])?;
    }
    Ok(())
}

/// Finds a fault of these tables in an otherwise valid log of this node; `None` if they are right.
pub fn find_table_fault(log: &Path) -> rusqlite::Result<Option<String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let uri = uri(log, "mode=ro&immutable=1");
    let db = Connection::open_with_flags(uri, flags)?;
    let wrong = wrong_table(&db)?;
    Ok(wrong.map(|table| format!("its table {table} does not say what its entries say")))
}

fn wrong_table(db: &Connection) -> rusqlite::Result<Option<&'static str>> {
    let disorder = "SELECT (SELECT count(*) FROM entries JOIN local_offsets USING (seq)) <> (SELECT count(*) FROM entries)
         OR (SELECT count(*) FROM local_offsets) <> (SELECT count(*) FROM entries)
         OR EXISTS (SELECT 1 FROM (SELECT offset, lag(offset) OVER (ORDER BY seq) AS before FROM local_offsets)
             WHERE before >= offset)";
    if db.query_row(disorder, [], |row| row.get(0))? {
        return Ok(Some("local_offsets"));
    }
    let mut marks: HashMap<i64, String> = db
        .prepare("SELECT seq, op FROM local_marks")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut keys: HashMap<String, i64> = HashMap::new();
    let mut entries = db.prepare("SELECT seq, header FROM entries ORDER BY seq")?;
    let mut rows = entries.query([])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let Ok(header) = Header::decode(&row.get::<_, Vec<u8>>(1)?) else {
            return Ok(Some("entries"));
        };
        // The delegations in force at the time decide which other entries are marked.
        let must = MARKED.contains(&header.op.as_str());
        match marks.remove(&seq) {
            Some(op) if op == header.op => {}
            None if !must => {}
            _ => return Ok(Some("local_marks")),
        }
        if let Some(part) = header.proof_part() {
            keys.insert(part.kid.to_string(), seq);
        }
    }
    let noted: HashMap<String, i64> = db
        .prepare("SELECT kid, seq FROM local_keys")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(match (marks.is_empty(), noted == keys) {
        (false, _) => Some("local_marks"),
        (true, false) => Some("local_keys"),
        (true, true) => None,
    })
}
