//! The proof plane: operations in, chains and logs out.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use imajin_dfos::{Value, cbor};
use serde::Deserialize;
use serde_json::{Value as Json_, json};

use super::super::peers::Chain;
use super::answer::{Params, READ_ONLY, Reply, bad, body, gate, not_found, room};
use crate::Relay;
use crate::page;
use crate::store::{
    Answer, ContentRow, IdentityRow, Kind, LogPage, LogRow, Origin, StoreError, chain_type,
};

/// Bytes of a submission or a document, at most.
pub(super) const BODY_BYTES_MAX: usize = 16 << 20;
/// Operations of a submission, at most.
const OPERATIONS_MAX: usize = 100;

#[derive(Deserialize)]
struct Submission {
    operations: Vec<String>,
}

pub(super) async fn submit(State(relay): State<Relay>, headers: HeaderMap, text: Body) -> Reply {
    gate(relay.inner.capabilities.write, READ_ONLY)?;
    let text = body(&headers, text, BODY_BYTES_MAX, "invalid JSON body").await?;
    let submission: Submission = match serde_json::from_slice(&text) {
        Ok(submission) => submission,
        Err(error) if error.is_data() => return Err(bad("invalid request")),
        Err(_) => return Err(bad("invalid JSON body")),
    };
    // Frees the text early: it may be large.
    drop(text);
    if !(1..=OPERATIONS_MAX).contains(&submission.operations.len()) {
        return Err(bad("invalid request"));
    }
    let bytes = submission.operations.iter().map(String::len).sum();
    room(&relay, bytes).await?;
    let results = relay.take_in(submission.operations, Origin::Direct, None).await?;
    Ok(Json(json!({ "results": results })).into_response())
}

pub(super) async fn operation(State(relay): State<Relay>, Path(cid): Path<String>) -> Reply {
    let row = relay.read(move |_, reads| reads.operation(&cid)).await?;
    let operation = row.ok_or_else(|| not_found("not found"))?;
    Ok(Json(json!({
        "cid": operation.cid,
        "jwsToken": operation.token,
        "chainType": chain_type(operation.kind),
        "chainId": operation.chain_id,
    }))
    .into_response())
}

fn state_json(state: &Value) -> Answer<Json_> {
    cbor::to_json(state).map_err(|error| StoreError::Failed(error.to_string()))
}

pub(super) async fn identity(State(relay): State<Relay>, Path(did): Path<String>) -> Reply {
    let row = relay.identity_or_ask(did).await?;
    let chain = row.ok_or_else(|| not_found("not found"))?.chain;
    Ok(Json(json!({
        "did": chain.did().as_str(),
        "headCID": chain.head_cid().to_string(),
        "state": state_json(&chain.state().to_value())?,
    }))
    .into_response())
}

pub(super) async fn content(State(relay): State<Relay>, Path(id): Path<String>) -> Reply {
    let row = relay.content_or_ask(id).await?;
    let chain = row.ok_or_else(|| not_found("not found"))?;
    let head = chain.head;
    Ok(Json(json!({
        "contentId": chain.content_id,
        "genesisCID": chain.genesis_cid,
        "headCID": head.cid,
        "state": {
            "contentId": chain.content_id,
            "genesisCID": chain.genesis_cid,
            "headCID": head.cid,
            "isDeleted": head.is_deleted,
            "currentDocumentCID": head.document,
            "length": head.length,
            "creatorDID": chain.creator,
        },
    }))
    .into_response())
}

impl Relay {
    /// An identity from the store, or else fetched from a peer.
    pub(super) async fn identity_or_ask(&self, did: String) -> Answer<Option<IdentityRow>> {
        let key = did.clone();
        let (found, is_withdrawn) = self
            .read(move |_, reads| Ok((reads.identity(&key)?, reads.is_withdrawn(&key)?)))
            .await?;
        if found.is_some() || is_withdrawn || !self.ask_peers(Chain::Identity, &did).await? {
            return Ok(found);
        }
        self.read(move |_, reads| reads.identity(&did)).await
    }

    async fn content_or_ask(&self, id: String) -> Answer<Option<ContentRow>> {
        let key = id.clone();
        let row = self.read(move |_, reads| reads.content(&key)).await?;
        if row.is_some() || !self.ask_peers(Chain::Content, &id).await? {
            return Ok(row);
        }
        self.read(move |_, reads| reads.content(&id)).await
    }
}

/// The relay, the name of a log, and the part of it that is asked for.
type LogRequest = (State<Relay>, Path<String>, Params);

pub(super) async fn identity_log(request: LogRequest) -> Reply {
    chain_log(request, Kind::Identity).await
}

pub(super) async fn content_log(request: LogRequest) -> Reply {
    chain_log(request, Kind::Content).await
}

async fn chain_log(request: LogRequest, kind: Kind) -> Reply {
    let (State(relay), Path(chain), params) = request;
    let (after, limit) = (params.after(), params.limit());
    let page = relay
        .read(move |_, reads| {
            let is_here = match kind {
                Kind::Identity => reads.identity_head(&chain)?.is_some(),
                _ => reads.content(&chain)?.is_some(),
            };
            if !is_here {
                return Ok(None);
            }
            let page = reads.chain_log(kind, &chain, after.as_deref(), limit)?;
            Ok(Some(page))
        })
        .await?;
    let page = page.ok_or_else(|| not_found("not found"))?;
    log_page(page, limit, |row| json!({ "cid": row.cid, "jwsToken": row.token }))
}

pub(super) async fn log(State(relay): State<Relay>, params: Params) -> Reply {
    gate(relay.inner.capabilities.log, "global log not available")?;
    let (after, limit) = (params.after(), params.limit());
    let page = relay.read(move |_, reads| reads.log(after.as_deref(), limit)).await?;
    log_page(page, limit, |row| {
        json!({
            "cid": row.cid,
            "jwsToken": row.token,
            "kind": row.kind.name(),
            "chainId": row.chain_id,
        })
    })
}

fn log_page(page: LogPage, limit: usize, entry: impl Fn(&LogRow) -> Json_) -> Reply {
    let rows = page.ok_or_else(|| bad("invalid cursor"))?;
    let next = page::next(&rows, limit, |row| row.cid.clone());
    let entries: Vec<Json_> = rows.iter().map(entry).collect();
    Ok(list("entries", entries, next))
}

/// A page with its cursor.
pub(super) fn list(name: &str, rows: Vec<Json_>, next: Option<String>) -> Response {
    Json(json!({ name: rows, "next": next })).into_response()
}

pub(super) async fn countersignatures(request: LogRequest) -> Reply {
    let (State(relay), Path(cid), params) = request;
    let (after, limit) = (params.after(), params.limit());
    let rows = relay
        .read(move |_, reads| {
            let rows = reads.countersignatures(&cid, after.as_deref(), limit)?;
            // An empty page after the cursor is an answer; an unknown target is not.
            let is_known = !rows.is_empty()
                || reads.operation(&cid)?.is_some()
                || !reads.countersignatures(&cid, None, 1)?.is_empty();
            Ok(is_known.then_some(rows))
        })
        .await?;
    let rows = rows.ok_or_else(|| not_found("not found"))?;
    let next = page::next(&rows, limit, |row| row.cid.clone());
    let rows = rows.iter();
    let rows = rows.map(|row| json!({ "cid": row.cid, "jwsToken": row.token }));
    Ok(list("countersignatures", rows.collect(), next))
}
