//! Tips without an account: jars, tips, and the words with them.
#![forbid(unsafe_code)]

mod access;
mod data_rights;
mod home;
mod jars;
mod manifest;
mod meetups;
mod month;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;

use std::sync::Arc;

use imajin_app::operation::Declaration;
use imajin_app::routing::OpenApiRouter;
use imajin_app::{Access, HomeCards, Manifest, Node, Offers, Searchable, Service};
use imajin_ledger::ProjectionSpec;
use imajin_log::Applied;
use imajin_selling::Fulfilment;
use rusqlite::Connection;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Coffee;

impl Service for Coffee {
    fn manifest(&self) -> &'static Manifest {
        &manifest::MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        &operations::ALL
    }

    fn projection(&self) -> ProjectionSpec {
        projection::PROJECTION
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        projection::apply(db, entry)
    }

    fn subscribes(&self) -> &'static [&'static str] {
        &[projection::REFUNDED, projection::REFUND]
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        routes::routes(node)
    }

    fn access(&self) -> &'static [Access] {
        access::ROWS
    }

    imajin_items::uses_of_files!(jars::Jars);

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn HomeCards>(self.clone());
        offers.offer::<dyn Searchable>(self.clone());
        offers.offer::<dyn Fulfilment>(self);
    }
}
