//! The database of these tests: SQLite.

use std::sync::Arc;

use imajin_registry::directory::Sqlite;
use imajin_registry::directory::store::Store;
use tempfile::TempDir;

/// A database that outlives the directories on it.
#[derive(Clone)]
pub(crate) struct Backend(Arc<TempDir>);

impl Backend {
    pub(crate) fn new() -> Self {
        Self(Arc::new(TempDir::new().unwrap()))
    }

    pub(crate) async fn store(&self) -> Arc<dyn Store> {
        Arc::new(Sqlite::in_folder(self.0.path()).unwrap())
    }
}
