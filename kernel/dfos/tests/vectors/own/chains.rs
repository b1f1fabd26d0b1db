//! Identity chains that are right.

use imajin_dfos::identity::{
    Did, Service, Signed, sign_create, sign_delete, sign_restore, sign_update,
};
use imajin_dfos::{cbor, hex, identity, jws};
use serde_json::{Value as Json, json};

use super::{at, id, key, single};

fn service(json: Json) -> Service {
    Service::new(cbor::from_json(&json).unwrap()).unwrap()
}

fn described(signed: &[&Signed]) -> Json {
    let entry = |signed: &&Signed| {
        let jws = jws::parse(&signed.token, identity::TYP).unwrap();
        json!({
            "jws": signed.token,
            "header": cbor::to_json(jws.header()).unwrap(),
            "payload": cbor::to_json(&jws.payload_value().unwrap()).unwrap(),
            "signatureHex": hex::encode(jws.signature()),
            "cid": signed.cid.to_string(),
        })
    };
    signed.iter().map(entry).collect()
}

fn accepted(name: &str, chain: &[&Signed]) -> Json {
    let verified = &chain.last().unwrap().verified;
    let state = cbor::to_json(&verified.state().to_value()).unwrap();
    let expected = json!({"did": state["did"], "isDeleted": state["isDeleted"]});
    json!({"name": name, "chain": described(chain), "expected": expected, "verifiedState": state})
}

pub(super) fn accepts() -> Json {
    let genesis = sign_create(single(1), vec![], at(0), &id(1), &key(1)).unwrap();
    let next = &genesis.verified;
    let rotated = sign_update(next, single(2), vec![], at(1), &id(1), &key(1)).unwrap();
    let deleted = sign_delete(&rotated.verified, at(2), &id(2), &key(2)).unwrap();
    let restored = sign_restore(&deleted.verified, at(3), &id(2), &key(2)).unwrap();
    let deleted_again = sign_delete(&restored.verified, at(4), &id(2), &key(2)).unwrap();
    let services = vec![
        service(json!({"id": "relay", "type": "DfosRelay", "endpoint": "https://relay.example"})),
        service(
            json!({"id": "home", "type": "ImajinHome", "node": "did:imajin:x", "n": [1, null]}),
        ),
        service(json!({
            "id": "profile", "type": "ContentAnchor", "label": "profile",
            "anchor": Did::from_genesis(&genesis.cid).id(),
        })),
        service(json!({
            "id": "avatar", "type": "ContentAnchor", "label": "avatar",
            "anchor": genesis.cid.to_string(),
        })),
    ];
    let served = sign_create(single(3), services, at(0), &id(3), &key(3)).unwrap();
    let cleared = sign_update(&served.verified, single(3), vec![], at(1), &id(3), &key(3)).unwrap();
    json!([
        accepted("genesis", &[&genesis]),
        accepted("rotation", &[&genesis, &rotated]),
        accepted("delete", &[&genesis, &rotated, &deleted]),
        accepted("restore", &[&genesis, &rotated, &deleted, &restored]),
        accepted("delete-again", &[&genesis, &rotated, &deleted, &restored, &deleted_again]),
        accepted("services", &[&served]),
        accepted("services-cleared-by-omission", &[&served, &cleared]),
    ])
}
