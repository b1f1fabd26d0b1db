//! Invitations to connect: making one, seeing it by its code, taking it back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{Attempt, Authed, JsonRequest, Path, Person};
use imajin_app::operation::Int;
use imajin_app::{Admittance, Answer, Card, CommandRequest, Node, Problem, time};
use imajin_host::prelude::*;
use imajin_host::{codes, random};
use imajin_protocol::IdText;
use imajin_protocol::tier::invite_quota;
use imajin_turns::page_with;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{read, salted};
use crate::operations::{MakeInvite, WithdrawInvite};
use crate::queries::{self, Invite, card_of};

/// An invitation to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewInvite {
    /// How many may accept it; 1 by default, up to 1000 and your quota.
    max_uses: Option<u32>,
    /// Whether you will vouch for those who accept; only where you may.
    vouch: Option<bool>,
    /// With an MJN-Proof: the name, the code and the salt that were signed.
    id: Option<String>,
    code: Option<String>,
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// An invitation, as its maker sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteAnswer {
    /// Its name in your record.
    id: String,
    /// The code to pass on; null if you erased it.
    #[schema(example = "7KQ2-M9XT-04RB")]
    code: Option<String>,
    /// The code as a link.
    url: Option<String>,
    /// How many may accept it.
    max_uses: u32,
    /// How many did.
    uses: u32,
    /// Whether you will vouch for those who accept.
    vouch: bool,
    /// Whether it can be accepted now.
    open: bool,
    /// Whether it brings new people in, too, and if not, why.
    admits: Admittance,
    created_at: Option<String>,
    /// A week later.
    expires_at: String,
}

impl InviteAnswer {
    /// Makes the answer for an invitation with this number of older open ones.
    fn new(node: &Node, invite: Invite, older: u32) -> Answer<Self> {
        Ok(Self {
            admits: node.admittance_by(&invite.owner, older)?,
            open: invite.is_open(node.now()),
            expires_at: invite.expires().to_string(),
            created_at: time::text(invite.at),
            url: invite.code.as_deref().map(|code| url(node, code)),
            id: invite.name,
            code: invite.code,
            max_uses: invite.max_uses,
            uses: invite.uses,
            vouch: invite.vouches,
        })
    }
}

/// Returns the URL at which an invitation is accepted.
fn url(node: &Node, code: &str) -> String {
    format!("{}/connections/invite/{code}", node.url())
}

/// Invites a person to connect.
///
/// A session is enough. To sign it, send an MJN-Proof of `connections.invite` with `id`, `code` and `salt` as they were signed.
#[utoipa::path(
    post, path = "/api/invites", tag = "invites", request_body = NewInvite,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.invite`")),
    responses((status = 201, body = InviteAnswer), (status = 403, description = "Not with your tier"), (status = 409, description = "More than your quota")),
)]
pub(crate) async fn create(
    State(node): State<Node>,
    who: Authed,
    JsonRequest(parts, new): JsonRequest<NewInvite>,
) -> Answer<(StatusCode, axum::Json<InviteAnswer>)> {
    let did = who.acting_for(&node, &parts.headers, MakeInvite::NAME)?;
    let id = match new.id {
        Some(id) => id,
        None => format!("inv_{}", random::hex::<12>()?),
    };
    let code = match new.code {
        Some(code) => code,
        None => codes::fresh()?,
    };
    let make = MakeInvite {
        invite: read("id", &id)?,
        uses: Int(new.max_uses.unwrap_or(1).into()),
        vouch: Int(new.vouch.unwrap_or(false).into()),
        code: read("code", &code)?,
    };
    let command = salted(CommandRequest::from_operation(did.clone(), &make)?, new.salt.as_ref())?;
    node.submit(&parts, Some(&who.0), command).await?;
    let (made, older) = queries::read(&node, |db| {
        let row = queries::invite(db, &did, &id)?;
        let place = row.as_ref().map_or(i64::MAX, |invite| invite.id);
        let older = queries::open_before(db, &did, place, node.now())?;
        Ok((row, older))
    })?;
    let row = made.ok_or_else(|| Problem::internal("an invitation was entered and is missing"))?;
    let answer = InviteAnswer::new(&node, row, older)?;
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Your invitations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitesAnswer {
    /// The newest first.
    invites: Vec<InviteAnswer>,
    /// How many.
    total: usize,
    /// How many people you may have invited at a time; null for as many as you like.
    quota: Option<u32>,
    /// How many you have.
    invited: u32,
    /// Whether another invitation would bring new people in, and if not, why.
    next: Admittance,
}

/// Lists the invitations that I made.
#[utoipa::path(get, path = "/api/invites", tag = "invites", responses((status = 200, body = InvitesAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn list(Person(node, session): Person) -> Answer<axum::Json<InvitesAnswer>> {
    let did = &session.did;
    let (invites, invited) = queries::read(&node, |db| {
        let invited = queries::invited(db, did, node.now())?;
        Ok((queries::invites(db, did)?, invited))
    })?;
    let quota = if node.is_owner(did)? { None } else { Some(invite_quota(node.tier(did)?)) };
    // The oldest invitation comes first, so that each gets its number of older open ones.
    let (mut answers, mut older) = (Vec::with_capacity(invites.len()), 0);
    for invite in invites.into_iter().rev() {
        let is_open = invite.is_open(node.now());
        answers.push(InviteAnswer::new(&node, invite, older)?);
        older += u32::from(is_open);
    }
    answers.reverse();
    Ok(axum::Json(InvitesAnswer {
        total: answers.len(),
        invites: answers,
        quota,
        invited,
        next: node.admittance_by(did, older)?,
    }))
}

/// An invitation, for everybody that has its code: what they need to know, and to sign.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenInvite {
    /// Its name: `context_id` of what is signed.
    id: String,
    /// The inviter.
    inviter: Card,
    expires_at: String,
    /// Whether they will vouch for you.
    vouch: bool,
    /// Whether it brings a new person in, too, and if not, why.
    admits: Admittance,
    /// The page for writing to the inviter, where the node has conversations.
    write: Option<String>,
}

/// Describes an invitation.
#[utoipa::path(
    get, operation_id = "one", path = "/api/invites/{code}", tag = "invites", params(("code" = String, Path, description = "The code, however it is typed")),
    responses((status = 200, body = OpenInvite), (status = 404, description = "There is none"), (status = 410, description = "It has ended, was used up or taken back")),
)]
pub(crate) async fn read_invitation(
    State(node): State<Node>,
    _: Attempt,
    Path(code): Path<String>,
) -> Answer<axum::Json<OpenInvite>> {
    let invitation = queries::open(&node, &code)?;
    Ok(axum::Json(OpenInvite {
        admits: node.admittance(&invitation)?,
        write: page_with(&node, &invitation.inviter),
        id: invitation.id,
        inviter: card_of(&node, invitation.inviter)?,
        expires_at: invitation.expires.to_string(),
        vouch: invitation.vouches,
    }))
}

/// Take an invitation back, by its name or its code.
#[utoipa::path(
    delete, path = "/api/invites/{code}", tag = "invites", params(("code" = String, Path, description = "Its name or its code")),
    responses((status = 204, description = "Nobody can accept it any more"), (status = 404, description = "You have no such invitation")),
)]
pub(crate) async fn withdraw(
    State(node): State<Node>,
    who: Authed,
    Path(code): Path<String>,
    parts: Parts,
) -> Answer<StatusCode> {
    let did = who.acting_for(&node, &parts.headers, WithdrawInvite::NAME)?;
    let row = queries::read(&node, |db| match queries::invite(db, &did, &code)? {
        None => {
            let mut all = queries::invites_by_code(db, &code)?.into_iter();
            Ok(all.find(|invite| invite.owner == did))
        }
        found => Ok(found),
    })?;
    let row = row.ok_or_else(|| Problem::not_found("You have no such invitation."))?;
    let invite = IdText::parse(&row.name).map_err(Problem::internal)?;
    let command = CommandRequest::from_operation(did, &WithdrawInvite { invite })?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
