//! The proof that this node is the home of a DID (docs/exchanges.md).
//!
//! Always: only what strangers may see. The head is at the home entry itself, so that the proof does not tell the length of a record.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, http::header};
use imajin_app::capabilities::{Existence, PictureSize};
use imajin_app::extract::Path;
use imajin_app::{Answer, Node, Problem, args, blocking, home_proof, refuse_if};
use imajin_log::home::{HomeCard, HomeProof};
use imajin_protocol::{Did, DidKind};

use crate::manifest::{MANIFEST, TEXTS};

pub(crate) fn url(node_url: &str, did: &Did) -> String {
    format!("{node_url}/{}/api/home/{did}", MANIFEST.name)
}

/// Where the record of a DID lives, with the proof: its identity chain, the entry that named this node, a head of this node, this node's chain, and
/// how this node shows the person to strangers.
#[utoipa::path(
    get, path = "/api/home/{did}", tag = "away", params(("did" = String, Path, description = "A did:imajin")),
    responses(
        (status = 200, body = Object, description = "`{chain, entry: {header, body}, head, node: {did, chain, url}, card}`"),
        (status = 308, description = "They moved: `Location` is this path at their new home"),
        (status = 404, description = "Not at home here, or a bare key, which has no proof"), (status = 410, description = "They deleted their data"),
    ),
)]
pub(crate) async fn home(State(node): State<Node>, Path(did): Path<String>) -> Answer<Response> {
    let did = Did::parse(&did).map_err(|error| Problem::field("did", format!("{error}.")))?;
    // Finding the entry may read the beginning of a log from the disk.
    let proof = blocking::run(move || prove(&node, &did)).await??;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(proof)).into_response())
}

fn prove(node: &Node, did: &Did) -> Answer<HomeProof> {
    let elsewhere = || Problem::not_found(TEXTS.say("proof-not-here", args![]));
    if did.kind() != DidKind::Key || node.existence(did)? == Existence::Private {
        return Err(elsewhere());
    }
    let status = node.status(did)?.ok_or_else(elsewhere)?;
    refuse_if!(status.home.node != *node.did(), elsewhere());
    refuse_if!(status.deleted, Problem::gone(TEXTS.say("proof-deleted", args![])));
    refuse_if!(status.bare_key, Problem::not_found(TEXTS.say("proof-bare-key", args![])));
    let proof = home_proof(node, did)?.ok_or_else(elsewhere)?;
    Ok(HomeProof { card: card(node, did)?, ..proof })
}

/// How this node shows a person to strangers; `None` if it shows nothing of them.
fn card(node: &Node, did: &Did) -> Answer<Option<HomeCard>> {
    let Some(card) = node.card_for_strangers(did)? else {
        return Ok(None);
    };
    let picture = node.picture_of(&card, PictureSize::Head);
    let is_blank = card.display_name.is_none() && card.handle.is_none() && picture.is_none();
    Ok((!is_blank).then_some(HomeCard { name: card.display_name, handle: card.handle, picture }))
}
