//! Pictures of a profile: streaming uploads, and downloads for viewers with access.
//!
//! Always: the first bytes decide a file's type, never the sender's header. Only pictures; answers carry `nosniff` and
//! `sandbox`. The file is synced to the disk before the answer names its CID.

use std::fs::File;
use std::io::Read as _;

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use imajin_app::browser::mark_upload;
use imajin_app::capabilities::{FileAsked, Files};
use imajin_app::disk_body::DiskBody;
use imajin_app::extract::{Caller, Path, Person, Query, Visitor};
use imajin_app::pieces::{PIECE_BYTES, Pieces, Room};
use imajin_app::{Answer, Node, Peer, Problem, Right, blocking};
use imajin_dfos::cid::parse_cid;
use imajin_fair::{Derived, Recipe};
use imajin_host::account::{self, Reserved};
use imajin_ledger::media::{MediaError, MediaWriter};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::lookup::{find_or_404, picture_path, shown_to};

/// Maximum size of a picture, in bytes: enough for a phone's photo.
pub(crate) const PICTURE_BYTES_MAX: u64 = 12 * 1024 * 1024;
/// Number of bytes that are enough to recognise a file.
const SNIFF_BYTES: u64 = 16;

/// A stored picture.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadAnswer {
    /// The CID that `avatar` or `banner` of a `profile.update` names.
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
    Person(node, session): Person,
    request: Request,
) -> Answer<(StatusCode, Json<UploadAnswer>)> {
    let status = node.status(&session.did)?.filter(|status| !status.deleted);
    let status = status.ok_or_else(|| {
        Problem::forbidden(
            "You have no record on this box yet, so there is no place for your pictures.",
        )
    })?;
    if let Some(reason) = status.read_only {
        let message = format!("Your record is read-only here: {reason}.");
        return Err(Problem::conflict(message));
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|text| text.to_str().ok()?.parse().ok());
    let length = length.map_or(PICTURE_BYTES_MAX, |bytes: u64| bytes.min(PICTURE_BYTES_MAX));
    let theirs = node.clone();
    let new = blocking::run(move || Incoming::begin(theirs, session.did, length)).await??;
    let kind = request.headers().get(header::CONTENT_TYPE);
    let incoming = match kind.map(HeaderValue::as_bytes) {
        Some(kind) if kind.starts_with(b"multipart/form-data") => {
            from_form(new, request, &node).await?
        }
        _ => from_body(new, request).await?,
    };
    Ok((StatusCode::CREATED, Json(incoming.finish().await?)))
}

async fn from_body(mut incoming: Incoming, request: Request) -> Answer<Incoming> {
    let mut pieces = Pieces::new(request);
    let broken =
        |error| Problem::bad_request("The picture ended too early. Send it again.").with_log(error);
    while let Some(piece) = pieces.next().await.map_err(broken)? {
        incoming = incoming.write(piece).await?;
    }
    Ok(incoming)
}

/// Reads the first file of a form.
async fn from_form(mut incoming: Incoming, mut request: Request, node: &Node) -> Answer<Incoming> {
    // A picture has its own limit, which is more than axum's for a form.
    DefaultBodyLimit::disable().apply(&mut request);
    let bad = |error: MultipartError| Problem::bad_request(error.body_text());
    let room = Room::for_request(&request);
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
    while let Some(chunk) = field.chunk().await.map_err(bad)? {
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE_BYTES {
            let bytes = piece.len();
            incoming = incoming.write(piece.split().freeze()).await?;
            room.give_back(bytes);
        }
    }
    incoming.write(piece.freeze()).await
}

/// An upload in progress, with the room reserved in its sender's quota. Each piece is one short job, so no thread waits
/// for the sender. Dropping it removes the file.
struct Incoming {
    node: Node,
    did: Did,
    writer: MediaWriter,
    bytes: u64,
    /// The picture's media type, once its first piece has been recognised.
    kind: Option<&'static str>,
    /// The reserved bytes.
    length: u64,
    _reserved: Reserved,
}

impl Incoming {
    fn begin(node: Node, did: Did, length: u64) -> Answer<Self> {
        let (reserved, writer) = account::reserve(&node, &did, length, || {
            node.ledger().media().writer(&did).map_err(problem)
        })?;
        Ok(Self { writer, length, node, did, bytes: 0, kind: None, _reserved: reserved })
    }

    /// Writes the next piece. The first one is long enough to recognise the file, unless the file is shorter.
    async fn write(mut self, piece: Bytes) -> Answer<Self> {
        if self.bytes == 0 {
            self.kind = sniff(&piece);
        }
        self.bytes += piece.len() as u64;
        if self.bytes > PICTURE_BYTES_MAX {
            let most = PICTURE_BYTES_MAX / 1024 / 1024;
            let message = format!("A picture may have at most {most} MB.");
            return Err(Problem::too_large(message));
        }
        if self.bytes > self.length {
            let message = "The picture is longer than it was announced (Content-Length).";
            return Err(Problem::bad_request(message));
        }
        blocking::run(move || {
            self.writer.write(&piece).map_err(problem)?;
            Ok(self)
        })
        .await?
    }

    async fn finish(self) -> Answer<UploadAnswer> {
        let mime_type = self.kind.ok_or_else(|| {
            Problem::bad_request(
                "Not every browser shows this kind of file: send a JPEG, PNG, WebP, GIF or AVIF.",
            )
        })?;
        blocking::run(move || {
            let stored = self.writer.finish().map_err(problem)?;
            if !stored.existed {
                account::stored(&self.node, &self.did, stored.bytes);
            }
            let cid = stored.cid.to_string();
            Ok(UploadAnswer {
                url: picture_path(self.did.as_str(), &cid),
                cid,
                bytes: stored.bytes,
                mime_type,
            })
        })
        .await?
    }
}

fn problem(error: MediaError) -> Problem {
    match error {
        MediaError::TooLarge { bytes_max } => {
            Problem::too_large(format!("A file may have at most {bytes_max} bytes."))
        }
        MediaError::NotFound { .. } | MediaError::NotRaw { .. } => no_picture(),
        other => other.into(),
    }
}

fn no_picture() -> Problem {
    Problem::not_found("There is no such picture here.")
}

/// Returns the media type of a file, by its first bytes.
fn sniff(first: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| {
        let rest = first.get(offset..);
        rest.is_some_and(|rest| rest.starts_with(magic))
    };
    let kinds = [
        ("image/png", at(0, b"\x89PNG\r\n\x1a\n")),
        ("image/jpeg", at(0, b"\xff\xd8\xff")),
        ("image/gif", at(0, b"GIF87a") || at(0, b"GIF89a")),
        ("image/webp", at(0, b"RIFF") && at(8, b"WEBP")),
        ("image/avif", at(4, b"ftypavif")),
    ];
    let kind = kinds.into_iter().find(|(_, is_it)| *is_it);
    kind.map(|(kind, _)| kind)
}

/// A picture of a profile, for viewers with access.
#[utoipa::path(
    get, path = "/api/media/{did}/{cid}", tag = "media",
    params(("did" = String, Path), ("cid" = String, Path),
        ("w" = Option<String>, Query, description = "`face`, `200`, `400`, `800` or `og`: a preview, where one can be made")),
    responses((status = 200, description = "The picture", content_type = "image/*"), (status = 304, description = "Unchanged"), (status = 404, description = "No such picture, or not for you")),
)]
pub(crate) async fn serve(
    Visitor(node, Caller(session)): Visitor,
    Path((did, cid)): Path<(String, String)>,
    Query(query): Query<PictureQuery>,
    peer: Peer,
    headers: HeaderMap,
) -> Answer<Response> {
    let cid = parse_cid(&cid).map_err(|_| no_picture())?;
    let did = Did::parse(&did).map_err(|_| no_picture())?;
    let viewer = session.as_ref().map(|session| session.did.to_string());
    let viewer = viewer.as_deref();
    let text = cid.to_string();
    let caching = if is_named(&node, (&did, &text), None)? {
        "public, no-cache"
    } else if is_named(&node, (&did, &text), viewer)? {
        "private, no-store"
    } else {
        return Err(no_picture());
    };
    let (whose, named) = (did.clone(), text.clone());
    let right = Right::new(&node, move |node| {
        if is_named(node, (&whose, &named), None)? {
            return Ok(());
        }
        let session = session.as_ref().ok_or_else(no_picture)?;
        session.check(node)?;
        if is_named(node, (&whose, &named), Some(session.did.as_str()))? {
            Ok(())
        } else {
            Err(no_picture())
        }
    });
    let request = |preview| FileAsked {
        owner: did.clone(),
        cid,
        name: String::new(),
        viewer: None,
        address: Some(peer.address),
        preview,
        is_download: false,
        headers: headers.clone(),
        right: right.clone(),
    };
    if query.w.is_some()
        && let Some(preview) = shown_as(&node, request(query.w), caching).await?
    {
        return Ok(preview);
    }
    let is_own = viewer == Some(did.as_str());
    if !is_own && node.get::<dyn Files>().is_some() {
        // Other viewers get a picture like any other file.
        let shared = shown_as(&node, request(None), caching).await?;
        return shared.ok_or_else(no_picture);
    }
    let tag = if is_own { format!("\"{text}\"") } else { format!("\"{text}-shared\"") };
    let tag = HeaderValue::try_from(tag).map_err(Problem::internal)?;
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let store = node.ledger().media().clone();
        let opened = blocking::run(move || {
            let (mut file, bytes) = store.open(&did, &cid).map_err(problem)?;
            let kind = kind_of(&mut file)?;
            // If the box runs no app of files, others get no picture that can't be cleaned.
            let recipe = if is_own {
                Recipe::of_edits(bytes, Vec::new())
            } else {
                imajin_pictures::shared_copy(&mut file)?.ok_or_else(no_picture)?
            };
            Ok::<_, Problem>((Derived::new(recipe.clone(), file), recipe.bytes(), kind))
        });
        let (file, bytes, kind) = opened.await??;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CONTENT_LENGTH, HeaderValue::from(bytes)),
        ];
        (headers, Body::new(DiskBody::new(file, bytes, right))).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::ETAG, tag);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    mark_upload(out);
    Ok(response)
}

/// Whether a viewer sees a profile that names this picture.
fn is_named(node: &Node, (did, cid): (&Did, &str), viewer: Option<&str>) -> Answer<bool> {
    let profile = find_or_404(node, did.as_str()).map_err(|_| no_picture())?;
    let shown = shown_to(node, &profile, viewer)?;
    let mut named = ["avatar", "banner"].iter().filter_map(|name| shown.get(*name));
    Ok(named.any(|named| *named == cid))
}

#[derive(Debug, Deserialize)]
pub(crate) struct PictureQuery {
    w: Option<String>,
}

/// Returns a picture as others get it, or a preview of it; `None` if neither can be made.
async fn shown_as(
    node: &Node,
    request: FileAsked,
    caching: &'static str,
) -> Answer<Option<Response>> {
    let Some(files) = node.get::<dyn Files>() else {
        return Ok(None);
    };
    match files.answer(node, request).await {
        Ok(mut shown) => {
            let caching = HeaderValue::from_static(caching);
            shown.headers_mut().insert(header::CACHE_CONTROL, caching);
            Ok(Some(shown))
        }
        // The picture is shown unchanged then.
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn kind_of(file: &mut File) -> Answer<&'static str> {
    let mut first = Vec::new();
    file.take(SNIFF_BYTES).read_to_end(&mut first)?;
    sniff(&first).ok_or_else(|| Problem::not_found("This file is no picture."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_say_what_it_is() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n0000"), Some("image/png"));
        assert_eq!(sniff(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        for bad in [&b""[..], b"<svg xmlns", b"<!DOCTYPE html>", b"RIFF", b"\x89PNG", b"GIF88a"] {
            assert_eq!(sniff(bad), None);
        }
    }
}
