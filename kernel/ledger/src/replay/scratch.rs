//! One owner's rows in a scratch file, computed from their log.
//!
//! Always: a row is a function of its owner's log alone, so the projection should have exactly these rows. The file is
//! deleted with the replay.

use std::path::Path;

use imajin_dfos::Value;
use imajin_log::entry::Sealed;
use rusqlite::Connection;

use crate::feed;
use crate::machine::{ProjectionSpec, StateMachine};
use crate::projection::tables::{self, Table, Values};
use crate::projection::watch::Watch;

pub(crate) struct Scratch {
    pub(crate) db: Connection,
    tables: Vec<Table>,
    service: &'static str,
}

impl Scratch {
    /// Creates an empty file in a folder that is deleted with it.
    pub(crate) fn make(folder: &Path, spec: &ProjectionSpec) -> rusqlite::Result<Self> {
        let db = crate::sql::open_alone(&folder.join(format!("{}.sqlite", spec.name)), true)?;
        // No one needs it after a crash.
        db.execute_batch(
            "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;",
        )?;
        db.set_prepared_statement_cache_capacity(64);
        db.execute_batch(spec.schema)?;
        let tables = tables::owned(&db)?.unwrap_or_default();
        db.execute_batch("BEGIN")?;
        Ok(Self { db, tables, service: spec.name })
    }

    /// Applies an entry.
    pub(crate) fn take(
        &self,
        machine: &dyn StateMachine,
        offset: u64,
        entry: &Sealed,
        body: Option<&Value>,
    ) -> rusqlite::Result<()> {
        machine.apply(self.service, &self.db, &feed::applied(offset, entry, body))
    }

    /// Records from now on which rows change.
    pub(crate) fn watch(&self, owner: &str) -> rusqlite::Result<()> {
        Watch::begin(&self.db, &self.tables, owner)
    }

    /// Returns the keys of rows that differ from `live`, by table. Rows that change meanwhile are only recorded by a
    /// watch.
    pub(crate) fn differing(
        &self,
        live: &Connection,
        owner: &str,
    ) -> rusqlite::Result<Vec<(usize, Values)>> {
        let mut differing = Vec::new();
        for (n, table) in self.tables.iter().enumerate() {
            let mut count = 0;
            table.each(live, owner, |row| {
                let key = table.key_of(&row);
                let expected = table.row(&self.db, &key)?;
                count += u64::from(expected.is_some());
                if expected.as_ref() != Some(&row) {
                    differing.push((n, key));
                }
                Ok(())
            })?;
            if count == table.count(&self.db, owner)? {
                continue;
            }
            table.each(&self.db, owner, |row| {
                let key = table.key_of(&row);
                if table.row(live, &key)?.is_none() {
                    differing.push((n, key));
                }
                Ok(())
            })?;
        }
        Ok(differing)
    }
}
