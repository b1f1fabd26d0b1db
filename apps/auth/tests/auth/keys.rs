use imajin_dfos::{SigningKey, Value, hex};
use imajin_service::testing::{Ask, Person, TestNode, Write};
use serde_json::json;

use crate::support::{node, person, send};

/// The request that makes `key` the only one.
async fn rotate(node: &TestNode, anna: &Person, key: &SigningKey) -> Ask {
    let token = anna
        .next_keys(&[key], node.node.now().checked_add_millis(1).unwrap())
        .unwrap();
    let write = Write::new(&anna.did, "auth.identity.update")
        .body(Value::map([("token", Value::from(token.as_str()))]));
    let (proof, body) = anna.sign(node, &write).await.unwrap();
    let salt = hex::encode(body.unwrap().get("salt").unwrap().as_bytes().unwrap());
    let mut log = anna.log.clone();
    log.push(token);
    Ask::post(
        format!("/auth/api/identity/{}/rotate", anna.did),
        &json!({"log": log, "salt": salt}),
    )
    .header("mjn-proof", proof.to_compact())
}

#[tokio::test]
async fn old_keys_sign_nothing_new_and_sessions_end() {
    let node = node().await;
    let anna = person(&node, 1).await;
    let token = anna.sign_in(&node).await.unwrap();
    let key = SigningKey::from_bytes(&[77; 32]);
    let ask = rotate(&node, &anna, &key).await;
    let reply = send(&node, ask.clone()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(reply.json()["keys"].as_array().unwrap().len(), 1);
    assert_eq!(
        reply.json()["keys"][0]["roles"],
        json!(["auth", "assert", "controller"])
    );
    assert_eq!(
        send(&node, Ask::get("/auth/api/session").bearer(&token))
            .await
            .status,
        401
    );
    assert_eq!(
        send(&node, ask).await.status,
        200,
        "the same request again has the same answer"
    );

    let write =
        Write::new(&anna.did, "profile.update").body(Value::map([("bio", Value::from("x"))]));
    let refused = anna.write(&node, &write).await.unwrap();
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text());
    let mut renewed = Person {
        key: key.clone(),
        ..anna.clone()
    };
    renewed.kid = imajin_protocol::Kid::new(
        anna.did.clone(),
        imajin_dfos::PublicKey::from(&key).key_id(),
    )
    .unwrap();
    let accepted = renewed.write(&node, &write).await.unwrap();
    assert_eq!(accepted.status, 201, "{}", accepted.text());
    assert!(anna.sign_in(&node).await.is_err());
    renewed.sign_in(&node).await.unwrap();
}

#[tokio::test]
async fn a_chain_that_is_another_one_is_refused() {
    let node = node().await;
    let (anna, bert) = (person(&node, 1).await, person(&node, 2).await);
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
    let token = anna
        .next_keys(&[&anna.key], node.node.now().checked_add_millis(1).unwrap())
        .unwrap();
    let mut log = anna.log.clone();
    log.push(token);
    let unsigned = send(&node, post(log)).await;
    assert_eq!(
        (unsigned.status, &unsigned.json()["type"]),
        (403, &json!("urn:imajin:problem:signature-required"))
    );
}

#[tokio::test]
async fn keys_are_listed_by_name() {
    let node = node().await;
    let anna = person(&node, 1).await;
    let keys = send(
        &node,
        Ask::get(format!("/auth/api/identity/{}/keys", anna.did)),
    )
    .await
    .json();
    assert_eq!(
        (&keys["keys"][0]["id"], &keys["keys"][0]["publicKey"]),
        (&json!(anna.kid.key_id()), &json!(anna.public_key()))
    );
}
