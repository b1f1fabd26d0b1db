//! Private names for people.

use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::extract::{Authed, JsonRequest, Path};
use imajin_app::{Answer, CommandRequest, Node};
use imajin_host::prelude::*;
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::{did_of, salted};
use crate::fields::Nickname;
use crate::operations::NamePerson;

/// A name for a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NicknameRequest {
    /// At most 100 characters; null takes it away.
    nickname: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// Gives a person a name that only you see.
#[utoipa::path(
    put, path = "/api/connections/{did}/nickname", tag = "connections", request_body = NicknameRequest,
    params(("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 204, description = "Kept"), (status = 404, description = "There is nobody of this name here")),
)]
pub(crate) async fn set(
    State(node): State<Node>,
    who: Authed,
    Path(name): Path<String>,
    JsonRequest(parts, payload): JsonRequest<NicknameRequest>,
) -> Answer<StatusCode> {
    let did = who.acting_for(&node, &parts.headers, NamePerson::NAME)?;
    let operation = NamePerson {
        other: did_of(&node, &name)?,
        nickname: match &payload.nickname {
            Some(name) => super::read("nickname", name)?,
            None => Nickname::none(),
        },
    };
    let command = salted(CommandRequest::from_operation(did, &operation)?, payload.salt.as_ref())?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
