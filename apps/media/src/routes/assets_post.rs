//! A file in one request, as clients of the network send it.
//!
//! Always: the file streams to the disk; no more than a piece of it is in memory. It is an asset when the answer comes.

use ::bytes::{Bytes, BytesMut};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use imajin_app::extract::Authed;
use imajin_app::pieces::{PIECE_BYTES, Room};
use imajin_app::{Answer, Node, Peer, Problem, blocking, refuse_if};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_ledger::media::MediaWriter;
use serde::Serialize;
use utoipa::ToSchema;

use crate::bytes::{self, AddOutcome, Context, FileMetadata, Transfer, tus};
use crate::fair;
use crate::operations::Add;

/// Longest text next to the file in a form: a name or a context.
const TEXT_BYTES_MAX: usize = 8 * 1024;
/// Bytes allowed for the form around its file.
const FORM_BYTES: u64 = 64 * 1024;

/// A file that was sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetAdded {
    /// Its id.
    #[schema(example = "ast_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    id: String,
    /// Where its bytes are.
    url: String,
    filename: String,
    /// The media type, by its first bytes.
    mime_type: String,
    /// Its length in bytes.
    size: i64,
    /// The CID of its bytes.
    hash: String,
    /// Its signed manifest: the people who made it. `null` if there is none.
    fair_manifest: Option<serde_json::Value>,
    created_at: String,
    /// Whether the same bytes were here before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deduplicated: bool,
}

impl AssetAdded {
    /// Builds the answer with the asset as it is now, and its manifest.
    pub(super) fn new(entered: AddOutcome, fair_manifest: Option<serde_json::Value>) -> Self {
        let AddOutcome { asset, is_known } = entered;
        Self {
            url: format!("/media/api/assets/{}", asset.id),
            id: asset.id,
            filename: asset.name,
            mime_type: asset.kind,
            size: asset.bytes,
            hash: asset.cid,
            fair_manifest,
            created_at: Timestamp::from_millis(asset.at_ms).unwrap_or(Timestamp::MIN).to_string(),
            deduplicated: is_known,
        }
    }
}

/// Adds a file, which comes as `file` of a form; `filename`, and `context` (JSON: app, feature, entity, access, to, folder),
/// may come with it.
#[utoipa::path(
    post, path = "/api/assets", tag = "assets",
    request_body(content = Vec<u8>, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = AssetAdded),
        (status = 200, body = AssetAdded, description = "The same bytes were here before (`deduplicated`)"),
        (status = 400, description = "No file, or a field of another form"),
        (status = 413, description = "The file is too long"),
        (status = 503, description = "Too many files are on their way"),
        (status = 507, description = "There is no room for it"),
    ),
)]
pub(crate) async fn add(
    State(node): State<Node>,
    authed: Authed,
    peer: Option<Extension<Peer>>,
    request: Request,
) -> Answer<(StatusCode, Json<AssetAdded>)> {
    let owner = authed.acting_for(&node, request.headers(), Add::NAME)?;
    bytes::check_record(&node, &owner)?;
    let length = tus::body_length(request.headers()).ok_or_else(|| {
        Problem::bad_request("Send the form with its length (the header Content-Length).")
    })?;
    let most = bytes::file_bytes_max(&node)?;
    refuse_if!(length > most.saturating_add(FORM_BYTES), bytes::too_large(most));
    let client = node.client(Some(&authed.0.did), peer.map(|peer| peer.address))?;
    let _place = Transfer::begin(&node, &client)?;
    let (here, whose) = (node.clone(), owner.clone());
    let begun = blocking::run(move || {
        bytes::reserve(&here, &whose, length.min(most), || {
            let writer = here.ledger().media().writer(&whose);
            writer.map_err(bytes::problem)
        })
    });
    let (_reserved, writer) = begun.await??;
    let (writer, said) = take_in(&node, writer, request).await?;
    said.check(&node, &owner)?;
    let stored = blocking::run(move || writer.finish()).await?.map_err(bytes::problem)?;
    let stored = bytes::counted(&node, &owner, stored);
    let entered = bytes::enter(&node, (&authed.0, &client), &owner, stored, said).await?;
    let status = if entered.is_known { StatusCode::OK } else { StatusCode::CREATED };
    let manifest = if entered.is_known { manifest(&node, &entered).await? } else { None };
    Ok((status, Json(AssetAdded::new(entered, manifest))))
}

/// The manifest that a known file has already. A file that came with a .fair may have to be hashed.
pub(super) async fn manifest(
    node: &Node,
    entered: &AddOutcome,
) -> Answer<Option<serde_json::Value>> {
    let (node, asset) = (node.clone(), entered.asset.clone());
    blocking::run(move || {
        fair::work(&node, &asset)?;
        let attribution = fair::read_attribution(&node, &asset)?;
        Ok(attribution.map(|said| said.fair.manifest.document().clone()))
    })
    .await?
}

/// Reads the form: stores the file on the disk, and parses its fields.
async fn take_in(
    node: &Node,
    writer: MediaWriter,
    mut request: Request,
) -> Answer<(MediaWriter, FileMetadata)> {
    // A file's own limit holds here, which is more than axum grants a form.
    DefaultBodyLimit::disable().apply(&mut request);
    let room = Room::for_request(&request);
    let form = Multipart::from_request(request, node).await;
    let mut form = form.map_err(|error| Problem::bad_request(error.body_text()))?;
    let (mut writer, mut written) = (Some(writer), None);
    let (mut said, mut name) = (FileMetadata::default(), None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") => {
                said.name = field.file_name().map(str::to_owned);
                let writer = writer
                    .take()
                    .ok_or_else(|| Problem::field("file", "The form has more than one file."))?;
                written = Some(copy(writer, field, &room).await?);
            }
            Some("filename") => name = Some(text(field, "filename").await?),
            Some("context") => {
                said.context = Context::parse(&text(field, "context").await?)?;
            }
            _ => {}
        }
    }
    let written = written.ok_or_else(|| Problem::field("file", "The form has no file."))?;
    said.name = name.or(said.name);
    Ok((written, said))
}

fn broken(error: MultipartError) -> Problem {
    Problem::bad_request(error.body_text())
}

async fn text(mut field: Field<'_>, name: &'static str) -> Answer<String> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        text.extend_from_slice(&chunk);
        if text.len() > TEXT_BYTES_MAX {
            let most = format!("{name} may have at most {TEXT_BYTES_MAX} bytes.");
            return Err(Problem::field(name, most));
        }
    }
    String::from_utf8(text).map_err(|_| Problem::field(name, format!("{name} must be UTF-8.")))
}

/// Copies a field to the disk, piece by piece.
async fn copy(mut writer: MediaWriter, mut field: Field<'_>, room: &Room) -> Answer<MediaWriter> {
    let mut piece = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE_BYTES {
            let bytes = piece.len();
            writer = write(writer, piece.split().freeze()).await?;
            room.give_back(bytes);
        }
    }
    write(writer, piece.freeze()).await
}

async fn write(mut writer: MediaWriter, piece: Bytes) -> Answer<MediaWriter> {
    let work = move || writer.write(&piece).map(|()| writer);
    blocking::run(work).await?.map_err(bytes::problem)
}
