//! Pictures of a profile: taken in as they arrive, handed out to who may see them.
//!
//! Always: what a file is, its first bytes say, never its sender; only pictures; an answer carries `nosniff` and
//! `sandbox`. A file stands on the disk, synced, before its CID is told.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use imajin_dfos::cid::parse_cid;
use imajin_ledger::media::{MediaError, MediaWriter};
use imajin_protocol::Did;
use imajin_service::browser::mark_upload;
use imajin_service::extract::{Authed, Caller, Path};
use imajin_service::{Node, Problem};
use serde::Serialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::{find_or_404, shown_to};
use crate::members::Viewer;

/// Most bytes of a picture: a phone's photo.
const PICTURE_BYTES_MAX: usize = 12 * 1024 * 1024;
/// As many first bytes as it takes to tell what a file is.
const SNIFF_BYTES: usize = 16;
/// Pieces on their way to the disk.
const PIECES: usize = 4;
/// Bytes read from the disk at once.
const READ_BYTES: usize = 64 * 1024;

/// A picture that stands on the disk.
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

/// Takes in a picture: the file as the body, or as the first file of a form. A `profile.update` then names its CID.
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
    let (sender, receiver) = mpsc::channel(PIECES);
    let (store, did) = (node.ledger().media().clone(), session.did.clone());
    let writing =
        tokio::task::spawn_blocking(move || keep(store.writer(&did).map_err(problem)?, receiver));
    // The two errors can come of each other: what the disk said is the reason, if it said anything.
    let sent = send(request, &sender, &node).await;
    drop(sender);
    let (cid, bytes, mime_type) = match (writing.await.map_err(Problem::internal)?, sent) {
        (Err(problem), _) | (Ok(_), Err(problem)) => return Err(problem),
        (Ok(kept), Ok(())) => kept,
    };
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

enum Piece {
    Bytes(Bytes),
    /// Nothing more comes, and all of it came.
    End,
}

async fn send(request: Request, sender: &mpsc::Sender<Piece>, node: &Node) -> Result<(), Problem> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    if is_form {
        let mut form = Multipart::from_request(request, node)
            .await
            .map_err(|error| Problem::bad_request(error.body_text()))?;
        loop {
            let field = form
                .next_field()
                .await
                .map_err(|error| Problem::bad_request(error.body_text()))?;
            let Some(mut field) = field else {
                return Err(Problem::field("file", "The form has no file."));
            };
            if field.file_name().is_none() {
                continue;
            }
            while let Some(piece) = field
                .chunk()
                .await
                .map_err(|error| Problem::bad_request(error.body_text()))?
            {
                if sender.send(Piece::Bytes(piece)).await.is_err() {
                    return Ok(());
                }
            }
            let _ = sender.send(Piece::End).await;
            return Ok(());
        }
    }
    let mut body = request.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Problem::bad_request("The picture ended too early. Send it again.").with_log(error)
        })?;
        if let Ok(piece) = frame.into_data()
            && sender.send(Piece::Bytes(piece)).await.is_err()
        {
            return Ok(());
        }
    }
    let _ = sender.send(Piece::End).await;
    Ok(())
}

/// Writes what arrives. Without [`Piece::End`] the sender went away, and nothing is kept.
fn keep(
    mut writer: MediaWriter,
    mut receiver: mpsc::Receiver<Piece>,
) -> Result<(String, u64, &'static str), Problem> {
    let mut first: Vec<u8> = Vec::with_capacity(SNIFF_BYTES);
    let mut bytes = 0;
    let mut whole = false;
    while let Some(piece) = receiver.blocking_recv() {
        let Piece::Bytes(piece) = piece else {
            whole = true;
            break;
        };
        bytes += piece.len();
        if bytes > PICTURE_BYTES_MAX {
            return Err(Problem::too_large(format!(
                "A picture may have at most {} MB.",
                PICTURE_BYTES_MAX / 1024 / 1024
            )));
        }
        let missing = SNIFF_BYTES.saturating_sub(first.len()).min(piece.len());
        first.extend_from_slice(&piece[..missing]);
        writer.write(&piece).map_err(problem)?;
    }
    if !whole {
        return Err(Problem::bad_request(
            "The picture ended too early. Send it again.",
        ));
    }
    let kind = sniff(&first).ok_or_else(|| {
        Problem::bad_request(
            "This is no picture that every browser shows: send a JPEG, PNG, WebP, GIF or AVIF.",
        )
    })?;
    let stored = writer.finish().map_err(problem)?;
    Ok((stored.cid.to_string(), stored.bytes, kind))
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

/// What a file is, by its first bytes.
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

/// A picture that a profile shows, to who may see it.
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
    if !for_all && !names(super::viewer(&node, &found, viewer)?) {
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
        let opened =
            imajin_service::blocking::run(move || open(store.open(&did, &cid).map_err(problem)?))
                .await;
        let (file, bytes, kind) = opened??;
        let mut response = stream(file).into_response();
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

/// Reads on a thread that may wait for the disk, a piece ahead of the client.
fn stream(mut file: File) -> Body {
    let (sender, receiver) = mpsc::channel::<std::io::Result<Bytes>>(1);
    imajin_service::blocking::detach(move || {
        loop {
            let mut piece = vec![0; READ_BYTES];
            let read = file.read(&mut piece).map(|length| {
                piece.truncate(length);
                Bytes::from(piece)
            });
            let last = !read.as_ref().is_ok_and(|piece| !piece.is_empty());
            if (read.is_err() || !last) && sender.blocking_send(read).is_err() {
                return;
            }
            if last {
                return;
            }
        }
    });
    Body::new(Pieces(receiver))
}

/// What comes out of a channel, as a body.
struct Pieces(mpsc::Receiver<std::io::Result<Bytes>>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<http_body::Frame<Bytes>>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map(http_body::Frame::data)))
    }
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
