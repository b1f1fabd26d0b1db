//! Nodes: registering, heartbeats, lists and look-ups.

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Path, Query};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Peer};
use imajin_protocol::{Did, DidKind};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Body, Paging, json as read_json};
use super::show;
use crate::directory::refusal::field;
use crate::directory::rows::{Counts, Filter, NodeRow, PageStart, TagKind};
use crate::directory::status::Status;
use crate::directory::store::Reads;
use crate::directory::{Core, Directory, NO_NODE, Refusal};

/// Returns the client's address: that of the connection, or the last one that the reverse proxy names.
fn address(headers: &HeaderMap, extensions: &Extensions, proxy: Option<&str>) -> Option<IpAddr> {
    let address = match proxy {
        Some(name) => {
            let named = headers.get_all(name).iter().next_back()?.to_str().ok()?;
            named.rsplit(',').next()?.trim().parse().ok()?
        }
        // On a node, the edge has determined it already.
        None => match extensions.get::<Peer>() {
            Some(peer) => peer.address,
            None => extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip(),
        },
    };
    Some(address.to_canonical())
}

/// Registers a node, or renews its registration.
#[utoipa::path(post, path = "/api/node/register", tag = "directory", request_body(content = Object, description = "`{attestation, chainLog?}`: the attestation is signed by the node's key; the chain is needed where the key is not the one in `nodeId`"),
    responses((status = 201, description = "Registered: `{status, subdomain, expiresAt, chainVerified}`", body = Object), (status = 200, description = "Renewed, the same", body = Object), (status = 400, description = "Form, name or time"), (status = 401, description = "Key or signature"), (status = 403, description = "Build not approved, suspended, revoked"), (status = 404, description = "This node keeps no directory"), (status = 409, description = "Name taken or kept, or something newer known"), (status = 429, description = "Too often")))]
pub(super) async fn register(
    directory: Directory,
    headers: HeaderMap,
    extensions: Extensions,
    body: Body,
) -> Answer<Response> {
    let body = read_json(body)?;
    let proxy = directory.core.config.address_header.as_deref();
    let address = address(&headers, &extensions, proxy);
    let done = directory
        .work(move |core| {
            let attestation = body.get("attestation").unwrap_or(&Value::Null);
            let done = core.register(attestation, chain_log(&body)?, address)?;
            let status = if done.is_new { StatusCode::CREATED } else { StatusCode::OK };
            let answer = json!({
                "status": done.node.status.name(),
                "subdomain": core.subdomain(&done.node),
                "expiresAt": show::time(done.node.expires_ms),
                "chainVerified": done.node.dfos.is_some(),
            });
            Ok((status, Json(answer)))
        })
        .await?;
    Ok(done.into_response())
}

/// The tokens of an identity chain: a list, or an object with the list as `log`.
fn chain_log(body: &Value) -> Result<Option<Vec<String>>, Refusal> {
    let refused = || field("chainLog", "chainLog must be a list of tokens");
    let Some(found) = body.get("chainLog").filter(|found| !found.is_null()) else {
        return Ok(None);
    };
    let tokens = found.get("log").unwrap_or(found).as_array().ok_or_else(refused)?.iter();
    let tokens = tokens.map(|token| token.as_str().map(str::to_owned).ok_or_else(refused));
    tokens.collect::<Result<_, _>>().map(Some)
}

/// Accepts a heartbeat.
#[utoipa::path(post, path = "/api/node/heartbeat", tag = "directory", request_body(content = Object, description = "`{nodeId, timestamp, buildHash, version, health, head?, signature}`: `head` is the newest head of the node's own record"),
    responses((status = 200, description = "`{ack, nextHeartbeat, actions, heads?}`: `heads` are the known heads of the node's own log other than the one in the request", body = Object), (status = 400, description = "Form or time"), (status = 401, description = "Signature"), (status = 403, description = "Suspended or revoked"), (status = 404, description = "Not known, or this node keeps no directory"), (status = 409, description = "A newer one was heard"), (status = 429, description = "Too often")))]
pub(super) async fn heartbeat(directory: Directory, body: Body) -> Answer<Json<Value>> {
    let body = read_json(body)?;
    let heard = directory.work(move |core| core.heartbeat(&body)).await?;
    let mut answer = json!({
        "ack": true,
        "nextHeartbeat": show::time(heard.next_ms),
        "actions": heard.actions,
    });
    if !heard.heads.is_empty() {
        answer["heads"] = json!(heard.heads);
    }
    Ok(Json(answer))
}

/// Filters and position of the list of nodes.
#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    status: Option<String>,
    service: Option<String>,
    capability: Option<String>,
    scope: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

impl ListQuery {
    /// Returns the start of the page. A page in the second half is read from the end, which is faster.
    fn from(&self, paging: &Paging, total: u64) -> Result<PageStart, Refusal> {
        if let Some(after) = &self.after {
            let place = after.split_once('.');
            let place = place.and_then(|(status, id)| Some((Status::from_name(status)?, id)));
            let (status, id) =
                place.ok_or_else(|| field("after", "after must be the next of the page before"))?;
            return Ok(PageStart::Behind(status, id.to_owned()));
        }
        let (offset, total) = (paging.offset(), usize::try_from(total).unwrap_or(usize::MAX));
        Ok(if offset > total / 2 {
            PageStart::End(total.saturating_sub(offset))
        } else {
            PageStart::Start(offset)
        })
    }

    fn filter(&self) -> Result<Filter, Refusal> {
        let status = match self.status.as_deref().unwrap_or_default() {
            "all" => None,
            "" => Some(Status::Active),
            name => Some(Status::from_name(name).ok_or_else(|| {
                let names = Status::ALL.map(|status| status.name()).join(", ");
                field("status", format!("status must be all or one of {names}"))
            })?),
        };
        let tags = [
            (TagKind::Service, &self.service),
            (TagKind::Capability, &self.capability),
            (TagKind::Scope, &self.scope),
        ];
        let tags = tags.into_iter().filter_map(|(kind, value)| Some((kind, value.clone()?)));
        Ok(Filter { status, tags: tags.filter(|(_, value)| !value.is_empty()).collect() })
    }
}

/// Lists nodes; a HEAD request gets the numbers alone.
#[utoipa::path(get, path = "/api/node/list", tag = "directory", params(("status" = Option<String>, Query, description = "active by default, stale, unreachable, expired, suspended, revoked, or all"), ("service" = Option<String>, Query, description = "Only nodes that run this service"), ("capability" = Option<String>, Query, description = "Only nodes with this capability"), ("scope" = Option<String>, Query, description = "Only nodes with this scope"), ("limit" = Option<usize>, Query, description = "1 to 100, 20 by default"), ("offset" = Option<usize>, Query, description = "After so many"), ("after" = Option<String>, Query, description = "The `next` of the page before")),
    responses((status = 200, description = "`{nodes, total, limit, offset, hasMore, next}`; the numbers also as headers `X-Total-Nodes` …", body = Object), (status = 400, description = "An unknown filter"), (status = 404, description = "Not known, or this node keeps no directory")))]
pub(super) async fn list(
    directory: Directory,
    Query(query): Query<ListQuery>,
    Query(paging): Query<Paging>,
) -> Answer<(HeaderMap, Json<Value>)> {
    let answer = directory.work(move |core| {
        let filter = query.filter()?;
        let limit = paging.limit();
        core.settle()?;
        let (counts, rows) = core.read(|reads| {
            let every = Filter { status: None, tags: filter.tags.clone() };
            let counts = reads.counts(&every)?;
            let total = total(&counts, filter.status);
            let rows = reads.list(&filter, limit, &query.from(&paging, total)?)?;
            Ok((counts, rows))
        })?;
        let total = total(&counts, filter.status);
        let nodes: Vec<Value> = rows.iter().map(|row| show::node(core, row)).collect();
        let has_more = match &query.after {
            None => paging.has_more(total),
            Some(_) => rows.len() == limit,
        };
        let last = rows.last().filter(|_| has_more);
        let body = json!({
            "nodes": nodes,
            "total": total,
            "limit": limit,
            "offset": paging.offset(),
            "hasMore": has_more,
            "next": last.map(|row| format!("{}.{}", row.status.name(), row.id)),
        });
        Ok((numbers(&counts, total), Json(body)))
    });
    Ok(answer.await?)
}

/// The number of nodes with a status, or of all.
fn total(counts: &Counts, status: Option<Status>) -> u64 {
    let counts = Status::ALL.into_iter().zip(counts);
    let counts = counts.filter(|(of, _)| status.is_none_or(|status| status == *of));
    counts.map(|(_, count)| count).sum()
}

fn numbers(counts: &Counts, total: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-total-nodes", HeaderValue::from(total));
    for (status, count) in Status::ALL.into_iter().zip(counts) {
        let name = match status {
            Status::Active => "x-active-nodes",
            Status::Stale => "x-stale-nodes",
            Status::Unreachable => "x-unreachable-nodes",
            Status::Expired => "x-expired-nodes",
            Status::Suspended => "x-suspended-nodes",
            Status::Revoked => "x-revoked-nodes",
        };
        headers.insert(name, HeaderValue::from(*count));
    }
    headers
}

/// A node by its DID in any form.
fn by_did(reads: &dyn Reads, did: &Did) -> Result<Option<NodeRow>, Refusal> {
    let row = reads.node(did.as_str())?;
    if row.is_some() || did.kind() != DidKind::Dfos {
        return Ok(row);
    }
    let filter = Filter { status: None, tags: vec![(TagKind::Dfos, did.as_str().to_owned())] };
    Ok(reads.list(&filter, 1, &PageStart::Start(0))?.pop())
}

/// A node by its DID, its name, or its subdomain.
fn find(core: &Core, reads: &dyn Reads, id: &str) -> Result<Option<NodeRow>, Refusal> {
    if let Ok(did) = Did::parse(id) {
        return by_did(reads, &did);
    }
    let name = id.to_ascii_lowercase();
    let domain = core.config.domain.as_deref();
    let name =
        domain.and_then(|domain| name.strip_suffix(domain)?.strip_suffix('.')).unwrap_or(&name);
    Ok(reads.node_named(name)?)
}

/// A node by its DID, its name, or its subdomain.
#[utoipa::path(get, path = "/api/node/lookup/{id}", tag = "directory", params(("id" = String, Path, description = "A DID, a name, or a subdomain")),
    responses((status = 200, description = "The node", body = Object), (status = 404, description = "Not known, or this node keeps no directory")))]
pub(super) async fn lookup(directory: Directory, Path(id): Path<String>) -> Answer<Json<Value>> {
    let answer = directory.work(move |core| {
        core.settle()?;
        let node = core.read(|reads| find(core, reads, &id))?.ok_or(Refusal::NotFound(NO_NODE))?;
        Ok(Json(show::node(core, &node)))
    });
    Ok(answer.await?)
}

/// Where to find the node of a DID.
#[utoipa::path(get, path = "/api/node/resolve/{did}", tag = "directory", params(("did" = String, Path, description = "A DID in any form")),
    responses((status = 200, description = "Where to find it, and its key and chain to check it by", body = Object), (status = 400, description = "No DID"), (status = 404, description = "Not known, or this node keeps no directory")))]
pub(super) async fn resolve(directory: Directory, Path(did): Path<String>) -> Answer<Json<Value>> {
    let answer = directory.work(move |core| {
        let did = Did::parse(&did).map_err(|error| field("did", error.to_string()))?;
        core.settle()?;
        core.read(|reads| {
            let node = by_did(reads, &did)?.ok_or(Refusal::NotFound(NO_NODE))?;
            let chain = reads.chain(&node.id)?;
            Ok(Json(show::resolution(core, &node, &chain)))
        })
    });
    Ok(answer.await?)
}

/// Sets what a certificate authority is to read at the node's name, or takes it away (RFC 8555 §8.4).
#[utoipa::path(post, path = "/api/node/challenge", tag = "directory",
    request_body(content = Object, description = "`{nodeId, timestamp, challenge, signature}`; a challenge of null removes it"),
    responses((status = 200, description = "`{name, set}`: the DNS name, and whether the answer is published already", body = Object), (status = 400, description = "Form or time"), (status = 401, description = "Signature"), (status = 403, description = "Expired, suspended or revoked"), (status = 404, description = "Not known, or no names are given here"), (status = 409, description = "A newer one was taken"), (status = 429, description = "Too often")))]
pub(super) async fn challenge(directory: Directory, body: Body) -> Answer<Json<Value>> {
    let (name, is_set) = directory.take_challenge(read_json(body)?).await?;
    Ok(Json(json!({ "name": name, "set": is_set })))
}
