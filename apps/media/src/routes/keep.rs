//! Keeping what others share: a file comes into the keeper's library as they may have it, without a download and an upload.
//!
//! Always: what is kept is what its keeper can download as well: the file where they get it as it is, else the copy without the place and
//! the device. Of its owner's record it takes nothing but what names and describes the picture.

mod asset_copy;
mod copy;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use imajin_app::command_request::PROOF;
use imajin_app::extract::{Path, Person, Query, parse_json, read_body};
use imajin_app::{Answer, CommandRequest, Node, Peer, Problem, args, blocking, refuse_if};
use imajin_dfos::{Value, cbor};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use self::asset_copy::{AssetCopy, is_whole};
use super::asker::Asker;
use super::assets::LinkQuery;
use super::assets_post::{AssetAdded, manifest};
use crate::bytes::{self, AddOutcome, Transfer};
use crate::ids::AssetId;
use crate::manifest::TEXTS;
use crate::queries::{self, Asset, State as Standing};
use crate::sale;
use crate::sight::{self, Sight, Viewer};
use crate::{fair, files, train};

/// The body of a request to keep a file.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeepAsk {
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// A file that the caller kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptAnswer {
    #[serde(flatten)]
    asset: AssetAdded,
    /// The signed manifest of the makers: `manifest`, and `agreed` if others agreed. Put it to your own file's `fair`, so that it stays with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    makers: Option<Json>,
}

/// Takes a file that another person shares into the caller's own library: the file as it is where the caller gets that, else the copy without the
/// place and the device.
#[utoipa::path(
    post, path = "/api/assets/{id}/keep", tag = "media",
    params(
        ("id" = String, Path),
        ("link" = Option<String>, Query, description = "The secret of a link"),
        ("of" = Option<String>, Query, description = "Whose link: a DID or a short name"),
        ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `media.add`"),
    ),
    request_body = KeepAsk,
    responses(
        (status = 201, body = KeptAnswer),
        (status = 200, body = KeptAnswer, description = "You have it already (`deduplicated`)"),
        (status = 402, description = "It is for sale: `price`, and where to `buy` it"),
        (status = 403, description = "It must be signed: `sign` says what"),
        (status = 404, description = "Not there for you"), (status = 410, description = "In the trash, or erased"),
        (status = 409, description = "You get only previews of it, or it is sealed"),
        (status = 503, description = "Its file is not there, or too many are on their way"),
        (status = 507, description = "You have no room for it"),
    ),
)]
pub(crate) async fn keep(
    Person(node, session): Person,
    Path(id): Path<String>,
    Query(query): Query<LinkQuery>,
    request: Request<Body>,
) -> Answer<(StatusCode, axum::Json<KeptAnswer>)> {
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let (parts, body) = request.into_parts();
    let salt = salt(&read_body(body, &node).await?)?;
    let keeper = session.did.clone();
    let asker = Asker::from_session(Some(session.clone())).with_link(query.of, query.link);
    let viewer = asker.viewer(&node)?;
    let (asset, sight) = sight::seen(&node, &viewer, &id)?;
    if viewer.is(&asset.owner) {
        return known(&node, None, asset).await;
    }
    check(&node, (&viewer, &asset, sight), &parts.headers)?;
    bytes::check_record(&node, &keeper)?;
    let address = parts.extensions.get::<Peer>().map(|peer| peer.address);
    let _place = Transfer::begin(&node, &node.client(Some(&keeper), address)?)?;
    let (here, whose, of) = (node.clone(), keeper.clone(), asset.clone());
    let asset_copy = blocking::run(move || AssetCopy::prepare(&here, &whose, &of, sight)).await??;
    let mine = asset_copy.add.asset.clone();
    if let Some(kept) = bytes::kept(&node, &keeper, &mine)? {
        return known(&node, Some(asset), kept).await;
    }
    let was_known = queries::read(&node, |db| queries::state(db, keeper.as_str(), &mine))?;
    let mut command = CommandRequest::from_operation(keeper.clone(), &asset_copy.add)?;
    if let Some(salt) = salt {
        command = command.salt(salt);
    }
    // If the keeper signs their entries, no file is copied before the signature arrives.
    let status = node.status(&keeper)?;
    let signs = status.is_some_and(|status| status.chain.is_some());
    let asks = signs && !parts.headers.contains_key(PROOF);
    let brought = if asks {
        BTreeSet::new()
    } else {
        let (here, whose) = (node.clone(), keeper.clone());
        blocking::run(move || asset_copy.bring(&here, &whose)).await??
    };
    let submitted = node.submit_or_request_signature(&parts, &session, command, &[]).await;
    match bytes::kept(&node, &keeper, &mine)? {
        // The asset came back from the trash, or another request added it first.
        Some(kept) if was_known == Some(Standing::Trash) || submitted.is_err() => {
            known(&node, Some(asset), kept).await
        }
        Some(kept) => {
            let answer = answer(&node, Some(asset), (kept, false)).await?;
            Ok((StatusCode::CREATED, answer))
        }
        None => {
            files::remove(&node, &keeper, &brought);
            Err(submitted.err().unwrap_or_else(|| {
                Problem::conflict("This file was erased as soon as it was entered.")
            }))
        }
    }
}

/// The salt in a body, which may be empty.
fn salt(body: &[u8]) -> Answer<Option<Value>> {
    let payload: KeepAsk = if body.is_empty() { KeepAsk::default() } else { parse_json(body)? };
    let salt = payload.salt.as_ref().map(cbor::from_dag_json).transpose();
    salt.map_err(|error| Problem::field("salt", format!("salt: {error}.")))
}

/// Refuses what its viewer gets no file of.
fn check(
    node: &Node,
    (viewer, asset, sight): (&Viewer, &Asset, Sight),
    headers: &HeaderMap,
) -> Answer<()> {
    if asset.words.sealed {
        return Err(Problem::conflict(TEXTS.say("keep-sealed", args![])).slug("sealed"));
    }
    refuse_if!(!sight.has_file(), sale::locked(node, asset));
    let mark = queries::read(node, |db| queries::fair_mark(db, &asset.owner, &asset.id))?;
    train::check(node, (viewer, asset), (mark.as_ref(), headers))
}

async fn known(
    node: &Node,
    of: Option<Asset>,
    kept: Asset,
) -> Answer<(StatusCode, axum::Json<KeptAnswer>)> {
    Ok((StatusCode::OK, answer(node, of, (kept, true)).await?))
}

async fn answer(
    node: &Node,
    of: Option<Asset>,
    (asset, is_known): (Asset, bool),
) -> Answer<axum::Json<KeptAnswer>> {
    let entered = AddOutcome { asset, is_known };
    let own = manifest(node, &entered).await?;
    let makers = match (of, &own) {
        (Some(of), None) => {
            let (here, kept) = (node.clone(), entered.asset.clone());
            blocking::run(move || makers(&here, (&of, &kept))).await??
        }
        _ => None,
    };
    Ok(axum::Json(KeptAnswer { asset: AssetAdded::new(entered, own), makers }))
}

/// Returns all signatures of a file that was kept as it is. A manifest is about the file's own bytes, so it fits no copy without the
/// place. One that still lacks a signature would ask its maker again for each copy.
fn makers(node: &Node, (of, kept): (&Asset, &Asset)) -> Answer<Option<Json>> {
    if of.cid != kept.cid {
        return Ok(None);
    }
    fair::work(node, of)?;
    let attribution = fair::read_attribution(node, of)?;
    let Some(said) = attribution.filter(|said| said.consent.missing.is_empty()) else {
        return Ok(None);
    };
    let all = serde_json::from_str(&said.fair.to_json());
    all.map(Some).map_err(Problem::internal)
}

/// The id of the keeper's probable copy of a shared asset; `None` if they have none, or finding out takes reading the file.
pub(crate) fn kept_as(
    node: &Node,
    keeper: &Did,
    (asset, sight): (&Asset, Sight),
) -> Answer<Option<AssetId>> {
    let noted = if is_whole(asset, sight) { None } else { copy::noted(node, asset) };
    // Documents and the like have one version only.
    let cid = noted.unwrap_or_else(|| asset.cid.clone());
    let id = AssetId::derive(keeper, &cid, 0);
    Ok(bytes::kept(node, keeper, &id)?.map(|_| id))
}
