//! The schema of a log, exactly as docs/format.md §10 has it, and the version check.

use std::sync::OnceLock;

use rusqlite::Connection;

use super::LogError;

/// `IMJN`
pub(crate) const APPLICATION_ID: i32 = 0x494D_4A4E;
/// The version of the schema.
pub(crate) const USER_VERSION: i32 = 1;
/// Bytes of a page.
const PAGE_BYTES: i32 = 4096;

/// The tables.
pub(crate) const SCHEMA: &str = "\
CREATE TABLE entries (seq INTEGER PRIMARY KEY, header BLOB NOT NULL) STRICT;
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE heads (epoch INTEGER NOT NULL, node TEXT NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (epoch, node)) STRICT, WITHOUT ROWID;
CREATE TABLE chains (did TEXT NOT NULL, n INTEGER NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (did, n)) STRICT, WITHOUT ROWID;
CREATE TABLE causes (cid BLOB PRIMARY KEY, header BLOB NOT NULL, body BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE txns (cid BLOB PRIMARY KEY, list BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE openings (cid BLOB PRIMARY KEY, opening BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE local_offsets (seq INTEGER PRIMARY KEY, offset INTEGER NOT NULL) STRICT;
CREATE TABLE local_marks (seq INTEGER PRIMARY KEY, op TEXT NOT NULL) STRICT;
CREATE TABLE local_keys (kid TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// An empty log, as the bytes of its file: made once, since parsing the schema costs more than writing it.
pub(crate) fn template() -> Result<&'static [u8], LogError> {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(template) = TEMPLATE.get() {
        return Ok(template);
    }
    let db = Connection::open_in_memory()?;
    db.pragma_update(None, "page_size", PAGE_BYTES)?;
    db.pragma_update(None, "encoding", "UTF-8")?;
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", USER_VERSION)?;
    db.execute_batch(SCHEMA)?;
    let bytes = db.serialize(rusqlite::MAIN_DB)?.to_vec();
    Ok(TEMPLATE.get_or_init(|| bytes))
}

/// Whether this is a log of a version that we know. Older versions would be migrated here; there is none yet.
pub(super) fn check(db: &Connection) -> Result<(), LogError> {
    let id: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Err(LogError::Damaged(
            "log.sqlite is not a log: its application id is another".to_owned(),
        ));
    }
    let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != USER_VERSION {
        let text = format!(
            "log.sqlite is of version {version}; this program knows {USER_VERSION}: use a newer imajin"
        );
        return Err(LogError::Damaged(text));
    }
    Ok(())
}
