//! HTTP routes of this service, a file for each noun. Existing clients know these paths and shapes.

mod follow;
mod handle;
mod media;
mod presence;
mod profile;
mod search;
mod update;

use axum::extract::State;
use imajin_app::Node;
use imajin_app::extract::Authed;
use imajin_app::routing::{OpenApiRouter, routes};

pub(crate) use media::PICTURE_BYTES_MAX;
pub(crate) use profile::{Counts, counts_of, shown_text};

/// The node, and the signed-in caller.
type Who = (State<Node>, Authed);

/// Returns all routes except the pages, relative to `/profile`.
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
        .with_state(node)
}
