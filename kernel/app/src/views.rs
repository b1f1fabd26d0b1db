//! The readable view of one log: its entries applied to empty tables in memory, and each service's section of them.
//!
//! Always: a pure function of the log, since nothing else is in those tables; a verifier gets the same.

use imajin_log::Applied;
use imajin_log::format::views::FAIR;
use imajin_log::format::views::{ViewBuilder, ViewError, Views};
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::services::Services;

/// The views of the mounted services.
pub struct ServiceViews(Services);

impl ServiceViews {
    /// Makes views of these services; those of others are not shown.
    pub fn new(services: Services) -> Self {
        Self(services)
    }
}

impl Views for ServiceViews {
    fn begin(&self, did: &Did) -> Result<Box<dyn ViewBuilder>, ViewError> {
        Ok(Box::new(Builder {
            services: self.0.clone(),
            did: did.clone(),
            tables: Vec::new(),
            manifests: Vec::new(),
        }))
    }

    fn knows(&self, section: &str) -> bool {
        section == FAIR || self.0.get(section).is_some()
    }
}

struct Builder {
    services: Services,
    did: Did,
    /// Only of services that have seen an entry.
    tables: Vec<(&'static str, Connection)>,
    /// The rows of [`FAIR`].
    manifests: Vec<Value>,
}

impl Builder {
    fn table(&mut self, name: &'static str, schema: &str) -> rusqlite::Result<&Connection> {
        if let Some(at) = self.tables.iter().position(|(service, _)| *service == name) {
            return Ok(&self.tables[at].1);
        }
        let db = Connection::open_in_memory()?;
        // One transaction for all of it: no other connection ever reads this database.
        db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA cache_size = -1024; BEGIN")?;
        db.execute_batch(schema)?;
        self.tables.push((name, db));
        Ok(&self.tables[self.tables.len() - 1].1)
    }
}

impl ViewBuilder for Builder {
    fn entry(&mut self, entry: &Applied<'_>) -> Result<(), ViewError> {
        let services = self.services.clone();
        let has_manifest = services
            .get(entry.service)
            .is_some_and(|service| service.manifest_operations().contains(&entry.op));
        let manifest = entry.body.and_then(|body| body.get_str("manifest"));
        if let (true, Some(manifest)) = (has_manifest, manifest) {
            let (op, at) = (entry.op, entry.at.to_string());
            let row = json!({ "op": op, "at": at, "ref": entry.reference, "manifest": manifest });
            self.manifests.push(row);
        }
        let subscribers = services.iter().filter(|service| {
            service.name() == entry.service || service.subscribes().contains(&entry.op)
        });
        for service in subscribers {
            self.table(service.name(), service.projection().schema)
                .and_then(|db| service.take(db, entry))
                .map_err(|error| ViewError(format!("{}: {error}", service.name())))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Map<String, Value>, ViewError> {
        let mut sections = Map::new();
        for (name, db) in &self.tables {
            let Some(service) = self.services.get(name) else {
                continue;
            };
            let section = service
                .export(db, &self.did)
                .map_err(|error| ViewError(format!("{name}: {error}")))?;
            if let Some(section) = section {
                sections.insert((*name).to_owned(), section);
            }
        }
        if !self.manifests.is_empty() {
            sections.insert(FAIR.to_owned(), json!({ "manifests": self.manifests }));
        }
        Ok(sections)
    }
}
