//! HTTP routes of this service. Commands enter people's choices; devices are not part of a record and have routes.

mod devices;
mod reading;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, post, routes};

use crate::pages;

/// All routes, relative to `/notify`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reading::feed))
        .routes(routes!(reading::badges))
        .routes(routes!(reading::settings))
        .routes(routes!(devices::key))
        .routes(routes!(devices::put, devices::end))
        .route("/", get(pages::centre))
        .route("/settings", get(pages::settings))
        .route("/stop", get(pages::stop).post(pages::end))
        .route("/settings/choose", post(pages::choose))
        .with_state(node)
}
