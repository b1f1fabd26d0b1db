//! An identity, the chain behind it, and its DID document.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Path, Visitor};
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::PublicKey;
use imajin_dfos::identity::resolution_metadata;
use imajin_protocol::Did;
use imajin_protocol::identity::{bare_document, did_document, verify_chain};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::lookup::{PublicIdentity, public};
use crate::people;

/// Returns the public facts about an identity.
#[utoipa::path(
    get, path = "/api/identity/{did}", tag = "people", params(("did" = String, Path, description = "A DID in any form")),
    responses((status = 200, body = PublicIdentity), (status = 404, description = "This node does not know the DID"), (status = 410, description = "Deleted")),
)]
pub(crate) async fn identity(
    Visitor(node, caller): Visitor,
    Path(did): Path<String>,
) -> Answer<Json<PublicIdentity>> {
    let did = people::by_name_for(&node, &did, caller.did())?;
    public(&node, &did).map(Json)
}

/// An identity chain.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainAnswer {
    /// The DID.
    did: String,
    /// The DFOS identity that the chain is.
    dfos_did: String,
    /// Its operations, oldest first: compact JWS that verify without the node.
    log: Vec<String>,
    /// A resolver's metadata about it.
    #[schema(value_type = Object)]
    metadata: Value,
}

/// The chain behind an identity.
#[utoipa::path(
    get, path = "/api/identity/{did}/chain", tag = "people", params(("did" = String, Path, description = "A DID in any form")),
    responses((status = 200, body = ChainAnswer), (status = 404, description = "This node does not know the DID, or it is a bare key")),
)]
pub(crate) async fn chain(
    Visitor(node, caller): Visitor,
    Path(did): Path<String>,
) -> Answer<Json<ChainAnswer>> {
    let did = people::by_name_for(&node, &did, caller.did())?;
    // Chains of people who left are returned, too: their signatures in other records must stay verifiable.
    let Some(chain) = people::chain(&node, &did)? else {
        return Err(Problem::not_found(format!("{did} has no identity chain here.")));
    };
    Ok(Json(ChainAnswer {
        log: people::chain_log(&node, &did)?,
        dfos_did: chain.did().to_string(),
        metadata: resolution_metadata(&chain),
        did: did.to_string(),
    }))
}

/// The W3C DID document, derived from the verified chain. Its `keyAgreement` names the keys to encrypt to.
#[utoipa::path(
    get, path = "/api/identity/{did}/did.json", tag = "people", params(("did" = String, Path, description = "A DID in any form")),
    responses(
        (status = 200, description = "The document", body = Object, content_type = "application/did+json"), (status = 404, description = "This node does not know the DID"),
        (status = 410, description = "Deleted"), (status = 422, description = "The chain does not verify"),
    ),
)]
pub(crate) async fn document(
    Visitor(node, caller): Visitor,
    Path(did): Path<String>,
) -> Answer<Response> {
    let did = people::by_name_for(&node, &did, caller.did())?;
    answer(&node, &did)
}

/// `/.well-known/did-imajin/<key>`: the document of `did:imajin:<key>`.
pub(crate) async fn well_known(
    State(node): State<Node>,
    Path(id): Path<String>,
) -> Answer<Response> {
    let text = if id.starts_with("did:") { id } else { format!("did:imajin:{id}") };
    let did = people::by_name_for(&node, &text, None)?;
    answer(&node, &did)
}

fn answer(node: &Node, did: &Did) -> Result<Response, Problem> {
    people::get(node, did)?;
    let log = people::chain_log(node, did)?;
    let document = if log.is_empty() {
        of_bare_key(did)?
    } else {
        // Verified again: this is what others trust, and rarely asked for.
        let chain = verify_chain(did, &log)
            .map_err(|error| Problem::unprocessable(format!("{error}.")).slug("chain"))?;
        if chain.state().is_deleted {
            return Err(Problem::gone(format!("{did} was deactivated by its owner.")));
        }
        did_document(did.as_str(), chain.did().as_str(), &chain)
    };
    let kind = [(header::CONTENT_TYPE, "application/did+json")];
    Ok((kind, document.to_string()).into_response())
}

/// Without a chain the one key that the DID names proves presence, and nothing more.
fn of_bare_key(did: &Did) -> Result<Value, Problem> {
    let Some(key) = did.key_bytes().map(PublicKey::from_bytes) else {
        return Err(Problem::not_found(format!("{did} has no key.")));
    };
    Ok(bare_document(did, &key))
}
