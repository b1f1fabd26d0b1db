//! Routes about blocks: the list, a block, its end. Only the owner of a block can see it.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{Authed, Path, parse_json, read_body};
use imajin_app::{Answer, Card, CommandRequest, Node, time};
use imajin_host::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::did_of;
use crate::blocks;
use crate::operations::{Block, EndBlock};

/// Somebody whom you blocked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlockAnswer {
    /// Who, as far as everybody may see it.
    #[serde(flatten)]
    card: Card,
    since: Option<String>,
}

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlocksAnswer {
    /// The blocked people by DID.
    blocked: Vec<BlockAnswer>,
}

/// Whom to block.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockRequest {
    /// A DID in any form, or a handle.
    did: String,
}

/// Whom did I block?
#[utoipa::path(
    get, path = "/api/blocks", tag = "blocks",
    responses((status = 200, body = BlocksAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn list(
    State(node): State<Node>,
    Authed(session): Authed,
) -> Answer<axum::Json<BlocksAnswer>> {
    let blocked = blocks::list_blocked(&node, &session.did)?;
    Ok(axum::Json(BlocksAnswer {
        blocked: blocked.into_iter().map(BlockAnswer::from).collect(),
    }))
}

impl From<blocks::Blocked> for BlockAnswer {
    fn from(blocked: blocks::Blocked) -> Self {
        Self {
            card: blocked.card,
            since: time::text(blocked.since),
        }
    }
}

/// Blocks a person.
///
/// Nothing that they do leaves an entry in your record any more: following, accepting, asking, vouching, paying,
/// transferring tickets. In your record you are not connected with them from then on, and neither of you follows the other. They are
/// not told.
#[utoipa::path(
    post, path = "/api/blocks", tag = "blocks", request_body = BlockRequest,
    responses((status = 204, description = "Blocked"), (status = 404, description = "There is nobody of this name here"), (status = 409, description = "You blocked them already")),
)]
pub(crate) async fn block(
    State(node): State<Node>,
    who: Authed,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, body) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, Block::NAME)?;
    let payload: BlockRequest = parse_json(&read_body(body, &node).await?)?;
    let other = did_of(&node, &payload.did)?;
    let command = CommandRequest::from_operation(did, &Block { other })?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a block. What it ended stays ended.
#[utoipa::path(
    delete, path = "/api/blocks/{did}", tag = "blocks", params(("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 204, description = "Ended"), (status = 404, description = "There is nobody of this name here"), (status = 409, description = "You did not block them")),
)]
pub(crate) async fn unblock(
    State(node): State<Node>,
    who: Authed,
    Path(name): Path<String>,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, _) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, EndBlock::NAME)?;
    let other = did_of(&node, &name)?;
    let command = CommandRequest::from_operation(did, &EndBlock { other })?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
