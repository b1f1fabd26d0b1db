//! Identity chains with one fault each, in their last operation.

use imajin_dfos::identity::{self, Did, LogError, verify_log};
use imajin_dfos::{cid, cid::parse_cid};
use serde_json::{Value as Json, json};

use super::{at, cid_of, create, id, operation, patched, public, raw};

/// A good genesis of key 1, and what is needed to continue from it.
struct Start {
    genesis: String,
    cid: String,
    did: Did,
}

impl Start {
    fn new() -> Self {
        let (genesis, cid) = operation(&create(1), &id(1), 1);
        let did = Did::from_genesis(&parse_cid(&cid).unwrap());
        Self { genesis, cid, did }
    }

    fn url(&self, number: u8) -> String {
        self.did.key_url(&id(number))
    }

    /// An operation after the genesis that changes nothing.
    fn update(&self) -> Json {
        let place = json!({"type": "update", "previousOperationCID": self.cid});
        patched(patched(create(1), place), json!({"createdAt": at(1).to_string()}))
    }

    fn delete(&self) -> Json {
        let at = at(1).to_string();
        json!({"version": 1, "type": "delete", "previousOperationCID": self.cid, "createdAt": at})
    }
}

/// The chain, and the reason for which it is refused.
fn reject(name: &str, chain: &[&str]) -> Json {
    let reason = match verify_log(chain) {
        Err(LogError::Operation { error, .. }) => error.to_string(),
        Err(LogError::Empty) => LogError::Empty.to_string(),
        Ok(_) => panic!("{name} is accepted"),
    };
    json!({"name": name, "chain": chain, "verdict": "reject", "error": reason})
}

pub(super) fn rejects() -> Json {
    let start = Start::new();
    let mut all = vec![reject("empty", &[])];
    for (name, changes) in genesis_faults() {
        let (token, _) = operation(&patched(create(1), changes), &id(1), 1);
        all.push(reject(name, &[&token]));
    }
    for (name, token) in header_faults(&start) {
        all.push(reject(name, &[&token]));
    }
    for (name, changes) in update_faults(&start) {
        let (token, _) = operation(&patched(start.update(), changes), &start.url(1), 1);
        all.push(reject(name, &[&start.genesis, &token]));
    }
    for (name, kid, signer) in signer_faults(&start) {
        let (token, _) = operation(&start.update(), &kid, signer);
        all.push(reject(name, &[&start.genesis, &token]));
    }
    let restore = patched(start.delete(), json!({"type": "restore"}));
    let (token, _) = operation(&restore, &start.url(1), 1);
    all.push(reject("restore-of-the-living", &[&start.genesis, &token]));

    let (deleted, deleted_cid) = operation(&start.delete(), &start.url(1), 1);
    for kind in ["create", "update", "delete"] {
        let place = json!({"previousOperationCID": deleted_cid, "createdAt": at(2).to_string()});
        let payload = patched(patched(start.update(), place), json!({"type": kind}));
        let (token, _) = operation(&payload, &start.url(1), 1);
        let chain: [&str; 3] = [&start.genesis, &deleted, &token];
        all.push(reject(&format!("{kind}-of-the-deleted"), &chain));
    }
    all.push(forgotten_key(&start));
    Json::Array(all)
}

/// Faults in a genesis: what is changed in a good payload.
fn genesis_faults() -> Vec<(&'static str, Json)> {
    let key = create(1)["authKeys"][0].clone();
    vec![
        ("version-2", json!({"version": 2})),
        ("version-text", json!({"version": "1"})),
        ("type-unknown", json!({"type": "renounce"})),
        ("without-time", json!({"createdAt": "(absent)"})),
        ("time-without-fraction", json!({"createdAt": "2026-11-01T00:00:00Z"})),
        ("without-auth-keys", json!({"authKeys": "(absent)"})),
        ("assert-keys-null", json!({"assertKeys": null})),
        ("no-controller", json!({"controllerKeys": []})),
        ("key-without-material", json!({"authKeys": [{"id": "a", "type": "Multikey"}]})),
        (
            "key-of-another-type",
            json!({"authKeys": [patched(key.clone(), json!({"type": "Jwk"}))]}),
        ),
        ("key-id-twice-in-a-role", json!({"authKeys": [key, key]})),
        (
            "key-id-of-two-keys",
            json!({"authKeys": [
                patched(key.clone(), json!({"publicKeyMultibase": public(2).to_multikey()}))
            ]}),
        ),
        ("services-null", json!({"services": null})),
        ("service-without-type", json!({"services": [{"id": "a"}]})),
        ("service-id-empty", json!({"services": [{"id": "", "type": "X"}]})),
        (
            "service-id-twice",
            json!({"services": [{"id": "a", "type": "X"}, {"id": "a", "type": "Y"}]}),
        ),
        ("relay-without-endpoint", json!({"services": [{"id": "a", "type": "DfosRelay"}]})),
        (
            "anchor-without-label",
            json!({"services": [
                {"id": "a", "type": "ContentAnchor", "anchor": "2346789acdefhknrtvz2346789acdef"}
            ]}),
        ),
        (
            "anchor-of-another-shape",
            json!({"services": [
                {"id": "a", "type": "ContentAnchor", "label": "l", "anchor": cid::raw_cid(b"x").to_string()}
            ]}),
        ),
    ]
}

fn header_faults(start: &Start) -> Vec<(&'static str, String)> {
    let good = create(1).to_string();
    let header = json!({"alg": "EdDSA", "typ": identity::TYP, "kid": id(1), "cid": start.cid});
    let changed = |changes| raw(&patched(header.clone(), changes), &good, 1);
    let other = cid::dag_cbor_cid(b"").to_string();
    let twice = good.replacen('{', "{\"version\":1,", 1);
    vec![
        ("header-of-another-type", changed(json!({"typ": "did:dfos:content-op"}))),
        ("header-without-cid", changed(json!({"cid": "(absent)"}))),
        ("header-of-another-cid", changed(json!({"cid": other}))),
        ("genesis-by-did-url", changed(json!({"kid": start.url(1)}))),
        ("genesis-by-unknown-key", changed(json!({"kid": id(2)}))),
        ("genesis-by-another-signer", raw(&header, &good, 2)),
        ("member-twice", raw(&header, &twice, 1)),
    ]
}

fn update_faults(start: &Start) -> Vec<(&'static str, Json)> {
    let key = start.update()["authKeys"][0].clone();
    let rebound = patched(key.clone(), json!({"publicKeyMultibase": public(2).to_multikey()}));
    let renamed = patched(key, json!({"id": "new"}));
    vec![
        ("update-at-the-same-time", json!({"createdAt": at(0).to_string()})),
        ("update-earlier", json!({"createdAt": "2026-10-31T23:59:59.999Z"})),
        ("update-of-another", json!({"previousOperationCID": cid_of(&create(2))})),
        ("update-without-previous", json!({"previousOperationCID": "(absent)"})),
        ("update-without-controller", json!({"controllerKeys": []})),
        (
            "update-rebinds-a-key-id",
            json!({
                "authKeys": [rebound], "assertKeys": [], "controllerKeys": [renamed]
            }),
        ),
        ("second-create", json!({"type": "create"})),
    ]
}

fn signer_faults(start: &Start) -> Vec<(&'static str, String, u8)> {
    let other = Did::from_genesis(&cid::dag_cbor_cid(b""));
    let narrow = format!("{}#{}", &start.did.as_str()[..31], id(1));
    vec![
        ("update-by-bare-id", id(1), 1),
        ("update-by-another-did", other.key_url(&id(1)), 1),
        ("update-by-a-narrower-did", narrow, 1),
        ("update-by-unknown-key", start.url(2), 2),
        ("update-by-another-signer", start.url(1), 2),
    ]
}

/// A key id that went two operations ago comes back for another key: only a verifier with a memory refuses.
fn forgotten_key(start: &Start) -> Json {
    let second = create(2)["authKeys"].clone();
    let away = json!({"authKeys": [], "assertKeys": [], "controllerKeys": second});
    let away = patched(start.update(), away);
    let (gone, cid) = operation(&away, &start.url(1), 1);
    let key = create(1)["authKeys"][0].clone();
    let rebound = patched(key, json!({"publicKeyMultibase": public(2).to_multikey()}));
    let place = json!({"previousOperationCID": cid, "createdAt": at(2).to_string()});
    let back = patched(patched(away, place), json!({"authKeys": [rebound]}));
    let (token, _) = operation(&back, &start.url(2), 2);
    reject("update-rebinds-a-forgotten-key-id", &[&start.genesis, &gone, &token])
}
