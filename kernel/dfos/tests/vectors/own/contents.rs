//! Content chains that are right, and heads.

use imajin_dfos::content::{self, Author, Signed, sign_create, sign_delete, sign_update};
use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
use imajin_dfos::identity::sign_create as sign_identity;
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{Did, Verifier, cbor, hex, jws};
use serde_json::{Value as Json, json};

use super::{at, cid_of, id, key, single};

/// Identities of keys 1 and 2, and what they know of each other.
pub(super) struct People {
    pub(super) known: MemoryResolver,
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
        let author = Author { did: &self.one, key_id: &key_id, key: &key(1), authorization: None };
        change(&author, &Verifier::of_history(&self.known))
    }
}

pub(super) fn document(number: u8) -> String {
    cid_of(&json!({"$schema": "https://example.org/note/v1", "number": number}))
}

fn accepted(name: &str, chain: &[&Signed]) -> Json {
    let entry = |signed: &&Signed| {
        let jws = jws::parse(&signed.token, content::TYP).unwrap();
        json!({
            "jws": signed.token,
            "header": cbor::to_json(jws.header()).unwrap(),
            "payload": cbor::to_json(&jws.payload_value().unwrap()).unwrap(),
            "signatureHex": hex::encode(jws.signature()),
        })
    };
    let state = cbor::to_json(&chain.last().unwrap().state.to_value()).unwrap();
    json!({"name": name, "chain": chain.iter().map(entry).collect::<Vec<_>>(), "verifiedState": state})
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
    credential::sign(&credential, &id(1), &key(1)).unwrap().token
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
    let delegated =
        sign_update(&create.state, Some(&document), None, at(4), &other, &verifier).unwrap();
    let ended = sign_delete(&create.state, at(5), &other, &verifier).unwrap();
    json!([
        accepted("create", &[&create]),
        accepted("cleared", &[&create, &clear]),
        accepted("cleared-and-deleted", &[&create, &clear, &delete]),
        accepted("delegated-update", &[&create, &delegated]),
        accepted("delegated-delete", &[&create, &ended]),
    ])
}

pub(super) fn heads() -> Json {
    let tip = |minute: u32, cid: &str| json!({"cid": cid, "createdAt": at(minute).to_string()});
    // Letters sort after digits in the text, though the bits that they encode are smaller.
    let (digit, letter) = (
        "bafyrei2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "bafyreizaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    );
    json!([
        {"tips": [tip(1, digit), tip(1, letter)], "head": letter},
        {"tips": [tip(2, digit), tip(1, letter)], "head": digit},
    ])
}
