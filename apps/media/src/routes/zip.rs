//! Several files as one ZIP: of each what its viewer gets of it alone, put together while it is sent.
//!
//! Always: who sees each file is asked when an archive is asked for, again when it is fetched, and again while the file is sent.
//! Nothing of it is on the disk.

mod archive;
mod contents;
mod entry;
mod requests;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Told};
use imajin_app::browser::mark_upload;
use imajin_app::disk_body::DiskBody;
use imajin_app::extract::{Caller, Json, Path, Query, Visitor};
use imajin_app::{Answer, Node, Peer, Problem, Zone, args, refuse_if};
use imajin_host::jobs::Client;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::contents::Contents;
use self::requests::ArchiveRequest;
use super::asker::Asker;
use super::download::{TransferReader, set_disposition};
use crate::bytes::{Transfer, zone_of};
use crate::decoding::with_previews;
use crate::fields::LocalTime;
use crate::files::Previews;
use crate::ids::AssetId;
use crate::leaving_name::leaving_name;
use crate::manifest::TEXTS;
use crate::queries;
use crate::sight::{self, Sight};

/// Files in one archive.
pub(crate) const FILES_MAX: usize = 1000;

/// Files to be fetched together.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ZipAsk {
    /// 1 to 1000 assets.
    ids: Vec<String>,
    /// The secret of a link to them, or to an album that they are in.
    link: Option<String>,
    /// The owner of the link: a DID or a short name.
    of: Option<String>,
}

/// An archive that can be fetched for ten minutes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ZipAnswer {
    /// Where it is: for the caller alone, if they have a session.
    url: String,
    /// Its bytes.
    bytes: u64,
    /// How many files it has.
    files: usize,
    /// The assets of which the caller would get a picture only, which can't be made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

/// Asks for a ZIP of files, which is made while it is fetched. It has of each what `GET /media/api/assets/{id}` gives the caller:
/// the file, the file without the place and the device, or else a picture of 800 pixels.
#[utoipa::path(
    post, path = "/api/zip", tag = "media", request_body = ZipAsk,
    responses(
        (status = 200, body = ZipAnswer), (status = 400, description = "No file, more than 1000, or what is no id"),
        (status = 403, description = "For robots that train: one of them is reserved"), (status = 404, description = "One of them is not there for you"),
        (status = 410, description = "One of them is in the trash, or erased"), (status = 503, description = "A file is not there, or too many are on their way"),
    ),
)]
pub(crate) async fn ask(
    Visitor(node, Caller(session)): Visitor,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Json(asked): Json<ZipAsk>,
) -> Answer<Told<ZipAnswer>> {
    let ids = ids(&asked.ids)?;
    let asker = Asker::from_session(session).with_link(asked.of, asked.link);
    let client = node.client(asker.did(), peer.map(|peer| peer.address))?;
    let request = ArchiveRequest { ids, asker };
    let (here, whose) = (node.clone(), client.clone());
    with_previews(&here, &whose, move |previews| {
        let _place = Transfer::begin(&node, &client)?;
        let mut contents = contents((&node, previews), &request, &headers)?;
        let left_out = std::mem::take(&mut contents.left_out);
        let files = contents.files();
        // An archive is kept once all of it can be made.
        if files == 0 || previews.are_missing() {
            return Err(sight::none());
        }
        let bytes = contents.length();
        let secret = requests::keep(&node, client.who.clone(), request.clone())?;
        Ok(Told(ZipAnswer { url: format!("/media/api/zip/{secret}"), bytes, files, left_out }))
    })
    .await
}

/// Each once.
pub(super) fn ids(texts: &[String]) -> Answer<Vec<AssetId>> {
    let wrong = |text: String| Problem::field("ids", text);
    if texts.is_empty() || texts.len() > FILES_MAX {
        return Err(wrong(format!("ids must have 1 to {FILES_MAX} assets.")));
    }
    let (mut seen, mut ids) = (BTreeSet::new(), Vec::with_capacity(texts.len()));
    for text in texts {
        let id = AssetId::parse(text)
            .ok_or_else(|| wrong("ids has what is no asset: ast_ and 26 of a-z 2-7.".to_owned()))?;
        if seen.insert(text) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Returns the contents of a requested archive, as the asker may see the files now.
fn contents(
    (node, previews): (&Node, &Previews),
    wanted: &ArchiveRequest,
    headers: &HeaderMap,
) -> Answer<Contents> {
    let viewer = wanted.asker.viewer(node)?;
    let mut contents = Contents::default();
    for id in &wanted.ids {
        let seen = sight::seen(node, &viewer, id)?;
        contents.add((node, previews), (&viewer, headers), seen)?;
    }
    Ok(contents)
}

/// The ZIP that was asked for.
#[utoipa::path(
    get, path = "/api/zip/{token}", tag = "media", params(("token" = String, Path)),
    responses(
        (status = 200, description = "The ZIP, with its length", content_type = "application/zip"), (status = 403, description = "For robots that train: one of the files is reserved"),
        (status = 404, description = "Asked for by somebody else, or over ten minutes ago; or a file is not there for you any more"), (status = 410, description = "A file is in the trash, or erased"),
        (status = 503, description = "A file is not there, or too many are on their way"),
    ),
)]
pub(crate) async fn fetch(
    Visitor(node, Caller(session)): Visitor,
    Path(token): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Answer<Response> {
    let asker = Asker::from_session(session);
    let client = node.client(asker.did(), peer.map(|peer| peer.address))?;
    let (here, whose) = (node.clone(), client.clone());
    with_previews(&here, &whose, move |previews| {
        let request = requests::find(&node, &token, &asker)
            .ok_or_else(|| Problem::not_found(TEXTS.say("no-such-zip", args![])))?;
        let place = Transfer::begin(&node, &client)?;
        let contents = contents((&node, previews), &request, &headers)?;
        let zone = asker.did().map(|did| zone_of(&node, did)).transpose()?;
        let clock = LocalTime::by_clock(zone.unwrap_or_else(Zone::home), node.now());
        let day = clock.as_ref().and_then(|clock| clock.as_str().get(..10)).unwrap_or_default();
        let name = format!("files-{day}.zip");
        send(&node, (contents, request.asker), (&name, place))
    })
    .await
}

/// The query of an album's archive: its owner, the secret of a link, and the first file.
#[derive(Debug, Deserialize)]
pub(crate) struct AlbumZipQuery {
    owner: String,
    link: Option<String>,
    from: Option<usize>,
}

/// A ZIP of the files in an album, for everybody who may see it: at most 1000 of them, in its order.
#[utoipa::path(
    get, path = "/api/albums/{id}/zip", tag = "media",
    params(
        ("id" = String, Path), ("owner" = String, Query, description = "A DID or a short name"),
        ("link" = Option<String>, Query, description = "The secret of a link to it"),
        ("from" = Option<u32>, Query, description = "How many files come before the first"),
    ),
    responses(
        (status = 200, description = "The ZIP, with its length", content_type = "application/zip"), (status = 403, description = "For robots that train: one of the files is reserved"),
        (status = 404, description = "Not there for you, or without files from there on"), (status = 503, description = "A file is not there, or too many are on their way"),
    ),
)]
pub(crate) async fn album(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    Query(query): Query<AlbumZipQuery>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Answer<Response> {
    let owner = node.person(&query.owner)?;
    let asker = Asker::from_session(session).with_link(Some(query.owner), query.link);
    let client = node.client(asker.did(), peer.map(|peer| peer.address))?;
    let from = query.from.unwrap_or(0);
    let (here, whose) = (node.clone(), client.clone());
    with_previews(&here, &whose, move |previews| {
        let here = (&node, previews);
        let (contents, name) = of_album(here, (&owner, &id), (&asker, from), (&client, &headers))?;
        let (contents, place) = contents;
        send(&node, (contents, asker.clone()), (&name, place))
    })
    .await
}

type ArchiveTransfer = (Contents, Transfer);

/// Returns the contents of an album as a viewer gets them, and the archive's name.
fn of_album(
    (node, previews): (&Node, &Previews),
    (owner, id): (&Did, &str),
    (asker, from): (&Asker, usize),
    (client, headers): (&Client, &HeaderMap),
) -> Answer<(ArchiveTransfer, String)> {
    let viewer = asker.viewer(node)?;
    let album = sight::album(node, &viewer, (owner, id))?;
    let place = Transfer::begin(node, client)?;
    let inside =
        queries::read(node, |db| queries::in_album(db, owner.as_str(), id, (FILES_MAX, from)))?;
    let mut contents = Contents::default();
    for asset in inside {
        let sight = sight::may(node, &viewer, &asset)?;
        if sight != Sight::No {
            contents.add((node, previews), (&viewer, headers), (asset, sight))?;
        }
    }
    let title = leaving_name(&album.title);
    let name = match from {
        0 => format!("{title}.zip"),
        from => format!("{title} ({}).zip", from / FILES_MAX + 1),
    };
    Ok(((contents, place), name))
}

fn send(
    node: &Node,
    (mut contents, asker): (Contents, Asker),
    (name, place): (&str, Transfer),
) -> Answer<Response> {
    refuse_if!(contents.files() == 0, sight::none());
    let mut headers = std::mem::take(&mut contents.reserved);
    let bytes = contents.length();
    let (archive, right) = contents.archive(node, asker);
    let body = DiskBody::new(TransferReader { source: archive, _place: place }, bytes, right);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    mark_upload(&mut headers);
    set_disposition(&mut headers, name, true)?;
    Ok((headers, Body::new(body)).into_response())
}
