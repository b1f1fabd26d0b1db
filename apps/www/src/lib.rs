//! The pages that people see, and the scripts and styles of every page of the node.
//!
//! | room | contents |
//! |---|---|
//! | `assets` | embedded scripts, styles, icons |
//! | `news` | a person's news, and the marks of what they have seen |
//! | `pages` | one file for a page, or for a few that belong together |
//! | `picture` | a record as a picture: time across, services as bands, a dot an entry |
//! | `record` | entries as people read them |
//! | `parts`, `words` | what pages share |
//!
//! The crate has no projection, and no data of people except the marks of the notifications that they have seen, and whether they hid their first
//! steps. A page reads through the node, and its scripts sign commands of other services.
#![forbid(unsafe_code)]

mod assets;
mod manifest;
mod name_giver;
mod news;
mod pages;
mod parts;
mod picture;
mod record;

use std::sync::Arc;

use axum::Router;
use imajin_app::capabilities::Seeing;
use imajin_app::routing::{OpenApiRouter, get};
use imajin_app::{
    Answer, HoldsNothing, Lang, Manifest, News, NewsLine, Node, Service, Session, Time, blocking,
};
use imajin_host::SystemClock;
use imajin_host::network::Network;
use imajin_protocol::Did;

use manifest::MANIFEST;

/// The pages that need no node: scripts, styles and icons, and how a device comes to trust the box's certificate. A
/// locked box serves them.
pub fn open_pages(network: &Arc<Network>, clock: &Arc<SystemClock>) -> Router {
    pages::certificate::routes()
        .with_state(pages::certificate::CertificateState {
            network: Arc::clone(network),
            clock: Arc::clone(clock) as Arc<dyn Time>,
        })
        .route("/assets/{*path}", get(assets::asset))
        .route("/favicon.ico", get(pages::favicon))
}

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Www;

impl Service for Www {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn secrets(&self) -> &'static str {
        news::SCHEMA
    }

    imajin_app::offers! { News }

    fn started(&self, node: &Node) {
        if let Err(problem) = news::tidy(node) {
            tracing::error!("the marks of notifications cannot be tidied: {problem}");
        }
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        imajin_host::upkeep::routes(node)
    }

    fn root(&self, node: Node) -> Option<Router> {
        Some(pages::routes(node))
    }

    fn pages_at_root(&self) -> bool {
        true
    }
}

impl HoldsNothing for Www {}

impl News for Www {
    fn unseen(&self, node: &Node, person: &Did) -> Answer<Vec<(&'static str, usize)>> {
        news::unseen(node, person)
    }

    fn lines(&self, node: &Node, person: &Did, lang: Lang, limit: usize) -> Answer<Vec<NewsLine>> {
        news::lines(node, person, lang, limit)
    }

    fn see<'a>(
        &'a self,
        node: &'a Node,
        session: &'a Session,
        app: Option<&'static str>,
    ) -> Seeing<'a> {
        let (node, person) = (node.clone(), session.did.clone());
        Box::pin(async move { blocking::run(move || news::see(&node, &person, app)).await? })
    }
}
