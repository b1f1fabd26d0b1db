//! Checks the structure of a whole file: every page once, in bounded time.

use rusqlite::Connection;

use super::LogForm;
use crate::rules::{Code, Fault, fail};

/// Tables that are empty in a bundle.
const LOCAL: [&str; 3] = ["local_offsets", "local_marks", "local_keys"];
/// Steps of SQLite's virtual machine for each byte of the file: the check walks each page and row once, and refuses a
/// file that takes longer.
const STEPS_PER_BYTE: u64 = 64;

/// Checks that the whole file is intact, and that a bundle's local tables are empty.
pub(super) fn check(conn: &Connection, form: LogForm) -> Result<(), Fault> {
    whole(conn)?;
    if form == LogForm::Bare {
        return Ok(());
    }
    for table in LOCAL {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
        let filled: bool = conn.query_row(&sql, [], |row| row.get(0))?;
        if filled {
            let message = format!("table {table} must be empty in a bundle");
            return fail(Code::File, message);
        }
    }
    Ok(())
}

/// Checks the structure of the whole file, the types of all values (the tables are STRICT) and the order of all keys,
/// within bounds. `quick_check` overlooks rows out of key order, which one look-up finds and another does not.
fn whole(conn: &Connection) -> Result<(), Fault> {
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let bytes = number("PRAGMA page_count")?.max(1).unsigned_abs()
        * number("PRAGMA page_size")?.max(512).unsigned_abs();
    let steps_max = bytes.saturating_mul(STEPS_PER_BYTE);
    let mut steps = 0u64;
    const STEPS: u64 = 100_000;
    let stop = move || {
        steps += STEPS;
        steps > steps_max
    };
    conn.progress_handler(STEPS as std::ffi::c_int, Some(stop))?;
    let result = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    conn.progress_handler(0, None::<fn() -> bool>)?;
    match result?.as_str() {
        "ok" => Ok(()),
        problem => fail(Code::File, format!("SQLite finds the file damaged: {problem}")),
    }
}
