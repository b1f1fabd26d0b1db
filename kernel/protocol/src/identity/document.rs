//! The DID document of a chain, with the keys that one encrypts to: a DFOS document does not know them.

use imajin_dfos::PublicKey;
use imajin_dfos::identity::{self, Verified};
use serde_json::{Value as Json, json};

use crate::{Did, encryption, multikey};

/// Returns the document of a bare key: it proves presence, and nothing more.
pub fn bare_document(did: &Did, key: &PublicKey) -> Json {
    let method = format!("{did}#{}", key.key_id());
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "controller": did,
        "verificationMethod": [{ "id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key.to_multikey() }],
        "authentication": [method],
    })
}

/// Returns the document of `chain` for `id`, which is `other` as well. Its encryption keys are verification methods
/// named by their multikeys, for `keyAgreement`.
pub fn did_document(id: &str, other: &str, chain: &Verified) -> Json {
    let mut document = identity::did_document(id, chain.state());
    if chain.state().is_deleted {
        return document;
    }
    document["alsoKnownAs"] = json!([other]);
    let keys = encryption::keys_of(chain.state());
    let keys: Vec<String> = keys.iter().map(multikey::x25519).collect();
    if keys.is_empty() {
        return document;
    }
    let url = |key: &String| format!("{id}#{key}");
    if let Some(methods) = document["verificationMethod"].as_array_mut() {
        methods.extend(keys.iter().map(|key| {
            json!({ "id": url(key), "type": "Multikey", "controller": id, "publicKeyMultibase": key })
        }));
    }
    document["keyAgreement"] = keys.iter().map(url).collect();
    document
}
