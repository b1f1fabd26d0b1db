//! People on other boxes: where their records live, by proof, and how they are found by their handles.
//!
//! | module | contents |
//! |---|---|
//! | `proof`, `webfinger` | the answers of this node about its people |
//! | `address` | `@maya@box.example` |
//! | `client` | requests to other nodes, within limits |
//! | `pins` | earlier proofs, which never go back |
//! | `search` | the search for a home: pins, relays, registries, WebFinger |
//! | `pages` | the page on which people search |
//! | `backups` | the backups of friends' boxes that this box keeps |
//! | `schema` | the tables in `secrets.sqlite` |
#![forbid(unsafe_code)]

mod address;
mod backups;
mod client;
mod errors;
mod manifest;
mod pages;
mod pins;
mod proof;
mod schema;
mod search;
mod webfinger;

use axum::Router;
use imajin_app::capabilities::{KeepsBackups, ProvenHomes};
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{HoldsNothing, Node, OwnerChecks, Service};
use imajin_protocol::Did;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Away;

impl Service for Away {
    imajin_app::from_modules!(manifest);

    fn routes(&self, node: Node) -> OpenApiRouter {
        let proofs = OpenApiRouter::new().routes(routes!(proof::home));
        proofs.merge(pages::routes()).merge(backups::routes()).with_state(node)
    }

    fn root(&self, node: Node) -> Option<Router> {
        Some(webfinger::routes().with_state(node))
    }

    fn secrets(&self) -> &'static str {
        schema::SCHEMA
    }

    fn forget(&self, node: &Node, did: &Did) {
        if let Err(problem) = pins::forget(node, did) {
            tracing::error!("what {did} accepted could not be forgotten: {problem}");
        }
    }

    fn started(&self, node: &Node) {
        backups::started(node);
    }

    imajin_app::offers! { ProvenHomes, KeepsBackups, OwnerChecks }
}

impl HoldsNothing for Away {}

impl ProvenHomes for Away {
    fn page_for(&self, node: &Node, text: &str) -> Option<String> {
        pages::page_for(node, text)
    }
}
