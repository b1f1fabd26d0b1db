//! Photos, videos and files: kept in their owner's folder by content, described in their owner's log, and shared.
//!
//! | room | what is in it |
//! |---|---|
//! | `ids`, `fields` | the names of things, and the fields of operations |
//! | `operations` | the operations: what each may say, and what it comes to |
//! | `projection`, `queries` | the tables, and what is asked of them |
//! | `sight` | who sees what: the one function that every door asks |
//! | `files`, `bytes` | files on the disk, previews of them, and how they come in |
//! | `moving` | the move of files to another disk |
//! | `dav` | files as a drive of a computer, by WebDAV |
//! | `sticks` | photos and videos from a USB stick in the box |
//! | `attached`, `uses` | files that items of other services name; where a file is used |
//! | `sealed` | files that their sender's page encrypted |
//! | `access`, `data_rights` | export, count, delete, transfer |
//! | `fair`, `train` | who made a file, and whether programs may be trained with it |
//! | `sale`, `delivery`, `fulfilment` | what is for sale, and how a file that was sold comes to its buyer |
//! | `routes`, `pages`, `home`, `at_group` | HTTP, and what people see |
#![forbid(unsafe_code)]

mod access;
mod at_group;
mod attached;
mod bytes;
mod data_rights;
mod dav;
mod decoding;
mod delivery;
mod fair;
mod fields;
mod files;
mod fulfilment;
mod home;
mod ids;
mod leaving_name;
mod manifest;
mod moving;
mod notices;
mod operations;
mod pages;
mod projection;
mod queries;
mod routes;
mod sale;
mod sealed;
mod search;
mod sight;
mod sticks;
mod train;
mod uses;

use std::path::PathBuf;
use std::sync::Arc;

use imajin_app::capabilities::{Files, FirstSteps, Quota, Quotas, ReadsSticks, SaysNews};
use imajin_app::{HomeCards, Node, Offers, Problem, RobotRules, Robots, Searchable, Service};
use imajin_circles::{AtContact, AtGroup};
use imajin_host::prelude::*;
use imajin_pictures::Pictures;
use imajin_protocol::Did;
use imajin_selling::Fulfilment;
use imajin_showcase::Showcase;

pub use crate::bytes::Settings;
use crate::decoding::Decoding;

/// The service, ready to be mounted.
pub struct Media {
    decoding: Arc<Decoding>,
    settings: Arc<Settings>,
}

impl Media {
    /// A service whose pictures are decoded by this program, started with the argument `preview`.
    pub fn new(program: PathBuf) -> Self {
        Self { decoding: Arc::new(Decoding::new(Pictures::new(program))), settings: Arc::default() }
    }

    /// With what the owner of the box decided.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self }
    }
}

impl Service for Media {
    imajin_app::from_modules!(manifest, operations, access, projection, notices, routes);

    fn secrets(&self) -> &'static str {
        bytes::own_quotas::SCHEMA
    }

    fn protocol(&self, node: Node) -> Option<(&'static str, axum::Router)> {
        Some((dav::BELOW, dav::router(node)))
    }

    fn started(&self, node: &Node) {
        node.begin(bytes::ScratchEnds);
        node.begin(moving::Moving::new(node));
        node.begin(sticks::Reading::new(node));
        bytes::own_quotas::forget_gone(node);
    }

    fn root(&self, node: Node) -> Option<axum::Router> {
        Some(train::root(node))
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn HomeCards>(self.clone());
        offers.offer::<dyn FirstSteps>(self.clone());
        offers.offer::<dyn Searchable>(self.clone());
        offers.offer::<dyn Quotas>(self.clone());
        offers.offer::<dyn Robots>(self.clone());
        offers.offer::<dyn Files>(self.clone());
        offers.offer::<dyn ReadsSticks>(self.clone());
        offers.offer::<dyn AtContact>(self.clone());
        offers.offer::<dyn AtGroup>(self.clone());
        offers.offer::<dyn SaysNews>(self.clone());
        offers.offer::<dyn Showcase>(self.clone());
        offers.offer(self.settings.clone());
        offers.offer(self.decoding.clone());
        offers.offer::<dyn Fulfilment>(self);
    }
}

impl Quotas for Media {
    fn quota(&self, node: &Node, did: &Did) -> Result<Option<Quota>, Problem> {
        self.settings.quota(node, did)
    }
    fn besides(&self, node: &Node, did: &Did) -> u64 {
        bytes::scratch::taken(node, did)
    }
}

impl Robots for Media {
    fn robot_rules(&self, node: &Node) -> Result<Vec<RobotRules>, Problem> {
        train::rules(node)
    }
}
