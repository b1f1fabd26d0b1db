//! The room that people's files take, and how much each may have.

use axum::Json as Told;
use imajin_app::extract::{Json, Path, Person};
use imajin_app::{Answer, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bytes::{self, own_quotas};
use crate::queries;

/// The room that a person's files take.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StorageAnswer {
    /// Bytes of files that are kept.
    kept: u64,
    /// Bytes of files in the trash.
    trash: u64,
    /// Bytes that open uploads have brought or will bring.
    uploads: u64,
    /// Bytes that they may have here at most. Left out: as many as fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<u64>,
}

/// The room that the caller's files take, and how much there may be.
#[utoipa::path(
    get, path = "/api/storage", tag = "media",
    responses((status = 200, body = StorageAnswer)),
)]
pub(crate) async fn storage(Person(node, session): Person) -> Answer<Told<StorageAnswer>> {
    let did = session.did;
    let (kept, trash) = queries::read(&node, |db| queries::bytes(db, did.as_str()))?;
    let room = bytes::room_of(&node, &did)?;
    Ok(Told(StorageAnswer { kept, trash, uploads: room.uploads, quota: room.quota }))
}

/// A new limit for a person's files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuotaAsk {
    /// The most bytes of their files; 0 for no limit but the disk, `null` for the limit of the settings.
    bytes: Option<u64>,
}

/// The limit for a person's files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuotaAnswer {
    /// The owner of the files.
    did: String,
    /// The limit that the node's owner gave them in place of the settings' limit; 0 means no limit but the disk.
    bytes: Option<u64>,
    /// The most bytes of their files. Left out: as many as fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<u64>,
}

/// Sets the most bytes that a person's files may take, in place of the limit of the settings. For the node's owner.
#[utoipa::path(
    put, path = "/api/quotas/{did}", tag = "media", request_body = QuotaAsk,
    params(("did" = String, Path, description = "A DID or a short name")),
    responses((status = 200, body = QuotaAnswer), (status = 400, description = "Too many bytes"), (status = 403, description = "Only for the owner of the node"), (status = 404, description = "Nobody here"), (status = 410, description = "They deleted their data"), (status = 409, description = "The owner of the node has no limit")),
)]
pub(crate) async fn set_quota(
    Person(node, session): Person,
    Path(did): Path<String>,
    Json(asked): Json<QuotaAsk>,
) -> Answer<Told<QuotaAnswer>> {
    if !node.is_owner(&session.did)? {
        return Err(Problem::forbidden(
            "Only the owner of this node says how much others may have.",
        ));
    }
    let did = node.person(&did)?;
    if node.is_owner(&did)? {
        return Err(Problem::conflict(
            "You own this node, so your files have no limit but the disk.",
        ));
    }
    let bytes = asked.bytes.map(i64::try_from).transpose();
    let bytes = bytes.map_err(|_| Problem::field("bytes", "bytes are more than any disk has."))?;
    own_quotas::set(&node, &did, bytes).await?;
    let room = bytes::room_of(&node, &did)?;
    Ok(Told(QuotaAnswer {
        bytes: own_quotas::read_quota(&node, &did)?,
        did: did.to_string(),
        quota: room.quota,
    }))
}
