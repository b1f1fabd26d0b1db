//! Your connections: the list, and their end.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{Authed, Page, Path, Person};
use imajin_app::{Answer, Card, CommandRequest, Node, time};
use imajin_host::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::did_of;
use crate::fields::OneDid;
use crate::operations::Disconnect;
use crate::queries::{self, Link, card_of};

/// A connection.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionAnswer {
    /// Who, as far as everybody may see it.
    #[serde(flatten)]
    card: Card,
    /// Your name for them, which only you see.
    nickname: Option<String>,
    since: Option<String>,
    /// Whether you invited them.
    invited: bool,
    /// The name of the invitation, in the inviter's record.
    invite: Option<String>,
    /// The CID of `connection.accepted`, signed by the accepter.
    attestation: Option<String>,
    /// Whether it waits for your countersignature.
    to_confirm: bool,
}

/// A part of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionsAnswer {
    /// The newest first.
    connections: Vec<ConnectionAnswer>,
    /// How many there are.
    total: u64,
}

/// With whom am I connected?
#[utoipa::path(
    get, path = "/api/connections", tag = "connections", params(("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = ConnectionsAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    page: Page,
) -> Answer<axum::Json<ConnectionsAnswer>> {
    let (links, total) = queries::read(&node, |db| queries::links(db, &session.did, &page))?;
    listed(&node, links, total)
}

/// Lists my connections of which the other's record says nothing here. Most are with people whose record is on another box.
#[utoipa::path(
    get, path = "/api/connections/elsewhere", tag = "connections", params(("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = ConnectionsAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn elsewhere(
    Person(node, session): Person,
    page: Page,
) -> Answer<axum::Json<ConnectionsAnswer>> {
    let (links, total) = queries::read(&node, |db| queries::one_sided(db, &session.did, &page))?;
    listed(&node, links, total)
}

fn listed(node: &Node, links: Vec<Link>, total: u64) -> Answer<axum::Json<ConnectionsAnswer>> {
    let connections = links.into_iter().map(|link| answer(node, link));
    Ok(axum::Json(ConnectionsAnswer { connections: connections.collect::<Answer<_>>()?, total }))
}

fn answer(node: &Node, link: Link) -> Answer<ConnectionAnswer> {
    Ok(ConnectionAnswer {
        card: card_of(node, link.did)?,
        nickname: link.nickname,
        since: time::text(link.since),
        to_confirm: link.invited && !link.confirmed,
        invited: link.invited,
        invite: link.invite,
        attestation: link.attestation,
    })
}

/// End a connection, from either side, at once.
#[utoipa::path(
    delete, path = "/api/connections/{did}", tag = "connections", params(("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 204, description = "Ended, in both records"), (status = 409, description = "You are not connected")),
)]
pub(crate) async fn disconnect(
    State(node): State<Node>,
    who: Authed,
    Path(name): Path<String>,
    parts: Parts,
) -> Answer<StatusCode> {
    let did = who.acting_for(&node, &parts.headers, Disconnect::NAME)?;
    let dids = OneDid(did_of(&node, &name)?);
    let command = CommandRequest::from_operation(did, &Disconnect { dids })?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
