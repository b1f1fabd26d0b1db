//! `/.well-known/dfos-relay`: the relay's identity and capabilities.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json_, json};

use crate::Relay;
use crate::store::{Counts, Kind, chain_type, kind_code};

pub(super) async fn show(State(relay): State<Relay>) -> Response {
    // The relay answers without the counts if the store can't read them.
    let pending = relay.read(|_, reads| reads.pending_count()).await;
    let counts = relay.read(|_, reads| reads.counts()).await;
    let mut stats = Map::new();
    let pending = pending.map_or(json!(-1), |pending| json!(pending));
    stats.insert("pendingOps".to_owned(), pending);
    if let Ok(counts) = counts {
        put_counts(&mut stats, &counts);
    }
    let inner = &relay.inner;
    let on = &inner.capabilities;
    let peers = inner.peer_urls.iter();
    let peers: Vec<Json_> = peers.map(|url| json!({ "endpoint": url })).collect();
    Json(json!({
        "did": inner.did,
        "protocol": "dfos-web-relay",
        "version": inner.version,
        "capabilities": {
            "proof": true,
            "write": on.write,
            "content": on.content,
            "log": on.log,
            "revocations": on.revocations,
            "index": on.index,
            "signing": on.signing,
        },
        "profile": inner.profile,
        "peers": peers,
        "stats": stats,
    }))
    .into_response()
}

fn put_counts(stats: &mut Map<String, Json_>, counts: &Counts) {
    let of = |kind| counts.by_kind.get(kind_code(kind)).copied().unwrap_or_default();
    let by_kind: Map<String, Json_> = [
        Kind::Identity,
        Kind::Content,
        Kind::Artifact,
        Kind::Credential,
        Kind::Countersign,
        Kind::Revocation,
    ]
    .into_iter()
    .map(|kind| (chain_type(kind).to_owned(), json!(of(kind))))
    .collect();
    let sum: u64 = counts.by_kind.iter().sum();
    stats.insert("opCount".to_owned(), json!(sum));
    stats.insert("countsByKind".to_owned(), Json_::Object(by_kind));
    stats.insert("oldestOpAt".to_owned(), json!(counts.oldest_at));
    stats.insert("headCid".to_owned(), json!(counts.head));
}
