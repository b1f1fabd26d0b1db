//! Invitations into a group: making one, seeing it by its code, taking it back, joining by it.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{Attempt, Authed, Path, parse_json, read_body};
use imajin_app::operation::Int;
use imajin_app::{Answer, Card, CommandRequest, Node, Problem};
use imajin_host::prelude::*;
use imajin_host::{codes, random};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{read, salted};
use crate::fields::GroupDid;
use crate::groups::leads;
use crate::groups::queries::{self, GroupInvite};
use crate::groups::visibility::{find_own, missing};
use crate::operations::{JoinGroup, MakeGroupInvite, WithdrawGroupInvite};
use crate::projection::PROJECTION;
use crate::queries::{CODE, card_of};

/// An invitation into a group, to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewGroupInvite {
    /// `member` (if left out) or, by its owner, `admin`.
    role: Option<String>,
    /// How many people may join by it; 1 by default, up to 1000.
    max_uses: Option<u32>,
    /// With an MJN-Proof: the name, the code and the salt that were signed.
    id: Option<String>,
    code: Option<String>,
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// An invitation into a group, for the people that lead the group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupInviteAnswer {
    id: String,
    /// The code to pass on; null if its maker erased it.
    #[schema(example = "7KQ2-M9XT-04RB")]
    code: Option<String>,
    /// The code as a link.
    url: Option<String>,
    role: &'static str,
    max_uses: u64,
    uses: u64,
    /// Its maker.
    inviter: String,
    /// A week later.
    expires_at: String,
}

impl GroupInviteAnswer {
    fn new(node: &Node, invite: GroupInvite) -> Self {
        Self {
            expires_at: invite.expires().to_string(),
            url: invite
                .code
                .as_deref()
                .map(|code| format!("{}/connections/groups/join/{code}", node.url())),
            id: invite.name,
            code: invite.code,
            role: invite.role,
            max_uses: invite.max_uses,
            uses: invite.uses,
            inviter: invite.inviter.to_string(),
        }
    }
}

/// The invitations of a group that are open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupInvitesAnswer {
    /// The newest first.
    invites: Vec<GroupInviteAnswer>,
}

/// Lists the open invitations into this group. For the people that lead it.
#[utoipa::path(
    get, path = "/api/groups/{id}/invites", tag = "groups", params(("id" = String, Path, description = "Its DID, or its conversation's")),
    responses((status = 200, body = GroupInvitesAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "You do not lead it"), (status = 404, description = "There is none, or it is not for you to see")),
)]
pub(crate) async fn list(
    State(node): State<Node>,
    Authed(session): Authed,
    Path(name): Path<String>,
) -> Answer<axum::Json<GroupInvitesAnswer>> {
    let (group, role) = find_own(&node, &name, &session.did)?;
    if !leads(Some(role)) {
        return Err(Problem::forbidden(
            "Only people that lead a group see its invitations.",
        ));
    }
    let open = node.read(PROJECTION.name, |db| {
        queries::open_invites(db, &group.did, node.now())
    })?;
    let invites = open
        .into_iter()
        .map(|invite| GroupInviteAnswer::new(&node, invite))
        .collect();
    Ok(axum::Json(GroupInvitesAnswer { invites }))
}

/// Invites a person into a group.
///
/// A session is enough. To sign it, send an MJN-Proof of `connections.group.invite` with `id`, `code` and `salt` as they were signed.
#[utoipa::path(
    post, path = "/api/groups/{id}/invites", tag = "groups", request_body = NewGroupInvite,
    params(("id" = String, Path, description = "Its DID, or its conversation's"), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.group.invite`")),
    responses((status = 201, body = GroupInviteAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Not for your role"), (status = 404, description = "There is none, or it is not for you to see"), (status = 409, description = "Too many are open")),
)]
pub(crate) async fn create(
    State(node): State<Node>,
    who: Authed,
    Path(name): Path<String>,
    request: Request,
) -> Answer<(StatusCode, axum::Json<GroupInviteAnswer>)> {
    let (parts, body) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, MakeGroupInvite::NAME)?;
    let new: NewGroupInvite = parse_json(&read_body(body, &node).await?)?;
    let (group, _) = find_own(&node, &name, &did)?;
    let id = match new.id {
        Some(id) => id,
        None => format!("inv_{}", random::hex::<12>()?),
    };
    let code = match new.code {
        Some(code) => code,
        None => codes::fresh()?,
    };
    let make = MakeGroupInvite {
        invite: read("id", &id)?,
        group: GroupDid(group.did.clone()),
        role: read("role", new.role.as_deref().unwrap_or("member"))?,
        uses: Int(new.max_uses.unwrap_or(1).into()),
        code: read("code", &code)?,
    };
    let command = salted(
        CommandRequest::from_operation(did, &make)?,
        new.salt.as_ref(),
    )?;
    node.submit(&parts, Some(&who.0), command).await?;
    let row = node.read(PROJECTION.name, |db| queries::invite(db, &group.did, &id))?;
    let row = row.ok_or_else(|| Problem::internal("an invitation was entered and is missing"))?;
    let answer = GroupInviteAnswer::new(&node, row);
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Take an invitation into a group back.
#[utoipa::path(
    delete, path = "/api/groups/{id}/invites/{invite}", tag = "groups",
    params(("id" = String, Path, description = "Its DID, or its conversation's"), ("invite" = String, Path, description = "The invitation's name")),
    responses((status = 204, description = "Nobody can join by it any more"), (status = 401, description = "Not signed in"), (status = 403, description = "Not for your role"), (status = 404, description = "There is none, or it is not for you to see"), (status = 409, description = "Taken back already")),
)]
pub(crate) async fn withdraw(
    State(node): State<Node>,
    who: Authed,
    Path((name, invite)): Path<(String, String)>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, _) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, WithdrawGroupInvite::NAME)?;
    let (group, _) = find_own(&node, &name, &did)?;
    let withdraw = WithdrawGroupInvite {
        invite: read("invite", &invite)?,
        group: GroupDid(group.did),
    };
    let command = CommandRequest::from_operation(did, &withdraw)?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An invitation into a group, for everybody that has its code: what they need to know, and to sign.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenGroupInvite {
    /// Its name, which the fact of `connections.group.join` has.
    id: String,
    /// The group's DID.
    group: String,
    name: Option<String>,
    about: Option<String>,
    kind: String,
    /// The role that it gives.
    role: &'static str,
    /// How many people are in it.
    members: u64,
    /// The inviter.
    inviter: Card,
    expires_at: String,
}

/// Describes an invitation into a group.
#[utoipa::path(
    get, operation_id = "one", path = "/api/group-invites/{code}", tag = "groups", params(("code" = String, Path, description = "The code, however it is typed")),
    responses((status = 200, body = OpenGroupInvite), (status = 404, description = "There is none"), (status = 410, description = "It has ended, was used up or taken back")),
)]
pub(crate) async fn read_invitation(
    State(node): State<Node>,
    _: Attempt,
    Path(code): Path<String>,
) -> Answer<axum::Json<OpenGroupInvite>> {
    let invite = queries::open(&node, &code)?;
    let (group, members) = node.read(PROJECTION.name, |db| {
        let group = queries::group(db, invite.group.as_str())?;
        Ok((group, queries::size(db, &invite.group)?))
    })?;
    let group = group.ok_or_else(missing)?;
    Ok(axum::Json(OpenGroupInvite {
        expires_at: invite.expires().to_string(),
        group: group.did.to_string(),
        name: group.name,
        about: group.about,
        kind: group.kind,
        role: invite.role,
        members,
        inviter: card_of(&node, invite.inviter)?,
        id: invite.name,
    }))
}

/// The caller is in the group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JoinAnswer {
    group: String,
    role: &'static str,
}

/// Join a group by an invitation.
#[utoipa::path(
    post, path = "/api/group-invites/{code}/join", tag = "groups",
    params(("code" = String, Path, description = "The code, however it is typed"), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.group.join`")),
    responses((status = 200, body = JoinAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "It must be signed: `sign` says what; or not with your tier"), (status = 404, description = "There is none"), (status = 409, description = "You are in it, or it is full"), (status = 410, description = "It has ended, was used up or taken back")),
)]
pub(crate) async fn join(
    State(node): State<Node>,
    Authed(session): Authed,
    _: Attempt,
    Path(code): Path<String>,
    request: Request,
) -> Answer<axum::Json<JoinAnswer>> {
    let (mut parts, _) = request.into_parts();
    let invite = queries::open(&node, &code)?;
    let value = axum::http::HeaderValue::try_from(codes::canonical(&code));
    let value = value.map_err(|_| Problem::field("code", "A code has letters and digits."))?;
    parts.headers.insert(CODE, value);
    let join = JoinGroup {
        group: GroupDid(invite.group.clone()),
        invite: read("code", &invite.name)?,
        role: read("role", invite.role)?,
    };
    let command = CommandRequest::from_operation(session.did.clone(), &join)?;
    node.submit_or_request_signature(&parts, &session, command, &[&invite.group])
        .await?;
    Ok(axum::Json(JoinAnswer {
        group: invite.group.to_string(),
        role: invite.role,
    }))
}
