//! The members of a group: the list, roles, removing one, leaving.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{Authed, Page, Path, parse_json, read_body};
use imajin_app::{Answer, Card, CommandRequest, Node, Problem, time};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{did_of, read};
use crate::fields::{GroupDid, OneDid};
use crate::groups::queries;
use crate::groups::visibility::{find, find_own};
use crate::operations::{LeaveGroup, RemoveMember, SetRole};
use crate::projection::PROJECTION;
use crate::queries::card_of;

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberAnswer {
    /// Who, as far as everybody may see it.
    #[serde(flatten)]
    card: Card,
    /// `owner`, `admin`, `member`.
    role: String,
    since: Option<String>,
}

/// A part of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembersAnswer {
    /// Leaders first.
    members: Vec<MemberAnswer>,
    /// How many there are.
    total: u64,
}

/// Who is in a group? Of a private one its members are told, of a public one everybody who is signed in.
#[utoipa::path(
    get, path = "/api/groups/{id}/members", tag = "groups",
    params(("id" = String, Path, description = "Its DID, or its conversation's"), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = MembersAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "There is none, or it is not for you to see")),
)]
pub(crate) async fn list(
    State(node): State<Node>,
    Authed(session): Authed,
    Path(name): Path<String>,
    page: Page,
) -> Answer<axum::Json<MembersAnswer>> {
    let (group, _) = find(&node, &name, Some(&session.did))?;
    let (rows, total) = node.read(PROJECTION.name, |db| {
        let rows = queries::members(db, &group.did, page.limit, page.offset)?;
        Ok((rows, queries::size(db, &group.did)?))
    })?;
    let members = rows
        .into_iter()
        .map(|member| {
            let did = Did::parse(&member.did).map_err(Problem::internal)?;
            Ok(MemberAnswer {
                card: card_of(&node, did)?,
                role: member.role,
                since: time::text(member.since),
            })
        })
        .collect::<Answer<_>>()?;
    Ok(axum::Json(MembersAnswer { members, total }))
}

/// A member's role from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleForm {
    /// `admin` or `member`.
    role: String,
}

/// Gives a member of a group another role. By its owner.
#[utoipa::path(
    put, path = "/api/groups/{id}/members/{did}", tag = "groups", request_body = RoleForm,
    params(("id" = String, Path, description = "Its DID, or its conversation's"), ("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 204, description = "Done"), (status = 401, description = "Not signed in"), (status = 403, description = "Not yours, or it must be signed: `sign` says what"), (status = 404, description = "There is no such group for you, or they are not in it"), (status = 409, description = "They have that role")),
)]
pub(crate) async fn role(
    State(node): State<Node>,
    Authed(session): Authed,
    Path((name, member)): Path<(String, String)>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, body) = request.into_parts();
    let (group, _) = find_own(&node, &name, &session.did)?;
    let form: RoleForm = parse_json(&read_body(body, &node).await?)?;
    let member = did_of(&node, &member)?;
    let set = SetRole {
        group: GroupDid(group.did.clone()),
        dids: OneDid(member.clone()),
        role: read("role", &form.role)?,
    };
    let command = CommandRequest::from_operation(session.did.clone(), &set)?;
    let room = imajin_turns::log_of(&node, &group.did)?;
    let to: Vec<&Did> = [&group.did, &member].into_iter().chain(&room).collect();
    node.submit_or_request_signature(&parts, &session, command, &to)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves a group, if the DID is your own; else removes a member, if you lead the group.
#[utoipa::path(
    delete, path = "/api/groups/{id}/members/{did}", tag = "groups",
    params(("id" = String, Path, description = "Its DID, or its conversation's"), ("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 204, description = "They are not in it any more"), (status = 401, description = "Not signed in"), (status = 403, description = "Not for your role, or it must be signed: `sign` says what"), (status = 404, description = "There is no such group for you, or they are not in it"), (status = 409, description = "Its owner does not leave it")),
)]
pub(crate) async fn remove(
    State(node): State<Node>,
    who: Authed,
    Path((name, member)): Path<(String, String)>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, _) = request.into_parts();
    let member = did_of(&node, &member)?;
    let me = who.acting_for(&node, &parts.headers, LeaveGroup::NAME)?;
    let (group, _) = find_own(&node, &name, &me)?;
    let named = GroupDid(group.did.clone());
    if member == me {
        let command = CommandRequest::from_operation(me, &LeaveGroup { group: named })?;
        node.submit(&parts, Some(&who.0), command).await?;
    } else {
        let remove = RemoveMember {
            group: named,
            dids: OneDid(member.clone()),
        };
        let command = CommandRequest::from_operation(who.0.did.clone(), &remove)?;
        let room = imajin_turns::log_of(&node, &group.did)?;
        let to: Vec<&Did> = [&group.did, &member].into_iter().chain(&room).collect();
        node.submit_or_request_signature(&parts, &who.0, command, &to)
            .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
