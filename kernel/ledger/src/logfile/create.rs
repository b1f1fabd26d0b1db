//! Creates a new log in one go: as bytes in memory, then one file, one fsync of it and one of its folder.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use imajin_log::sql::wal_path;
use imajin_protocol::Did;
use rusqlite::Connection;

use super::append::insert;
use super::row::{Context, Row};
use super::schema::{self, JOURNAL_VERSIONS, WAL};
use super::{LOG_NAME, LogError, PARTIAL_NAME};
use crate::disk::Disk;

/// Creates the log of `did` with its first entries. The folder exists; the caller makes *its* name durable.
pub(crate) fn create(
    disk: &Arc<dyn Disk>,
    folder: &Path,
    did: &Did,
    rows: &[Row],
    context: &Context<'_>,
) -> Result<(), LogError> {
    let template = schema::template()?;
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact(rusqlite::MAIN_DB, template, template.len(), false)?;
    let transaction = db.transaction()?;
    insert(&transaction, did, rows, &mut Default::default(), context)?;
    transaction.commit()?;
    let mut bytes = db.serialize(rusqlite::MAIN_DB)?.to_vec();
    for at in JOURNAL_VERSIONS {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = WAL;
        }
    }
    let partial = folder.join(PARTIAL_NAME);
    let path = folder.join(LOG_NAME);
    let mut file = File::create(&partial)?;
    file.write_all(&bytes)?;
    disk.sync_file(&partial, &file)?;
    drop(file);
    // The WAL's name becomes durable together with the log's, so that later commits need to sync only its bytes.
    File::create(wal_path(&path))?;
    fs::rename(&partial, &path)?;
    disk.sync_dir(folder)?;
    Ok(())
}
