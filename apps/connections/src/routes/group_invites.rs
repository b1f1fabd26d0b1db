//! Invitations into a group: the open ones, and what everybody sees who has a code.

use axum::extract::State;
use imajin_app::extract::{Attempt, Path, Person};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Card, Node, Problem};
use imajin_host::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::groups::queries::{self, GroupInvite};
use crate::groups::visibility::{find_own, missing};
use crate::queries::{card_of, read};

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
            role: invite.role.name(),
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
    Person(node, session): Person,
    Path(name): Path<String>,
) -> Answer<axum::Json<GroupInvitesAnswer>> {
    let (group, role) = find_own(&node, &name, &session.did)?;
    if !role.leads() {
        return Err(Problem::forbidden("Only people that lead a group see its invitations."));
    }
    let open = read(&node, |db| queries::open_invites(db, &group.did, node.now()))?;
    let invites = open.into_iter().map(|invite| GroupInviteAnswer::new(&node, invite)).collect();
    Ok(axum::Json(GroupInvitesAnswer { invites }))
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
    let (group, members) = read(&node, |db| {
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
        role: invite.role.name(),
        members,
        inviter: card_of(&node, invite.inviter)?,
        id: invite.name,
    }))
}
