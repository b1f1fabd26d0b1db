//! Profiles, handles and follows.
//!
//! | room | what stands in it |
//! |---|---|
//! | `access` | what somebody may leave in the logs of others |
//! | `ops` | the operations, as docs/format.md §8 lists them |
//! | `handle`, `members` | what a handle and a profile may be; who sees what |
//! | `decide` | what a command comes to |
//! | `projection` | the tables, and how an entry changes them |
//! | `reads`, `directory` | what is asked of the tables, by our routes and by other services |
//! | `recent` | profiles that were read lately |
//! | `reserve` | handles of those who left |
//! | `own` | export, count, delete, transfer |
//! | `presence` | who is there, in memory |
//! | `routes`, `pages` | HTTP |
#![forbid(unsafe_code)]

mod access;
mod decide;
mod directory;
mod handle;
mod members;
mod ops;
mod own;
mod pages;
mod presence;
mod projection;
mod reads;
mod recent;
mod reserve;
mod routes;

use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal};
use imajin_protocol::Did;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{
    Asked, Count, DeletePlan, Directory, Done, Node, Ports, Problem, Service, TransferPlan,
};
use rusqlite::Connection;

/// The service.
#[derive(Debug, Default)]
pub struct Profile;

impl Profile {
    /// The service, ready to be mounted.
    pub fn new() -> Self {
        Self
    }
}

impl Service for Profile {
    fn name(&self) -> &'static str {
        projection::PROJECTION.name
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3005,
            prod: 7005,
        }
    }

    fn ops(&self) -> &'static [OpSpec] {
        ops::OPS
    }

    fn access(&self) -> &'static [imajin_service::Access] {
        access::ROWS
    }

    fn projection(&self) -> ProjectionSpec {
        projection::PROJECTION
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        decide::decide(ctx, command)
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        projection::apply(db, entry)
    }

    fn subscribes(&self) -> &'static [&'static str] {
        projection::SUBSCRIBES
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        routes::routes(node)
    }

    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<serde_json::Value>> {
        own::export(db, did)
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        own::count(db, did)
    }

    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        own::delete(db, did)
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        own::transfer(db, did)
    }

    fn secrets(&self) -> &'static str {
        reserve::SCHEMA
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(self)
    }

    /// The profile, as who asks may see it.
    fn respond(
        &self,
        node: &Node,
        asked: &Asked<'_>,
    ) -> Result<Option<serde_json::Value>, Problem> {
        routes::respond(node, asked).map(Some)
    }

    fn prepare(
        &self,
        node: &Node,
        _headers: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        reserve::prepare(node, command)
    }

    fn settled(&self, node: &Node, done: &Done<'_>) {
        reserve::settled(node, done);
    }

    fn started(&self, node: &Node) {
        reserve::note(node, None);
    }
}
