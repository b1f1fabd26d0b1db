use imajin_dfos::Timestamp;
use imajin_protocol::SignedMessage;

use crate::prelude::*;

#[tokio::test]
async fn validate_always_answers() {
    let node = node().await;
    let (anna, token) = Person::enter(&node, 1, None).await;
    let good = node.post("/auth/api/validate", &json!({"token": token})).await;
    assert_members!(good.check_member(200, "valid", true).json()["identity"], "did": anna.did);
    for bad in ["", "x", "a.b.c"] {
        let bad = node.post("/auth/api/validate", &json!({"token": bad})).await;
        assert_eq!((bad.status, &bad.json()["valid"]), (200, &json!(false)));
    }
}

#[tokio::test]
async fn verify_a_signed_message() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let now = node.node.now();
    let message = |signer: &imajin_edge::testing::Person, at: Timestamp| {
        SignedMessage::sign(&signer.key, anna.did.clone(), "hello", at, json!({"a": 1})).to_value()
    };
    let good = node.post("/auth/api/verify", &message(&anna, now)).await.json();
    assert_members!(good, "valid": true, "from": anna.did, "form": "jcs");
    let old = now.checked_add_millis(-300_001).unwrap();
    for bad in [message(&bert, now), message(&anna, old), json!({"from": 1}), json!(null)] {
        let reply = node.post("/auth/api/verify", &bad).await.check_member(200, "valid", false);
        assert!(reply.json()["error"].is_string());
    }
}

#[tokio::test]
async fn tokens_verify_by_the_published_keys() {
    let node = node().await;
    let (anna, token) = Person::enter(&node, 1, None).await;
    let keys = node.get("/.well-known/jwks.json").await.json();
    let key = imajin_dfos::base64::decode_url(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
    let key = imajin_dfos::PublicKey::from_bytes(key.try_into().unwrap()).verifying_key().unwrap();
    let expected = imajin_protocol::token::Expected {
        issuer: node.node.did(),
        audience: node.node.did().as_str(),
        now: node.node.now(),
    };
    let claims = imajin_protocol::token::verify(&token, |_| Some(key), &expected).unwrap();
    assert_eq!((claims.sub, claims.tier.as_str()), (anna.did, "preliminary"));
}
