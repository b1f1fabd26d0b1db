//! Events: their tickets, their doors, and how their income is shared.
//!
//! | module | contents |
//! |---|---|
//! | `operations` | the operations, each with its decision |
//! | `access` | access rules and daily limits |
//! | `event` | the rules of an event: statuses, ends, numbers |
//! | [`ticket`] | the text that an event's key signs, and the code for the door |
//! | `mint`, `keys` | signing tickets, and the keys to verify them |
//! | `attend` | attestations of attendance |
//! | `fulfil` | fulfilment of orders that are paid later |
//! | `bell`, `worker` | background work: letters, refunds, waiting lists |
//! | `waiting` | waiting lists |
//! | `closing` | refunds for cancelled events |
//! | `messages` | messages of an organiser to all guests |
//! | `letters`, `calendar`, `qr` | letters to ticket holders and their attachments |
//! | `guests`, `secrets` | names and addresses that guests gave; the tables in `secrets.sqlite` |
//! | `picture` | the picture of an event, or a tile with the date |
//! | `projection` | the tables, and how entries change them |
//! | `queries`, `lookup` | queries of the tables |
//! | `sight` | who may see an event |
//! | `rooms`, `notices`, `home` | conversations, notices, and cards in the shell |
//! | `occasions`, `at_group` | events for other apps, and for the page of a group or a contact |
//! | `data_rights` | export, count, delete, transfer |
//! | `routes` | HTTP |
//! | `pages` | HTML pages |
//!
//! Always: an event is a DID with its own key, kept by the node, and its own log. Tickets sold and held never exceed
//! the available quantity, and no ticket is acknowledged unsigned or unpaid.
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "how large a refusal is, is the ledger's to say, and refusals are rare"
)]

mod access;
mod at_group;
mod attend;
mod bell;
mod calendar;
mod closing;
mod data_rights;
mod event;
mod fulfil;
mod guests;
mod home;
mod keys;
mod letters;
mod lookup;
mod manifest;
mod messages;
mod mint;
mod notices;
mod occasions;
mod operations;
mod pages;
mod picture;
mod projection;
mod qr;
mod queries;
mod rooms;
mod routes;
mod secrets;
mod showcase;
mod sight;
pub mod ticket;
mod waiting;
mod worker;

use std::collections::BTreeSet;

use imajin_app::capabilities::{FileUse, LetterState, Letters, RecordOwner, SaysNews};
use imajin_app::routing::OpenApiRouter;
use imajin_app::{Answer, HomeCards, Lang, Node, Rooms, Searchable, Service};
use imajin_circles::{AtContact, AtGroup};
use imajin_dfos::Cid;
use imajin_occasions::Occasions;
use imajin_protocol::Did;
use imajin_selling::Fulfilment;
use imajin_showcase::Showcase;

/// The service, ready to be mounted.
#[derive(Debug)]
pub struct Events;

impl Service for Events {
    imajin_app::from_modules!(manifest, operations, access, projection, notices);

    fn uses(
        &self,
        node: &Node,
        owner: &Did,
        files: &BTreeSet<Cid>,
        lang: Lang,
    ) -> Answer<Vec<FileUse>> {
        picture::uses(node, owner, files, lang)
    }

    fn secrets(&self) -> &'static str {
        secrets::SCHEMA
    }

    fn forget(&self, node: &Node, did: &Did) {
        if let Err(problem) = guests::forget(node, did) {
            tracing::error!("details of guests of {did} could not be forgotten: {problem}");
        }
    }

    fn started(&self, node: &Node) {
        worker::started(node);
    }

    imajin_app::offers! {
        HomeCards, SaysNews, Searchable, Rooms, RecordOwner, AtContact, AtGroup, Occasions,
        Letters, Fulfilment, Showcase
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        pages::add(routes::routes()).with_state(node)
    }
}

impl Letters for Events {
    fn letter_state(&self, node: &Node, once: &str, to: &str) -> Answer<LetterState> {
        letters::letter_state(node, once, to)
    }
}
