//! What one calls somebody, for oneself alone.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_dfos::Value;
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::{Answer, Node, Wish};
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{did_of, id_of, salt_of};
use crate::ops;

/// A name for somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NicknameRequest {
    /// At most 100 characters; null takes it away.
    nickname: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// Call somebody something; nobody else sees it.
#[utoipa::path(
    put, path = "/api/connections/{did}/nickname", tag = "connections", request_body = NicknameRequest,
    params(("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 204, description = "Kept"), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn set(
    State(node): State<Node>,
    who: Authed,
    Path(name): Path<String>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, body) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, ops::NICKNAME)?;
    let asked: NicknameRequest = parse_json(&read_body(body, &node).await?)?;
    let nickname = asked.nickname.map_or(Value::Null, Value::from);
    let mut body = vec![("nickname", nickname)];
    body.extend(salt_of(asked.salt.as_ref())?.map(|salt| ("salt", salt)));
    let wish = Wish::new(did, ops::NICKNAME)
        .reference(id_of(&did_of(&node, &name)?)?)
        .body(Value::map(body));
    node.perform(&parts, Some(&who.0), wish).await?;
    Ok(StatusCode::NO_CONTENT)
}
