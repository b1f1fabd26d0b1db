//! A person's uploads that wait for bytes: which there are, and which gives its place to another.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use imajin_app::extract::Authed;
use imajin_app::{Answer, Node, blocking};
use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_ledger::media::{MediaStore, Upload, UploadError};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bytes::{self, tus};
use crate::operations::Add;

/// After this time an upload without a byte gives its place to another.
const FORGOTTEN_MS: i64 = 3600 * 1000;

/// An upload that waits for bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenUpload {
    /// Its id: it is at `/media/api/uploads/{id}`.
    id: String,
    /// The sender's name for the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Bytes of the whole file.
    length: u64,
    /// Bytes that are here.
    offset: u64,
    /// When it ends, unless more comes.
    until: String,
}

/// A person's uploads that wait for bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadsAnswer {
    /// The oldest first.
    uploads: Vec<OpenUpload>,
}

/// The caller's own uploads that wait for bytes, so that they can be continued or ended.
#[utoipa::path(
    get, path = "/api/uploads", tag = "uploads",
    responses((status = 200, body = UploadsAnswer)),
)]
pub(crate) async fn list(
    State(node): State<Node>,
    authed: Authed,
    headers: HeaderMap,
) -> Answer<Json<UploadsAnswer>> {
    let owner = authed.acting_for(&node, &headers, Add::NAME)?;
    let open = open(&node, owner).await?;
    let shown = |upload: &Upload| OpenUpload {
        id: upload.id.to_string(),
        name: tus::file_name(&upload.meta),
        length: upload.length,
        offset: upload.offset,
        until: upload.expires().to_string(),
    };
    Ok(Json(UploadsAnswer { uploads: open.iter().map(shown).collect() }))
}

/// The uploads of a person that wait for bytes, the oldest first.
pub(crate) async fn open(node: &Node, owner: Did) -> Answer<Vec<Upload>> {
    let (store, now) = (node.ledger().media().clone(), node.now());
    let listing = blocking::run(move || store.uploads(&owner)).await?;
    let mut open = listing.map_err(bytes::problem)?;
    open.retain(|upload| upload.is_open() && upload.expires() > now);
    open.order_by_key(|upload| upload.created);
    Ok(open)
}

/// Ends the oldest upload without a byte for an hour: its client may never have heard of it. False if there is none.
pub(super) fn end_forgotten(
    store: &MediaStore,
    owner: &Did,
    (open, now): (&[Upload], Timestamp),
) -> Answer<bool> {
    let is_old = |upload: &&Upload| {
        let until = upload.changed.checked_add_millis(FORGOTTEN_MS);
        upload.offset == 0 && until.is_some_and(|until| until <= now)
    };
    let mut forgotten: Vec<&Upload> = open.iter().filter(is_old).collect();
    forgotten.order_by_key(|upload| upload.changed);
    for upload in forgotten {
        // One to which a request is writing now has bytes that were not told yet.
        match store.append(owner, &upload.id, 0) {
            Ok(writer) => drop(writer),
            Err(UploadError::Media(error)) => return Err(bytes::problem(error)),
            Err(_) => continue,
        }
        if store.end_upload(owner, &upload.id).map_err(bytes::problem)? {
            return Ok(true);
        }
    }
    Ok(false)
}
