//! Routes of the address to which the node reports the caller's payments.

use axum::extract::State;
use imajin_app::extract::{Authed, JsonRequest};
use imajin_app::{Node, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::enter_salted;
use crate::operations::{CallbackUrl, ChooseCallback};
use crate::queries;

/// Where to.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CallbackRequest {
    /// `https://…`; null ends it.
    #[schema(example = "https://shop.example/paid")]
    #[serde(deserialize_with = "Option::deserialize")]
    url: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// The address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallbackAnswer {
    url: Option<String>,
}

fn answer(node: &Node, who: &Authed) -> Result<axum::Json<CallbackAnswer>, Problem> {
    let url = queries::read(node, |db| queries::callback(db, &who.0.did))?;
    Ok(axum::Json(CallbackAnswer { url }))
}

/// The address that the node tells of your payments.
#[utoipa::path(get, path = "/api/callback", tag = "pay", responses((status = 200, body = CallbackAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn get(
    State(node): State<Node>,
    who: Authed,
) -> Result<axum::Json<CallbackAnswer>, Problem> {
    answer(&node, &who)
}

/// Chooses the address that the node tells of your payments. From then on the node posts each payment there, signed with the node's key (a signed
/// exchange), until it answers 2xx: `{event: "payment.settled", transactionId, payer, seller, amount, currency, rail, service, type, at}`.
#[utoipa::path(post, path = "/api/callback", tag = "pay", request_body = CallbackRequest, responses((status = 200, body = CallbackAnswer), (status = 400, description = "Not an address over TLS"), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn choose(
    State(node): State<Node>,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<CallbackRequest>,
) -> Result<axum::Json<CallbackAnswer>, Problem> {
    let wrong = || Problem::field("url", format!("url {}.", CallbackUrl::wrong()));
    let url = payload.url.as_deref().map(|text| CallbackUrl::parse(text).ok_or_else(wrong));
    let choose = ChooseCallback { url: url.transpose()? };
    enter_salted(&node, &parts, &authed.0, &choose, payload.salt.as_ref()).await?;
    answer(&node, &authed)
}
