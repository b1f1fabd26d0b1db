//! Identity, sessions and a person's rights over their data.
//!
//! | part | what it does |
//! |---|---|
//! | `imajin_identity` | identity and sign-in: who may begin one, challenges, sessions, keys, the node's own; guests; programs of others |
//! | `imajin_trust` | what people say of each other, tiers and standing; anchors |
//! | `imajin_data` | count, export, import, delete, transfer |
//!
//! This crate makes one service of them, with one table of operations and one projection:
//!
//! | module | what it does |
//! |---|---|
//! | `operations`, `access` | the operations of all parts, and what strangers and members may do here |
//! | `projection` | the tables of all parts |
//! | `authority` | what other services ask of this one |
//! | `data_rights` | the data rights over this service's tables |
//! | `home`, `notices` | cards on Home, and notices |
//! | [`outbox`] | what of people's logs belongs on the network |
//!
//! This service knows no other app: handles and names come from the node's directory.
#![forbid(unsafe_code)]

mod access;
mod authority;
mod data_rights;
mod home;
mod manifest;
mod notices;
mod operations;
pub mod outbox;
mod projection;

use std::sync::{Arc, OnceLock};

use imajin_app::capabilities::RecordOwner;
use imajin_app::routing::OpenApiRouter;
use imajin_app::{Authority, CommandOutcome, HomeCards, Node, Service};
use imajin_ledger::{Command, Decide, Refusal, RefusalKind};
use imajin_log::ops;

/// The service `auth`.
#[derive(Clone, Default)]
pub struct Auth {
    /// The people that moved away. Set when the routes are made, since it is read from the data folder.
    moves: Arc<OnceLock<imajin_data::Moves>>,
}

impl Auth {
    /// The service.
    pub fn new() -> Self {
        Self::default()
    }
}

fn unknown(op: &str) -> Refusal {
    let text = format!("There is no operation {op:?} that you can ask for.");
    Refusal::new(RefusalKind::NotFound, text)
}

impl Service for Auth {
    imajin_app::from_modules!(manifest, operations, access, projection, notices);

    fn subscribes(&self) -> &'static [&'static str] {
        outbox::SUBSCRIBES
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        if ctx.is_nested() && command.op == ops::ATTESTATION_RECEIVED {
            return imajin_trust::operations::attestation_received(ctx, command);
        }
        let declaration = self.declaration(&command.op);
        match declaration.and_then(|declaration| declaration.handler) {
            Some(handler) => handler.decide(ctx, command),
            None => Err(unknown(&command.op)),
        }
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let moves = self.moves.get_or_init(|| imajin_data::Moves::open(node.data()));
        imajin_identity::routes(&node)
            .merge(imajin_trust::routes(&node))
            .merge(imajin_trust::anchors::routes(&node))
            .merge(imajin_data::routes(node, moves.clone()))
    }

    fn root(&self, node: Node) -> Option<axum::Router> {
        Some(imajin_identity::well_known(node))
    }

    fn secrets(&self) -> &'static str {
        imajin_identity::admission::SECRETS
    }

    imajin_app::offers! { HomeCards, RecordOwner, Authority }

    fn after_commit(&self, node: &Node, done: &CommandOutcome<'_>) {
        // Any operation of this service may change a person's role.
        node.forget_role(done.did);
        let declaration = self.declaration(done.op);
        if let Some(handler) = declaration.and_then(|declaration| declaration.handler) {
            handler.after_commit(node, done);
        }
    }

    fn started(&self, node: &Node) {
        imajin_identity::ownership::settle(node);
        imajin_identity::tell_where_kept(node);
        imajin_data::started(node);
        imajin_trust::anchors::started(node);
    }
}
