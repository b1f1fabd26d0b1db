//! The DID document of a state, under any DID: a `did:imajin` has the same keys and services as the `did:dfos` of its
//! chain.
//!
//! Rules: DFOS v1 DID-METHOD sections 4 and 5.2.2.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{Key, Role, Service, State, Verified};
use crate::{Value, cbor};

/// The document of `state` for the DID `id`.
pub fn did_document(id: &str, state: &State) -> Json {
    let mut document = Map::new();
    let mut put = |name: &str, value: Json| document.insert(name.to_owned(), value);
    put(
        "@context",
        json!(["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]),
    );
    put("id", Json::from(id));
    put("controller", Json::from(id));
    if state.is_deleted {
        put("verificationMethod", json!([]));
        return Json::Object(document);
    }
    put("verificationMethod", methods(id, state));
    for (relation, role) in [
        ("authentication", Role::Auth),
        ("assertionMethod", Role::Assert),
        ("capabilityInvocation", Role::Controller),
    ] {
        let keys = state.keys.for_role(role).iter();
        put(relation, keys.map(|key| url(id, key.id())).collect());
    }
    if !state.services.is_empty() {
        let services = state.services.iter();
        put("service", services.map(|entry| service(id, entry)).collect());
    }
    Json::Object(document)
}

/// A resolver's metadata about the document.
pub fn resolution_metadata(chain: &Verified) -> Json {
    json!({
        "created": chain.created_at().to_string(),
        "updated": chain.updated_at().to_string(),
        "deactivated": chain.state().is_deleted,
        "operationCount": chain.operation_count(),
    })
}

fn url(id: &str, fragment: &str) -> Json {
    Json::from(format!("{id}#{fragment}"))
}

/// Every key once, in the order of the roles.
fn methods(id: &str, state: &State) -> Json {
    let mut seen = BTreeSet::new();
    let keys = state.keys.iter().filter(|key: &&Key| seen.insert(key.id().to_owned()));
    keys.map(|key| {
        json!({
            "id": url(id, key.id()),
            "type": "Multikey",
            "controller": id,
            "publicKeyMultibase": key.multibase(),
        })
    })
    .collect()
}

/// DID-METHOD section 4.5: entries of two types have their members renamed and keep no others; all others stay as they
/// are.
fn service(id: &str, entry: &Service) -> Json {
    let mut service = Map::new();
    service.insert("id".to_owned(), url(id, entry.id()));
    service.insert("type".to_owned(), Json::from(entry.kind()));
    let mut put = |name: &str, value: Option<&Value>| {
        // An entry has neither bytes nor links nor large integers, so each member has a JSON form.
        if let Some(Ok(json)) = value.map(cbor::to_json) {
            service.insert(name.to_owned(), json);
        }
    };
    match entry.kind() {
        "DfosRelay" => put("serviceEndpoint", entry.get("endpoint")),
        "ContentAnchor" => {
            put("serviceEndpoint", entry.get("anchor"));
            put("label", entry.get("label"));
        }
        _ => {
            let members = entry.as_value().as_map().into_iter().flatten();
            for (name, value) in members.filter(|(name, _)| !matches!(name.as_str(), "id" | "type"))
            {
                put(name, Some(value));
            }
        }
    }
    Json::Object(service)
}
