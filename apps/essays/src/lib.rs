//! Essays, and the series that they appear in.
//!
//! | module | contents |
//! |---|---|
//! | `operations` | the operations, each with its decision |
//! | `items` | essays and series, as items |
//! | `projection`, `queries` | the tables and their queries |
//! | `data_rights` | export, count, delete, transfer |
//! | `routes`, `pages` | HTTP, HTML pages |
//! | `home`, `showcase` | cards on Home and on the front page, the search; essays on their author's page |
#![forbid(unsafe_code)]

mod data_rights;
mod home;
mod items;
mod manifest;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod showcase;

use imajin_app::{HomeCards, Searchable, Service};
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Essays;

impl Service for Essays {
    imajin_app::from_modules!(manifest, operations, projection, routes);

    imajin_items::uses_of_files!(Self);

    imajin_app::offers! { HomeCards, Searchable, Showcase }
}
