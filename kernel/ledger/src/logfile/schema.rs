//! An empty log, and the version check. The schema itself is [`LOG_SCHEMA`], which imported logs must have too.

use std::fs::File;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::os::unix::fs::FileExt as _;
use std::sync::OnceLock;

use imajin_log::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use rusqlite::Connection;

use super::LogError;

/// Bytes of a page of a new log. Most logs are short, and every commit writes whole pages. An existing log keeps its
/// page size.
const PAGE_BYTES: i32 = 1024;

/// The offsets of a database file's read and write versions; 1 means a rollback journal, 2 a WAL (SQLite file format
/// §1.3.3).
pub(super) const JOURNAL_VERSIONS: RangeInclusive<usize> = 18..=19;
pub(super) const WAL: u8 = 2;

/// Returns the bytes of an empty log's file: made once, because parsing the schema costs more than writing the bytes.
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
    db.execute_batch(&LOG_SCHEMA.join(";\n"))?;
    let bytes = db.serialize(rusqlite::MAIN_DB)?.to_vec();
    Ok(TEMPLATE.get_or_init(|| bytes))
}

/// The first bytes of a log's file (SQLite file format §1.3).
pub(super) struct FileHeader {
    pub(super) page_bytes: i32,
    /// Whether it is written with a WAL.
    pub(super) has_wal: bool,
}

/// Reads the header of a log, and checks that the log is of a known version: without SQLite, which takes a statement for each number.
/// Older versions would be migrated here; none exists yet.
pub(super) fn read_header(file: &File) -> Result<FileHeader, LogError> {
    let mut bytes = [0; 100];
    match file.read_exact_at(&mut bytes, 0) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            return Err(LogError::Damaged("log.sqlite is too short".to_owned()));
        }
        read => read?,
    }
    let number = |at: usize| i64::from(i32::from_be_bytes([0, 1, 2, 3].map(|n| bytes[at + n])));
    if number(68) != APPLICATION_ID {
        return Err(LogError::Damaged(
            "log.sqlite is not a log: its application id is another".to_owned(),
        ));
    }
    let version = number(60);
    if version != USER_VERSION {
        let text = format!(
            "log.sqlite is of version {version}; this program knows {USER_VERSION}: use a newer imajin"
        );
        return Err(LogError::Damaged(text));
    }
    let page_bytes = match u16::from_be_bytes([bytes[16], bytes[17]]) {
        1 => 65_536,
        bytes => i32::from(bytes),
    };
    Ok(FileHeader { page_bytes, has_wal: bytes[JOURNAL_VERSIONS] == [WAL; 2] })
}
