//! Keeping places while one pays.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_protocol::{Fact, IdText};
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::{Node, Problem, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{enter, find};
use crate::ops;
use crate::own::time;

/// Which places.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct HoldRequest {
    /// The type of tickets, from 1.
    #[serde(rename = "type")]
    kind: i64,
    quantity: i64,
}

/// Places that are kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldAnswer {
    #[schema(example = "hld_0f3c…")]
    hold: String,
    /// Past it the places are free for everybody again.
    until: Option<String>,
}

/// Which hold.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReleaseRequest {
    hold: String,
}

/// That they are given up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseAnswer {
    released: bool,
}

/// Keeps places for ten minutes.
#[utoipa::path(post, path = "/api/events/{id}/holds", tag = "tickets", params(("id" = String, Path)), request_body = HoldRequest,
    responses((status = 201, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "Not so many left")))]
pub(crate) async fn hold(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<(StatusCode, axum::Json<HoldAnswer>), Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: HoldRequest = parse_json(&read_body(bytes, &node).await?)?;
    let did = authed.0.did.clone();
    let event = find(&node, &id, Some(&did))?;
    let fact = Fact::new([
        ("type", asked.kind.into()),
        ("quantity", asked.quantity.into()),
    ])
    .map_err(|error| Problem::field("quantity", format!("{error}.")))?;
    let wish = Wish::new(did, ops::HOLD)
        .reference(id_text(event.did.as_str())?)
        .fact(fact);
    let receipt = enter(&node, &parts, &authed.0, wish, &[&event.did]).await?;
    let value = receipt.value.ok_or_else(|| {
        Problem::conflict("This was done before. Your holds end by themselves after ten minutes.")
    })?;
    let answer = HoldAnswer {
        hold: value["hold"].as_str().unwrap_or_default().to_owned(),
        until: value["until"].as_i64().and_then(time),
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Gives kept places up.
#[utoipa::path(delete, path = "/api/events/{id}/holds", tag = "tickets", params(("id" = String, Path)), request_body = ReleaseRequest,
    responses((status = 200, body = ReleaseAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such hold")))]
pub(crate) async fn release(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<axum::Json<ReleaseAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: ReleaseRequest = parse_json(&read_body(bytes, &node).await?)?;
    let did = authed.0.did.clone();
    let event = find(&node, &id, Some(&did))?;
    let fact = Fact::new([("event", id_text(event.did.as_str())?.into())])
        .map_err(|error| Problem::field("hold", format!("{error}.")))?;
    let wish = Wish::new(did, ops::RELEASE)
        .reference(id_text(&asked.hold)?)
        .fact(fact);
    enter(&node, &parts, &authed.0, wish, &[&event.did]).await?;
    Ok(axum::Json(ReleaseAnswer { released: true }))
}

pub(super) fn id_text(text: &str) -> Result<IdText, Problem> {
    IdText::parse(text).map_err(|error| Problem::field("id", format!("{error}.")))
}
