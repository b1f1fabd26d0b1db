//! One asset: its bytes, or a preview of it, with what is said of its makers.

use axum::Extension;
use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::exchange::{DataOwner, Signed};
use imajin_app::extract::{Caller, Path, Query, Visitor};
use imajin_app::{Answer, Peer, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::Deserialize;

use super::asker::Asker;
use super::download::{Download, DownloadOptions, preview, size, to_others, whole};
use super::embed;
use crate::decoding::with_previews;
use crate::files;
use crate::ids::AssetId;
use crate::queries;
use crate::sale;
use crate::sight::{self, Sight};
use crate::train;

/// The query of a file: its form, and the secret of a link.
#[derive(Debug, Deserialize)]
pub(crate) struct OneQuery {
    w: Option<String>,
    download: Option<String>,
    /// With its .fair in it.
    embed: Option<String>,
    /// The secret of a link to it, or to an album that it is in.
    link: Option<String>,
    /// The owner of the link.
    of: Option<String>,
}

/// A file, or a preview of it: a JPEG of 200, 400 or 800 pixels, of 1200 × 630, or a square of 96.
///
/// Others than its owner get pictures, videos, sound and PDFs without the place and the device in them, unless the owner says
/// otherwise; of files from which these can't be taken, they get previews. A signed exchange is answered as its sender's session is.
#[utoipa::path(
    get, operation_id = "one", path = "/api/assets/{id}", tag = "media",
    params(
        ("id" = String, Path),
        ("w" = Option<String>, Query, description = "`200`, `400`, `800`, `og` or `face`: a preview"),
        ("download" = Option<String>, Query, description = "With any value: as a file to keep"),
        ("embed" = Option<String>, Query, description = "With any value: with its .fair in it"),
        ("link" = Option<String>, Query, description = "The secret of a link"),
        ("of" = Option<String>, Query, description = "Whose link: a DID or a short name"),
    ),
    responses(
        (status = 200, description = "The bytes", content_type = "application/octet-stream"), (status = 206, description = "A part of them"), (status = 304, description = "Unchanged"),
        (status = 400, description = "There is no such preview"), (status = 402, description = "It is for sale: `price`, and where to `buy` it"), (status = 403, description = "It is reserved, for robots that train and exchanges whose consent says `train`"), (status = 404, description = "Not there for you"), (status = 410, description = "In the trash, or erased"),
        (status = 409, description = "Its .fair can’t be in it: `fair` says where it is"), (status = 416, description = "It has no such part"), (status = 503, description = "Its file is not there, or too many are on their way"),
    ),
)]
pub(crate) async fn serve_asset(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    Query(query): Query<OneQuery>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    exchange: Option<Signed>,
) -> Answer<Response> {
    let size = query.w.as_deref().map(size).transpose()?;
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let asker = Asker::from_session(session)
        .or_signer(exchange.as_ref().map(|exchange| exchange.did.clone()))
        .with_link(query.of, query.link);
    let client = node.client(asker.did(), peer.map(|peer| peer.address))?;
    let (is_download, has_fair) = (query.download.is_some(), query.embed.is_some());
    let (here, whose) = (node.clone(), client.clone());
    with_previews(&here, &whose, move |previews| {
        let viewer = asker.viewer(&node)?;
        let (asset, sight) = sight::seen(&node, &viewer, &id)?;
        let is_own = viewer.is(&asset.owner);
        let mark = queries::read(&node, |db| queries::fair_mark(db, &asset.owner, &asset.id))?;
        if !is_own {
            train::check(&node, (&viewer, &asset), (mark.as_ref(), &headers))?;
        }
        let sent = Download::from_asset(&asset);
        let options = DownloadOptions {
            client: &client,
            is_download,
            headers: &headers,
            right: asker.right(&node, &asset, sight)?,
        };
        let mut response = match size {
            Some(_) if asset.words.sealed => Err(files::no_preview()),
            Some(size) => preview((&node, previews), &sent, size, &headers),
            None if !sight.has_file() => Err(sale::locked(&node, &asset)),
            None if has_fair => embed::with_fair(&node, (&asset, sight), &options),
            None if sight == Sight::Original || asset.words.sealed => whole(&node, &sent, &options),
            None => to_others((&node, previews), &sent, &options),
        }?;
        let out = response.headers_mut();
        embed::mark(&node, (&asset, is_own), (mark.as_ref(), out))?;
        if !is_own {
            train::reserve(&node, &asset, (mark.as_ref(), out))?;
        }
        let owner = Did::parse(&asset.owner).map_err(Problem::internal)?;
        response.extensions_mut().insert(DataOwner(owner));
        Ok(response)
    })
    .await
}
