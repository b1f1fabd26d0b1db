//! An empty log, and the version check. The schema itself is [`LOG_SCHEMA`], which imported logs must have too.

use std::sync::OnceLock;

use imajin_log::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use rusqlite::Connection;

use super::LogError;

/// Bytes of a page of a new log. Most logs are short, and every commit writes whole pages. An existing log keeps its
/// page size.
const PAGE_BYTES: i32 = 1024;

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

/// Checks that this is a log of a known version. Older versions would be migrated here; none exists yet.
pub(super) fn check(db: &Connection) -> Result<(), LogError> {
    let id: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Err(LogError::Damaged(
            "log.sqlite is not a log: its application id is another".to_owned(),
        ));
    }
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != USER_VERSION {
        let text = format!(
            "log.sqlite is of version {version}; this program knows {USER_VERSION}: use a newer imajin"
        );
        return Err(LogError::Damaged(text));
    }
    Ok(())
}
