//! HTTP routes of this service. Listings and orders are changed by commands.

mod items;
mod listings;
mod near;
mod orders;
mod paying;

use imajin_app::Node;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_items::feeds::of_person;
use imajin_items::person_page;

use crate::listings::Listings;
use crate::pages;

pub(crate) use orders::{OrderView, OrdersAnswer, find_order, list_orders};

/// Returns all routes, relative to `/market`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::file))
        .routes(routes!(listings::list))
        .routes(routes!(listings::read_listing))
        .routes(routes!(listings::contact))
        .routes(routes!(near::near))
        .routes(routes!(paying::quote))
        .routes(routes!(paying::pay))
        .routes(routes!(orders::list))
        .routes(routes!(orders::read_order))
        .route("/", get(pages::near))
        .route("/edit", get(pages::edit))
        .route("/orders", get(pages::orders))
        .route("/orders/{payment}", get(pages::order))
        .route("/{owner}", get(person_page::<Listings>))
        .route("/{owner}/feed.atom", get(of_person::<Listings>))
        .route("/{owner}/feed.rss", get(of_person::<Listings>))
        .route("/{owner}/{listing}", get(pages::listing_page))
        .with_state(node)
}
