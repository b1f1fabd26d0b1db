//! HTTP routes of this service. Essays are changed by commands.

mod items;
mod preview;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_items::feeds::{of_item, of_person};
use imajin_items::person_page;

use crate::{Essays, pages};

/// Returns all routes, relative to `/essays`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::read_item))
        .routes(routes!(items::file))
        .routes(routes!(preview::preview))
        .route("/edit", get(pages::edit))
        .route("/{owner}", get(person_page::<Essays>))
        .route("/{owner}/feed.atom", get(of_person::<Essays>))
        .route("/{owner}/feed.rss", get(of_person::<Essays>))
        .route("/{owner}/{item}", get(pages::item))
        .route("/{owner}/{item}/feed.atom", get(of_item::<Essays>))
        .route("/{owner}/{item}/feed.rss", get(of_item::<Essays>))
        .with_state(node)
}
