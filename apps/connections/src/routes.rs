//! HTTP of this service. One file a noun.

mod accept;
pub(crate) mod blocks;
mod connections;
mod group_invites;
mod group_members;
pub(crate) mod groups;
mod invites;
mod nickname;
mod people;
mod query;

use axum::http::request::Parts;
use imajin_dfos::{Value, cbor};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use imajin_service::openapi::routes;
use imajin_service::routing::OpenApiRouter;
use imajin_service::routing::get;
use imajin_service::{HandleState, Node, Problem};
use serde_json::Value as Json;

use crate::{ops, pages};

/// All routes, relative to `/connections`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(invites::create, invites::list))
        .routes(routes!(invites::one, invites::withdraw))
        .routes(routes!(accept::accept))
        .routes(routes!(connections::list))
        .routes(routes!(connections::disconnect))
        .routes(routes!(connections::confirm))
        .routes(routes!(nickname::set))
        .routes(routes!(blocks::list, blocks::block))
        .routes(routes!(blocks::unblock))
        .routes(routes!(people::status))
        .routes(routes!(people::distance))
        .routes(routes!(query::query))
        .routes(routes!(query::policy, query::set_policy))
        .routes(routes!(groups::key))
        .routes(routes!(groups::list, groups::create))
        .routes(routes!(groups::one, groups::update, groups::dissolve))
        .routes(routes!(group_members::list))
        .routes(routes!(group_members::role, group_members::remove))
        .routes(routes!(group_invites::list, group_invites::create))
        .routes(routes!(group_invites::withdraw))
        .routes(routes!(group_invites::one))
        .routes(routes!(group_invites::join))
        .route("/groups", get(pages::groups::list))
        .route("/groups/{id}", get(pages::groups::one))
        .route("/groups/join/{code}", get(pages::groups::join))
        .route("/", get(pages::list))
        .route("/invite", get(pages::invite))
        .route("/invite/{code}", get(pages::accept))
        .with_state(node)
}

/// The DID that somebody means: a DID in any form, or a handle.
fn did_of(node: &Node, name: &str) -> Result<Did, Problem> {
    let nobody = || Problem::not_found(format!("Nobody on this box goes by {name:?}."));
    if name.starts_with("did:") {
        return node.resolve(name)?.ok_or_else(nobody);
    }
    match node.handle(name)? {
        Some(HandleState::Taken(did)) => Ok(did),
        _ => Err(nobody()),
    }
}

/// The fact that names one other.
fn names(did: &Did) -> Result<Fact, Problem> {
    let id = id_of(did)?;
    Fact::new([(ops::FACT_DIDS, FactValue::List(vec![FactItem::Id(id)]))])
        .map_err(|error| Problem::field("did", format!("{error}.")))
}

fn id_of(did: &Did) -> Result<IdText, Problem> {
    IdText::from_did(did).map_err(|error| Problem::field("did", format!("{error}.")))
}

/// A body as it was signed, salt and all.
fn signed_body(json: &Json) -> Result<Value, Problem> {
    cbor::from_dag_json(json).map_err(|error| Problem::bad_request(format!("{error}.")))
}

/// The salt that was signed, if the request has one.
fn salt_of(salt: Option<&Json>) -> Result<Option<Value>, Problem> {
    salt.map(signed_body).transpose()
}

/// Whether the request carries a proof.
fn is_signed(parts: &Parts) -> bool {
    parts.headers.contains_key(imajin_service::commands::PROOF)
}
