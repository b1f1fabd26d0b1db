//! Polls and surveys: with names, without, or in a ballot box that nothing ties to voters.
//!
//! | module | contents |
//! |---|---|
//! | `operations` | the operations, each with its decision |
//! | `survey`, `forms` | surveys, and their questions |
//! | `ballots` | a ballot box: one file |
//! | `sums` | the sums of a box with totals, and their publication |
//! | `boxes` | the node's boxes: creating, opening, destroying |
//! | `release` | releasing totals and ballots from boxes |
//! | `asking` | who may see a survey, and whether it takes answers now |
//! | `voting` | answers without a name: the voter, and where the answer is stored |
//! | `results` | results as far as a viewer may see them |
//! | `projection`, `queries` | the tables and their queries |
//! | `access`, `data_rights` | access rules; export, count, delete, transfer |
//! | `routes`, `pages`, `home` | HTTP, HTML pages, and cards on Home |
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
mod showcase;
mod sums;
mod survey;
mod voting;

use imajin_app::{Answer, CommandOutcome, HomeCards, Node, Searchable, Service};
use imajin_items::Remove;
use imajin_occasions::AtOccasion;
use imajin_protocol::Did;
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Dykil;

impl Service for Dykil {
    imajin_app::from_modules!(manifest, operations, access, projection, routes);

    fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        let declaration = self.declaration(done.op);
        if let Some(handler) = declaration.and_then(|declaration| declaration.handler) {
            handler.after_commit(node, done);
        }
        if done.op == Remove::<Self>::NAME && done.outcome.is_ok() {
            // The worker destroys the survey's box.
            node.state::<boxes::Boxes>().bell.notify_one();
        }
    }

    fn may_move(&self, node: &Node, did: &Did) -> Answer<()> {
        release::may_move(node, did)
    }

    imajin_items::uses_of_files!(Self);

    imajin_app::offers! { HomeCards, Searchable, Showcase, AtOccasion }

    fn started(&self, node: &Node) {
        release::started(node);
    }
}
