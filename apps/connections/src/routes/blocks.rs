//! The list of blocks. Only the owner of a block can see it.

use imajin_app::extract::Person;
use imajin_app::{Answer, Card, time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::blocks;

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

/// Whom did I block?
#[utoipa::path(
    get, path = "/api/blocks", tag = "blocks",
    responses((status = 200, body = BlocksAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn list(Person(node, session): Person) -> Answer<axum::Json<BlocksAnswer>> {
    let blocked = blocks::list_blocked(&node, &session.did)?.into_iter();
    let blocked = blocked.map(|(card, since)| BlockAnswer { card, since: time::text(since) });
    Ok(axum::Json(BlocksAnswer { blocked: blocked.collect() }))
}
