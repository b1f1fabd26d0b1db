//! Our own vectors, made from fixed keys: `vectors.json` is exactly what stands here.

mod basics;
mod chains;
mod content_faults;
mod contents;
mod credentials;
mod faults;
mod statements;

use ed25519_dalek::Signer;
use imajin_dfos::identity::{Did, Key, Keys};
use imajin_dfos::{
    PublicKey, SigningKey, Timestamp, Value, base64, cbor, cid, identity, json, jws,
};
use serde_json::{Value as Json, json};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&cid::sha256(seed(number).as_bytes()))
}

fn seed(number: u8) -> String {
    format!("imajin-dfos-vector-key-{number}")
}

fn public(number: u8) -> PublicKey {
    PublicKey::from(&key(number))
}

fn id(number: u8) -> String {
    public(number).key_id()
}

fn single(number: u8) -> Keys {
    Keys::single(Key::new(&public(number)))
}

fn at(minute: u32) -> Timestamp {
    Timestamp::parse(&format!("2026-11-01T00:{minute:02}:00.000Z")).unwrap()
}

/// A token of any header and payload, properly signed, right or wrong.
fn raw(header: &Json, payload: &str, signer: u8) -> String {
    let header = base64::encode_url(header.to_string().as_bytes());
    let input = format!("{header}.{}", base64::encode_url(payload.as_bytes()));
    let signature = key(signer).sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", base64::encode_url(&signature))
}

/// An operation of any payload with the header that belongs to it.
fn operation(payload: &Json, kid: &str, signer: u8) -> (String, String) {
    token_of(identity::TYP, payload, kid, signer)
}

/// The same for any kind.
fn token_of(typ: &str, payload: &Json, kid: &str, signer: u8) -> (String, String) {
    let cid = cid_of(payload);
    let header = json!({"alg": "EdDSA", "typ": typ, "kid": kid, "cid": cid});
    (raw(&header, &payload.to_string(), signer), cid)
}

fn cid_of(payload: &Json) -> String {
    let form = cbor::encode(&cbor::from_json(payload).unwrap());
    cid::dag_cbor_cid(&form).to_string()
}

fn create(number: u8) -> Json {
    let key = cbor::to_json(Key::new(&public(number)).as_value()).unwrap();
    json!({
        "version": 1, "type": "create", "authKeys": [key], "assertKeys": [key], "controllerKeys": [key],
        "createdAt": at(0).to_string(),
    })
}

fn patched(mut document: Json, changes: Json) -> Json {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Json::String(remove) if remove == "(absent)" => {
                document.as_object_mut().unwrap().shift_remove(name);
            }
            _ => document[name] = value.clone(),
        }
    }
    document
}

fn document() -> Json {
    let mut document = basics::encodings();
    let (profile_rejects, profile_accept) = basics::profile();
    document["profileRejects"] = profile_rejects;
    document["profileBaseAccept"] = profile_accept;
    let claims = Value::map([("sub", Value::from("someone")), ("exp", Value::Int(1_800_000_000))]);
    let claims = json::to_jcs(&claims).unwrap();
    document["jwtSample"] = json!({
        "jws": jws::sign(&[("typ", "JWT"), ("kid", &id(2))], claims.as_bytes(), &key(2)),
        "publicKeyHex": public(2).to_hex(),
    });
    document["identityChainsAccept"] = chains::accepts();
    document["identityChainsReject"] = faults::rejects();
    let odd = patched(create(1), json!({"future": {"x": [1, null]}}));
    let (token, cid) = operation(&odd, &id(1), 1);
    let did = Did::from_genesis(&cid::parse_cid(&cid).unwrap());
    document["identityAcceptUnknownField"] = json!({"jws": token, "did": did.as_str(), "cid": cid});
    let services = json!([{"id": "x", "type": "Unheard", "deep": {"of": [true]}}]);
    let (token, cid) = operation(&patched(create(1), json!({"services": services})), &id(1), 1);
    let did = Did::from_genesis(&cid::parse_cid(&cid).unwrap());
    let keys = create(1)["authKeys"].clone();
    document["identityAcceptUnknownService"] = json!({"jws": token, "state": {
        "did": did.as_str(), "isDeleted": false, "authKeys": keys, "assertKeys": keys,
        "controllerKeys": keys, "services": services,
    }});
    document["contentChainsAccept"] = contents::accepts();
    document["contentChainsReject"] = content_faults::rejects();
    document["contentChainsDivergent"] = content_faults::divergent();
    document["headSelection"] = contents::heads();
    let (credentials, meta) = credentials::accepts();
    document["credentials"] = credentials;
    document["credentialMeta"] = meta;
    credentials::arithmetic(&mut document);
    document["authTokens"] = credentials::auth_tokens();
    statements::put_into(&mut document);
    document
}

#[test]
fn the_file_is_what_stands_here() {
    let document = document();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors.json");
        let mut text = serde_json::to_string_pretty(&document).unwrap();
        text.push('\n');
        std::fs::write(path, text).unwrap();
        return;
    }
    let file: Json = serde_json::from_str(include_str!("../vectors.json")).unwrap();
    for (name, section) in document.as_object().unwrap() {
        assert_eq!(&file[name], section, "{name}");
    }
    assert_eq!(file, document);
}
