//! Identity, sessions and a person's rights over their data.
//!
//! | room | what stands in it |
//! |---|---|
//! | `decide`, `projection` | the rules of the `auth.` operations and the tables that they fill |
//! | `people` | what the tables say of an identity |
//! | `access` | what strangers and members may do here |
//! | `admission` | who may begin an identity: the claim code, invites, registrations that wait |
//! | `kept_chain` | the identity chain of a client that signs no entries |
//! | [`outbox`] | what of people's logs belongs on the network |
//! | `login` | challenges answered, tokens, cookies |
//! | `soft` | people with an e-mail address and no key of their own yet |
//! | `apps` | programs of others that act for people |
//! | `routes` | the API, one file a group |
//! | `node_identity` | the node's own log |
//! | `anchors` | what the node publishes once a day so that it cannot change its mind |
//! | `attestations` | what people say of each other; tiers and standing |
//! | [`care`] | count, export, import, delete, transfer |
//!
//! It knows no other app: handles and names are asked of the node's directory.
#![forbid(unsafe_code)]

mod access;
mod admission;
mod anchors;
mod apps;
mod attestations;
mod authority;
pub mod care;
mod decide;
mod goes_on;
mod kept_chain;
mod login;
mod node_identity;
pub mod outbox;
mod people;
mod projection;
mod routes;
mod soft;

use std::sync::{Arc, OnceLock};

use imajin_ledger::{Applied, Command, Decide, OpSpec, ProjectionSpec, Refusal};
use imajin_protocol::Did;
use imajin_service::routing::OpenApiRouter;
use imajin_service::{
    Authority, Count, DeletePlan, Done, Node, Ports, Problem, Service, Stays, TransferPlan,
};
use rusqlite::Connection;

pub(crate) use kept_chain::IDENTITY_CHAIN;
pub use node_identity::{begin as begin_node_identity, carry_on as carry_on_node};
pub use soft::shared::shared_addresses;

/// The service `auth`.
#[derive(Clone, Default)]
pub struct Auth {
    /// Who moved away: known once the routes are made, since it is read from the data folder.
    moves: Arc<OnceLock<care::Moves>>,
}

impl Auth {
    /// The service.
    pub fn new() -> Self {
        Self::default()
    }
}

/// The DFOS identity behind a DID of this node.
pub fn dfos_did(node: &Node, did: &Did) -> Result<Option<String>, Problem> {
    Ok(people::find(node, did)?.and_then(|identity| identity.dfos_did))
}

/// The operations of the identity chain behind a DID of this node, oldest first; none of a bare key.
pub fn chain_log(node: &Node, did: &Did) -> Result<Vec<String>, Problem> {
    people::chain_log(node, did)
}

/// The service's name.
pub(crate) const NAME: &str = "auth";
/// What the export, the count and the deletion call them.
const ATTESTATIONS: &str = "attestations";
const ADDRESSES: &str = "e-mail addresses";
const APPS: &str = "descriptions of an app";

/// The kernel's rows are in every table of operations.
const OPS: &[OpSpec] = &[
    kept_chain::SPEC,
    soft::email::SPEC,
    soft::readmitted::SPEC,
    apps::SPEC,
];

impl Service for Auth {
    fn name(&self) -> &'static str {
        NAME
    }

    fn ports(&self) -> Ports {
        Ports {
            dev: 3001,
            prod: 7001,
        }
    }

    fn ops(&self) -> &'static [OpSpec] {
        OPS
    }

    fn access(&self) -> &'static [imajin_service::Access] {
        access::ROWS
    }

    fn subscribes(&self) -> &'static [&'static str] {
        outbox::SUBSCRIBES
    }

    fn projection(&self) -> ProjectionSpec {
        projection::SPEC
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        decide::decide(ctx, command)
    }

    fn apply(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        projection::apply(db, entry)
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let moves = self.moves.get_or_init(|| care::Moves::open(node.data()));
        routes::routes(&node)
            .merge(anchors::routes(&node))
            .merge(care::routes(node, moves.clone()))
    }

    fn root(&self, node: Node) -> Option<axum::Router> {
        Some(routes::well_known(node))
    }

    /// The kernel makes the section `identity` from the log's own state, and puts these members into it.
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<serde_json::Value>> {
        let attestations = attestations::read::section(db, did)?;
        let mut section = serde_json::json!({ ATTESTATIONS: attestations });
        // What most people have none of is left out.
        if let Some(address) = soft::email::of(db, did)? {
            section["email"] = address.into();
        }
        if let Some(app) = apps::find(db, did)? {
            section["app"] = app.section();
        }
        Ok(Some(section))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let rows = |sql: &str| db.query_row(sql, [did.as_str()], |row| row.get::<_, i64>(0));
        let number = |rows: i64| u64::try_from(rows).unwrap_or(0);
        Ok(vec![
            Count::new(
                "identities",
                number(rows(
                    "SELECT count(*) FROM identities WHERE owner_did = ?1",
                )?),
            ),
            Count::new(
                "keys",
                number(rows("SELECT count(*) FROM keys WHERE owner_did = ?1")?),
            ),
            Count::new(
                "delegations",
                number(rows(
                    "SELECT count(*) FROM delegations WHERE owner_did = ?1",
                )?),
            ),
            Count::new(
                ADDRESSES,
                number(rows("SELECT count(*) FROM emails WHERE owner_did = ?1")?),
            ),
            Count::new(
                APPS,
                number(rows("SELECT count(*) FROM apps WHERE owner_did = ?1")?),
            ),
            Count::new(
                ATTESTATIONS,
                number(rows(
                    "SELECT count(*) FROM attestations WHERE owner_did = ?1",
                )?),
            ),
        ])
    }

    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let stays = |kind: &str, number, why: &str| Stays {
            kind: kind.to_owned(),
            number,
            why: why.to_owned(),
        };
        let mut plan = DeletePlan::default();
        let given: i64 = db.query_row(
            "SELECT count(*) FROM attestations WHERE owner_did = ?1 AND issued = 1 AND subject <> issuer",
            [did.as_str()],
            |row| row.get(0),
        )?;
        if given > 0 {
            let why = "What you signed for others is their proof: they keep their copy. Revoke it first, if it should count no more.";
            let number = u64::try_from(given).unwrap_or(0);
            plan.stays.push(stays(
                "attestations that you gave, in others' records",
                number,
                why,
            ));
        }
        for count in self
            .count(db, did)?
            .into_iter()
            .filter(|count| count.number > 0)
        {
            let why = match count.kind.as_str() {
                ATTESTATIONS | ADDRESSES | APPS => {
                    plan.goes.push(count);
                    continue;
                }
                "delegations" => {
                    "They name keys and times only, and show that what was signed under them was allowed."
                }
                _ => {
                    "Without them nobody could check what you signed, in your own record or in others'. They hold no words of yours."
                }
            };
            plan.stays.push(stays(&count.kind, count.number, why));
        }
        Ok(plan)
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let moves = self
            .count(db, did)?
            .into_iter()
            .filter(|count| count.number > 0)
            .collect();
        Ok(TransferPlan {
            moves,
            cannot: vec![Stays {
                kind: "sessions".to_owned(),
                number: 0,
                why: "A session is this node's word about a browser: sign in again at the other node.".to_owned(),
            },
            Stays {
                kind: "signing in by e-mail".to_owned(),
                number: 0,
                why: "A key that this node keeps for you stays here and so does your address: make the keys your own first.".to_owned(),
            }],
        })
    }

    fn secrets(&self) -> &'static str {
        admission::SECRETS
    }

    fn authority(&self) -> Option<&dyn Authority> {
        Some(self)
    }

    fn prepare(
        &self,
        node: &Node,
        headers: &axum::http::HeaderMap,
        command: &mut Command,
    ) -> Result<(), Problem> {
        login::prepare(node, command)?;
        if attestations::is_about(&command.op) {
            command.args = attestations::check::prepare(node, command)?;
        }
        admission::prepare(node, headers, command)
    }

    fn settled(&self, node: &Node, done: &Done<'_>) {
        // Whatever this service enters may change what somebody is here.
        node.forget_role(done.did);
        admission::settled(node, done);
        login::settled(node, done);
        node_identity::settled(node, done);
        care::settled(node, done);
        goes_on::settled(node, done);
    }

    fn started(&self, node: &Node) {
        match people::owner_of_node(node) {
            Ok(Some(_)) => node.set_claimed(),
            Ok(None) => {}
            Err(problem) => tracing::error!("auth: who owns this node cannot be read: {problem}"),
        }
        node_identity::tell_where_kept(node);
        care::started(node);
        anchors::started(node);
    }
}
