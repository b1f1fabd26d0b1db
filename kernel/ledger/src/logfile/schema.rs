//! An empty log, and the version check. The schema itself is [`LOG_SCHEMA`], the one that imports are held to.

use std::sync::OnceLock;

use rusqlite::Connection;

use super::LogError;
use crate::hostile::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};

/// Bytes of a page.
pub(super) const PAGE_BYTES: i32 = 4096;

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
    db.execute_batch(&LOG_SCHEMA.join(";\n"))?;
    let bytes = db.serialize(rusqlite::MAIN_DB)?.to_vec();
    Ok(TEMPLATE.get_or_init(|| bytes))
}

/// Whether this is a log of a version that we know. Older versions would be migrated here; there is none yet.
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
