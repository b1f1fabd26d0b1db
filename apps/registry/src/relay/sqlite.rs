//! The relay's store in one SQLite file.

mod lists;
mod read;
mod rows;
mod select;
mod write;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::store::{Answer, Reads, Store, StoreError, WriteHandle};
use crate::sqlite::{Database, Schema};

/// Operations of one kind in a chain that are sorted when they are asked for; those after them are late.
const EARLY_MAX: i64 = 128;

const SCHEMA: Schema = Schema {
    // "imrl"
    application_id: 0x696d_726c,
    version: 1,
    sql: include_str!("sqlite/schema.sql"),
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
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match writer.take() {
            Some(writer) => Ok(Box::new(writer)),
            None => Err(StoreError("there is one writer".to_owned())),
        }
    }
}
