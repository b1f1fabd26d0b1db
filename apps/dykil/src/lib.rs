//! Polls and surveys: with names, without, or in a ballot box that nothing ties to voters.
//!
//! | room | what is in it |
//! |---|---|
//! | `operations` | the operations: what each may say, and what it comes to |
//! | `survey`, `forms` | what a survey is, and what it asks |
//! | `ballots` | a ballot box: one file |
//! | `sums` | what a box with totals adds up, and which of it is published |
//! | `boxes` | the node's boxes: made, opened, destroyed |
//! | `release` | what leaves a box, and when |
//! | `asking` | who finds a survey, and whether it takes answers now |
//! | `voting` | answers without a name: who votes, and where they go |
//! | `projection`, `queries` | the tables, and what is asked of them |
//! | `access`, `data_rights` | what strangers may do; export, count, delete, transfer |
//! | `routes`, `pages`, `home` | HTTP, and what people see |
#![forbid(unsafe_code)]

mod access;
mod asking;
mod ballots;
mod boxes;
mod data_rights;
mod forms;
mod home;
mod manifest;
mod operations;
mod pages;
mod projection;
mod queries;
mod release;
mod results;
mod routes;
mod sums;
mod survey;
mod voting;

use std::sync::Arc;

use imajin_items::Remove;
use imajin_ledger::{Applied, ProjectionSpec};
use imajin_occasions::AtOccasion;
use imajin_protocol::Did;
use imajin_service::operation::Declaration;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{
    Access, CommandOutcome, HomeCards, Manifest, Node, Offers, Problem, Searchable, Service,
};
use rusqlite::Connection;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Dykil;

impl Service for Dykil {
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

    fn access(&self) -> &'static [Access] {
        access::ROWS
    }

    fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        let declaration = self.declaration(done.op);
        if let Some(handler) = declaration.and_then(|declaration| declaration.handler) {
            handler.after_commit(node, done);
        }
        if done.op == Remove::<Self>::NAME && done.outcome.is_ok() {
            // The worker destroys the survey's box.
            node.state::<boxes::Boxes>().ring();
        }
    }

    fn may_move(&self, node: &Node, did: &Did) -> Result<(), Problem> {
        release::may_move(node, did)
    }

    imajin_items::uses_of_files!(Self);

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn HomeCards>(self.clone());
        offers.offer::<dyn Searchable>(self.clone());
        offers.offer::<dyn AtOccasion>(self);
    }

    fn started(&self, node: &Node) {
        release::started(node);
    }
}
