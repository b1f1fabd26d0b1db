//! `imajin did resolve`: a chain is verified regardless of its sender; and a node that continues in a new box.

use imajin_dfos::identity::{Key, Keys, Verified, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey};
use imajin_e2e::prelude::*;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Starts a server that answers every request with this.
fn liar(answer: &Json) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = answer.to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 8192]);
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    url
}

fn at(n: u32) -> Timestamp {
    Timestamp::parse(&format!("2026-01-01T00:00:{n:02}.000Z")).unwrap()
}

/// A person with a chain of two operations.
struct Somebody {
    did: Did,
    chain: Verified,
    log: Vec<String>,
}

fn somebody(seed: u8) -> Somebody {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let next = SigningKey::from_bytes(&[seed + 100; 32]);
    let public = PublicKey::from(&key);
    let keys = Keys::single(Key::new(&public));
    let first = sign_create(keys, vec![], at(1), &public.key_id(), &key).unwrap();
    let keys = Keys::single(Key::new(&PublicKey::from(&next)));
    let verified = &first.verified;
    let second = sign_update(verified, keys, vec![], at(2), &public.key_id(), &key).unwrap();
    Somebody {
        did: Did::from_key(public.as_bytes()),
        chain: second.verified,
        log: vec![first.token, second.token],
    }
}

fn resolve(words: &[&str]) -> imajin_e2e::Ran {
    imajin(["did", "resolve"].iter().chain(words))
}

#[test]
fn a_server_that_lies_is_found_out() {
    let (ada, mallory) = (somebody(1), somebody(2));
    let (did, dfos) = (ada.did.as_str(), ada.chain.did().as_str());
    let head = ada.chain.head_cid().to_string();
    let honest = liar(&json!({ "log": ada.log }));
    let resolution = resolve(&[did, "--node", &honest, "--head", &head, "--json"]).json();
    assert_eq!(resolution["dfosDid"], dfos);
    assert_eq!(resolution["head"], json!(head));
    assert_eq!(resolution["didDocument"]["id"], did);
    let resolution = resolve(&[dfos, "--node", &honest, "--json"]).json();
    assert_eq!(resolution["didDocument"]["alsoKnownAs"], json!([did]));

    // Another person's chain, under either name and in either format of an answer.
    let swapped = liar(&json!({ "did": did, "dfosDid": dfos, "log": mallory.log }));
    for name in [did, dfos] {
        let refusal = resolve(&[name, "--node", &swapped]).fails_with(1);
        assert!(refusal.contains("not the chain of"), "{refusal}");
    }
    let entries = |log: &[String]| -> Vec<Json> {
        log.iter().map(|token| json!({ "cid": "x", "jwsToken": token })).collect()
    };
    let relay = liar(&json!({ "entries": entries(&mallory.log), "next": null }));
    resolve(&[dfos, "--relay", &relay]).fails_with(1);

    // The newest operation is held back: the rest is valid, and a known head reveals the gap.
    let cut = liar(&json!({ "log": ada.log[..1] }));
    resolve(&[did, "--node", &cut]).ok();
    let refusal = resolve(&[did, "--node", &cut, "--head", &head]).fails_with(1);
    assert!(refusal.contains("cut short"), "{refusal}");

    // An operation by a key that does not control the identity, and one with a changed text.
    let thief = SigningKey::from_bytes(&[9; 32]);
    let forged = {
        let stolen = Keys::single(Key::new(&PublicKey::from(&thief)));
        let own = somebody(1);
        let token = sign_with(&own.chain, stolen, &thief);
        [own.log, vec![token]].concat()
    };
    let forged = liar(&json!({ "log": forged }));
    resolve(&[did, "--node", &forged]).fails_with(1);
    let mut parts: Vec<String> = ada.log[1].split('.').map(str::to_owned).collect();
    parts[1] = mallory.log[1].split('.').nth(1).unwrap().to_owned();
    let changed = liar(&json!({ "log": [ada.log[0], parts.join(".")] }));
    resolve(&[did, "--node", &changed]).fails_with(1);

    // An empty chain.
    let nothing = liar(&json!({ "log": [] }));
    resolve(&[did, "--node", &nothing]).fails_with(2);
    let endless = liar(&json!({ "entries": vec![json!({"jwsToken": "x"}); 1000], "next": "more" }));
    let refusal = resolve(&[dfos, "--relay", &endless]).fails_with(1);
    assert!(refusal.contains("more than 10000"), "{refusal}");
}

/// Signs an update with this key under the name of the current one.
fn sign_with(chain: &Verified, keys: Keys, key: &SigningKey) -> String {
    let id = chain.state().keys.controller[0].id().to_owned();
    let previous = chain.head_cid().to_string();
    let operation = imajin_dfos::identity::Operation {
        action: imajin_dfos::identity::Action::Update { previous, keys, services: vec![] },
        created_at: at(3),
    };
    let payload = operation.to_value();
    let cid = imajin_dfos::cid::dag_cbor_cid(&imajin_dfos::cbor::encode(&payload)).to_string();
    let kid = chain.did().key_url(&id);
    let payload = imajin_dfos::cbor::to_json(&payload).unwrap().to_string();
    let members = [("typ", "did:dfos:identity-op"), ("kid", &*kid), ("cid", &*cid)];
    imajin_dfos::jws::sign(&members, payload.as_bytes(), key)
}

#[test]
fn every_transport_has_the_same_chain() {
    let (folder, node, ada) = Person::fresh();
    let by_node = resolve(&[ada.did(), "--node", &node.url, "--json"]).json();
    let dfos = by_node["dfosDid"].as_str().unwrap();
    let url = format!("{}/auth/api/identity/{dfos}/chain", node.url);
    let file = folder.path().join("chain.json");
    std::fs::write(&file, imajin_e2e::get(&url).1.to_string()).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(resolve(&[ada.did(), "--file", file, "--json"]).json(), by_node);
    let relay = format!("{}/registry/relay", node.url);
    let by_relay = until_some("the relay's copy", || {
        let ran = resolve(&[dfos, "--relay", &relay, "--json"]);
        (ran.code == 0).then(|| ran.json())
    });
    assert_eq!(by_relay["head"], by_node["head"]);
    let text = resolve(&[ada.did(), "--node", &node.url]).ok();
    assert!(text.contains("active") && text.contains(dfos), "{text}");
    // The served document matches the chain.
    let url = format!("{}/.well-known/did-imajin/{}", node.url, ada.did());
    assert_eq!(imajin_e2e::get(&url).1, by_node["didDocument"]);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_new_box_carries_on_the_same_node_by_its_owners_key() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let node = Node::start(&old);
    let ada = Person::claim(&node, folder.path());
    let key = ada.key_file(folder.path());
    let key = key.to_str().unwrap();
    let stranger = Person::stranger(&node.url).key_file(folder.path());
    let did = node.did.clone();
    let controls = |node: &Node| -> Vec<String> {
        let resolution = resolve(&[&did, "--node", &node.url, "--json"]).json();
        let keys = resolution["didDocument"]["capabilityInvocation"].as_array().unwrap().iter();
        keys.map(|key| key.as_str().unwrap().rsplit('#').next().unwrap().to_owned()).collect()
    };
    until("the owner's key", || controls(&node).len() == 2);
    let before = controls(&node);
    assert!(before.contains(&ada.key.key_id()));
    node.stop();

    // People's logs are all that is left of the old box.
    copy(&old.join("users"), &new.join("users"));
    let data = new.to_str().unwrap();
    let carry_on = |key: &str| imajin(["init", "--data", data, "--carry-on", &did, "--key", key]);
    let refused = carry_on(stranger.to_str().unwrap()).fails_with(1);
    assert!(refused.contains("does not control"), "{refused}");
    let summary = carry_on(key).ok();
    assert!(summary.contains(&did) && summary.contains("has an owner"), "{summary}");
    carry_on(key).fails_with(2);

    let node = Node::start(&new);
    assert_eq!(node.did, did);
    let after = controls(&node);
    assert!(after.contains(&ada.key.key_id()) && after.len() == 2, "{after:?}");
    assert!(!after.iter().any(|id| before.contains(id) && *id != ada.key.key_id()), "{after:?}");
    let ada = ada.at(&node.url);
    ada.update_bio("from the new box").unwrap();
    node.stop();
    for person in [&did, ada.did()] {
        let log = new.join("users").join(person.replace(':', "_")).join("log.sqlite");
        imajin(["verify", log.to_str().unwrap()]).ok();
        python_verifier([log.to_str().unwrap()]).ok();
    }
}
