//! A page of links, which counts clicks and tracks no one.
#![forbid(unsafe_code)]

mod bookmarks;
mod clicks;
mod data_rights;
mod feeds;
mod fields;
mod home;
mod manifest;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod rules;
mod showcase;
mod strangers;
mod visits;

use imajin_app::{HomeCards, Node, Searchable, Service};
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Links;

impl Service for Links {
    imajin_app::from_modules!(manifest, operations, projection, routes);

    imajin_items::uses_of_files!(Links);

    fn secrets(&self) -> &'static str {
        clicks::SCHEMA
    }

    imajin_app::offers! { HomeCards, Searchable, Showcase }

    fn started(&self, node: &Node) {
        clicks::started(node);
    }
}
