//! Payments: settling by .fair manifests, credit on this node, e-transfers, receipts and refunds.
//!
//! | room | what stands in it |
//! |---|---|
//! | `ops` | the operations, as docs/format.md §8 lists them |
//! | `rules` | what an operation comes to, one file each; asked by `decide` and, to show it beforehand, by the routes |
//! | `attest` | what the node signs of a payment |
//! | `budget` | how often somebody leaves entries in others' logs without paying |
//! | `cashier` | what other services ask when they sell |
//! | `provider`, `stripe` | a provider of payments, and the one that there is |
//! | `outside`, `worker`, `patience` | what the node hears of it, what it does unasked, and what waits for another attempt |
//! | `callback` | telling sellers elsewhere that they were paid |
//! | `settings` | what the owner decides |
//! | `shelf` | the manifests that a payment follows |
//! | `projection` | the tables, and how an entry changes them |
//! | `reads` | what is asked of the tables |
//! | `own` | export, count, delete, transfer |
//! | `routes`, `pages` | HTTP, and what people see |
//!
//! Always: the node's own log is its books. A posting's rows add up to nothing; a balance is the sum of the rows of one
//! DID and currency, and nothing else changes it.
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "how large a refusal is, is the ledger's to say, and refusals are rare"
)]

mod access;
mod attest;
mod budget;
mod callback;
mod cashier;
mod ops;
mod outside;
mod own;
mod pages;
mod patience;
mod projection;
mod provider;
mod reads;
mod routes;
mod rules;
mod settings;
mod shelf;
mod stripe;
mod worker;

use std::sync::Arc;

use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal};
use imajin_protocol::Did;
use imajin_service::routing::OpenApiRouter;
use imajin_service::sale::Cashier;
use imajin_service::{Count, DeletePlan, Node, Ports, Problem, Service, TransferPlan};
use rusqlite::Connection;

pub use settings::{CARD_HOLD_DAYS, Secret, Settings};

use provider::Provider;

/// The service.
#[derive(Clone, Default)]
pub struct Pay {
    provider: Option<Arc<dyn Provider>>,
    reconciled: worker::Reconciled,
}

impl Pay {
    /// The service, ready to be mounted, with what needs no provider.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with these settings.
    pub fn with(settings: &Settings) -> Result<Self, String> {
        let stripe = stripe::Stripe::new(settings)?;
        Ok(Self {
            provider: stripe.map(|stripe| Arc::new(stripe) as Arc<dyn Provider>),
            ..Self::default()
        })
    }

    fn provider(&self) -> Option<&Arc<dyn Provider>> {
        self.provider.as_ref()
    }

    /// Whether nothing of what was sold may be unknown here.
    fn is_reconciled(&self) -> bool {
        self.provider.is_none() || self.reconciled.get()
    }

    fn set_reconciled(&self) {
        self.reconciled.set();
    }
}

impl Service for Pay {
    fn name(&self) -> &'static str {
        projection::PROJECTION.name
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3004,
            prod: 7004,
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
        routes::routes(node, self.clone())
    }

    fn cashier(&self) -> Option<&dyn Cashier> {
        Some(self)
    }

    fn prepare(
        &self,
        node: &Node,
        _: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        cashier::prepare(self, node, command)
    }

    fn started(&self, node: &Node) {
        worker::started(node, self);
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
