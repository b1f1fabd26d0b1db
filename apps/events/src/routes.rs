//! The HTTP API of this service, one file per resource.

mod buying;
mod calendar;
pub(crate) mod closing;
mod door;
mod events;
mod fields;
pub(crate) mod guests;
mod making;
mod messages;
mod picture;
pub(crate) mod places;
mod tickets;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, routes};

/// Returns all routes of the API, relative to `/events`.
pub(crate) fn routes() -> OpenApiRouter<Node> {
    OpenApiRouter::new()
        .routes(routes!(events::list, making::create))
        .routes(routes!(making::key))
        .routes(routes!(events::get, making::update))
        .routes(routes!(making::status))
        .routes(routes!(closing::refunds))
        .routes(routes!(events::by_did))
        .routes(routes!(events::mine))
        .routes(routes!(picture::picture))
        .routes(routes!(calendar::calendar))
        .routes(routes!(places::list, places::hold, places::release))
        .routes(routes!(places::approve))
        .routes(routes!(buying::quote))
        .routes(routes!(buying::buy))
        .routes(routes!(tickets::get))
        .routes(routes!(tickets::svg))
        .routes(routes!(tickets::png))
        .routes(routes!(tickets::transfer))
        .routes(routes!(guests::guests))
        .routes(routes!(guests::guests_csv))
        .routes(routes!(messages::send))
        .routes(routes!(door::door))
}
