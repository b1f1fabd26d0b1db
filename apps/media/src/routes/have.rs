//! Reports which files the caller has on the node already and need not send.

use axum::extract::State;
use imajin_app::extract::{Authed, Json};
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::cid::parse_cid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::AssetId;
use crate::operations::Add;
use crate::queries::{self, State as Kept};

/// Files that one request asks for: a folder of a camera in a few of them.
const CIDS_MAX: usize = 500;

/// CIDs of files.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Cids {
    /// At most 500.
    cids: Vec<String>,
}

/// Says which of these files the caller keeps here, so that they need not be sent. What is in the trash is not among them:
/// sent again, it comes back.
#[utoipa::path(
    post, path = "/api/have", tag = "uploads", request_body = Cids,
    responses((status = 200, body = Cids, description = "Those that are here"), (status = 400, description = "More than 500, or what is no CID")),
)]
pub(crate) async fn have(
    State(node): State<Node>,
    authed: Authed,
    headers: axum::http::HeaderMap,
    Json(mut asked): Json<Cids>,
) -> Answer<axum::Json<Cids>> {
    let owner = authed.acting_for(&node, &headers, Add::NAME)?;
    if asked.cids.len() > CIDS_MAX {
        let most = format!("cids may have at most {CIDS_MAX}.");
        return Err(Problem::field("cids", most));
    }
    if let Some(wrong) = asked.cids.iter().find(|cid| parse_cid(cid).is_err()) {
        return Err(Problem::field("cids", format!("{wrong} is no CID.")));
    }
    asked.cids = queries::read(&node, |db| {
        let mut here = Vec::new();
        for cid in asked.cids {
            let id = AssetId::derive(&owner, &cid, 0);
            if queries::state(db, owner.as_str(), &id)? == Some(Kept::Kept) {
                here.push(cid);
            }
        }
        Ok(here)
    })?;
    Ok(axum::Json(asked))
}
