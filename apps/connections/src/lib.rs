//! Connections between people, by invitation; the distance between two people, and the rights that depend on it.
//!
//! | room | what it has |
//! |---|---|
//! | `access` | daily limits on entries in other people's logs |
//! | `operations` | the operations: what each may say, and what it comes to |
//! | `fields` | the field types of operations |
//! | `statements` | attestations between two people, entered by `auth` in the same operation |
//! | `projection` | the tables, and how an entry changes them |
//! | `graph` | whether two are connected, and how far apart; other services ask through the node |
//! | `blocks` | blocks of people; the whole program asks through the node |
//! | `asking` | the price of an answer about a person |
//! | `groups` | pods and groups: their roles, keys and tables |
//! | `queries` | queries of the tables |
//! | `data_rights` | export, count, delete, transfer |
//! | `routes`, `pages` | HTTP |
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "the ledger decides how large a refusal is, and refusals are rare"
)]

mod access;
mod asking;
mod blocks;
mod data_rights;
mod fields;
mod graph;
mod groups;
mod home;
mod manifest;
mod notices;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod statements;

use imajin_app::capabilities::{KeepsConsents, RecordOwner, SaysNews};
use imajin_app::{HomeCards, Node, Rooms, Service, SocialGraph};

pub use graph::distance;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Connections;

impl Service for Connections {
    imajin_app::from_modules!(manifest, operations, access, projection, notices, routes);

    fn subscribes(&self) -> &'static [&'static str] {
        projection::SUBSCRIBES
    }

    fn root(&self, _: Node) -> Option<axum::Router> {
        Some(routes::root())
    }

    imajin_app::offers! { HomeCards, Rooms, SaysNews, RecordOwner, KeepsConsents, SocialGraph }

    fn started(&self, node: &Node) {
        groups::keys::follow(node);
    }
}
