use imajin_dfos::{SigningKey, hex};
use imajin_host::node::HostParts as _;

use crate::prelude::*;

/// The request that makes `key` the only one.
async fn rotate(node: &TestNode, anna: &Person, key: &SigningKey) -> Ask {
    let token = anna.next_keys(&[key], node.node.now().checked_add_millis(1).unwrap()).unwrap();
    let write = Write::new(&anna.did, "auth.identity.update")
        .body(Value::map([("token", Value::from(token.as_str()))]));
    let (proof, body) = anna.sign(node, &write).await.unwrap();
    let salt = hex::encode(body.unwrap().get("salt").unwrap().as_bytes().unwrap());
    let mut log = anna.log.clone();
    log.push(token);
    Ask::post(format!("/auth/api/identity/{}/rotate", anna.did), &json!({"log": log, "salt": salt}))
        .header("mjn-proof", proof.to_compact())
}

#[tokio::test]
async fn old_keys_sign_nothing_new_and_sessions_end() {
    let node = node().await;
    let (anna, token) = Person::enter(&node, 1, None).await;
    let key = SigningKey::from_bytes(&[77; 32]);
    let ask = rotate(&node, &anna, &key).await;
    let reply = send(&node, ask.clone()).await.check(201);
    assert_eq!(reply.json()["keys"].as_array().unwrap().len(), 1);
    assert_eq!(reply.json()["keys"][0]["roles"], json!(["auth", "assert", "controller"]));
    get(&node, "/auth/api/session", &token).await.check(401);
    assert_eq!(send(&node, ask).await.status, 200, "the same request again has the same answer");

    let refused = anna.write(&node, &bio(&anna, "x")).await;
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text());
    let mut renewed = Person { key: key.clone(), ..anna.clone() };
    renewed.kid =
        imajin_protocol::Kid::new(anna.did.clone(), imajin_dfos::PublicKey::from(&key).key_id())
            .unwrap();
    renewed.write(&node, &bio(&renewed, "x")).await.check(201);
    assert!(anna.try_sign_in(&node).await.is_err());
    renewed.sign_in(&node).await;
}

#[tokio::test]
async fn the_session_of_a_removed_key_counts_for_nothing_where_it_was_not_ended() {
    let node = node().await;
    let (anna, token) = Person::enter(&node, 1, None).await;
    let secrets = |sql: &str| node.node.secrets().execute(sql, []).unwrap();
    secrets("CREATE TABLE copies AS SELECT * FROM sessions");
    let ask = rotate(&node, &anna, &SigningKey::from_bytes(&[77; 32])).await;
    send(&node, ask).await.check(201);
    // A node that is killed as soon as the change is entered leaves this.
    assert_eq!(secrets("INSERT INTO sessions SELECT * FROM copies"), 1);
    get(&node, "/auth/api/session", &token).await.check(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_of_an_old_key_begins_while_the_keys_change() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let mut asks = Vec::new();
    for _ in 0..24 {
        let challenge = node.post("/auth/api/challenge", &json!({ "id": anna.did })).await.json();
        let signature = anna.sign_text(challenge["challenge"].as_str().unwrap());
        let id = &challenge["challengeId"];
        let answer = json!({ "id": anna.did, "challengeId": id, "signature": signature });
        asks.push(Ask::post("/auth/api/authenticate", &answer));
    }
    let change = rotate(&node, &anna, &SigningKey::from_bytes(&[77; 32])).await;
    asks.insert(4, change);
    let mut all = tokio::task::JoinSet::new();
    for ask in asks {
        let address = node.address;
        all.spawn(async move { ask.send(address).await.unwrap() });
    }
    for reply in all.join_all().await {
        if let Some(token) = reply.json()["token"].as_str() {
            get(&node, "/auth/api/session", token).await.check(401);
        }
    }
    assert!(anna.try_sign_in(&node).await.is_err());
}

#[tokio::test]
async fn who_adds_a_device_stays_signed_in_and_who_removes_one_does_not() {
    let (node, [mut anna]) = populated(node(), [1], person).await;
    let tablet = SigningKey::from_bytes(&[78; 32]);
    let token = anna.sign_in(&node).await;
    for (keys, expected) in [(vec![anna.key.clone(), tablet], 200), (vec![anna.key.clone()], 401)] {
        let keys: Vec<&SigningKey> = keys.iter().collect();
        let at = anna.chain.as_ref().unwrap().updated_at();
        let at = node.node.now().max(at).checked_add_millis(1).unwrap();
        let next = anna.next_keys(&keys, at).unwrap();
        let write = Write::new(&anna.did, "auth.identity.update")
            .body(Value::map([("token", Value::from(next.as_str()))]));
        anna.write(&node, &write).await.check(201);
        anna.chain.as_mut().unwrap().push(&next).unwrap();
        anna.log.push(next);
        let session = get(&node, "/auth/api/session", &token).await;
        assert_eq!(session.status, expected, "{} keys", keys.len());
    }
}

/// Registers a bare key with the chain that its client has.
async fn register_with_chain(node: &TestNode, anna: &Person) -> imajin_edge::testing::Reply {
    let ask = json!({"publicKey": anna.public_key(), "dfosChain": {"log": anna.log}});
    node.post("/auth/api/register", &ask).await
}

#[tokio::test]
async fn the_chain_of_a_client_that_signs_no_entries_is_kept_and_grows() {
    let node = node().await;
    let mut anna = Person::new(1);
    anna.begin_chain(node.node.now()).unwrap();
    assert_eq!(register_with_chain(&node, &anna).await.status, 201);
    let token = anna.sign_in(&node).await;
    let session = get(&node, "/auth/api/session", &token).await;
    session.check_member(200, "tier", "soft");

    let dfos = anna.chain.as_ref().unwrap().did().to_string();
    let path = |name: &str, rest: &str| format!("/auth/api/identity/{name}{rest}");
    let chain = node.get(path(&dfos, "/chain")).await.json();
    assert_members!(chain, "did": anna.did, "log": anna.log);
    assert_eq!(node.get(format!("/auth/api/lookup/{dfos}")).await.json()["did"], json!(anna.did));
    assert_eq!(node.get(path(anna.did.as_str(), "")).await.json()["dfosDid"], json!(dfos));

    // The key in force signs the next operation: the old one signs nothing new, and all sessions end.
    let key = SigningKey::from_bytes(&[77; 32]);
    let next = anna.next_keys(&[&key], node.node.now().checked_add_millis(5).unwrap()).unwrap();
    let mut log = anna.log.clone();
    log.push(next);
    let ask = Ask::post(path(anna.did.as_str(), "/keys"), &json!({"log": log}));
    assert_eq!(send(&node, ask.clone()).await.status, 401, "without a session");
    let reply = send(&node, ask.clone().bearer(&token)).await.check(201);
    assert_eq!(reply.json()["keys"].as_array().unwrap().len(), 1);
    get(&node, "/auth/api/session", &token).await.check(401);
    assert!(anna.try_sign_in(&node).await.is_err(), "with the old key");
    let renewed = Person { key: key.clone(), ..anna.clone() };
    let token = renewed.sign_in(&node).await;

    // Neither the same again nor another history.
    send(&node, ask.bearer(&token)).await.check_member(400, "field", "log");
    let document = node.get(path(&dfos, "/did.json")).await.json();
    let shown = &document["verificationMethod"][0]["publicKeyMultibase"];
    assert_eq!(*shown, json!(imajin_dfos::PublicKey::from(&key).to_multikey()));
    assert_eq!(document["alsoKnownAs"], json!([dfos]));

    // The removed key cannot take over the log with its own chain.
    let mut thief = Person::new(1);
    thief.create(&node, None).await.check(409);
}

#[tokio::test]
async fn a_chain_can_come_later_and_becomes_the_logs_own() {
    let node = node().await;
    let mut anna = Person::new(1);
    anna.register(&node).await;
    let token = anna.sign_in(&node).await;
    anna.begin_chain(node.node.now()).unwrap();
    let mut other = Person::new(2);
    other.begin_chain(node.node.now()).unwrap();
    let post = |log: &[String]| {
        let path = format!("/auth/api/identity/{}/keys", anna.did);
        Ask::post(path, &json!({"log": log})).bearer(&token)
    };
    assert_eq!(send(&node, post(&other.log)).await.status, 422, "somebody else's");
    send(&node, post(&anna.log)).await.check(201);
    // The sessions ended: a chain took the place of the bare key.
    get(&node, "/auth/api/session", &token).await.check(401);
    let status = node.node.status(&anna.did).unwrap().unwrap();
    assert!(status.bare_key, "no entry rests on it");

    let token = anna.log[0].clone();
    let write = anna.creation(&node, false).unwrap();
    let mut body = write.body.clone().unwrap();
    body.as_map_mut().unwrap().insert("token".to_owned(), Value::from(token.as_str()));
    anna.chain = Some(imajin_dfos::identity::Verified::genesis(&token).unwrap());
    anna.log = vec![token];
    anna.write(&node, &Write::new(&anna.did, "auth.identity.create").body(body)).await.check(201);
    assert!(!node.node.status(&anna.did).unwrap().unwrap().bare_key);
}

#[tokio::test]
async fn a_chain_that_is_another_one_is_refused() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let post = |log: Vec<String>| {
        Ask::post(
            format!("/auth/api/identity/{}/keys", anna.did),
            &json!({"log": log, "salt": "00".repeat(16)}),
        )
    };
    let mut other = anna.log.clone();
    other.push(bert.log[0].clone());
    assert_eq!(send(&node, post(other)).await.status, 422);
    assert_eq!(send(&node, post(bert.log.clone())).await.status, 422);
    assert_eq!(send(&node, post(vec![])).await.status, 409);
    let token =
        anna.next_keys(&[&anna.key], node.node.now().checked_add_millis(1).unwrap()).unwrap();
    let mut log = anna.log.clone();
    log.push(token);
    send(&node, post(log)).await.check_member(403, "type", "urn:imajin:problem:signature-required");
}

#[tokio::test]
async fn keys_are_listed_by_name() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let keys = node.get(format!("/auth/api/identity/{}/keys", anna.did)).await.json();
    assert_members!(keys["keys"][0], "id": anna.kid.key_id(), "publicKey": anna.public_key());
}
