//! Invites to the node: made by people who may invite, used by people who are here already.

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::extract::{Attempt, Authed, Json, Path, Person};
use imajin_app::{Answer, Card, Node, Problem};
use imajin_protocol::Did;
use imajin_protocol::identity::Tier;
use imajin_protocol::tier::Capability;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::admission;
use crate::admission::invites::{self, Invite};
use crate::people;

/// The default lifetime of an invite.
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

/// Checks that the caller may invite (the one table), and says whose codes they see and take back: their own, and the
/// node's owner everybody's.
fn sees(node: &Node, who: &Authed) -> Result<Option<Did>, Problem> {
    node.require(&who.0.did, Capability::Invite)?;
    let is_owner = people::owner_of_node(node)?.as_deref() == Some(who.0.did.as_str());
    Ok((!is_owner).then(|| who.0.did.clone()))
}

/// Makes an invite.
#[utoipa::path(
    post, path = "/api/invites", tag = "node", request_body = NewInvite,
    responses((status = 201, body = InviteAnswer), (status = 403, description = "Only who is established here")),
)]
pub(crate) async fn create(
    Person(node, session): Person,
    Json(new): Json<NewInvite>,
) -> Answer<(StatusCode, Answer200<InviteAnswer>)> {
    node.require(&session.did, Capability::Invite)?;
    let uses = new.max_uses.unwrap_or(1);
    let days = new.expires_in_days.unwrap_or(DAYS_DEFAULT);
    if !(1..=USES_MAX).contains(&uses) {
        return Err(Problem::field("maxUses", format!("maxUses must be 1 to {USES_MAX}.")));
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
    let invite = invites::create(&node, &session.did, uses, expires)?;
    Ok((StatusCode::CREATED, Answer200(invite.into())))
}

/// Lists the invites.
#[utoipa::path(get, path = "/api/invites", tag = "node", responses((status = 200, body = InvitesAnswer), (status = 403, description = "Only who is established here")))]
pub(crate) async fn list(
    State(node): State<Node>,
    who: Authed,
) -> Answer<Answer200<InvitesAnswer>> {
    let by = sees(&node, &who)?;
    let invites: Vec<InviteAnswer> =
        invites::list(&node, by.as_ref())?.into_iter().map(InviteAnswer::from).collect();
    Ok(Answer200(InvitesAnswer { total: invites.len(), invites }))
}

/// Take an invite back.
#[utoipa::path(
    delete, path = "/api/invites/{code}", tag = "node", params(("code" = String, Path, description = "The code")),
    responses((status = 204, description = "Gone"), (status = 403, description = "Only who is established here"), (status = 404, description = "No such invite")),
)]
pub(crate) async fn remove(
    State(node): State<Node>,
    who: Authed,
    Path(code): Path<String>,
) -> Answer<StatusCode> {
    let by = sees(&node, &who)?;
    if invites::remove(&node, by.as_ref(), &code)? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("There is no such invite."))
    }
}

/// A code to check: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CheckCode {
    /// The claim code of a node without an owner, however it was typed.
    claim: Option<String>,
    /// An invite, or an invitation to connect, however it was typed.
    invite: Option<String>,
}

/// The use of a valid code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeAnswer {
    /// `claim` or `invite`.
    kind: &'static str,
    /// Who invites, as everybody may see them; null for a claim code, and where that was not noted.
    inviter: Option<Card>,
    /// Whether an invitation connects with them, too.
    connects: bool,
}

/// Checks a code. Clients ask before a person makes a key for it; asking does not use the code up.
#[utoipa::path(
    post, path = "/api/invites/check", tag = "node", request_body = CheckCode,
    responses(
        (status = 200, body = CodeAnswer), (status = 400, description = "Neither or both are given"),
        (status = 403, description = "The code is no good"), (status = 409, description = "A claim code, and the node has an owner"),
    ),
)]
pub(crate) async fn check(
    State(node): State<Node>,
    _: Attempt,
    Json(ask): Json<CheckCode>,
) -> Answer<Answer200<CodeAnswer>> {
    let (kind, inviter, connects) = match (ask.claim, ask.invite) {
        (Some(code), None) => {
            admission::check_claim(&node, &code)?;
            ("claim", None, false)
        }
        (None, Some(code)) => {
            invites::check(&node, &code)?;
            match node.invitation(&code)? {
                Some(invitation) => ("invite", Some(invitation.inviter), true),
                None => ("invite", invites::maker(&node, &code)?, false),
            }
        }
        _ => {
            return Err(Problem::field("invite", "Send either claim or invite."));
        }
    };
    let inviter = match inviter {
        Some(did) => Some(node.card(&did)?.unwrap_or_else(|| Card::unnamed(did))),
        None => None,
    };
    Ok(Answer200(CodeAnswer { kind, inviter, connects }))
}

/// A code that a person received.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UseInvite {
    /// The code, however it was typed.
    code: String,
}

/// The caller's new tier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Used {
    /// `soft`, `preliminary` or `established`.
    #[schema(value_type = String)]
    tier: Tier,
}

/// Use an invite: it makes a stranger or a guest a member.
#[utoipa::path(
    post, path = "/api/invites/use", tag = "node", request_body = UseInvite,
    responses((status = 200, body = Used), (status = 401, description = "Not signed in"), (status = 403, description = "The invite is no good")),
)]
pub(crate) async fn take(
    Person(node, session): Person,
    _: Attempt,
    Json(ask): Json<UseInvite>,
) -> Answer<Answer200<Used>> {
    let did = &session.did;
    invites::take_for(&node, did, &ask.code)?;
    Ok(Answer200(Used { tier: node.tier(did)? }))
}
