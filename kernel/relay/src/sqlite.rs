//! The relay's store in one SQLite file.

mod evict;
mod lists;
mod read;
mod rows;
mod select;
mod write;

use std::path::Path;

use parking_lot::Mutex;
use rusqlite::Connection;

use super::store::{Answer, Reads, Store, StoreError, WriteHandle};
use crate::storage::sqlite::{Database, Schema};

/// Operations of one kind in a chain that are sorted when they are asked for; those after them are late.
const EARLY_MAX: i64 = 128;

const SCHEMA: Schema = Schema {
    // "imrl"
    application_id: 0x696d_726c,
    version: 4,
    sql: include_str!("sqlite/schema.sql"),
    migrations: &[
        include_str!("sqlite/late.sql"),
        include_str!("sqlite/withdrawn.sql"),
        include_str!("sqlite/genesis_keys.sql"),
    ],
};

/// The store.
pub struct Sqlite {
    database: Database,
    writer: Mutex<Option<Connection>>,
}

impl Sqlite {
    /// Opens the file, and makes it if there is none.
    pub fn open(path: &Path) -> Answer<Self> {
        let (database, writer) = Database::open(path, &SCHEMA)?;
        write::fill_genesis_keys(&writer)?;
        Ok(Self {
            database,
            writer: Mutex::new(Some(writer)),
        })
    }
}

impl Store for Sqlite {
    fn read(&self, f: &mut dyn FnMut(&dyn Reads) -> Answer<()>) -> Answer<()> {
        self.database.read(|connection| f(connection))
    }

    fn writer(&self) -> Answer<Box<dyn WriteHandle>> {
        let mut writer = self.writer.lock();
        match writer.take() {
            Some(writer) => Ok(Box::new(writer)),
            None => Err(StoreError::Failed("there is one writer".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of version 1: an index for each time, and no column for late operations.
    const BEFORE: &str = "DROP TRIGGER identities_gone; DROP TABLE genesis_keys; DROP TABLE withdrawn; DROP INDEX operations_late_ingested; DROP INDEX operations_late_created; \
        ALTER TABLE operations DROP COLUMN is_late; PRAGMA user_version = 1; \
        CREATE INDEX operations_chain_ingested ON operations (chain_id, kind, ingested_at DESC, cid); \
        CREATE INDEX operations_chain_created ON operations (chain_id, kind, created_at DESC, cid);";

    #[test]
    fn a_file_of_version_one_is_brought_up_to_date_and_loses_its_conversations() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.sqlite");
        drop(Sqlite::open(&path).unwrap());
        let old = Connection::open(&path).unwrap();
        old.execute_batch(BEFORE).unwrap();
        for n in 0..EARLY_MAX + 2 {
            let sql = "INSERT INTO operations (cid, origin, ingested_at, kind, chain_id, created_at, token) \
                       VALUES (?1, 0, 'a', 1, 'chain', 'b', 'token')";
            old.execute(sql, [n.to_string()]).unwrap();
        }
        // Two identities, of which one is a conversation's.
        let identities = "INSERT INTO operations (cid, origin, ingested_at, kind, chain_id, created_at, token) \
            VALUES ('ada', 2, 'a', 0, 'ada', 'b', 'token'), ('talk', 2, 'a', 0, 'talk', 'b', 'token'); \
            INSERT INTO identities VALUES ('ada', 'ada', 1, 'a', 'a', 0, NULL, x'00'), \
            ('talk', 'talk', 1, 'a', 'a', 0, NULL, CAST('..ImajinConversation..' AS BLOB)); \
            INSERT INTO counts VALUES (0, 2), (1, 130);";
        old.execute_batch(identities).unwrap();
        drop(old);
        for _ in 0..2 {
            drop(Sqlite::open(&path).unwrap());
            let new = Connection::open(&path).unwrap();
            let sql = "SELECT group_concat(cid) FROM operations WHERE is_late = 1";
            let late: String = new.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(late, format!("{},{}", EARLY_MAX, EARLY_MAX + 1));
            let sql = "SELECT (SELECT group_concat(cid) FROM operations WHERE kind = 0) \
                || (SELECT group_concat(did) FROM identities) || (SELECT group_concat(did) FROM withdrawn) \
                || (SELECT group_concat(number) FROM counts)";
            let left: String = new.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(left, "adaadatalk1,130");
        }
    }
}
