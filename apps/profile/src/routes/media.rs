//! Pictures of a profile: streaming uploads, and downloads for viewers with access.
//!
//! Always: the first bytes decide what a file is, never the sender's word. Only pictures; answers carry `nosniff` and
//! `sandbox`. The file is synced to the disk before the answer names its CID.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use imajin_dfos::cid::parse_cid;
use imajin_ledger::media::{MediaError, MediaStore, MediaWriter, Stored};
use imajin_protocol::Did;
use imajin_service::blocking;
use imajin_service::bodies::{PIECE_BYTES, Pieces, Room};
use imajin_service::browser::mark_upload;
use imajin_service::disk_body::DiskBody;
use imajin_service::extract::{Authed, Caller, Path};
use imajin_service::room::For;
use imajin_service::{Node, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::lookup::{find_or_404, shown_to, viewer as viewer_of_profile};
use crate::members::Viewer;

/// Most bytes of a picture: a phone's photo.
pub(crate) const PICTURE_BYTES_MAX: usize = 12 * 1024 * 1024;
/// Bytes that are enough to recognise a file.
const SNIFF_BYTES: usize = 16;

/// A stored picture.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadAnswer {
    /// What `avatar` or `banner` of a `profile.update` names.
    cid: String,
    /// Where it is once the profile names it.
    url: String,
    bytes: u64,
    #[serde(rename = "mimeType")]
    mime_type: &'static str,
}

/// Uploads a picture: the file as the body, or as the first file of a form. A `profile.update` then names its CID.
#[utoipa::path(
    post, path = "/api/upload", tag = "media",
    request_body(content = Vec<u8>, content_type = "image/*"),
    responses((status = 201, body = UploadAnswer), (status = 400, description = "No picture"), (status = 413, description = "Too large"), (status = 507, description = "The disk is full")),
)]
pub(crate) async fn upload(
    State(node): State<Node>,
    Authed(session): Authed,
    request: Request,
) -> Result<Response, Problem> {
    let status = node.status(&session.did)?.filter(|status| !status.deleted);
    let status = status.ok_or_else(|| {
        Problem::forbidden(
            "You have no record on this box yet, so there is no place for your pictures.",
        )
    })?;
    if let Some(reason) = status.read_only {
        return Err(Problem::conflict(format!(
            "Your record is read-only here: {reason}."
        )));
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|text| text.to_str().ok()?.parse().ok());
    let most = PICTURE_BYTES_MAX as u64;
    node.need_room(length.unwrap_or(most).min(most), For::People)?;
    let (store, did) = (node.ledger().media().clone(), session.did.clone());
    let quota = node.room().config().person_bytes;
    let quota_lock = node.state::<QuotaLock>();
    let begin = move || -> Result<Incoming, Problem> {
        let quota = Quota {
            bytes: quota,
            store,
            did,
            quota_lock,
        };
        let (writer, left) = (quota.store.writer(&quota.did), quota.left()?);
        Ok(Incoming::new(writer.map_err(problem)?, quota, left))
    };
    let new = blocking::run(begin).await??;
    let incoming = match is_form(&request) {
        true => from_form(new, request, &node).await?,
        false => from_body(new, request).await?,
    };
    let (cid, bytes, mime_type) = incoming.finish().await?;
    let url = format!("/profile/api/media/{}/{cid}", session.did);
    Ok((
        StatusCode::CREATED,
        axum::Json(UploadAnswer {
            cid,
            url,
            bytes,
            mime_type,
        }),
    )
        .into_response())
}

fn is_form(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

async fn from_body(mut incoming: Incoming, request: Request) -> Result<Incoming, Problem> {
    let mut pieces = Pieces::of(request);
    let broken =
        |error| Problem::bad_request("The picture ended too early. Send it again.").with_log(error);
    while let Some(piece) = pieces.next().await.map_err(broken)? {
        incoming = incoming.write(piece).await?;
    }
    Ok(incoming)
}

/// The first file of a form.
async fn from_form(
    mut incoming: Incoming,
    mut request: Request,
    node: &Node,
) -> Result<Incoming, Problem> {
    // A picture's own limit holds here, which is more than axum grants a form.
    DefaultBodyLimit::disable().apply(&mut request);
    let bad = |error: MultipartError| Problem::bad_request(error.body_text());
    let room = Room::of(&request);
    let form = Multipart::from_request(request, node).await;
    let mut form = form.map_err(|error| Problem::bad_request(error.body_text()))?;
    let mut field = loop {
        let field = form.next_field().await.map_err(bad)?;
        let field = field.ok_or_else(|| Problem::field("file", "The form has no file."))?;
        if field.file_name().is_some() {
            break field;
        }
    };
    let mut piece = BytesMut::new();
    loop {
        let chunk = field.chunk().await.map_err(bad)?;
        let is_end = chunk.is_none();
        piece.extend_from_slice(&chunk.unwrap_or_default());
        if is_end || piece.len() >= PIECE_BYTES {
            let bytes = piece.len();
            incoming = incoming.write(piece.split().freeze()).await?;
            room.written(bytes);
        }
        if is_end {
            return Ok(incoming);
        }
    }
}

/// The quota of a person's pictures.
struct Quota {
    /// 0 for no limit.
    bytes: u64,
    store: MediaStore,
    did: Did,
    quota_lock: Arc<QuotaLock>,
}

/// Concurrent uploads start with the same free quota, so they finish one after the other.
#[derive(Default)]
struct QuotaLock(Mutex<()>);

impl Quota {
    /// Bytes that are left.
    fn left(&self) -> Result<u64, Problem> {
        if self.bytes == 0 {
            return Ok(u64::MAX);
        }
        let kept = self.store.list(&self.did).map_err(problem)?;
        let taken: u64 = kept.iter().map(|(_, bytes)| bytes).sum();
        Ok(self.bytes.saturating_sub(taken))
    }

    /// Stores a picture of so many bytes, if the quota still has room.
    fn keep(&self, writer: MediaWriter, bytes: u64) -> Result<Stored, Problem> {
        let _turn = (self.bytes > 0).then(|| {
            self.quota_lock
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        });
        match bytes <= self.left()? {
            true => writer.finish().map_err(problem),
            false => Err(used_up()),
        }
    }
}

fn used_up() -> Problem {
    Problem::no_room(
        "Your pictures take all the room that this box gives one person. Delete some, or ask the box's owner for more (`disk.person_bytes`).",
    )
}

/// An upload on its way to the disk. Each piece is one short job, so no thread waits for the sender. Dropping it
/// removes the file.
struct Incoming {
    writer: MediaWriter,
    first: Vec<u8>,
    bytes: usize,
    quota: Quota,
    /// Free bytes of the quota when the upload began.
    left: u64,
}

impl Incoming {
    fn new(writer: MediaWriter, quota: Quota, left: u64) -> Self {
        Self {
            writer,
            first: Vec::with_capacity(SNIFF_BYTES),
            bytes: 0,
            quota,
            left,
        }
    }

    async fn write(mut self, piece: Bytes) -> Result<Self, Problem> {
        self.bytes += piece.len();
        if self.bytes > PICTURE_BYTES_MAX {
            return Err(Problem::too_large(format!(
                "A picture may have at most {} MB.",
                PICTURE_BYTES_MAX / 1024 / 1024
            )));
        }
        if self.bytes as u64 > self.left {
            return Err(used_up());
        }
        let missing = SNIFF_BYTES
            .saturating_sub(self.first.len())
            .min(piece.len());
        self.first.extend_from_slice(&piece[..missing]);
        blocking::run(move || {
            self.writer.write(&piece).map_err(problem)?;
            Ok(self)
        })
        .await?
    }

    async fn finish(self) -> Result<(String, u64, &'static str), Problem> {
        let kind = sniff(&self.first).ok_or_else(|| {
            Problem::bad_request(
                "Not every browser shows this kind of file: send a JPEG, PNG, WebP, GIF or AVIF.",
            )
        })?;
        let bytes = self.bytes as u64;
        let stored = blocking::run(move || self.quota.keep(self.writer, bytes)).await??;
        Ok((stored.cid.to_string(), stored.bytes, kind))
    }
}

fn problem(error: MediaError) -> Problem {
    match error {
        MediaError::Full => Problem::storage_full(),
        MediaError::TooLarge { bytes_max } => {
            Problem::too_large(format!("A file may have at most {bytes_max} bytes."))
        }
        MediaError::NotFound { .. } | MediaError::NotRaw { .. } => {
            Problem::not_found("There is no such picture here.")
        }
        other => Problem::internal(other),
    }
}

/// The media type of a file, by its first bytes.
fn sniff(first: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| {
        first
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if at(0, b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if at(0, b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some("image/gif")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some("image/webp")
    } else if at(4, b"ftypavif") {
        Some("image/avif")
    } else {
        None
    }
}

/// A picture of a profile, for viewers with access.
#[utoipa::path(
    get, path = "/api/media/{did}/{cid}", tag = "media",
    params(("did" = String, Path), ("cid" = String, Path)),
    responses((status = 200, description = "The picture", content_type = "image/*"), (status = 304, description = "Unchanged"), (status = 404, description = "No such picture, or not for you")),
)]
pub(crate) async fn serve(
    State(node): State<Node>,
    Caller(session): Caller,
    Path((did, cid)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let none = || Problem::not_found("There is no such picture here.");
    let cid = parse_cid(&cid).map_err(|_| none())?;
    let did = Did::parse(&did).map_err(|_| none())?;
    let viewer = session.as_ref().map(|session| session.did.as_str());
    let text = cid.to_string();
    let found = find_or_404(&node, did.as_str()).map_err(|_| none())?;
    let names = |viewer: Viewer<'_>| {
        let shown = shown_to(&found, viewer);
        ["avatar", "banner"]
            .iter()
            .any(|name| shown.get(*name).is_some_and(|named| *named == text))
    };
    let for_all = names(Viewer::EVERYBODY);
    if !for_all && !names(viewer_of_profile(&node, &found, viewer)?) {
        return Err(none());
    }
    let tag = HeaderValue::try_from(format!("\"{text}\"")).map_err(Problem::internal)?;
    let mut response = if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| *known == tag)
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let store = node.ledger().media().clone();
        let opened = blocking::run(move || open(store.open(&did, &cid).map_err(problem)?)).await;
        let (file, bytes, kind) = opened??;
        let mut response = Body::new(DiskBody::new(file, bytes)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
        response
    };
    let out = response.headers_mut();
    out.insert(header::ETAG, tag);
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if for_all {
            "public, no-cache"
        } else {
            "private, no-store"
        }),
    );
    mark_upload(out);
    Ok(response)
}

fn open((mut file, bytes): (File, u64)) -> Result<(File, u64, &'static str), Problem> {
    let mut first = Vec::with_capacity(SNIFF_BYTES);
    (&mut file)
        .take(SNIFF_BYTES as u64)
        .read_to_end(&mut first)
        .map_err(Problem::internal)?;
    file.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
    let kind = sniff(&first).ok_or_else(|| Problem::not_found("This file is no picture."))?;
    Ok((file, bytes, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_say_what_it_is() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n0000"), Some("image/png"));
        assert_eq!(sniff(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        for bad in [
            &b""[..],
            b"<svg xmlns",
            b"<!DOCTYPE html>",
            b"RIFF",
            b"\x89PNG",
            b"GIF88a",
        ] {
            assert_eq!(sniff(bad), None);
        }
    }
}
