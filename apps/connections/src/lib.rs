//! Connections between people, by invitation; the distance between two people, and the rights that depend on it.
//!
//! | room | what it has |
//! |---|---|
//! | `access` | daily limits on entries in other people's logs |
//! | `operations` | the operations: what each may say, and what it comes to |
//! | `fields` | the field types of operations |
//! | `statements` | attestations between two people, entered by `auth` in the same operation |
//! | `projection` | the tables, and how an entry changes them |
//! | `graph` | whether two are connected, and how far apart; other services ask through the node |
//! | `blocks` | blocks of people; the whole program asks through the node |
//! | `asking` | the price of an answer about a person |
//! | `groups` | pods and groups: their roles, keys and tables |
//! | `queries` | queries of the tables |
//! | `data_rights` | export, count, delete, transfer |
//! | `routes`, `pages` | HTTP |
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "the ledger decides how large a refusal is, and refusals are rare"
)]

mod access;
mod asking;
mod blocks;
mod data_rights;
mod fields;
mod graph;
mod groups;
mod home;
mod manifest;
mod notices;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod statements;

use std::sync::Arc;

use imajin_app::capabilities::{KeepsConsents, RecordOwner, SaysNews};
use imajin_app::notices::{Notice, Tells};
use imajin_app::operation::Declaration;
use imajin_app::routing::OpenApiRouter;
use imajin_app::{HomeCards, Manifest, Node, Offers, Rooms, Service, SocialGraph};
use imajin_ledger::ProjectionSpec;
use imajin_log::Applied;
use rusqlite::Connection;

use manifest::MANIFEST;

pub use graph::distance;

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
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        &operations::ALL
    }

    fn access(&self) -> &'static [imajin_app::Access] {
        access::ROWS
    }

    fn projection(&self) -> ProjectionSpec {
        projection::PROJECTION
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        projection::apply(db, entry)
    }

    fn subscribes(&self) -> &'static [&'static str] {
        projection::SUBSCRIBES
    }

    fn tells(&self) -> &'static [Tells] {
        notices::TELLS
    }

    fn notices(&self, entry: &Applied<'_>) -> Vec<Notice> {
        notices::from_entry(entry)
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        routes::routes(node)
    }

    fn root(&self, _: Node) -> Option<axum::Router> {
        Some(routes::root())
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn HomeCards>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn Rooms>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn SaysNews>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn RecordOwner>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn KeepsConsents>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn SocialGraph>(self);
    }

    fn started(&self, node: &Node) {
        groups::keys::follow(node);
    }
}
