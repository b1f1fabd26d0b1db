//! Content chains that are right, others with one fault each in their last operation, and heads.

use imajin_dfos::content::{
    self, Author, LogError, Signed, sign_create, sign_delete, sign_update, verify_log,
};
use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
use imajin_dfos::identity::sign_create as sign_identity;
use imajin_dfos::resolve::Known;
use imajin_dfos::{Did, Verifier, cbor, hex, jws};
use serde_json::{Value as Json, json};

use super::{at, cid_of, id, key, single, token_of, with};

/// Identities of keys 1 and 2, and what they know of each other.
pub(super) struct People {
    pub(super) known: Known,
    pub(super) one: Did,
    pub(super) two: Did,
}

impl People {
    pub(super) fn new() -> Self {
        let chain = |number: u8| {
            sign_identity(single(number), vec![], at(0), &id(number), &key(number))
                .unwrap()
                .verified
        };
        let (one, two) = (chain(1), chain(2));
        Self {
            one: one.did().clone(),
            two: two.did().clone(),
            known: [one, two].into_iter().collect(),
        }
    }

    fn write(&self, change: impl FnOnce(&Author<'_>, &Verifier<'_>) -> Signed) -> Signed {
        let key_id = id(1);
        let author = Author {
            did: &self.one,
            key_id: &key_id,
            key: &key(1),
            authorization: None,
        };
        change(&author, &Verifier::of_history(&self.known))
    }
}

fn document(number: u8) -> String {
    cid_of(&json!({"$schema": "https://example.org/note/v1", "number": number}))
}

fn accepted(name: &str, chain: &[&Signed]) -> Json {
    let one = |signed: &&Signed| {
        let jws = jws::parse(&signed.token, content::TYP).unwrap();
        json!({
            "jws": signed.token,
            "header": cbor::to_json(jws.header()).unwrap(),
            "payload": cbor::to_json(&jws.payload_value().unwrap()).unwrap(),
            "signatureHex": hex::encode(jws.signature()),
        })
    };
    let state = cbor::to_json(&chain.last().unwrap().state.to_value()).unwrap();
    json!({"name": name, "chain": chain.iter().map(one).collect::<Vec<_>>(), "verifiedState": state})
}

/// A credential of key 1's identity for key 2's, on any chain.
pub(super) fn write_anywhere(people: &People) -> String {
    let credential = Credential {
        issuer: people.one.clone(),
        audience: Audience::Did(people.two.clone()),
        scope: vec![Attenuation::new("chain:*", "write,read")],
        parent: None,
        issued_at_secs: at(0).as_secs(),
        expires_at_secs: at(30).as_secs(),
    };
    credential::sign(&credential, &id(1), &key(1))
        .unwrap()
        .token
}

pub(super) fn accepts() -> Json {
    let people = People::new();
    let create = people.write(|by, v| sign_create(&document(1), None, at(1), by, v).unwrap());
    let clear = people.write(|by, v| {
        let base = document(1);
        sign_update(&create.state, None, Some(&base), at(2), by, v).unwrap()
    });
    let delete = people.write(|by, v| sign_delete(&clear.state, at(3), by, v).unwrap());
    let authorization = write_anywhere(&people);
    let other = Author {
        did: &people.two,
        key_id: &id(2),
        key: &key(2),
        authorization: Some(&authorization),
    };
    let verifier = Verifier::of_history(&people.known);
    let document = document(2);
    let delegated = sign_update(
        &create.state,
        Some(&document),
        None,
        at(4),
        &other,
        &verifier,
    )
    .unwrap();
    let ended = sign_delete(&create.state, at(5), &other, &verifier).unwrap();
    json!([
        accepted("create", &[&create]),
        accepted("cleared", &[&create, &clear]),
        accepted("cleared-and-deleted", &[&create, &clear, &delete]),
        accepted("delegated-update", &[&create, &delegated]),
        accepted("delegated-delete", &[&create, &ended]),
    ])
}

/// A good genesis, and what is needed to go on from it.
struct Start {
    people: People,
    payload: Json,
    genesis: String,
    cid: String,
}

impl Start {
    fn new() -> Self {
        let people = People::new();
        let payload = json!({
            "version": 1, "type": "create", "did": people.one.as_str(), "documentCID": document(1),
            "baseDocumentCID": null, "createdAt": at(1).to_string(),
        });
        let kid = people.one.key_url(&id(1));
        let (genesis, cid) = token_of(content::TYP, &payload, &kid, 1);
        Self {
            people,
            payload,
            genesis,
            cid,
        }
    }

    fn update(&self) -> Json {
        let place = json!({"type": "update", "previousOperationCID": self.cid});
        let later = json!({"createdAt": at(2).to_string()});
        with(with(self.payload.clone(), place), later)
    }

    fn by_one(&self, payload: &Json) -> (String, String) {
        token_of(content::TYP, payload, &self.people.one.key_url(&id(1)), 1)
    }

    fn by_two(&self, payload: &Json) -> String {
        let did = json!({"did": self.people.two.as_str()});
        let kid = self.people.two.key_url(&id(2));
        token_of(content::TYP, &with(payload.clone(), did), &kid, 2).0
    }

    /// The chain, and the reason for which it is refused.
    fn reject(&self, name: &str, chain: &[&str]) -> Json {
        let verifier = Verifier::of_history(&self.people.known);
        let reason = match verify_log(chain, &verifier) {
            Err(LogError::Operation { error, .. }) => error.to_string(),
            Err(LogError::Empty) => LogError::Empty.to_string(),
            Ok(_) => panic!("{name} is accepted"),
        };
        json!({"name": name, "chain": chain, "verdict": "reject", "error": reason})
    }
}

pub(super) fn rejects() -> Json {
    let start = Start::new();
    let mut all = vec![start.reject("empty", &[])];
    for (name, changes) in genesis_faults() {
        let (token, _) = start.by_one(&with(start.payload.clone(), changes));
        all.push(start.reject(name, &[&token]));
    }
    for (name, changes) in update_faults() {
        let (token, _) = start.by_one(&with(start.update(), changes));
        all.push(start.reject(name, &[&start.genesis, &token]));
    }
    for (name, authorization) in authorization_faults(&start.people) {
        let shown = json!({"authorization": authorization});
        let token = start.by_two(&with(start.update(), shown));
        all.push(start.reject(name, &[&start.genesis, &token]));
    }
    let bare = token_of(content::TYP, &start.payload, &id(1), 1).0;
    all.push(start.reject("bare-kid", &[&bare]));
    let url = start.people.two.key_url(&id(2));
    let another = token_of(content::TYP, &start.payload, &url, 2).0;
    all.push(start.reject("kid-of-another", &[&another]));
    let url = start.people.one.key_url(&id(1));
    let forged = token_of(content::TYP, &start.payload, &url, 2).0;
    all.push(start.reject("another-signer", &[&forged]));
    let typ = token_of("did:dfos:artifact", &start.payload, &url, 1).0;
    all.push(start.reject("another-typ", &[&typ]));

    let delete = with(start.update(), json!({"type": "delete"}));
    let (deleted, cid) = start.by_one(&delete);
    let place = json!({"previousOperationCID": cid, "createdAt": at(3).to_string()});
    let (after, _) = start.by_one(&with(start.update(), place));
    all.push(start.reject("update-of-the-deleted", &[&start.genesis, &deleted, &after]));
    Json::Array(all)
}

fn genesis_faults() -> Vec<(&'static str, Json)> {
    vec![
        ("version-2", json!({"version": 2})),
        ("type-unknown", json!({"type": "restore"})),
        ("document-null", json!({"documentCID": null})),
        ("document-absent", json!({"documentCID": "(absent)"})),
        ("base-a-number", json!({"baseDocumentCID": 1})),
        ("did-of-another-method", json!({"did": "did:key:z6Mk"})),
        (
            "time-with-a-zone",
            json!({"createdAt": "2026-11-01T00:00:00.000+00:00"}),
        ),
        (
            "begins-with-an-update",
            json!({"type": "update", "previousOperationCID": "x"}),
        ),
    ]
}

fn update_faults() -> Vec<(&'static str, Json)> {
    let same = json!({"createdAt": at(1).to_string()});
    vec![
        ("update-at-the-same-time", same),
        (
            "update-of-another",
            json!({"previousOperationCID": document(9)}),
        ),
        (
            "update-without-previous",
            json!({"previousOperationCID": "(absent)"}),
        ),
        (
            "update-without-document",
            json!({"documentCID": "(absent)"}),
        ),
        ("second-create", json!({"type": "create"})),
        ("authorization-null", json!({"authorization": null})),
    ]
}

fn authorization_faults(people: &People) -> Vec<(&'static str, String)> {
    let good = Credential {
        issuer: people.one.clone(),
        audience: Audience::Anyone,
        scope: vec![Attenuation::new("chain:*", "write")],
        parent: None,
        issued_at_secs: at(0).as_secs(),
        expires_at_secs: at(30).as_secs(),
    };
    let by_one = |credential: &Credential| {
        let signed = credential::sign(credential, &id(1), &key(1));
        signed.unwrap().token
    };
    let mut own = good.clone();
    own.issuer = people.two.clone();
    let own = credential::sign(&own, &id(2), &key(2)).unwrap().token;
    let changed = |change: &dyn Fn(&mut Credential)| {
        let mut credential = good.clone();
        change(&mut credential);
        by_one(&credential)
    };
    vec![
        ("no-credential", String::new()),
        ("credential-malformed", "x".to_owned()),
        ("credential-of-their-own", own),
        (
            "credential-for-another",
            changed(&|c| c.audience = Audience::Did(people.one.clone())),
        ),
        (
            "credential-for-reading",
            changed(&|c| c.scope = vec![Attenuation::new("chain:*", "read")]),
        ),
        (
            "credential-for-another-chain",
            changed(&|c| {
                c.scope = vec![Attenuation::new(
                    "chain:2346789acdefhknrtvz2346789acdef",
                    "write",
                )];
            }),
        ),
        (
            "credential-expired",
            changed(&|c| c.expires_at_secs = at(2).as_secs()),
        ),
        (
            "credential-not-yet",
            changed(&|c| c.issued_at_secs = at(3).as_secs()),
        ),
    ]
}

pub(super) fn divergent() -> Json {
    let start = Start::new();
    let changes = json!({"baseDocumentCID": "(absent)"});
    let (token, _) = start.by_one(&with(start.payload.clone(), changes));
    json!([start.reject("base-absent", &[&token])])
}

pub(super) fn heads() -> Json {
    let tip = |minute: u32, cid: &str| json!({"cid": cid, "createdAt": at(minute).to_string()});
    // Letters sort after digits in the text, though the bits that they stand for are smaller.
    let (digit, letter) = (
        "bafyrei2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bafyreizaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    );
    json!([
        {"tips": [tip(1, digit), tip(1, letter)], "head": letter},
        {"tips": [tip(2, digit), tip(1, letter)], "head": digit},
    ])
}
