//! Bounds, documents and snapshots; that extending agrees with verifying again is in `agreement`.

mod agreement;

use ed25519_dalek::SigningKey;
use serde_json::json;

use super::*;
use crate::{PublicKey, Timestamp, Value, cbor, cid, json as dfos_json, jws};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn public(number: u8) -> PublicKey {
    PublicKey::from(&key(number))
}

/// Key `number` under a short id.
fn numbered_key(number: u8) -> Key {
    Key::with_id(&format!("k{number}"), &public(number))
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + millis).unwrap()
}

fn service(members: serde_json::Value) -> Service {
    Service::new(cbor::from_json(&members).unwrap()).unwrap()
}

fn create(keys: Keys, services: Vec<Service>) -> Result<Signed, IdentityError> {
    sign_create(keys, services, at(0), "k1", &key(1))
}

/// A payload that no one checked, signed as it should be.
fn token(payload: &Value, kid: &str, signer: &SigningKey) -> String {
    let cid = cid::dag_cbor_cid(&cbor::encode(payload)).to_string();
    let text = dfos_json::to_jcs(payload).unwrap();
    let header = [("typ", TYP), ("kid", kid), ("cid", cid.as_str())];
    jws::sign(&header, text.as_bytes(), signer)
}

#[test]
fn an_operation_has_at_most_65536_bytes() {
    let base = create(Keys::single(numbered_key(1)), vec![]).unwrap();
    let operation = jws::parse(&base.token, TYP).unwrap().payload_value().unwrap();
    let padded = |padding: usize| {
        let mut payload = operation.clone();
        let text = Value::Text("x".repeat(padding));
        payload.as_map_mut().unwrap().insert("x".to_owned(), text);
        (cbor::encode(&payload).len(), token(&payload, "k1", &key(1)))
    };
    let spare = OPERATION_BYTES_MAX - padded(60_000).0 + 60_000;
    let (bytes, largest) = padded(spare);
    assert_eq!(bytes, OPERATION_BYTES_MAX);
    assert!(verify_log([largest]).is_ok());
    let (bytes, too_large) = padded(spare + 1);
    let error = IdentityError::TooLarge { what: "the operation", bytes };
    assert_eq!(Verified::genesis(&too_large), Err(error));
}

#[test]
fn a_role_has_at_most_256_keys() {
    let many = |count: usize| {
        let mut keys = Keys::single(numbered_key(1));
        keys.auth = (0..count).map(|n| Key::with_id(&n.to_string(), &public(2))).collect();
        create(keys, vec![])
    };
    assert!(many(KEYS_MAX).is_ok());
    assert_eq!(many(KEYS_MAX + 1), Err(IdentityError::TooMany("authKeys")));
}

#[test]
fn services_are_bounded_in_number_and_bytes() {
    let many = |count: usize| {
        let services = (0..count).map(|n| service(json!({"id": n.to_string(), "type": "X"})));
        create(Keys::single(numbered_key(1)), services.collect())
    };
    assert!(many(SERVICES_MAX).is_ok());
    assert_eq!(many(SERVICES_MAX + 1), Err(IdentityError::TooMany("services")));

    let large = |padding: usize| {
        let entry = service(json!({"id": "a", "type": "X", "x": "x".repeat(padding)}));
        create(Keys::single(numbered_key(1)), vec![entry])
    };
    // The array, the map and the three members around the padding, as dag-cbor.
    let around =
        cbor::encode(&cbor::from_json(&json!([{"id": "a", "type": "X", "x": ""}])).unwrap());
    let spare = SERVICES_BYTES_MAX - around.len() - 2;
    assert!(large(spare).is_ok());
    let error = IdentityError::TooLarge { what: "services", bytes: SERVICES_BYTES_MAX + 1 };
    assert_eq!(large(spare + 1), Err(error));
}

/// The references decode a key only when it signs: a chain may list one that is none.
#[test]
fn a_listed_key_need_not_be_one() {
    let mut odd = numbered_key(2).as_value().clone();
    let members = odd.as_map_mut().unwrap();
    members.insert("publicKeyMultibase".to_owned(), Value::from("nonsense"));
    members.insert("note".to_owned(), Value::from("kept"));
    let odd = Key::from_value(&odd, Role::Auth).unwrap();
    let mut keys = Keys::single(numbered_key(1));
    keys.auth = vec![odd.clone()];
    let chain = create(keys, vec![]).unwrap().verified;
    assert_eq!(chain.state().key(Role::Auth, "k2"), Some(&odd));
    assert!(odd.public_key().is_err());
    assert_eq!(chain.historical_key("k2"), None);

    let mut keys = Keys::single(numbered_key(1));
    keys.controller.push(odd);
    let chain = create(keys.clone(), vec![]).unwrap().verified;
    let by_none = sign_update(&chain, keys, vec![], at(1), "k2", &key(2));
    assert_eq!(by_none, Err(IdentityError::KeyMaterial));
}

#[test]
fn old_keys_stay_known_and_lose_their_power() {
    let first = create(Keys::single(numbered_key(1)), vec![]).unwrap().verified;
    let second = sign_update(&first, Keys::single(numbered_key(2)), vec![], at(1), "k1", &key(1));
    let second = second.unwrap().verified;
    assert_eq!(second.historical_key("k1"), Some(public(1)));
    assert_eq!(second.historical_key("k2"), Some(public(2)));
    assert_eq!(second.historical_keys().count(), 2);
    assert_eq!(second.state().any_key("k1"), None);
    let expected = Err(IdentityError::NotController("k1".to_owned()));
    assert_eq!(sign_delete(&second, at(2), "k1", &key(1)), expected);
}

#[test]
fn nothing_unverifiable_is_made() {
    let chain = create(Keys::single(numbered_key(1)), vec![]).unwrap().verified;
    let keys = Keys::single(numbered_key(1));
    for (made, error) in [
        (create(Keys::default(), vec![]), IdentityError::Schema("controllerKeys")),
        (sign_update(&chain, keys.clone(), vec![], at(0), "k1", &key(1)), IdentityError::CreatedAt),
        (
            sign_update(&chain, keys.clone(), vec![], at(1), "k1", &key(2)),
            IdentityError::Jws(jws::JwsError::Signature),
        ),
        (sign_restore(&chain, at(1), "k1", &key(1)), IdentityError::NotDeleted),
        (
            sign_update(
                &chain,
                Keys::single(Key::with_id("k1", &public(2))),
                vec![],
                at(1),
                "k1",
                &key(1),
            ),
            IdentityError::KeyRebound("k1".to_owned()),
        ),
    ] {
        assert_eq!(made, Err(error));
    }
}

#[test]
fn the_document_of_a_state_under_any_did() {
    let mut keys = Keys::single(numbered_key(1));
    keys.assert.push(numbered_key(2));
    let services = vec![
        service(json!({"id": "r", "type": "DfosRelay", "endpoint": "https://r.example", "x": 1})),
        service(json!({"id": "p", "type": "ContentAnchor", "label": "profile",
            "anchor": "2346789acdefhknrtvz2346789acdef"})),
        service(json!({"id": "h", "type": "ImajinHome", "node": "did:imajin:n", "n": [1]})),
    ];
    let chain = create(keys, services).unwrap().verified;
    let id = "did:imajin:someone";
    let url = |name: &str| format!("{id}#{name}");
    let method = |number: u8| {
        json!({
            "id": url(&format!("k{number}")), "type": "Multikey", "controller": id,
            "publicKeyMultibase": public(number).to_multikey(),
        })
    };
    let expected = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": id,
        "controller": id,
        "verificationMethod": [method(1), method(2)],
        "authentication": [url("k1")],
        "assertionMethod": [url("k1"), url("k2")],
        "capabilityInvocation": [url("k1")],
        "service": [
            {"id": url("r"), "type": "DfosRelay", "serviceEndpoint": "https://r.example"},
            {"id": url("p"), "type": "ContentAnchor", "label": "profile",
                "serviceEndpoint": "2346789acdefhknrtvz2346789acdef"},
            {"id": url("h"), "type": "ImajinHome", "node": "did:imajin:n", "n": [1]},
        ],
    });
    assert_eq!(did_document(id, chain.state()), expected);

    let deleted = sign_delete(&chain, at(1), "k1", &key(1)).unwrap().verified;
    let own = deleted.did().as_str();
    let document = did_document(own, deleted.state());
    assert_eq!(document.as_object().unwrap().len(), 4);
    assert_eq!(document["verificationMethod"], json!([]));
    let metadata = json!({
        "created": at(0).to_string(), "updated": at(1).to_string(),
        "deactivated": true, "operationCount": 2,
    });
    assert_eq!(resolution_metadata(&deleted), metadata);
    // Deleting hides keys and services, it does not lose them.
    assert_eq!(deleted.state().services, chain.state().services);
    let restored = sign_restore(&deleted, at(2), "k1", &key(1)).unwrap().verified;
    assert_eq!(restored.state(), chain.state());
}

/// As deep as a payload may be, a service travels through every form without using up a small stack.
#[test]
fn deep_services_are_carried() {
    let depth = dfos_json::DEPTH_MAX - 3;
    let deep = "[".repeat(depth) + &"]".repeat(depth);
    let mut payload = create(Keys::single(numbered_key(1)), vec![]).unwrap();
    let mut value = jws::parse(&payload.token, TYP).unwrap().payload_value().unwrap();
    let entry = format!("[{{\"id\":\"a\",\"type\":\"X\",\"x\":{deep}}}]");
    let services = dfos_json::parse(entry.as_bytes()).unwrap();
    value.as_map_mut().unwrap().insert("services".to_owned(), services);
    payload.token = token(&value, "k1", &key(1));
    let chain = verify_log([&payload.token]).unwrap();
    assert!(did_document("did:x", chain.state()).to_string().contains(&deep));
    let snapshot = cbor::encode(&chain.to_snapshot());
    let snapshot = cbor::decode_with(&snapshot, dfos_json::DEPTH_MAX + 8).unwrap();
    assert_eq!(Verified::from_trusted_snapshot(&snapshot), Ok(chain));
}
