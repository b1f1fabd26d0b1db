//! Reads the remains of a damaged log with SQLite, page by page.
//!
//! Nothing in the file is trusted, neither its header nor its trees. In a copy of the file, the first page is replaced
//! by one that names two tables, and every other page in turn becomes the root of one of them: a damaged page costs the
//! rows on it, and no others. A row's CID or signature tells whether it belongs to the log.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, MAIN_DB};

use super::RepairError;
use crate::space::Space;
use crate::sql::wal_path;
use crate::synced::if_there;
use crate::untrusted::VALUE_BYTES_MAX;

/// The page sizes of new and of early logs, in bytes; tried if the header has none.
const USUAL_PAGE_BYTES: [usize; 2] = [1024, 4096];
/// Bytes of a file's own header, at the start of its first page.
const FILE_HEADER_BYTES: usize = 100;
/// Bytes before the frames of a WAL (32), and before each page in it (24).
const WAL_HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The first byte of the pages with the rows of a table: a leaf with row ids; an inner page and a leaf without.
const NUMBERED_LEAF: u8 = 13;
const KEYED_INNER: u8 = 2;
const KEYED_LEAF: u8 = 10;

/// Tables that the rows of every table of a log fit in. Their first root is the page after this one.
const SCHEMA: &str = "CREATE TABLE numbered (seq INTEGER PRIMARY KEY, value, more);
    CREATE TABLE keyed (a, b, c, PRIMARY KEY (a)) WITHOUT ROWID;
    PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage=2";
const NUMBERED: &str = "SELECT seq, value, more, NULL FROM numbered ORDER BY seq";
const KEYED: &str = "SELECT NULL, a, b, c FROM keyed ORDER BY a";

/// A row with a row id, as the id and the value, then null; or null, and the columns of a row without one.
pub(super) type Row = [Value; 4];

/// Returns whether the file is shorter than its header says.
pub(super) fn is_cut(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    let Some(header) = read_at(&file, 0, FILE_HEADER_BYTES)? else {
        return Ok(true);
    };
    let page_bytes = page_bytes(&header).unwrap_or(USUAL_PAGE_BYTES[1]);
    Ok(file.metadata()?.len() < number(&header[28..32]) * page_bytes as u64)
}

/// Passes every readable row of the file, and of its WAL, to `found`. A row may come several times. Reads a copy of the
/// file at `scratch`.
pub(super) fn rows(
    path: &Path,
    scratch: &Path,
    mut found: impl FnMut(&Row) -> rusqlite::Result<()>,
) -> Result<(), RepairError> {
    let file = File::open(path).map_err(RepairError::io(path))?;
    let header = read_at(&file, 0, FILE_HEADER_BYTES).map_err(RepairError::io(path))?;
    let sizes = match header.and_then(|header| page_bytes(&header)) {
        Some(page_bytes) => vec![page_bytes],
        None => USUAL_PAGE_BYTES.to_vec(),
    };
    for page_bytes in sizes {
        let copy = copy(path, scratch).map_err(RepairError::io(path))?;
        scan(&copy, scratch, page_bytes, &mut found)?;
        // A frame may be damaged, and its page may not: both are read.
        if apply_wal(&wal_path(path), &copy, page_bytes).map_err(RepairError::io(path))? {
            scan(&copy, scratch, page_bytes, &mut found)?;
        }
    }
    Ok(())
}

/// Copies the bytes of a file, which may be read-only.
fn copy(path: &Path, scratch: &Path) -> io::Result<File> {
    let mut from = File::open(path)?;
    let mut copy =
        File::options().read(true).write(true).create(true).truncate(true).open(scratch)?;
    // The copy of a file with holes has none.
    Space::has_room(scratch, from.metadata()?.len())?;
    io::copy(&mut from, &mut copy)?;
    Ok(copy)
}

/// Puts the pages in a WAL in their places, except those of an earlier round, which have another salt. Returns whether
/// there are any.
fn apply_wal(path: &Path, copy: &File, page_bytes: usize) -> io::Result<bool> {
    let Some(wal) = if_there(File::open(path))? else {
        return Ok(false);
    };
    let Some(header) = read_at(&wal, 0, WAL_HEADER_BYTES)? else {
        return Ok(false);
    };
    let pages = (copy.metadata()?.len() + wal.metadata()?.len()) / page_bytes as u64;
    let mut at = WAL_HEADER_BYTES as u64;
    while let Some(frame) = read_at(&wal, at, FRAME_HEADER_BYTES + page_bytes)? {
        let page = number(&frame[..4]);
        if (1..=pages).contains(&page) && frame[8..16] == header[16..24] {
            copy.write_all_at(&frame[FRAME_HEADER_BYTES..], (page - 1) * page_bytes as u64)?;
        }
        at += frame.len() as u64;
    }
    Ok(at > WAL_HEADER_BYTES as u64)
}

/// Passes the rows of every page to `found`.
fn scan(
    copy: &File,
    path: &Path,
    page_bytes: usize,
    found: &mut impl FnMut(&Row) -> rusqlite::Result<()>,
) -> Result<(), RepairError> {
    let first = first_page(page_bytes)?;
    copy.write_all_at(&first, 0).map_err(RepairError::io(path))?;
    let bytes = copy.metadata().map_err(RepairError::io(path))?.len();
    let pages = bytes.div_ceil(page_bytes as u64);
    if pages < 2 {
        return Ok(());
    }
    let db = Connection::open(path)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    db.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA mmap_size=0")?;
    // No file has more rows than bytes; a forged one would repeat its rows without end.
    let mut rows_left = bytes;
    for root in 2..=pages {
        let at = (root - 1) * page_bytes as u64;
        let kind = read_at(copy, at, 1).map_err(RepairError::io(path))?;
        let sql = match kind.as_deref() {
            Some([NUMBERED_LEAF]) => NUMBERED,
            Some([KEYED_INNER | KEYED_LEAF]) => KEYED,
            _ => continue,
        };
        db.execute_batch(&format!(
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage={root}; PRAGMA writable_schema=RESET"
        ))?;
        for order in ["", " DESC"] {
            let sql = format!("{sql}{order} LIMIT {rows_left}");
            if read(&db, &sql, &mut rows_left, found)? {
                break;
            }
        }
    }
    Ok(())
}

/// Makes the first page of a file with the tables of [`SCHEMA`], without a number of pages: the file's length counts.
fn first_page(page_bytes: usize) -> rusqlite::Result<Vec<u8>> {
    let db = Connection::open_in_memory()?;
    db.pragma_update(None, "page_size", page_bytes as i64)?;
    db.execute_batch(SCHEMA)?;
    let mut page = db.serialize(MAIN_DB)?[..page_bytes].to_vec();
    page[28..32].fill(0);
    Ok(page)
}

/// Passes rows to `found`, up to one that is unreadable; returns whether there is none.
fn read(
    db: &Connection,
    sql: &str,
    rows_left: &mut u64,
    found: &mut impl FnMut(&Row) -> rusqlite::Result<()>,
) -> rusqlite::Result<bool> {
    let mut query = db.prepare(sql)?;
    let values = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
    for row in query.query_map([], values)? {
        match row {
            Ok(row) => found(&row)?,
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => {
                return Err(error);
            }
            Err(_) => return Ok(false),
        }
        *rows_left -= 1;
    }
    Ok(true)
}

/// Returns the page size in a file's header, in bytes, if it is a possible one.
fn page_bytes(header: &[u8]) -> Option<usize> {
    let page_bytes = match number(&header[16..18]) {
        1 => 65_536,
        page_bytes => page_bytes as usize,
    };
    (page_bytes >= 512 && page_bytes.is_power_of_two()).then_some(page_bytes)
}

/// Reads a number, most significant byte first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Reads bytes of a file; `None` if the file ends before.
fn read_at(file: &File, at: u64, length: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; length];
    match file.read_exact_at(&mut bytes, at) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
