//! The directory's store in one SQLite file.

mod reads;
mod writes;

use std::fs;
use std::path::Path;

use imajin_relay::storage::sqlite::{Database, Schema};
use imajin_relay::storage::writer::Writer;
use imajin_relay::storage::{Answer, StoreError};

use super::store::{Reads, Store, Writes};
use super::{DirectoryError, FILE};

const SCHEMA: Schema = Schema {
    // "imdr"
    application_id: 0x696d_6472,
    version: 2,
    sql: include_str!("sqlite/schema.sql"),
    migrations: &[include_str!("sqlite/names.sql")],
};

/// The store.
pub struct Sqlite {
    database: Database,
    writer: Writer,
}

impl Sqlite {
    /// Opens the store of a folder, and makes both if there are none.
    pub fn in_folder(folder: &Path) -> Result<Self, DirectoryError> {
        fs::create_dir_all(folder).map_err(|error| DirectoryError::Folder {
            folder: folder.display().to_string(),
            error,
        })?;
        Ok(Self::open(&folder.join(FILE))?)
    }

    /// Opens the file, and makes it if there is none.
    pub fn open(path: &Path) -> Answer<Self> {
        let (database, writer) = Database::open(path, &SCHEMA)?;
        Ok(Self {
            database,
            // Nothing is kept in memory that a rollback could make untrue.
            writer: Writer::new(writer, || {}),
        })
    }
}

impl Store for Sqlite {
    fn read(&self, f: &mut dyn FnMut(&dyn Reads) -> Answer<()>) -> Answer<()> {
        self.database.read(|connection| f(connection))
    }

    fn write(&self, f: &mut dyn FnMut(&mut dyn Writes) -> Answer<()>) -> Answer<()> {
        self.writer.write(1, |connection| f(connection))
    }
}

/// Rows are JSON written by this program; unreadable JSON is damage.
pub(super) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Answer<T> {
    let damaged =
        |error: serde_json::Error| StoreError::Failed(format!("a stored row is damaged: {error}"));
    serde_json::from_str(text).map_err(damaged)
}

pub(super) fn print<T: serde::Serialize>(value: &T) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(error.to_string()))
}

fn size(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
