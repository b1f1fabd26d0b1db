//! Public JSON of nodes and releases.

use imajin_app::operation::Choice;
use imajin_dfos::Timestamp;
use serde_json::{Value, json};

use crate::directory::Core;
use crate::directory::rows::{Fork, NodeRow, Release};

/// ISO 8601.
pub(super) fn time(ms: i64) -> String {
    let time = Timestamp::from_millis(ms);
    time.unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX }).to_string()
}

/// Returns a node's current state.
pub(super) fn node(core: &Core, node: &NodeRow) -> Value {
    let now = node.at(&core.config.times, core.now_ms());
    let attested = &node.attested;
    let verdict = node.verdict.as_ref().filter(|verdict| {
        verdict.is_revoked || verdict.until_ms.is_none_or(|until| core.now_ms() < until)
    });
    json!({
        "id": node.id,
        "publicKey": node.public_key,
        "dfosDid": node.dfos,
        "chainVerified": node.dfos.is_some(),
        "hostname": node.hostname,
        "subdomain": core.subdomain(node),
        "url": attested.url,
        "services": attested.services,
        "capabilities": attested.capabilities,
        "operators": attested.operators,
        "scopes": attested.scopes,
        "status": now.status.name(),
        "buildHash": attested.build_hash,
        "sourceCommit": attested.source_commit,
        "version": attested.version,
        "lastHeartbeat": node.heartbeat.as_ref().map(|last| time(last.at_ms)),
        "health": node.heartbeat.as_ref().map(|last| &last.health),
        "running": node.heartbeat.as_ref().map(|last| json!({
            "buildHash": last.build_hash,
            "version": last.version,
        })),
        "registeredAt": time(node.registered_ms),
        "expiresAt": time(node.expires_ms),
        "attestation": node.attestation,
        "verdict": verdict.map(|verdict| json!({
            "status": now.status.name(),
            "reason": verdict.reason,
            "at": time(verdict.at_ms),
            "until": verdict.until_ms.map(time),
            "message": verdict.message,
        })),
    })
}

/// Returns a node's address, with its key and chain to verify it.
pub(super) fn resolution(core: &Core, node: &NodeRow, chain: &[String]) -> Value {
    let now = node.at(&core.config.times, core.now_ms());
    let subdomain = core.subdomain(node);
    json!({
        "did": node.id,
        "dfosDid": node.dfos,
        "publicKey": node.public_key,
        "hostname": node.hostname,
        "subdomain": subdomain,
        "url": subdomain.as_ref().map(|name| format!("https://{name}")).or(node.attested.url.clone()),
        "status": now.status.name(),
        "services": node.attested.services,
        "capabilities": node.attested.capabilities,
        "scopes": node.attested.scopes,
        "operators": node.attested.operators,
        "chainLog": chain,
    })
}

pub(super) fn release(release: &Release) -> Value {
    let fork = Some(&release.fork).filter(|fork| !fork.is_empty());
    json!({
        "version": release.version,
        "buildHashes": release.hashes,
        "releaseDate": release.date,
        "minVersion": release.minimum,
        "notes": release.notes,
        "fork": fork,
        "withdrawn": release.withdrawn,
        "message": release.message,
    })
}

pub(super) fn fork(fork: &Fork) -> Value {
    json!({
        "name": fork.name,
        "source": fork.source,
        "key": fork.key,
        "minVersion": fork.minimum,
        "message": fork.message,
    })
}
