//! The directory's store in one SQLite file.

use std::fs;
use std::path::Path;

use imajin_relay::storage::Answer;
use imajin_relay::storage::sqlite::{Database, Schema};
use imajin_relay::storage::writer::Writer;
use rusqlite::{Connection, Row, params_from_iter};

use super::sql::{Params, Tables};
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

impl Tables for Connection {
    // The one writer has the whole file.
    const ALONE: &'static str = "";

    fn texts(&self, sql: &str, params: Params<'_>) -> Answer<Vec<String>> {
        let mut statement = self.prepare_cached(sql)?;
        let rows = statement.query_map(params_from_iter(params), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn numbers<const N: usize>(&self, sql: &str, params: Params<'_>) -> Answer<Vec<[i64; N]>> {
        let read = |row: &Row<'_>| {
            let mut numbers = [0; N];
            for (at, number) in numbers.iter_mut().enumerate() {
                *number = row.get(at)?;
            }
            Ok(numbers)
        };
        let mut statement = self.prepare_cached(sql)?;
        let rows = statement.query_map(params_from_iter(params), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn execute(&self, sql: &str, params: Params<'_>) -> Answer<()> {
        let mut statement = self.prepare_cached(sql)?;
        statement.execute(params_from_iter(params))?;
        Ok(())
    }
}
