//! The database of these tests: PostgreSQL.

use std::sync::Arc;

use imajin_registry::directory::Postgres;
use imajin_registry::directory::store::Store;

use crate::cluster::Cluster;

/// A database that outlives the directories on it.
#[derive(Clone)]
pub(crate) struct Backend(Arc<Cluster>);

impl Backend {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Cluster::start()))
    }

    pub(crate) async fn store(&self) -> Arc<dyn Store> {
        Arc::new(Postgres::connect(&self.0.url()).await.unwrap())
    }
}
