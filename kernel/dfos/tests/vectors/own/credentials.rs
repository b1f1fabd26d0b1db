//! Credentials, their arithmetic, and auth tokens.

use imajin_dfos::auth::{self, Claims};
use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
use imajin_dfos::{cbor, hex, jws};
use serde_json::{Value as Json, json};

use super::contents::People;
use super::{at, id, key};

fn described(name: &str, credential: &Credential) -> Json {
    let token = credential::sign(credential, &id(1), &key(1)).unwrap().token;
    let jws = jws::parse(&token, "did:dfos:credential").unwrap();
    json!({
        "name": name, "jws": token,
        "header": cbor::to_json(jws.header()).unwrap(),
        "payload": cbor::to_json(&jws.payload_value().unwrap()).unwrap(),
        "signatureHex": hex::encode(jws.signature()),
    })
}

/// All credentials are for one audience, which is in the second part.
pub(super) fn accepts() -> (Json, Json) {
    let people = People::new();
    let root = Credential {
        issuer: people.one.clone(),
        audience: Audience::Anyone,
        scope: vec![Attenuation::new("chain:*", "read")],
        parent: None,
        issued_at_secs: at(0).as_secs(),
        expires_at_secs: at(30).as_secs(),
    };
    let parent = credential::sign(&root, &id(1), &key(1)).unwrap().token;
    let mut derived = root.clone();
    derived.parent = Some(parent);
    let mut wide = root.clone();
    wide.scope = vec![Attenuation::new("mailbox:*", "deposit"); 32];
    let list = json!([
        described("for-anybody", &root),
        described("derived", &derived),
        described("thirty-two-entries", &wide),
    ]);
    (list, json!({"aud": "*", "verifyAtUnix": at(1).as_secs()}))
}

pub(super) fn arithmetic(document: &mut Json) {
    document["credentialTemporal"] = json!([
        {"iat": 1, "exp": 2, "now": 1, "valid": true},
        {"iat": 1, "exp": 2, "now": 0, "valid": false},
        {"iat": 1, "exp": 2, "now": 2, "valid": false},
        {"iat": 2, "exp": 1, "now": 1, "valid": false},
        {"createdAt": "1970-01-01T00:00:01.999Z", "iat": 1, "exp": 2, "valid": true},
    ]);
    let entry = |resource: &str, action: &str| json!({"resource": resource, "action": action});
    let pair = |parent: Json, child: Json, attenuated: bool| json!({"parent": [parent], "child": [child], "attenuated": attenuated});
    document["attenuation"] = json!([
        pair(entry("chain:*", "read,write"), entry("chain:a:b", " write , read "), true),
        pair(entry("chain:a", "read"), entry("chain:a:b", "read"), false),
        pair(entry("chain:", "read"), entry("chain:", "read"), true),
        pair(entry("*", "read"), entry("chain:a", "read"), false),
        pair(entry("Chain:*", "read"), entry("chain:a", "read"), false),
        pair(entry("chain:a", "*"), entry("chain:a", "read"), false),
        {"parent": [entry("chain:a", "read"), entry("chain:a", "write")], "child": [entry("chain:a", "read,write")], "attenuated": false},
    ]);
    let ask = |att: Json, resource: &str, action: &str, covered: bool| json!({"att": [att], "resource": resource, "action": action, "covered": covered});
    document["matchesResource"] = json!([
        ask(entry("chain:*", "write,read"), "chain:x", "read", true),
        ask(entry("mailbox:x", "deposit"), "mailbox:x", "deposit", true),
        ask(entry("mailbox:*", "deposit"), "mailbox:x", "deposit", false),
        ask(entry("nothing", "read"), "nothing", "read", false),
    ]);
    document["delegationDepth"] = json!([
        {"credentials": 1, "verdict": "accept"},
        {"credentials": 15, "verdict": "accept"},
        {"credentials": 17, "verdict": "reject"},
    ]);
    document["asOfRevocation"] = json!([
        {"revocation": "2026-11-01T00:00:01.000Z", "op": "2026-11-01T00:00:00.999Z", "opValid": true},
        {"revocation": "2026-11-01T00:00:01.999Z", "op": "2026-11-01T00:00:01.000Z", "opValid": false},
    ]);
}

pub(super) fn auth_tokens() -> Json {
    let people = People::new();
    let claims = Claims {
        issuer: people.one,
        audience: people.two.as_str().to_owned(),
        issued_at_secs: at(0).as_secs(),
        expires_at_secs: at(5).as_secs(),
    };
    let now = |secs: i64, valid: bool| json!({"now": at(0).as_secs() + secs, "valid": valid});
    json!({
        "recipe": {"aud": claims.audience},
        "jws": auth::sign(&claims, &id(1), &key(1)).unwrap(),
        "cases": [now(-1, false), now(0, true), now(299, true), now(300, false)],
    })
}
