//! Invites, for the node's owner.

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::StatusCode;
use imajin_service::extract::{Authed, Json, Path};
use imajin_service::{Answer, Node, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::admission::invites::{self, Invite};
use crate::people;

/// How long an invite lasts when nobody says.
const DAYS_DEFAULT: u32 = 7;
const DAYS_MAX: u32 = 366;
const USES_MAX: u32 = 1000;

/// An invite to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewInvite {
    /// How many may use it; 1 by default, up to 1000.
    max_uses: Option<u32>,
    /// For how many days; 7 by default, up to 366.
    expires_in_days: Option<u32>,
}

/// An invite.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteAnswer {
    /// The code.
    #[schema(example = "7KQ2-M9XT-04RB")]
    code: String,
    /// How many may use it.
    max_uses: u32,
    /// How many did.
    uses: u32,
    /// When it ends.
    expires_at: String,
    /// When it was made.
    created_at: String,
}

/// All invites.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitesAnswer {
    /// The newest first.
    invites: Vec<InviteAnswer>,
    /// How many.
    total: usize,
}

impl From<Invite> for InviteAnswer {
    fn from(invite: Invite) -> Self {
        Self {
            code: invite.code,
            max_uses: invite.max_uses,
            uses: invite.uses,
            expires_at: invite.expires.to_string(),
            created_at: invite.created.to_string(),
        }
    }
}

fn owner_only(node: &Node, who: &Authed) -> Result<(), Problem> {
    match people::owner_of_node(node)?.as_deref() == Some(who.0.did.as_str()) {
        true => Ok(()),
        false => Err(Problem::forbidden(
            "Only the owner of this node invites people.",
        )),
    }
}

/// Invite somebody.
#[utoipa::path(
    post, path = "/api/invites", tag = "node", request_body = NewInvite,
    responses((status = 201, body = InviteAnswer), (status = 403, description = "Not the owner")),
)]
pub(crate) async fn create(
    State(node): State<Node>,
    who: Authed,
    Json(new): Json<NewInvite>,
) -> Answer<(StatusCode, Answer200<InviteAnswer>)> {
    owner_only(&node, &who)?;
    let uses = new.max_uses.unwrap_or(1);
    let days = new.expires_in_days.unwrap_or(DAYS_DEFAULT);
    if !(1..=USES_MAX).contains(&uses) {
        return Err(Problem::field(
            "maxUses",
            format!("maxUses must be 1 to {USES_MAX}."),
        ));
    }
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Problem::field(
            "expiresInDays",
            format!("expiresInDays must be 1 to {DAYS_MAX}."),
        ));
    }
    let expires = node
        .now()
        .checked_add_millis(i64::from(days) * 24 * 3_600_000)
        .ok_or_else(|| Problem::internal("the node's time is out of range"))?;
    let invite = invites::create(&node, uses, expires)?;
    Ok((StatusCode::CREATED, Answer200(invite.into())))
}

/// Which invites are there?
#[utoipa::path(get, path = "/api/invites", tag = "node", responses((status = 200, body = InvitesAnswer), (status = 403, description = "Not the owner")))]
pub(crate) async fn list(
    State(node): State<Node>,
    who: Authed,
) -> Answer<Answer200<InvitesAnswer>> {
    owner_only(&node, &who)?;
    let invites: Vec<InviteAnswer> = invites::list(&node)?
        .into_iter()
        .map(InviteAnswer::from)
        .collect();
    Ok(Answer200(InvitesAnswer {
        total: invites.len(),
        invites,
    }))
}

/// Take an invite back.
#[utoipa::path(
    delete, path = "/api/invites/{code}", tag = "node", params(("code" = String, Path, description = "The code")),
    responses((status = 204, description = "Gone"), (status = 403, description = "Not the owner"), (status = 404, description = "No such invite")),
)]
pub(crate) async fn remove(
    State(node): State<Node>,
    who: Authed,
    Path(code): Path<String>,
) -> Answer<StatusCode> {
    owner_only(&node, &who)?;
    match invites::remove(&node, &code)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("There is no such invite.")),
    }
}
