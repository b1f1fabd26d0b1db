//! HTTP routes of this service. Jars are changed by commands; a tip has its own route, since a card payment needs the
//! provider's page.

mod items;
mod meetups;
mod paying;
mod tips;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_items::feeds::of_person;
use imajin_items::person_page;

use crate::jars::Jars;
use crate::pages;

pub(crate) use tips::name_of;

/// Returns all routes, relative to `/coffee`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::read_item))
        .routes(routes!(items::file))
        .routes(routes!(paying::quote))
        .routes(routes!(paying::pay))
        .routes(routes!(tips::got))
        .routes(routes!(tips::got_csv))
        .routes(routes!(tips::given))
        .routes(routes!(meetups::list))
        .route("/edit", get(pages::edit))
        .route("/{owner}", get(person_page::<Jars>))
        .route("/{owner}/feed.atom", get(of_person::<Jars>))
        .route("/{owner}/feed.rss", get(of_person::<Jars>))
        .route("/{owner}/{jar}", get(pages::jar_page))
        .with_state(node)
}
