//! Identity, sessions and a person's rights over their data.
//!
//! | room | what it does |
//! |---|---|
//! | `identity` | identity and sign-in: who may begin one, challenges, sessions, keys, the node's own |
//! | `attestations` | what people say of each other; tiers and standing |
//! | `data_rights` | count, export, import, delete, transfer |
//! | [`anchors`] | what the node publishes once a day so that it cannot change its mind |
//! | `apps` | programs of others that act for people |
//! | `guests` | people with an e-mail address who do not have their own keys yet |
//!
//! | what the rooms share | |
//! |---|---|
//! | `operations` | the operations: what each may say, and what it comes to |
//! | `projection`, `queries` | the tables, and their queries |
//! | `access` | what strangers and members may do here |
//! | `authority` | what other services ask of this one |
//! | [`outbox`] | what of people's logs belongs on the network |
//! | `routes` | the API, one file a group |
//!
//! This service knows no other app: handles and names come from the node's directory.
#![forbid(unsafe_code)]

mod access;
pub mod anchors;
mod apps;
mod attestations;
mod authority;
mod data_rights;
mod guests;
mod home;
mod identity;
mod manifest;
mod notices;
mod operations;
pub mod outbox;
mod projection;
mod queries;
mod routes;

use std::sync::{Arc, OnceLock};

use imajin_ledger::{Applied, Command, Decide, ProjectionSpec, Refusal, RefusalKind, ops};
use imajin_protocol::Did;
use imajin_service::capabilities::RecordOwner;
use imajin_service::notices::{Notice, Tells};
use imajin_service::operation::Declaration;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{
    Authority, CommandOutcome, HomeCards, Manifest, Node, Offers, Problem, Service,
};
use rusqlite::Connection;

use manifest::MANIFEST;

pub use data_rights::IndexPagesIn;
pub use guests::shared::shared_addresses;
pub use identity::node_identity::{begin as begin_node_identity, carry_on as carry_on_node};

/// The service `auth`.
#[derive(Clone, Default)]
pub struct Auth {
    /// The people that moved away. Set when the routes are made, since it is read from the data folder.
    moves: Arc<OnceLock<data_rights::Moves>>,
}

impl Auth {
    /// The service.
    pub fn new() -> Self {
        Self::default()
    }
}

/// The DFOS identity behind a DID of this node.
pub fn dfos_did(node: &Node, did: &Did) -> Result<Option<String>, Problem> {
    Ok(identity::people::find(node, did)?.and_then(|identity| identity.dfos_did))
}

/// The operations of the identity chain behind a DID of this node, oldest first; none of a bare key.
pub fn chain_log(node: &Node, did: &Did) -> Result<Vec<String>, Problem> {
    identity::people::chain_log(node, did)
}

/// The service's name.
pub(crate) const NAME: &str = MANIFEST.name;

fn unknown(op: &str) -> Refusal {
    let text = format!("There is no operation {op:?} that you can ask for.");
    Refusal::new(RefusalKind::NotFound, text)
}

impl Service for Auth {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        &operations::ALL
    }

    fn access(&self) -> &'static [imajin_service::Access] {
        access::ROWS
    }

    fn subscribes(&self) -> &'static [&'static str] {
        outbox::SUBSCRIBES
    }

    fn tells(&self) -> &'static [Tells] {
        notices::TELLS
    }

    fn notices(&self, entry: &Applied<'_>) -> Vec<Notice> {
        notices::of(entry)
    }

    fn projection(&self) -> ProjectionSpec {
        projection::SPEC
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        if ctx.is_nested() && command.op == ops::ATTESTATION_RECEIVED {
            return operations::attestation_received(ctx, command);
        }
        let declaration = self.declaration(&command.op);
        match declaration.and_then(|declaration| declaration.handler) {
            Some(handler) => handler.decide(ctx, command),
            None => Err(unknown(&command.op)),
        }
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        projection::apply(db, entry)
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let moves = self
            .moves
            .get_or_init(|| data_rights::Moves::open(node.data()));
        routes::routes(&node)
            .merge(anchors::routes(&node))
            .merge(data_rights::routes(node, moves.clone()))
    }

    fn root(&self, node: Node) -> Option<axum::Router> {
        Some(routes::well_known(node))
    }

    fn secrets(&self) -> &'static str {
        identity::admission::SECRETS
    }

    fn offers(self: Arc<Self>, offers: &mut Offers) {
        offers.offer::<dyn HomeCards>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn RecordOwner>(Arc::clone(&self) as Arc<_>);
        offers.offer::<dyn Authority>(self);
    }

    fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        // Any operation of this service may change a person's role.
        node.forget_role(done.did);
        let declaration = self.declaration(done.op);
        if let Some(handler) = declaration.and_then(|declaration| declaration.handler) {
            handler.after_commit(node, done);
        }
    }

    fn started(&self, node: &Node) {
        identity::ownership::settle(node);
        identity::node_identity::tell_where_kept(node);
        data_rights::started(node);
        anchors::started(node);
    }
}
