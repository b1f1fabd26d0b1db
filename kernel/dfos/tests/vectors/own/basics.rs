//! Encodings and tokens.

use imajin_dfos::identity::Did;
use imajin_dfos::{base64, cbor, cid, hex};
use serde_json::{Value as Json, json};

use super::{cid_of, create, id, key, patched, public, raw, seed};

pub(super) fn encodings() -> Json {
    let cbor_entry = |name: &str, value: Json| {
        let form = cbor::encode(&cbor::from_json(&value).unwrap());
        let cid = cid::dag_cbor_cid(&form);
        json!({
            "name": name, "value": value, "cborHex": hex::encode(&form),
            "cidHex": hex::encode(&cid.to_bytes()), "cid": cid.to_string(),
        })
    };
    let wrong = |name: &str, hex: &str| {
        let cid = cid::dag_cbor_cid(&hex::decode(hex).unwrap());
        json!({"name": name, "cborHex": hex, "cid": cid.to_string()})
    };
    let keys = (1..=3).map(|n| {
        json!({
            "seedString": seed(n), "privateHex": hex::encode(key(n).as_bytes()),
            "publicHex": public(n).to_hex(), "multikey": public(n).to_multikey(), "keyId": id(n),
        })
    });
    let normal = cid_of(&json!({"n": 100}));
    let genesis = cid::parse_cid(&cid_of(&create(1))).unwrap();
    let did = Did::from_genesis(&genesis);
    json!({
        "keys": keys.collect::<Vec<_>>(),
        "cbor": [
            cbor_entry("scalars", json!([null, true, false, 0, -1, 23, 24, 255, 256, 65_536, -9_007_199_254_740_991_i64])),
            cbor_entry("texts", json!(["", "é", "e\u{301}", "日本", "\u{0}", "😀"])),
            cbor_entry("keys-by-length", json!({"b": 1, "aa": 2, "a": 3, "é": 4, "": 5})),
            cbor_entry("nested", json!({"a": [{"b": []}, {}]})),
        ],
        "cborWrong": [
            wrong("unsorted", "a2616201616102"),
            wrong("key-twice", "a2616101616102"),
            wrong("long-integer", "1801"),
            wrong("indefinite-list", "9fff"),
            wrong("float", "f93c00"),
        ],
        "numberRejects": [{"json": "[0.1]"}, {"json": "1e16"}, {"json": "-9007199254740992"}, {"special": "NaN"}],
        "numberAcceptNormalise": [
            {"json": "{\"n\":1e2}", "cid": normal}, {"json": "{\"n\":100.0}", "cid": normal},
            {"json": "{\"n\":1000E-1}", "cid": normal},
        ],
        "timestamps": [
            {"input": "2000-02-29T00:00:00.000Z", "valid": true},
            {"input": "1900-02-29T00:00:00.000Z", "valid": false},
            {"input": "0000-02-29T23:59:59.999Z", "valid": true},
            {"input": "2026-06-31T00:00:00.000Z", "valid": false},
            {"input": "2026-11-01T00:00:00.000000Z", "valid": false},
        ],
        "didDerivation": {
            "genesisCidHex": hex::encode(&genesis.to_bytes()),
            "sha256Hex": hex::encode(&cid::sha256(&genesis.to_bytes())),
            "did": did.as_str(),
        },
        "didSyntax": [
            {"did": did.as_str(), "valid": true},
            {"did": did.as_str().to_uppercase(), "valid": false},
            {"did": format!("{did}#{}", id(1)), "valid": false},
            {"did": format!("{did}/"), "valid": false},
            {"did": format!("did:imajin:{}", did.id()), "valid": false},
            {"did": &did.as_str()[..39], "valid": false},
        ],
        "anchors": [
            {"anchor": did.id(), "kind": "chain"},
            {"anchor": genesis.to_string(), "kind": "artifact"},
            {"anchor": cid::raw_cid(b"").to_string(), "kind": "invalid"},
            {"anchor": did.as_str(), "kind": "invalid"},
        ],
        "bounds": {
            "operationCborBytes": 65_536, "servicesCborBytes": 32_768, "servicesEntries": 256,
            "keysPerRole": 256, "nesting": 1024, "artifactCborBytes": 16_384,
            "credentialTokenBytes": 262_144, "delegationCredentials": 16, "creditClaimTokenBytes": 4_096,
            "signRequestTokenBytes": 8_192, "signRequestTargetBytes": 4_096,
            "signRequestWindowSeconds": 604_800, "futureSkewSeconds": 86_400,
            "authTokenMaxSeconds": 86_400, "att": [1, 32], "relationChars": [1, 64],
        },
    })
}

pub(super) fn profile() -> (Json, Json) {
    let header = json!({"alg": "EdDSA", "typ": "imajin:vector", "kid": id(1)});
    let good = raw(&header, "{\"v\":1}", 1);
    let signature = base64::decode_url(good.rsplit('.').next().unwrap()).unwrap();
    let input = good.rsplit_once('.').unwrap().0;
    let resigned = |bytes: &[u8]| format!("{input}.{}", base64::encode_url(bytes));
    let mut flipped = signature.clone();
    flipped[10] ^= 1;
    let mut large = signature.clone();
    large[32..].fill(0xff);
    let header_with = |changes| raw(&patched(header.clone(), changes), "{\"v\":1}", 1);
    let tokens = json!({
        "short": resigned(&signature[..63]),
        "long": resigned(&[&signature[..], &[0]].concat()),
        "scalar-too-large": resigned(&large),
        "bit-flipped": resigned(&flipped),
        "padded": format!("{good}=="),
        "alg-none": header_with(json!({"alg": "none"})),
        "alg-lower-case": header_with(json!({"alg": "eddsa"})),
        "crit": header_with(json!({"crit": []})),
        "jwk": header_with(json!({"jwk": {}})),
        "x5c": header_with(json!({"x5c": []})),
    });
    let rejects = json!({"publicKeyHex": public(1).to_hex(), "tokens": tokens});
    (rejects, json!({"token": good}))
}
