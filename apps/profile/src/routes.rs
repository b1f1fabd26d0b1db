//! HTTP of this service, one file for each noun. Existing clients know these addresses and shapes.

mod follow;
mod handle;
mod media;
mod presence;
mod profile;
mod search;
mod update;

use imajin_service::openapi::routes;
use imajin_service::routing::OpenApiRouter;
use imajin_service::routing::get;
use imajin_service::{Node, Problem, Question};
use serde_json::Value as Json;

pub(crate) use media::PICTURE_BYTES_MAX;

use crate::lookup::{find_or_404, viewer};
use crate::pages;

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
        .with_state(node)
}

/// A person's profile, as the asker may see it.
pub(crate) fn respond(node: &Node, asked: &Question<'_>) -> Result<Json, Problem> {
    let found = find_or_404(node, asked.about.as_str())?;
    let viewer = viewer(node, &found, Some(asked.by.as_str()))?;
    serde_json::from_str(&profile::shown_text(&found, viewer)).map_err(Problem::internal)
}
