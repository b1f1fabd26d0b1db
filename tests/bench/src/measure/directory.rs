//! The node directory of `imajin-registry`, as a separate process: its capacity for heartbeats, and the cost of a
//! look-up with many nodes.

use super::registry::Registry;
use crate::measure::prelude::*;
use crate::process;
use imajin_dfos::{SigningKey, hex};
use imajin_protocol::Did;
use imajin_protocol::json_signature::sign_json;
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

const CLIENTS: usize = 16;
/// Number of nodes that register in one round: a signature is valid for five minutes.
const ROUND: u32 = 10_000;
/// Number of heartbeats in the measurement.
const BEATS: u32 = 20_000;
/// Duration of each repeated look-up.
const READ: Duration = Duration::from_secs(1);
/// All nodes share this machine's address.
const CONFIG: &str = "[directory.limits]\naddress-registrations-an-hour = 100000000\n";

/// Measures heartbeats, lists and look-ups with as many nodes as `sizes` has writes.
pub fn measure(folder: &Path, sizes: &Sizes, report: &mut Report) -> Outcome {
    let registry = Registry::start(folder, CONFIG)?;
    let many = u32::try_from(sizes.writes)?;
    for first in (0..many).step_by(ROUND as usize) {
        let numbers = first..many.min(first + ROUND);
        send(&registry, "/api/node/register", numbers, registration)?;
    }
    let held = registry.client.get("/api/node/list?status=all")?["total"].as_u64();
    if held != Some(u64::from(many)) {
        return Err(format!("the directory holds {held:?} nodes of {many}").into());
    }
    heartbeats(&registry, many, report)?;
    looks(&registry, many, report)
}

fn heartbeats(registry: &Registry, many: u32, report: &mut Report) -> Outcome {
    let before = ceiling::verify_per_second()?;
    let cpu = process::cpu(registry.pid())?;
    let count = BEATS.min(many);
    let done = send(registry, "/api/node/heartbeat", 0..count, heartbeat)?;
    let cpu = process::cpu(registry.pid())? - cpu;
    let verify = before.max(ceiling::verify_per_second()?);
    let beside = format!(
        "{:.0} heartbeats/s; verify_strict {verify:.0}/s a core; {:.0} µs of CPU each",
        done.per_second(),
        cpu.as_secs_f64() * 1e6 / f64::from(count)
    );
    report
        .row("directory: heartbeats, 16 clients")
        .at_least(done.per_second() / verify, "of verify_strict", 0.2)
        .beside(beside);
    Ok(())
}

fn looks(registry: &Registry, many: u32, report: &mut Report) -> Outcome {
    let last = format!("/api/node/list?status=all&limit=100&offset={}", many.saturating_sub(100));
    let middle = format!("/api/node/list?status=all&limit=100&offset={}", many / 2);
    for (name, path) in [
        ("list", "/api/node/list?service=auth&status=active&limit=20"),
        ("list, a hundred in the middle", &middle),
        ("list, the last hundred", &last),
        ("look-up by name", "/api/node/lookup/node-7"),
    ] {
        let bytes = request("GET", path, &registry.address.to_string(), &[], "");
        let done = load::run(Load::repeat(registry.address, 1, &bytes, READ))?;
        report
            .row(format!("directory, {} nodes: {name}", number(f64::from(many))))
            .at_most(done.quantile(0.5).as_secs_f64() * 1e3, "ms", 10.0)
            .beside(format!("p99 {:.1} ms", done.quantile(0.99).as_secs_f64() * 1e3));
    }
    Ok(())
}

/// Sends the requests of this range of nodes, distributed over all clients.
pub(super) fn send(
    registry: &Registry,
    path: &str,
    numbers: std::ops::Range<u32>,
    make: fn(u32) -> Outcome<Value>,
) -> Outcome<load::Measurement> {
    let host = registry.address.to_string();
    let mut requests = vec![Vec::new(); CLIENTS];
    for number in numbers {
        let body = make(number)?.to_string();
        let lane = number as usize % CLIENTS;
        requests[lane].push(request("POST", path, &host, &[], &body));
    }
    load::run(Load::each(registry.address, requests))
}

/// Returns the request by which the node of this number registers.
pub(super) fn registration(number: u32) -> Outcome<Value> {
    let attestation = json!({
        "publicKey": hex::encode(key(number).verifying_key().as_bytes()),
        "buildHash": "ab".repeat(32),
        "sourceCommit": "0123456789abcdef0123456789abcdef01234567",
        "version": "1.0.0",
        "hostname": format!("node-{number}"),
        "services": ["auth", "profile", "registry", "www"],
        "capabilities": ["relay"],
    });
    Ok(json!({ "attestation": signed(number, attestation)? }))
}

fn heartbeat(number: u32) -> Outcome<Value> {
    let beat = json!({
        "buildHash": "ab".repeat(32),
        "version": "1.0.0",
        "health": { "status": "healthy", "services": { "auth": "ok" }, "uptime": 1 },
    });
    signed(number, beat)
}

fn key(number: u32) -> SigningKey {
    let mut seed = [9; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_bytes(&seed)
}

/// Signs a document as the node of this number.
pub(super) fn signed(number: u32, mut document: Value) -> Outcome<Value> {
    let key = key(number);
    let did = Did::from_key(key.verifying_key().as_bytes());
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    document["nodeId"] = json!(did.as_str());
    document["timestamp"] = json!(u64::try_from(now)?);
    let message = json!({
        "from": document["nodeId"],
        "type": "agent",
        "timestamp": document["timestamp"],
        "payload": document,
    });
    document["signature"] = json!(hex::encode(&sign_json(&key, &message)));
    Ok(document)
}
