//! HTTP routes of this service. Essays are changed by commands.

mod items;
mod preview;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};

use crate::{feeds, pages};

/// Returns all routes, relative to `/essays`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::read_item))
        .routes(routes!(items::file))
        .routes(routes!(preview::preview))
        .route("/edit", get(pages::edit))
        .route("/{owner}", get(pages::person))
        .route("/{owner}/feed.atom", get(feeds::of_person))
        .route("/{owner}/feed.rss", get(feeds::of_person))
        .route("/{owner}/{item}", get(pages::item))
        .route("/{owner}/{item}/feed.atom", get(feeds::of_series))
        .route("/{owner}/{item}/feed.rss", get(feeds::of_series))
        .with_state(node)
}
