//! HTTP of this service. One file a noun; addresses and shapes are those that existing clients know.

mod follow;
mod handle;
mod media;
mod presence;
mod profile;
mod search;
mod update;

use std::sync::Arc;

use axum::Extension;
use axum::extract::DefaultBodyLimit;
use imajin_protocol::Did;
use imajin_service::openapi::routes;
use imajin_service::routing::OpenApiRouter;
use imajin_service::routing::get;
use imajin_service::{Asked, Node, Problem};
use serde_json::Value as Json;

use crate::handle::Handle;
use crate::pages;
use crate::presence::Presence;
use crate::projection::PROJECTION;
use crate::reads::{self, Found};
use crate::recent::Recent;

pub(crate) use profile::{shown_to, viewer};

/// All routes, relative to `/profile`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(profile::get, update::put, update::patch))
        .routes(routes!(update::put_own, update::patch_own))
        .routes(routes!(profile::counts))
        .routes(routes!(search::search))
        .routes(routes!(handle::check))
        .routes(routes!(handle::claim))
        .routes(routes!(handle::release))
        .routes(routes!(follow::follow, follow::unfollow))
        .routes(routes!(follow::status))
        .routes(routes!(follow::followers))
        .routes(routes!(follow::following))
        .routes(routes!(presence::get))
        .routes(routes!(presence::update))
        .routes(routes!(media::upload))
        .routes(routes!(media::serve))
        .route("/edit", get(pages::edit))
        .route("/{who}", get(pages::public))
        .layer(Extension(Arc::new(Presence::default())))
        .layer(Extension(Arc::new(Recent::default())))
        // Uploads have a limit of their own, and whatever else has a body is read within the node's.
        .layer(DefaultBodyLimit::disable())
        .with_state(node)
}

/// The profile of somebody, as who asks about them may see it.
pub(crate) fn respond(node: &Node, asked: &Asked<'_>) -> Result<Json, Problem> {
    let found = find_or_404(node, asked.about.as_str())?;
    let viewer = viewer(node, &found, Some(asked.by.as_str()))?;
    serde_json::from_str(&profile::shown_text(&found, viewer)).map_err(Problem::internal)
}

/// The profile that a DID (in any form) or a handle names.
pub(crate) fn find(node: &Node, id: &str) -> Result<Option<Found>, Problem> {
    if id.starts_with("did:") {
        // The overwhelming case first: the canonical form needs no resolving.
        let did = node.resolve(id)?;
        return match did {
            Some(did) => node.read(PROJECTION.name, |db| reads::by_did(db, did.as_str())),
            None => Ok(None),
        };
    }
    match Handle::parse(id) {
        Ok(handle) => node.read(PROJECTION.name, |db| reads::by_handle(db, handle.as_str())),
        Err(_) => Ok(None),
    }
}

/// As [`find`], with an answer for people where there is nobody.
pub(crate) fn find_or_404(node: &Node, id: &str) -> Result<Found, Problem> {
    let found = find(node, id)?
        .ok_or_else(|| Problem::not_found(format!("Nobody on this box goes by {id:?}.")))?;
    if found.deleted {
        return Err(Problem::gone("This person deleted their data here."));
    }
    Ok(found)
}

/// The DID that somebody means: a DID in any form, or a handle.
fn did_of(node: &Node, id: &str) -> Result<Did, Problem> {
    let nobody = || Problem::not_found(format!("Nobody on this box goes by {id:?}."));
    if id.starts_with("did:") {
        return node.resolve(id)?.ok_or_else(nobody);
    }
    let found = find(node, id)?.ok_or_else(nobody)?;
    Did::parse(&found.did).map_err(Problem::internal)
}
