//! A page of links, which counts clicks and tracks no one.
#![forbid(unsafe_code)]

mod bookmarks;
mod clicks;
mod data_rights;
mod feeds;
mod fields;
mod home;
mod manifest;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod rules;
mod strangers;
mod visits;

use std::sync::Arc;

use imajin_app::operation::Declaration;
use imajin_app::routing::OpenApiRouter;
use imajin_app::{HomeCards, Manifest, Node, Offers, Searchable, Service};
use imajin_ledger::ProjectionSpec;
use imajin_log::Applied;
use rusqlite::Connection;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Links;

impl Service for Links {
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

    fn routes(&self, node: Node) -> OpenApiRouter {
        routes::routes(node)
    }

    imajin_items::uses_of_files!(Links);

    fn secrets(&self) -> &'static str {
        clicks::SCHEMA
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn HomeCards>(self.clone());
        offers.offer::<dyn Searchable>(self);
    }

    fn started(&self, node: &Node) {
        clicks::started(node);
    }
}
