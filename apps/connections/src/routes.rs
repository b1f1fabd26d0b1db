//! HTTP of this service. One file a noun. Groups and blocks change by commands, as does what an inviter confirms.

mod accept;
mod blocks;
mod connections;
mod group_invites;
mod group_members;
mod groups;
mod invites;
mod nickname;
mod people;
mod query;

use axum::Router;
use axum::http::request::Parts;
use axum::response::Redirect;
use imajin_app::operation::Field;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_dfos::{Value, cbor};
use imajin_protocol::Did;
use serde_json::Value as Json;

use crate::pages;

/// All routes, relative to `/connections`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(invites::create, invites::list))
        .routes(routes!(invites::read_invitation, invites::withdraw))
        .routes(routes!(accept::accept))
        .routes(routes!(connections::list))
        .routes(routes!(connections::elsewhere))
        .routes(routes!(connections::disconnect))
        .routes(routes!(nickname::set))
        .routes(routes!(blocks::list))
        .routes(routes!(people::status))
        .routes(routes!(people::distance))
        .routes(routes!(query::query))
        .routes(routes!(query::policy, query::set_policy))
        .routes(routes!(groups::key))
        .routes(routes!(groups::list))
        .routes(routes!(groups::read_group))
        .routes(routes!(group_members::list))
        .routes(routes!(group_invites::list))
        .routes(routes!(group_invites::read_invitation))
        .route("/groups", get(pages::groups::list))
        .route("/groups/{id}", get(pages::groups::group_page))
        .route("/groups/join/{code}", get(pages::groups::join))
        .route("/", get(pages::list))
        .route("/invite", get(pages::invite))
        .route("/invite/{code}", get(pages::accept))
        .with_state(node)
}

/// Makes the routes at the root of the node: the page on which the owner invites people.
pub(crate) fn root() -> Router {
    Router::new().route("/invite", get(async || Redirect::permanent("/connections/invite")))
}

/// Resolves a DID in any form, or a handle.
fn did_of(node: &Node, name: &str) -> Result<Did, Problem> {
    let nobody = || Problem::not_found(format!("Nobody on this box goes by {name:?}."));
    node.find_person(name)?.ok_or_else(nobody)
}

/// A field that a person typed, in the one form that the operation takes.
fn read<T: Field>(field: &'static str, text: &str) -> Answer<T> {
    T::read(&Value::from(text)).map_err(|invalid| {
        let message = format!("{field}{invalid}.");
        Problem::field(field, message)
    })
}

/// A body as it was signed, salt and all.
fn signed_body(json: &Json) -> Answer<Value> {
    cbor::from_dag_json(json).map_err(|error| Problem::bad_request(format!("{error}.")))
}

/// Adds the signed salt to a command, if the request has one.
fn salted(command: CommandRequest, salt: Option<&Json>) -> Answer<CommandRequest> {
    Ok(match salt {
        Some(salt) => command.salt(signed_body(salt)?),
        None => command,
    })
}

/// Whether the request carries a proof.
fn is_signed(parts: &Parts) -> bool {
    parts.headers.contains_key(imajin_app::command_request::PROOF)
}
