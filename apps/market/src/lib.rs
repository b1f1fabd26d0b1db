//! The market of a box: what its people sell, and what they look for.
//!
//! | module | contents |
//! |---|---|
//! | `operations` | the operations, each with its decision |
//! | `listings`, `categories` | listings and wishes, as items |
//! | `projection`, `queries` | the tables and their queries |
//! | `listing_view`, `groups` | listings with their terms, as viewers get them; the groups that sellers speak for |
//! | `access`, `data_rights` | access rules; export, count, delete, transfer |
//! | `routes`, `pages`, `search` | HTTP, HTML pages, and what the search finds |
#![forbid(unsafe_code)]

mod access;
mod categories;
mod data_rights;
mod groups;
mod listing_view;
mod listings;
mod manifest;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod search;

use imajin_app::{Searchable, Service};

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Market;

impl Service for Market {
    imajin_app::from_modules!(manifest, operations, access, projection, routes);

    imajin_items::uses_of_files!(listings::Listings);

    imajin_app::offers! { Searchable }
}
