//! The market of a box: what its people sell, and what they look for.
//!
//! | module | contents |
//! |---|---|
//! | `listings` | listings and wishes, as items, and their categories |
//! | `on_sale`, `orders`, `codes`, `refunds` | what can be bought; orders, the digits at the door, and money that goes back |
//! | `rent` | what is lent: its time, its price, and the pieces that are away |
//! | `reviews` | reviews, problems, and the record of a seller |
//! | `listing_view`, `groups` | listings with their terms, as viewers get them; the groups that sellers speak for |
#![forbid(unsafe_code)]

mod access;
mod codes;
mod data_rights;
mod groups;
mod listing_view;
mod listings;
mod manifest;
mod notices;
mod on_sale;
mod operations;
mod orders;
mod pages;
mod projection;
mod queries;
mod refunds;
mod rent;
mod reviews;
mod routes;

use imajin_app::capabilities::SaysNews;
use imajin_app::{Node, Searchable, Service};
use imajin_selling::Fulfilment;
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Market;

impl Service for Market {
    imajin_app::from_modules!(manifest, operations, access, projection, notices, routes);

    imajin_items::uses_of_files!(listings::Listings);

    fn secrets(&self) -> &'static str {
        codes::SECRETS
    }

    fn started(&self, node: &Node) {
        refunds::started(node);
    }

    imajin_app::offers! { Fulfilment, SaysNews, Searchable, Showcase }
}
