//! Tips without an account: jars, tips, and the words with them.
#![forbid(unsafe_code)]

mod access;
mod data_rights;
mod home;
mod jars;
mod manifest;
mod meetups;
mod month;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod showcase;

use imajin_app::{HomeCards, Searchable, Service};
use imajin_jars::Jars;
use imajin_selling::Fulfilment;
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Coffee;

impl Service for Coffee {
    imajin_app::from_modules!(manifest, operations, access, projection, routes);

    fn subscribes(&self) -> &'static [&'static str] {
        &[projection::REFUNDED, projection::REFUND]
    }

    imajin_items::uses_of_files!(jars::Jars);

    imajin_app::offers! { HomeCards, Searchable, Showcase, Fulfilment, Jars }
}
