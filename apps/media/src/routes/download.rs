//! The bytes of an asset, and previews of it.
//!
//! Always: what people uploaded never runs as a page of this origin, and what a browser doesn't show safely in place is a
//! download.

use std::io::{self, Read, Seek, SeekFrom};
use std::net::Ipv4Addr;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_fair::Derived;
use imajin_pictures::{Kind, Size};
use imajin_protocol::Did;
use imajin_service::browser::mark_upload;
use imajin_service::extract::{Caller, Path, Query};
use imajin_service::jobs::JobOwner;
use imajin_service::prefix::Prefix;
use imajin_service::{Answer, Node, Peer, Problem, blocking, ranged};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::bytes::Transfer;
use crate::files;
use crate::ids::AssetId;
use crate::queries::Asset;
use crate::sight::{self, Sight, Viewer};

/// What a caller wants of an asset.
#[derive(Debug, Deserialize)]
pub(crate) struct OneQuery {
    w: Option<String>,
    download: Option<String>,
    /// The secret of a link to it, or to an album that it is in.
    link: Option<String>,
    /// Whose link.
    of: Option<String>,
}

/// The viewer of a request, with the link that it names.
pub(crate) fn viewer(
    node: &Node,
    did: Option<Did>,
    (of, secret): (Option<&str>, Option<&str>),
) -> Answer<Viewer> {
    let viewer = Viewer::of(did);
    match (of, secret) {
        (Some(of), Some(secret)) => {
            let owner = node.person(of)?;
            viewer.with_link(node, &owner, Some(secret))
        }
        _ => Ok(viewer),
    }
}

/// A file, or a preview of it: a JPEG of 200, 400 or 800 pixels, or of 1200 × 630.
///
/// Others than its owner get pictures without the place and the device in them, unless the owner says otherwise; of kinds of
/// pictures and videos from which these can't be taken, they get previews.
#[utoipa::path(
    get, path = "/api/assets/{id}", tag = "media",
    params(
        ("id" = String, Path),
        ("w" = Option<String>, Query, description = "`200`, `400`, `800` or `og`: a preview"),
        ("download" = Option<String>, Query, description = "With any value: as a file to keep"),
        ("link" = Option<String>, Query, description = "The secret of a link"),
        ("of" = Option<String>, Query, description = "Whose link: a DID or a short name"),
    ),
    responses(
        (status = 200, description = "The bytes", content_type = "application/octet-stream"), (status = 206, description = "A part of them"), (status = 304, description = "Unchanged"),
        (status = 400, description = "There is no such preview"), (status = 404, description = "Not there for you"), (status = 410, description = "In the trash, or erased"),
        (status = 416, description = "It has no such part"), (status = 503, description = "Its file is not there, or too many are on their way"),
    ),
)]
pub(crate) async fn one(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(id): Path<String>,
    Query(query): Query<OneQuery>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Answer<Response> {
    let size = query.w.as_deref().map(size).transpose()?;
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let did = session.map(|session| session.did);
    let who = match (&did, peer) {
        (Some(did), _) => JobOwner::Person(did.clone()),
        (None, peer) => {
            let address = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.address);
            JobOwner::Address(Prefix::of(address))
        }
    };
    let is_download = query.download.is_some();
    blocking::run(move || {
        let link = (query.of.as_deref(), query.link.as_deref());
        let viewer = viewer(&node, did, link)?;
        let (asset, sight) = sight::seen(&node, &viewer, &id)?;
        match size {
            Some(size) => preview(&node, &asset, size, &headers),
            None => {
                let asked = Asked {
                    who,
                    is_download,
                    headers: &headers,
                };
                whole(&node, &asset, sight, asked)
            }
        }
    })
    .await?
}

fn size(text: &str) -> Answer<Size> {
    match text {
        "200" => Ok(Size::W200),
        "400" => Ok(Size::W400),
        "800" => Ok(Size::W800),
        "og" => Ok(Size::Og),
        _ => Err(Problem::field("w", "w must be 200, 400, 800 or og.")),
    }
}

/// Whether the caller has this version already.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers.get(header::IF_NONE_MATCH) == Some(tag)
}

fn tag(cid: &str, variant: Option<&str>) -> Answer<HeaderValue> {
    let text = match variant {
        Some(variant) => format!("\"{cid}-{variant}\""),
        None => format!("\"{cid}\""),
    };
    HeaderValue::try_from(text).map_err(Problem::internal)
}

fn finish(mut response: Response, tag: HeaderValue, kind: &'static str) -> Response {
    let out = response.headers_mut();
    out.insert(header::ETAG, tag);
    // A cache asks again each time: who sees something can change.
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    mark_upload(out);
    response
}

fn preview(node: &Node, asset: &Asset, size: Size, headers: &HeaderMap) -> Answer<Response> {
    let shown = asset.preview.as_deref().unwrap_or(&asset.cid);
    let tag = tag(shown, Some(files::variant(size)))?;
    let response = match is_known(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => files::preview(node, asset, size)?.into_response(),
    };
    Ok(finish(response, tag, Kind::Jpeg.mime()))
}

/// How somebody asks for a file.
struct Asked<'a> {
    who: JobOwner,
    /// As a file to keep.
    is_download: bool,
    headers: &'a HeaderMap,
}

/// A file that has a place among the transfers for as long as it is sent.
struct Sent<R> {
    source: R,
    _place: Transfer,
}

impl<R: Read> Read for Sent<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.source.read(out)
    }
}

impl<R: Seek> Seek for Sent<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

/// Sends bytes, or says that the caller has them already.
fn send(
    node: &Node,
    (source, bytes): (impl Read + Seek + Send + 'static, u64),
    tag: &HeaderValue,
    asked: &Asked<'_>,
) -> Answer<Response> {
    if is_known(asked.headers, tag) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let sent = Sent {
        source,
        _place: Transfer::begin(node, asked.who.clone())?,
    };
    ranged::ranged((sent, bytes), asked.headers, Some(tag))
}

fn whole(node: &Node, asset: &Asset, sight: Sight, asked: Asked<'_>) -> Answer<Response> {
    if sight == Sight::Shared && asset.is_seen() {
        return shared(node, asset, &asked);
    }
    let tag = tag(&asset.cid, None)?;
    let (mut file, bytes) = files::open(node, &asset.owner, &asset.cid)?;
    let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
    let response = send(node, (file, bytes), &tag, &asked)?;
    let mut response = finish(response, tag, kind.mime());
    named(&mut response, asset, asked.is_download || !kind.is_inline())?;
    Ok(response)
}

/// What others get of a picture or video: the file without its metadata, or else a preview.
fn shared(node: &Node, asset: &Asset, asked: &Asked<'_>) -> Answer<Response> {
    let (mut file, _) = files::open(node, &asset.owner, &asset.cid)?;
    let kind = files::first_kind(&mut file).map_err(Problem::internal)?;
    let recipe = imajin_pictures::shared_copy(&mut file).ok().flatten();
    let Some(recipe) = recipe else {
        return preview(node, asset, Size::W800, asked.headers);
    };
    let tag = tag(&asset.cid, Some("shared"))?;
    let bytes = recipe.bytes();
    let response = send(node, (Derived::new(recipe, file), bytes), &tag, asked)?;
    let mut response = finish(response, tag, kind.mime());
    named(&mut response, asset, asked.is_download)?;
    Ok(response)
}

/// Says what the file is called, and whether it is to be kept or shown.
fn named(response: &mut Response, asset: &Asset, is_download: bool) -> Answer<()> {
    let how = match is_download {
        true => "attachment",
        false => "inline",
    };
    let text = format!("{how}; filename*=UTF-8''{}", percent(&asset.name));
    let value = HeaderValue::try_from(text).map_err(Problem::internal)?;
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, value);
    Ok(())
}

/// A name in a header (RFC 8187).
fn percent(name: &str) -> impl std::fmt::Display + '_ {
    const OTHERS: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(name, OTHERS)
}
