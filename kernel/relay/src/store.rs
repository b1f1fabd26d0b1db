//! The relay's store: one SQLite file.
//!
//! Always: operations and blobs are the truth; everything else that [`Changes`] stores can be rebuilt from them. A transaction sees its own
//! writes at once; everybody else sees them when they are durable. The rest of the relay knows no SQL.

mod changes;
mod columns;
mod evict;
pub(crate) mod lists;
mod rows;
mod select;
mod snapshot;

use std::path::Path;

use crate::storage::sqlite::{Database, Schema};
use crate::storage::writer::Writer;

pub(crate) use crate::storage::{Answer, StoreError};
pub(crate) use changes::Changes;
pub(crate) use rows::{
    Authored, BlobKey, ContentRow, Counts, CreditView, DocumentView, GrantRow, Head, IdentityRow,
    Kind, LogRow, MailRow, OperationRow, Origin, PendingMax, PendingRow, Projection, Tally,
    chain_type, kind_code,
};
pub(crate) use snapshot::Snapshot;

/// A page of a log; `None` if the cursor is not one of this log's.
pub(crate) type LogPage = Option<Vec<LogRow>>;

/// Operations of one kind in a chain that are sorted when they are asked for; those after them are late.
const EARLY_MAX: i64 = 128;

/// The store's file in the relay's folder.
pub(crate) const FILE: &str = "relay.sqlite";

const SCHEMA: Schema = Schema {
    // "imrl"
    application_id: 0x696d_726c,
    version: 4,
    sql: include_str!("store/schema.sql"),
    migrations: &[
        include_str!("store/late.sql"),
        include_str!("store/withdrawn.sql"),
        include_str!("store/genesis_keys.sql"),
    ],
};

pub(crate) struct Store {
    database: Database,
    writer: Writer,
}

impl Store {
    /// Opens the file, and makes it if there is none. The store calls `forget` when written data is lost.
    pub(crate) fn open(path: &Path, forget: impl Fn() + Send + Sync + 'static) -> Answer<Self> {
        let (database, writer) = Database::open(path, &SCHEMA)?;
        Changes::new(&writer).fill_genesis_keys()?;
        Ok(Self { database, writer: Writer::new(writer, forget) })
    }

    /// Reads as of one moment. May block.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&Snapshot<'_>) -> Answer<T>) -> Answer<T> {
        self.database.read(|connection| f(&Snapshot(connection)))
    }

    /// Runs a transaction, and returns when its changes are durable; nothing of it is written if `f` fails. May block for long.
    pub(crate) fn write<T>(
        &self,
        weight: usize,
        f: impl FnOnce(Changes<'_>) -> Answer<T>,
    ) -> Answer<T> {
        self.writer.write(weight, |connection| f(Changes::new(connection)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// A file of version 1: an index for each time, and no column for late operations.
    const BEFORE: &str = "DROP TRIGGER identities_gone; DROP TABLE genesis_keys; DROP TABLE withdrawn; DROP INDEX operations_late_ingested; DROP INDEX operations_late_created; \
        ALTER TABLE operations DROP COLUMN is_late; PRAGMA user_version = 1; \
        CREATE INDEX operations_chain_ingested ON operations (chain_id, kind, ingested_at DESC, cid); \
        CREATE INDEX operations_chain_created ON operations (chain_id, kind, created_at DESC, cid);";

    #[test]
    fn a_file_of_version_one_is_brought_up_to_date_and_loses_its_conversations() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.sqlite");
        drop(Store::open(&path, || {}).unwrap());
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
            drop(Store::open(&path, || {}).unwrap());
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
