//! Where one is told, by HTTP, what one was paid.

use axum::extract::{Request, State};
use imajin_service::extract::{Authed, parse_json, read_body};
use imajin_service::{Node, Problem, Wish};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::{body, enter};
use crate::projection::PROJECTION;
use crate::{ops, reads};

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

/// Where one is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallbackAnswer {
    url: Option<String>,
}

fn answer(node: &Node, who: &Authed) -> Result<axum::Json<CallbackAnswer>, Problem> {
    let url = node.read(PROJECTION.name, |db| reads::callback(db, &who.0.did))?;
    Ok(axum::Json(CallbackAnswer { url }))
}

/// Where one is told what one was paid.
#[utoipa::path(get, path = "/api/callback", tag = "pay", responses((status = 200, body = CallbackAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn get(
    State(node): State<Node>,
    who: Authed,
) -> Result<axum::Json<CallbackAnswer>, Problem> {
    answer(&node, &who)
}

/// Chooses where one is told what one was paid. From then on the node posts each payment there, signed by itself (a signed
/// exchange), until it answers 2xx: `{event: "payment.settled", transactionId, payer, seller, amount, currency, rail, service, type, at}`.
#[utoipa::path(post, path = "/api/callback", tag = "pay", request_body = CallbackRequest, responses((status = 200, body = CallbackAnswer), (status = 400, description = "Not an address over TLS"), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn choose(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<CallbackAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: CallbackRequest = parse_json(&read_body(bytes, &node).await?)?;
    let wish = Wish::new(authed.0.did.clone(), ops::CALLBACK)
        .body(body([("url", asked.url)], asked.salt.as_ref())?);
    enter(&node, &parts, &authed.0, wish).await?;
    answer(&node, &authed)
}
