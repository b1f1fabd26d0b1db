//! Nodes: registering, heartbeats, lists and look-ups.

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use imajin_protocol::{Did, DidKind};
use imajin_service::Problem;
use imajin_service::extract::{Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Paging, json as read_json};
use super::show;
use crate::directory::refusal::field;
use crate::directory::rows::{Counts, Filter, NodeRow, TagKind};
use crate::directory::status::Status;
use crate::directory::store::Reads;
use crate::directory::{Core, Directory, NO_NODE, Refusal};

/// Who asks: whoever the connection is with, or whom the proxy in front names last, if there is one.
fn address(headers: &HeaderMap, extensions: &Extensions, proxy: Option<&str>) -> Option<IpAddr> {
    let found = match proxy {
        Some(name) => {
            let named = headers.get_all(name).iter().next_back()?.to_str().ok()?;
            named.rsplit(',').next()?.trim().parse().ok()?
        }
        None => extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip(),
    };
    Some(household(found))
}

/// Whoever has one IPv6 address has all of its first half.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        address => address,
    }
}

/// Registers a node, or renews its registration.
pub(super) async fn register(
    State(directory): State<Directory>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = read_json(body)?;
    let proxy = directory.core.config.address_header.as_deref();
    let address = address(&headers, &extensions, proxy);
    let done = directory
        .work(move |core| {
            let attestation = body.get("attestation").unwrap_or(&Value::Null);
            let done = core.register(attestation, chain_log(&body)?, address)?;
            let status = match done.is_new {
                true => StatusCode::CREATED,
                false => StatusCode::OK,
            };
            let answer = json!({
                "status": done.node.status.name(),
                "subdomain": show::subdomain(core, &done.node),
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
    let found = found.get("log").unwrap_or(found);
    let tokens = found.as_array().ok_or_else(refused)?.iter();
    let tokens = tokens.map(|token| token.as_str().map(str::to_owned).ok_or_else(refused));
    tokens.collect::<Result<_, _>>().map(Some)
}

/// Hears a node.
pub(super) async fn heartbeat(
    State(directory): State<Directory>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Problem> {
    let body = read_json(body)?;
    let heard = directory.work(move |core| core.heartbeat(&body)).await?;
    Ok(Json(json!({
        "ack": true,
        "nextHeartbeat": show::time(heard.next_ms),
        "actions": heard.actions,
    })))
}

/// What is listed.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    status: Option<String>,
    service: Option<String>,
    capability: Option<String>,
    scope: Option<String>,
}

impl Wanted {
    fn filter(self) -> Result<Filter, Refusal> {
        let status = match self.status.filter(|status| !status.is_empty()) {
            None => None,
            Some(name) => Some(Status::from_name(&name).ok_or_else(|| {
                let names = Status::ALL.map(Status::name).join(", ");
                field("status", format!("status must be one of {names}"))
            })?),
        };
        let tags = [
            (TagKind::Service, self.service),
            (TagKind::Capability, self.capability),
            (TagKind::Scope, self.scope),
        ];
        let tags = tags
            .into_iter()
            .filter_map(|(kind, value)| Some((kind, value?)));
        Ok(Filter {
            status,
            tags: tags.filter(|(_, value)| !value.is_empty()).collect(),
        })
    }
}

/// Lists nodes; a HEAD request gets the numbers alone.
pub(super) async fn list(
    State(directory): State<Directory>,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<(HeaderMap, Json<Value>), Problem> {
    let answer = directory.work(move |core| {
        let filter = wanted.filter()?;
        core.settle()?;
        let (limit, offset) = (paging.limit(), paging.offset());
        let (counts, rows) =
            core.read(|reads| Ok((reads.counts(&filter)?, reads.list(&filter, limit, offset)?)))?;
        let total: u64 = counts.iter().sum();
        let nodes: Vec<Value> = rows.iter().map(|row| show::node(core, row)).collect();
        let body = json!({
            "nodes": nodes,
            "total": total,
            "limit": limit,
            "offset": offset,
            "hasMore": paging.has_more(total),
        });
        Ok((numbers(&counts, total), Json(body)))
    });
    Ok(answer.await?)
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
    let found = reads.node(did.as_str())?;
    if found.is_some() || did.kind() != DidKind::Dfos {
        return Ok(found);
    }
    let filter = Filter {
        status: None,
        tags: vec![(TagKind::Dfos, did.as_str().to_owned())],
    };
    Ok(reads.list(&filter, 1, 0)?.pop())
}

/// A node by its DID, its name, or its subdomain.
fn find(core: &Core, reads: &dyn Reads, id: &str) -> Result<Option<NodeRow>, Refusal> {
    if let Ok(did) = Did::parse(id) {
        return by_did(reads, &did);
    }
    let name = id.to_ascii_lowercase();
    let domain = core.config.domain.as_deref();
    let name = domain
        .and_then(|domain| name.strip_suffix(domain)?.strip_suffix('.'))
        .unwrap_or(&name);
    Ok(reads.node_named(name)?)
}

pub(super) async fn lookup(
    State(directory): State<Directory>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let answer = directory.work(move |core| {
        core.settle()?;
        let found = core.read(|reads| find(core, reads, &id))?;
        let node = found.ok_or(Refusal::NotFound(NO_NODE))?;
        Ok(Json(show::node(core, &node)))
    });
    Ok(answer.await?)
}

pub(super) async fn resolve(
    State(directory): State<Directory>,
    Path(did): Path<String>,
) -> Result<Json<Value>, Problem> {
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
