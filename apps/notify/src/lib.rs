//! Notices: kept from the entries that cause them, shown, pushed to devices, and mailed.
//!
//! | room | what is in it |
//! |---|---|
//! | `projection`, `queries` | the tables, and what is asked of them |
//! | `operations` | what people say: how far they saw, and what is to reach them |
//! | `fields` | what their fields may be |
//! | `wishes` | a person's choices, and their quiet hours |
//! | `marks` | how far a person has looked, in their record and since |
//! | `feed`, `news` | what is new for one person, for programs and for the notification centre |
//! | `push` | Web Push: the node's key, devices, encryption, sending |
//! | `worker` | gives notices out, once for each device |
//! | `stopped` | who ended letters by a link |
//! | `digest` | letters with what was neither seen nor pushed |
//! | `routes`, `pages` | HTTP |
//!
//! Always: events are in the logs, and a notice is a row made of its entry alone. Devices and queued messages are in
//! `secrets.sqlite`: they are in no record and never travel.
#![forbid(unsafe_code)]

mod audience;
mod data_rights;
mod digest;
mod feed;
mod fields;
mod manifest;
mod marks;
mod news;
mod operations;
mod pages;
mod projection;
mod push;
mod queries;
mod routes;
mod stopped;
mod wishes;
mod worker;

use std::sync::OnceLock;

use imajin_app::capabilities::{HearsEntries, LetterState, Letters};
use imajin_app::notices::KeepNotices;
use imajin_app::{News, Node, Problem, Service, Zone, Zones};
use imajin_host::prelude::*;
use imajin_host::secrets::Secrets;
use imajin_ledger::Receipt;
use imajin_protocol::Did;

/// The service, ready to be mounted.
#[derive(Default)]
pub struct Notify {
    /// Where devices are, once the node runs: they are counted with the rest.
    secrets: OnceLock<Secrets>,
}

impl Notify {
    /// The service, ready to be mounted.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Service for Notify {
    imajin_app::from_modules!(manifest, operations, projection, routes);

    fn keeps_notices(&self) -> Option<KeepNotices> {
        Some(projection::keep)
    }

    fn secrets(&self) -> &'static str {
        push::SECRETS
    }

    imajin_app::offers! { HearsEntries, Letters, News, Zones }

    fn forget(&self, node: &Node, did: &Did) {
        if let Err(problem) = push::devices::forget(node, did) {
            tracing::error!("the devices of {did} could not be forgotten: {problem}");
        }
    }

    fn started(&self, node: &Node) {
        // Each node of a process has a separate service.
        let _ = self.secrets.set(node.secrets().clone());
        worker::started(node);
        digest::started(node);
    }
}

impl Zones for Notify {
    fn zone(&self, node: &Node, person: &Did) -> Result<Option<Zone>, Problem> {
        Ok(wishes::Wishes::load(node, person)?.zone())
    }
}

impl HearsEntries for Notify {
    fn heard(&self, node: &Node, _: &Receipt) {
        node.state::<worker::Bell>().ring();
    }
}

impl Letters for Notify {
    fn letter_state(&self, node: &Node, once: &str, to: &str) -> Result<LetterState, Problem> {
        digest::letter_state(node, once, to)
    }
}
