//! The HTTP API of this service. Surveys are changed, and answered by name, through commands. An answer without a name
//! has its own route, since no record may say who gave it.

mod reading;
mod slips;
mod voting;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_items::feeds::of_person;
use imajin_items::person_page;

use crate::{Dykil, pages};

/// Returns all routes, relative to `/dykil`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reading::list))
        .routes(routes!(reading::read_item))
        .routes(routes!(reading::file))
        .routes(routes!(reading::given))
        .routes(routes!(reading::seat))
        .routes(routes!(reading::results))
        .routes(routes!(reading::results_csv))
        .routes(routes!(voting::answer))
        .routes(routes!(slips::draw))
        .route("/edit", get(pages::edit))
        .route("/{owner}", get(person_page::<Dykil>))
        .route("/{owner}/feed.atom", get(of_person::<Dykil>))
        .route("/{owner}/feed.rss", get(of_person::<Dykil>))
        .route("/{owner}/{survey}", get(pages::survey))
        .with_state(node)
}
