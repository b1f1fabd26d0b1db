//! The HTTP API of this service. All writes are commands. Buying a place has its own route, which opens the payment
//! page for a card.

mod certificates;
mod items;
mod pack;
mod paying;
mod studying;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_items::feeds::of_person;
use imajin_items::person_page;

use crate::{Learn, pages};

pub(crate) use certificates::visible_certificate;
pub(crate) use items::given_out;
pub(crate) use studying::{progress, students_of, studied, taken};

/// Returns all routes, relative to `/learn`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::read_item))
        .routes(routes!(items::file))
        .routes(routes!(paying::quote))
        .routes(routes!(paying::pay))
        .routes(routes!(studying::courses))
        .routes(routes!(studying::students))
        .routes(routes!(pack::pack))
        .routes(routes!(certificates::file))
        .route("/edit", get(pages::edit))
        .route("/mine", get(pages::mine))
        .route("/check", get(pages::check))
        .route("/check/{cid}", get(pages::certificate))
        .route("/{owner}", get(person_page::<Learn>))
        .route("/{owner}/feed.atom", get(of_person::<Learn>))
        .route("/{owner}/feed.rss", get(of_person::<Learn>))
        .route("/{owner}/{item}", get(pages::item_page))
        .route("/{owner}/{item}/students", get(pages::students))
        .with_state(node)
}
