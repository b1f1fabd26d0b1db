use imajin_dfos::identity::Role;
use imajin_host::prelude::*;

use crate::prelude::*;
use crate::support::CLAIM;

#[tokio::test]
async fn the_first_with_the_code_owns_the_node() {
    let node = node().await;
    let before = node.get("/auth/api/node").await.json();
    assert_members!(before, "claimed": false, "registration": "open", "owner": null);

    let refused = Person::new(1).create(&node, Some("NOT-THE-CODE")).await;
    refused.check_member(403, "type", "urn:imajin:problem:claim-code");
    let anna = owner(&node, 1).await;
    let after = node.get("/auth/api/node").await.json();
    assert_members!(after, "claimed": true, "registration": "invite", "owner": anna.did);
    Person::new(2).create(&node, Some(CLAIM)).await.check(409);

    let token = anna.sign_in(&node).await;
    let session = get(&node, "/auth/api/session", &token).await.json();
    assert_members!(session, "owner": true, "tier": "established");
}

#[tokio::test]
async fn the_owners_key_becomes_the_nodes_second_controller() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    for _ in 0..100 {
        let log = node.get(format!("/auth/api/identity/{}/chain", node.node.did())).await.json();
        let log: Vec<String> = serde_json::from_value(log["log"].clone()).unwrap();
        let chain = imajin_protocol::identity::verify_chain(node.node.did(), &log).unwrap();
        if chain.state().key(Role::Controller, anna.kid.key_id()).is_some() {
            assert_eq!(chain.state().keys.controller.len(), 2);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the owner's key did not come");
}

/// The controllers of the node, once they are these.
async fn controllers(node: &imajin_edge::testing::TestNode, expected: &[&str]) {
    let mut ids = Vec::new();
    for _ in 0..200 {
        let log = node.get(format!("/auth/api/identity/{}/chain", node.node.did())).await.json();
        let log: Vec<String> = serde_json::from_value(log["log"].clone()).unwrap();
        let chain = imajin_protocol::identity::verify_chain(node.node.did(), &log).unwrap();
        let controllers = chain.state().keys.controller.iter();
        ids = controllers.map(|key| key.id().to_owned()).collect();
        if ids == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{ids:?} and not {expected:?}");
}

#[tokio::test]
async fn the_nodes_second_controller_is_the_key_that_its_owner_has_now() {
    let (node, [mut anna]) = populated(node(), [1], owner).await;
    let own = node.node.key().kid.key_id().to_owned();
    controllers(&node, &[&own, anna.kid.key_id()]).await;
    let key = imajin_dfos::SigningKey::from_bytes(&[77; 32]);
    let at = node.node.now().checked_add_millis(5).unwrap();
    let next = anna.next_keys(&[&key], at).unwrap();
    let write = imajin_edge::testing::Write::new(&anna.did, "auth.identity.update")
        .body(imajin_dfos::Value::map([("token", imajin_dfos::Value::from(next.as_str()))]));
    anna.write(&node, &write).await.check(201);
    anna.log.push(next);
    let new = imajin_dfos::PublicKey::from(&key).key_id();
    // The one that was lost no longer controls the node.
    controllers(&node, &[&own, &new]).await;
}

#[tokio::test]
async fn the_claim_survives_a_restart() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    let node = node.restarted(crate::support::services(), Config::default()).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    assert!(node.node.is_claimed() && !node.node.is_claim_code(CLAIM));
    assert_eq!(node.get("/auth/api/node").await.json()["owner"], json!(anna.did));
}

#[tokio::test]
async fn a_claim_writes_into_the_nodes_log_only_if_the_proof_says_so() {
    let node = node().await;
    let mut anna = Person::new(1);
    let write = anna.creation(&node, false).unwrap();
    let ask = anna.ask(&node, &write).await.unwrap().header("x-imajin-claim", CLAIM);
    send(&node, ask).await.check_member(400, "field", "to");
    assert!(!node.node.is_claimed());
    person(&node, 1).await;
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_answered_again() {
    let node = node().await;
    let mut anna = Person::new(1);
    let write = anna.creation(&node, true).unwrap();
    let ask = anna.ask(&node, &write).await.unwrap().header("x-imajin-claim", CLAIM);
    let first = send(&node, ask.clone()).await.check(201);
    assert_eq!(first.json()["entries"].as_array().unwrap().len(), 2);
    send(&node, ask).await.check_member(200, "cid", first.json()["cid"].clone());
}
