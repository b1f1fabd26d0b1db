use super::*;
use crate::identity::did_document;
use imajin_dfos::identity::{Key, Keys, sign_create, sign_delete, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Timestamp, cbor};
use serde_json::{Value as Json, json};

/// Test vectors that the pages and the independent verifier use too.
#[test]
fn the_vectors_hold() {
    let file: Json =
        serde_json::from_str(include_str!("../../../../tests/vectors/encryption.json")).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 10);
    let hex =
        |keys: Vec<EncryptionKey>| -> Json { keys.iter().map(EncryptionKey::to_hex).collect() };
    for case in cases {
        let services = case["services"].as_array().unwrap().iter();
        let services = services.map(|entry| Service::new(cbor::from_json(entry).unwrap()).unwrap());
        let state = State { services: services.collect(), ..chain(Vec::new()).state().clone() };
        let entry_0 = case["entry_0"].as_str().and_then(EncryptionKey::from_hex);
        let name = case["name"].as_str().unwrap();
        assert_eq!(hex(keys_of(&state)), case["keys"], "{name}");
        assert_eq!(hex(owner_keys(Some(&state), entry_0)), case["owner"], "{name}");
    }
}

fn entry(seed: u8, is_sheet: bool) -> EncryptionService {
    EncryptionService {
        key: EncryptionKey::from_bytes([seed; 32]),
        of: format!("key_{seed}"),
        is_sheet,
    }
}

fn signing() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn chain(services: Vec<Service>) -> imajin_dfos::identity::Verified {
    let public = PublicKey::from(&signing());
    let keys = Keys::single(Key::new(&public));
    let made = sign_create(keys, services, at(0), &public.key_id(), &signing());
    made.unwrap().verified
}

#[test]
fn what_is_written_is_read_and_said_in_the_document() {
    let all = [entry(3, false), entry(2, true)];
    let services: Vec<Service> = all.iter().map(|entry| entry.service().unwrap()).collect();
    assert_eq!(among(&services), all);
    let chain = chain(services);
    assert_eq!(keys_of(chain.state()), [all[1].key, all[0].key], "ascending");
    let document = did_document("did:x", "did:y", &chain);
    let names = [multikey::x25519(&all[1].key), multikey::x25519(&all[0].key)];
    let urls = names.clone().map(|name| format!("did:x#{name}"));
    assert_eq!(document["alsoKnownAs"], json!(["did:y"]));
    assert_eq!(document["keyAgreement"], json!(urls));
    let methods = document["verificationMethod"].as_array().unwrap();
    assert_eq!(methods.len(), 3, "in addition to the signing key");
    let first = json!({ "id": urls[0], "type": "Multikey", "controller": "did:x", "publicKeyMultibase": names[0] });
    assert_eq!(methods[1], first);
    assert_eq!(document["service"].as_array().unwrap().len(), 2);
}

#[test]
fn a_chain_without_any_has_none_and_a_deleted_one_neither() {
    assert_eq!(did_document("did:x", "did:y", &chain(Vec::new())).get("keyAgreement"), None);
    let living = chain(vec![entry(2, true).service().unwrap()]);
    let public = PublicKey::from(&signing());
    let deleted = sign_delete(&living, at(1), &public.key_id(), &signing()).unwrap();
    let state = deleted.verified.state();
    assert_eq!(keys_of(state), []);
    let first = EncryptionKey::from_bytes([9; 32]);
    assert_eq!(owner_keys(Some(state), Some(first)), [first]);
    assert_eq!(owner_keys(None, None), []);
    assert_eq!(did_document("did:x", "did:y", &deleted.verified).get("keyAgreement"), None);
}

#[test]
fn an_update_changes_them() {
    let before = chain(vec![entry(2, true).service().unwrap()]);
    let public = PublicKey::from(&signing());
    let keys = Keys::single(Key::new(&public));
    let services = vec![entry(4, true).service().unwrap(), entry(5, false).service().unwrap()];
    let after = sign_update(&before, keys, services, at(1), &public.key_id(), &signing());
    let after = after.unwrap().verified;
    let first = Some(EncryptionKey::from_bytes([2; 32]));
    assert_eq!(owner_keys(Some(after.state()), first), [entry(4, true).key]);
}
