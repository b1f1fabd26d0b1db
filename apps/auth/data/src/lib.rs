//! A person's rights over their data: count it, take it away, bring it, erase it, move it (docs/api.md, "Data rights").
//!
//! Always: only the DID itself asks for what is its own; everything is orchestrated over all mounted services, so that
//! none can be forgotten; what is made of bundles and verification is the ledger's. It must not know what any other
//! service keeps; a service says so itself (`DataRights`).
//!
//! | module | what it does |
//! |---|---|
//! | `count` | how much there is of what, and which services hold it |
//! | `download`, `exports`, `export_jobs`, `index_page` | a copy at once, or written in the background and signed by its owner; its page for people |
//! | `imports`, `import_jobs`, `copy_room`, `bundles`, `home_proofs` | copies that arrive, their room, checking one, and the owner's word with it |
//! | `expiry` | the end of copies that were kept long enough |
//! | `deletion_plan`, `delete`, `to_erase`, `erase`, `receipt` | what goes and stays, erasing it, and the node's word that it is done |
//! | `transfer`, `moves`, `peer`, `refusal_receipt`, `forward` | moving to another node, and sending people on who still ask here |
//! | `usb`, `on_stick` | sticks: what is plugged in, writing and reading copies there, safe removal |
//! | `access`, `space`, `stream`, `errors` | whose data, room on the disk, bytes in and out, errors |
//! | `ledger` | calls of the ledger beyond reading and entering |
//! | [`operations`] | erasing bodies, and a whole record |
#![forbid(unsafe_code)]

mod access;
mod bundles;
mod copy_room;
mod count;
mod delete;
mod deletion_plan;
mod download;
mod erase;
mod errors;
mod expiry;
mod export_jobs;
mod exports;
mod forward;
mod home_proofs;
mod import_jobs;
mod imports;
mod index_page;
mod ledger;
mod moves;
mod on_stick;
pub mod operations;
mod peer;
mod places;
mod receipt;
mod refusal_receipt;
mod space;
mod stream;
mod to_erase;
mod transfer;
mod usb;

use std::ops::Deref;
use std::sync::Arc;

use axum::Extension;
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Catalogue, Node, ServiceViews};
use imajin_host::prelude::*;
use imajin_log::OpTable;

pub use erase::started;
use forward::forward;
pub use forward::location;
pub use index_page::IndexPagesIn;
pub use moves::Moves;

/// The page that opens a copy.
pub static TEXTS: Catalogue = imajin_app::catalogue!("data");

/// State shared by the handlers.
#[derive(Clone)]
pub(crate) struct Shared(Arc<SharedState>);

pub(crate) struct SharedState {
    exports: export_jobs::ExportJobs,
    import_jobs: import_jobs::ImportJobs,
    moves: Moves,
    ops: Arc<OpTable>,
    views: ServiceViews,
    peers: peer::Peers,
    usb: usb::Usb,
}

impl Shared {
    fn new(node: &Node, moves: Moves) -> Self {
        let limits = node.limits();
        moves.forget_returned(node);
        Self(Arc::new(SharedState {
            exports: export_jobs::ExportJobs::new(node.data(), limits.jobs),
            import_jobs: import_jobs::ImportJobs::new(
                node.data(),
                limits.jobs,
                limits.upload_bytes,
            ),
            moves,
            ops: Arc::new(node.ops().clone()),
            views: ServiceViews::new(node.services().clone()),
            peers: peer::Peers::default(),
            usb: usb::Usb::new(node.config().usb.sticks(), node.state()),
        }))
    }
}

impl Deref for Shared {
    type Target = SharedState;

    fn deref(&self) -> &SharedState {
        &self.0
    }
}

/// The routes of data rights, relative to `/auth`.
pub fn routes(node: Node, moves: Moves) -> OpenApiRouter {
    let shared = Shared::new(&node, moves);
    node.begin(expiry::Expiry(shared.clone()));
    OpenApiRouter::new()
        .routes(routes!(count::count))
        .routes(routes!(count::services))
        .routes(routes!(download::export))
        .routes(routes!(exports::begin))
        .routes(routes!(exports::state, exports::remove))
        .routes(routes!(exports::sign::sign))
        .routes(routes!(exports::fetch::tar))
        .routes(routes!(exports::fetch::encrypted))
        .routes(routes!(imports::begin))
        .routes(routes!(imports::state, imports::put, imports::remove))
        .routes(routes!(imports::check::check))
        .routes(routes!(imports::enter::home))
        .routes(routes!(imports::enter::backup))
        .routes(routes!(imports::enter::at_once))
        .routes(routes!(bundles::verify))
        .routes(routes!(usb::list::list))
        .routes(routes!(usb::check::verify))
        .routes(routes!(usb::remove::remove))
        .routes(routes!(delete::plan, delete::delete))
        .routes(routes!(transfer::ask, transfer::transfer))
        .layer(axum::middleware::from_fn_with_state(shared.moves.clone(), forward))
        .layer(Extension(shared))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(node)
}
