//! Routes that list the uses of files.

use axum::Json;
use imajin_app::extract::{Json as Asked, Path, Person};
use imajin_app::{Answer, Lang, Node, blocking};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{assets, zip};
use crate::ids::AssetId;
use crate::uses::{self, Use};

/// Where files are used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsesAnswer {
    /// Nothing if they are used nowhere.
    uses: Vec<Use>,
}

/// Files to ask about.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UsesAsk {
    /// The ids of 1 to 1000 of the caller's assets.
    ids: Vec<String>,
}

/// Says where one of the caller's files is used: in albums, by links, as another asset, and in other services.
#[utoipa::path(
    get, operation_id = "one", path = "/api/assets/{id}/uses", tag = "media",
    params(("id" = String, Path)),
    responses((status = 200, body = UsesAnswer), (status = 404, description = "You have no such file")),
)]
pub(crate) async fn list_uses(
    Person(node, session): Person,
    lang: Lang,
    Path(id): Path<String>,
) -> Answer<Json<UsesAnswer>> {
    let asset = assets::own(&node, &session.did, &id)?;
    answer(node, session.did, vec![asset], lang).await
}

/// Says where many of the caller's files are used.
#[utoipa::path(
    post, path = "/api/uses", tag = "media", request_body = UsesAsk,
    responses((status = 200, body = UsesAnswer), (status = 400, description = "No file, more than 1000, or what is no id"), (status = 404, description = "One of them is not a file of yours")),
)]
pub(crate) async fn many(
    Person(node, session): Person,
    lang: Lang,
    Asked(asked): Asked<UsesAsk>,
) -> Answer<Json<UsesAnswer>> {
    let ids = zip::ids(&asked.ids)?;
    answer(node, session.did, ids, lang).await
}

async fn answer(
    node: Node,
    owner: imajin_protocol::Did,
    ids: Vec<AssetId>,
    lang: Lang,
) -> Answer<Json<UsesAnswer>> {
    let uses = blocking::run(move || uses::list(&node, &owner, &ids, lang)).await??;
    Ok(Json(UsesAnswer { uses }))
}
