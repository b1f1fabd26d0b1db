//! Content chains with one fault each, in their last operation.

use imajin_dfos::Verifier;
use imajin_dfos::content::{self, LogError, verify_log};
use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
use serde_json::{Value as Json, json};

use super::contents::{People, document};
use super::{at, id, key, patched, token_of};

/// A good genesis, and what is needed to continue from it.
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
        Self { people, payload, genesis, cid }
    }

    fn update(&self) -> Json {
        let place = json!({"type": "update", "previousOperationCID": self.cid});
        let later = json!({"createdAt": at(2).to_string()});
        patched(patched(self.payload.clone(), place), later)
    }

    fn by_one(&self, payload: &Json) -> (String, String) {
        token_of(content::TYP, payload, &self.people.one.key_url(&id(1)), 1)
    }

    fn by_two(&self, payload: &Json) -> String {
        let did = json!({"did": self.people.two.as_str()});
        let kid = self.people.two.key_url(&id(2));
        token_of(content::TYP, &patched(payload.clone(), did), &kid, 2).0
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
        let (token, _) = start.by_one(&patched(start.payload.clone(), changes));
        all.push(start.reject(name, &[&token]));
    }
    for (name, changes) in update_faults() {
        let (token, _) = start.by_one(&patched(start.update(), changes));
        all.push(start.reject(name, &[&start.genesis, &token]));
    }
    for (name, authorization) in authorization_faults(&start.people) {
        let shown = json!({"authorization": authorization});
        let token = start.by_two(&patched(start.update(), shown));
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

    let delete = patched(start.update(), json!({"type": "delete"}));
    let (deleted, cid) = start.by_one(&delete);
    let place = json!({"previousOperationCID": cid, "createdAt": at(3).to_string()});
    let (after, _) = start.by_one(&patched(start.update(), place));
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
        ("time-with-a-zone", json!({"createdAt": "2026-11-01T00:00:00.000+00:00"})),
        ("begins-with-an-update", json!({"type": "update", "previousOperationCID": "x"})),
    ]
}

fn update_faults() -> Vec<(&'static str, Json)> {
    let same = json!({"createdAt": at(1).to_string()});
    vec![
        ("update-at-the-same-time", same),
        ("update-of-another", json!({"previousOperationCID": document(9)})),
        ("update-without-previous", json!({"previousOperationCID": "(absent)"})),
        ("update-without-document", json!({"documentCID": "(absent)"})),
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
        ("credential-for-another", changed(&|c| c.audience = Audience::Did(people.one.clone()))),
        (
            "credential-for-reading",
            changed(&|c| c.scope = vec![Attenuation::new("chain:*", "read")]),
        ),
        (
            "credential-for-another-chain",
            changed(&|c| {
                c.scope = vec![Attenuation::new("chain:2346789acdefhknrtvz2346789acdef", "write")];
            }),
        ),
        ("credential-expired", changed(&|c| c.expires_at_secs = at(2).as_secs())),
        ("credential-not-yet", changed(&|c| c.issued_at_secs = at(3).as_secs())),
    ]
}

pub(super) fn divergent() -> Json {
    let start = Start::new();
    let changes = json!({"baseDocumentCID": "(absent)"});
    let (token, _) = start.by_one(&patched(start.payload.clone(), changes));
    json!([start.reject("base-absent", &[&token])])
}
