//! Payments: settling by .fair manifests, credit on this node, e-transfers, receipts and refunds.
//!
//! | module | contents |
//! |---|---|
//! | `operations` | the operations, with their decisions and consequences, which a route can show before they are signed |
//! | `access` | how many entries a person may leave in others' logs |
//! | `attest`, `taken_back` | the node's attestations of payments, and their revocation after refunds |
//! | `cashier`, `till` | the capability for services that sell; the check of whether anything may be sold now |
//! | `provider`, `stripe`, `cards` | what the node asks of its payment provider; Stripe, the only one; the box's account there |
//! | `dispute_status` | the states of disputes at the provider |
//! | `outside`, `worker`, `patience` | events from the provider, background work, and retries |
//! | `callback` | reports of payments to sellers elsewhere |
//! | `notices` | notices of payments, and their sentences |
//! | `strays`, `checks` | payments that no order awaited: their cards; the alarms for the box's owner |
//! | `settings` | the owner's settings |
//! | `iban`, `bill` | account numbers, and the codes that banking apps scan |
//! | `manifest`, `manifests` | this app's manifest; the .fair manifests that a payment follows |
//! | `projection` | the tables, and how an entry changes them |
//! | `queries` | queries of the tables |
//! | `data_rights` | export, count, delete, transfer |
//! | `routes`, `counter`, `pages`, `home` | HTTP, and the pages for people |
//!
//! Always: the node's own log is its books. A posting's rows add up to zero; a balance is the sum of the rows of one DID and
//! currency, and nothing else changes it.
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "how large a refusal is, is the ledger's to say, and refusals are rare"
)]

mod access;
mod attest;
mod bill;
mod callback;
mod cards;
mod cashier;
mod checks;
mod counter;
mod data_rights;
mod dispute_status;
mod home;
mod iban;
mod manifest;
mod manifests;
mod notices;
mod operations;
mod outside;
mod pages;
mod patience;
mod projection;
mod provider;
mod queries;
mod routes;
mod settings;
mod strays;
mod stripe;
mod taken_back;
mod till;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use imajin_app::capabilities::SaysNews;
use imajin_app::routing::OpenApiRouter;
use imajin_app::{HomeCards, Inherits, Node, OwnerChecks, Service};
use imajin_selling::Cashier;

pub use settings::{Secret, Settings};

use cards::Cards;
use stripe::Stripe;
use till::Till;

/// The service.
#[derive(Clone, Default)]
pub struct Pay {
    cards: Cards,
    /// Whether the node knows of all sales by card of the account: the provider was asked since the start.
    reconciled: Arc<AtomicBool>,
}

impl Pay {
    /// Returns the service without a provider, ready to be mounted.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the service with these settings.
    ///
    /// # Errors
    /// The message of an invalid `stripe_url`, or of a client that can't be built.
    pub fn from_settings(settings: &Settings) -> Result<Self, String> {
        Ok(Self { cards: Cards::from_settings(settings)?, ..Self::default() })
    }

    /// Returns the provider of payments, if the box takes cards now.
    fn provider(&self) -> Option<Arc<Stripe>> {
        self.cards.provider()
    }

    /// Whether the node knows of all sales by card.
    fn is_reconciled(&self) -> bool {
        self.provider().is_none() || self.reconciled.load(Ordering::Acquire)
    }

    /// Notes whether the node knows of all sales by card: no more once the account changed.
    fn set_reconciled(&self, is_reconciled: bool) {
        self.reconciled.store(is_reconciled, Ordering::Release);
    }
}

impl Service for Pay {
    imajin_app::from_modules!(manifest, operations, access, projection, notices);

    fn subscribes(&self) -> &'static [&'static str] {
        projection::SUBSCRIBES
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        routes::routes(node, self.clone())
    }

    imajin_app::offers! { Till, HomeCards, Inherits, SaysNews, OwnerChecks, Cashier }

    fn started(&self, node: &Node) {
        self.cards.take_up(node);
        worker::started(node, self);
    }
}
