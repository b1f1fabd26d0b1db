//! Connections: who knows whom, by invitation; how far apart two are, and what follows from it.
//!
//! | room | what stands in it |
//! |---|---|
//! | `access` | what somebody may leave in the logs of others |
//! | `ops` | the operations, as docs/format.md §8 lists them |
//! | `statements` | what two people sign of each other, asked of `auth` in the same operation |
//! | `prepare`, `rules` | what is looked at before the writer; what a command comes to |
//! | `projection` | the tables, and how an entry changes them |
//! | `graph` | two are connected, and how far apart; asked by other services through the node |
//! | `blocks` | whom somebody blocked, asked by the whole program through the node |
//! | `asking` | questions that cost something: asked and paid in one operation |
//! | `groups` | pods and groups: their roles, invitations, tables |
//! | `reads` | what is asked of the tables |
//! | `own` | export, count, delete, transfer |
//! | `routes`, `pages` | HTTP |
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "how large a refusal is, is the ledger's to say, and refusals are rare"
)]

mod access;
mod asking;
mod blocks;
mod graph;
mod groups;
mod ops;
mod own;
mod pages;
mod prepare;
mod projection;
mod reads;
mod routes;
mod rules;
mod statements;

use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal};
use imajin_protocol::Did;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{Count, DeletePlan, Done, Graph, Node, Ports, Problem, Service, TransferPlan};
use rusqlite::Connection;

/// The service.
#[derive(Debug, Default)]
pub struct Connections;

impl Connections {
    /// The service, ready to be mounted.
    pub fn new() -> Self {
        Self
    }
}

impl Service for Connections {
    fn name(&self) -> &'static str {
        projection::PROJECTION.name
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3003,
            prod: 7003,
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
        rules::decide(ctx, command)
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

    fn graph(&self) -> Option<&dyn Graph> {
        Some(self)
    }

    fn prepare(
        &self,
        node: &Node,
        headers: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        prepare::prepare(node, headers, command)
    }

    fn settled(&self, node: &Node, done: &Done<'_>) {
        groups::keys::settled(node, done);
    }

    fn started(&self, node: &Node) {
        groups::keys::started(node);
    }
}
