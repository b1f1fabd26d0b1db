//! The pages that people see, and the scripts and styles of every page of the node.
//!
//! | room | what stands in it |
//! |---|---|
//! | `assets` | embedded scripts, styles, icons |
//! | `pages` | one file a page or a few that belong together |
//! | `picture` | a record as a picture: time across, services as bands, a dot an entry |
//! | `record` | entries as people read them |
//! | `disk` | how full the card is |
//! | `parts`, `words` | what pages share |
//!
//! It writes nothing and holds no data: a page reads through the node, and its scripts sign commands of other services.
#![forbid(unsafe_code)]

mod assets;
mod pages;
mod parts;
mod picture;
mod record;
mod words;

use std::sync::Arc;

use axum::Router;
use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal, RefusalKind};
use imajin_protocol::Did;
use imajin_service::clock::Time;
use imajin_service::network::Network;
use imajin_service::routing::{OpenApiRouter, get};
use imajin_service::{Count, DeletePlan, Node, Ports, Service, SystemClock, TransferPlan};
use rusqlite::Connection;

/// What needs no node: scripts, styles and icons, and how a device comes to trust the box's certificate. For a box that is
/// locked.
pub fn open_pages(network: &Arc<Network>, clock: &Arc<SystemClock>) -> Router {
    pages::certificate::routes()
        .with_state(pages::certificate::Shown {
            network: Arc::clone(network),
            clock: Arc::clone(clock) as Arc<dyn Time>,
        })
        .route("/assets/{*path}", get(assets::asset))
        .route("/favicon.ico", get(pages::favicon))
}

/// The service.
#[derive(Debug, Default)]
pub struct Www;

impl Www {
    /// The service, ready to be mounted.
    pub fn new() -> Self {
        Self
    }
}

impl Service for Www {
    fn name(&self) -> &'static str {
        "www"
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3000,
            prod: 7000,
        }
    }

    fn ops(&self) -> &'static [OpSpec] {
        &[]
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: "www",
            version: 1,
            page_bytes: imajin_ledger::machine::SMALL_PAGES,
            schema: "",
        }
    }

    fn decide(&self, _: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        Err(Refusal::new(
            RefusalKind::NotFound,
            format!(
                "There is no operation {:?}: pages are only read.",
                command.op
            ),
        ))
    }

    fn apply(&self, _: &Connection, _: &Applied<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn routes(&self, _: Node) -> OpenApiRouter {
        OpenApiRouter::new()
    }

    fn root(&self, node: Node) -> Option<Router> {
        Some(pages::routes(node))
    }

    fn pages_at_root(&self) -> bool {
        true
    }

    fn export(&self, _: &Connection, _: &Did) -> rusqlite::Result<Option<serde_json::Value>> {
        Ok(None)
    }

    fn count(&self, _: &Connection, _: &Did) -> rusqlite::Result<Vec<Count>> {
        Ok(Vec::new())
    }

    fn delete(&self, _: &Connection, _: &Did) -> rusqlite::Result<DeletePlan> {
        Ok(DeletePlan::default())
    }

    fn transfer(&self, _: &Connection, _: &Did) -> rusqlite::Result<TransferPlan> {
        Ok(TransferPlan::default())
    }
}
