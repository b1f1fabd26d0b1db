//! A person's rights over their data: count it, take it away, bring it, erase it, move it (WIRE.md §10).
//!
//! Always: only the DID itself asks for what is its own; everything is orchestrated over all mounted services, so that
//! none can be forgotten; what is made of bundles and verification is the ledger's. It must not know what any other
//! service keeps.
//!
//! | room | what stands in it |
//! |---|---|
//! | `count` | how much of what there is, and which services hold it |
//! | `download`, `exports`, `export_jobs` | a copy at once, or written in the background and signed by its owner |
//! | `imports`, `arrivals`, `bundles` | copies that arrive, and checking one |
//! | `delete`, `erase`, `receipt` | what goes and stays; erasing it; the node's word that it is done |
//! | `transfer`, `moves`, `peer`, `refused`, `forward` | moving to another node, and sending on whoever still asks here |
//! | `usb` | sticks: what is plugged in, writing and reading copies there, safe removal |
//! | `who`, `space`, `stream`, `trouble` | whose data, room on the disk, bytes in and out, errors |
//! | `ledger` | what is asked of the ledger beyond reading and entering |

mod arrivals;
mod bundles;
mod count;
mod delete;
mod download;
mod erase;
mod export_jobs;
mod exports;
mod forward;
mod imports;
mod ledger;
mod moves;
mod peer;
mod receipt;
mod refused;
mod space;
mod stream;
mod transfer;
mod trouble;
mod usb;
mod who;

use std::sync::Arc;

use axum::Extension;
use imajin_ledger::OpTable;
use imajin_service::openapi::routes;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{Node, ServiceViews};

pub use erase::{settled, started};
use forward::forward;
pub(crate) use forward::location;
pub use moves::Moves;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Care(Arc<Inner>);

struct Inner {
    exports: export_jobs::ExportJobs,
    arrivals: arrivals::Arrivals,
    moves: Moves,
    ops: Arc<OpTable>,
    views: ServiceViews,
    peers: peer::Peers,
    usb: usb::Usb,
}

impl Care {
    fn new(node: &Node, moves: Moves) -> Self {
        let limits = node.limits();
        moves.forget_returned(node);
        Self(Arc::new(Inner {
            exports: export_jobs::ExportJobs::new(node.data(), limits.jobs),
            arrivals: arrivals::Arrivals::new(node.data(), limits.jobs, limits.upload_bytes),
            moves,
            ops: Arc::new(node.ops().clone()),
            views: ServiceViews::new(node.services().clone()),
            peers: peer::Peers::default(),
            usb: usb::Usb::new(node.config().usb.sticks()),
        }))
    }

    fn exports(&self) -> &export_jobs::ExportJobs {
        &self.0.exports
    }

    fn arrivals(&self) -> &arrivals::Arrivals {
        &self.0.arrivals
    }

    fn moves(&self) -> &Moves {
        &self.0.moves
    }

    fn ops(&self) -> &Arc<OpTable> {
        &self.0.ops
    }

    fn views(&self) -> &ServiceViews {
        &self.0.views
    }

    fn peers(&self) -> &peer::Peers {
        &self.0.peers
    }

    fn usb(&self) -> &usb::Usb {
        &self.0.usb
    }
}

/// The routes of this room, relative to `/auth`.
pub fn routes(node: Node, moves: Moves) -> OpenApiRouter {
    let care = Care::new(&node, moves);
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
        .layer(axum::middleware::from_fn_with_state(
            care.moves().clone(),
            forward,
        ))
        .layer(Extension(care))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(node)
}
