//! Events: their tickets, their doors, and who gets what of them.
//!
//! | room | what stands in it |
//! |---|---|
//! | `access` | what strangers may do here |
//! | `ops` | the operations, as docs/format.md §8 lists them |
//! | `event` | what an organiser says of an event: words, and the numbers that others depend on |
//! | [`ticket`] | what an event's key signs, and the code that a door reads |
//! | `mint`, `keys` | where tickets are signed, and by which keys they are checked |
//! | `worker` | what is done by itself: letters, and giving back |
//! | `closing` | the money of events that were cancelled |
//! | `letters` | what who has tickets is written |
//! | `attend` | what the node attests of who came |
//! | `prepare`, `fulfil` | what happens beside the writer: before a command, and when one is paid later |
//! | `rules` | what a command comes to, one file each |
//! | `projection` | the tables, and how an entry changes them |
//! | `reads` | what is asked of the tables |
//! | `own` | export, count, delete, transfer |
//! | `routes` | HTTP |
//! | `pages` | what people see |
//!
//! Always: an event is a DID with a key of its own, kept by the node, and a log of its own. Sold and held never exceed
//! what there is; no ticket is acknowledged unsigned or unpaid.
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "how large a refusal is, is the ledger's to say, and refusals are rare"
)]

mod access;
mod attend;
mod closing;
mod event;
mod fulfil;
mod keys;
mod letters;
mod mint;
mod ops;
mod own;
mod pages;
mod prepare;
mod projection;
mod qr;
mod reads;
mod routes;
mod rules;
pub mod ticket;
mod worker;

use std::sync::Arc;

use axum::http::HeaderMap;
use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal};
use imajin_protocol::Did;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{Count, DeletePlan, Done, Node, Ports, Problem, Service, TransferPlan};
use rusqlite::Connection;

use worker::Bell;

/// The service.
#[derive(Debug, Default)]
pub struct Events {
    bell: Arc<Bell>,
}

impl Events {
    /// The service, ready to be mounted.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Service for Events {
    fn name(&self) -> &'static str {
        projection::PROJECTION.name
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3006,
            prod: 7006,
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

    fn prepare(&self, node: &Node, _: &HeaderMap, command: &mut Command) -> Result<(), Problem> {
        prepare::prepare(node, command)
    }

    fn settled(&self, _: &Node, done: &Done<'_>) {
        match done.op {
            _ if done.outcome.is_err() => {}
            ops::BUY | ops::TRANSFER => self.bell.sold(),
            ops::STATUS | ops::CANCEL => self.bell.cancelled(),
            _ => {}
        }
    }

    fn secrets(&self) -> &'static str {
        letters::SECRETS
    }

    fn started(&self, node: &Node) {
        worker::started(node, &self.bell);
    }

    fn fulfilment(&self) -> Option<&dyn imajin_service::sale::Fulfilment> {
        Some(self)
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
}
