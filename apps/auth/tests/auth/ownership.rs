//! Handing the node over, releasing it, and taking a node that was released.

use imajin_host::prelude::*;

use crate::prelude::*;
use crate::support::CLAIM;

const NEW: &str = "NEWC-LAIM-CODE-0001";

async fn give(node: &TestNode, by: &Person, to: &str) -> Reply {
    let write = Write::new(&by.did, "auth.node.give").reference(to).to(&[node.node.did()]);
    by.write(node, &write).await
}

async fn take(node: &TestNode, by: &Person, code: &str) -> Reply {
    let write = Write::new(&by.did, "auth.node.take").to(&[node.node.did()]);
    let ask = by.ask(node, &write).await.unwrap();
    send(node, ask.header("x-imajin-claim", code)).await
}

async fn delete(node: &TestNode, by: &Person) -> Reply {
    let token = by.sign_in(node).await;
    let plan = send(node, Ask::get("/auth/api/delete").bearer(&token)).await;
    let body = imajin_dfos::cbor::from_dag_json(&plan.json()["body"]).unwrap();
    let write = Write::new(&by.did, "auth.delete").body(body);
    by.write(node, &write).await
}

/// Starts an open node with two people: its owner and another person.
async fn household() -> (TestNode, Person, Person) {
    let (node, [bert]) = populated(node(), [2], person).await;
    let anna = owner(&node, 1).await;
    (node, anna, bert)
}

#[tokio::test]
async fn the_owner_hands_the_node_to_another_person_on_it() {
    let (node, anna, bert) = household().await;
    let token = anna.sign_in(&node).await;
    let answer = send(&node, Ask::get("/auth/api/owner").bearer(&token)).await;
    assert_eq!(answer.json()["heirs"][0]["did"], json!(bert.did));
    assert_eq!(answer.json()["heirs"].as_array().unwrap().len(), 1);

    give(&node, &bert, bert.did.as_str()).await.check(403);
    let nobody = Person::new(9);
    assert_eq!(give(&node, &anna, nobody.did.as_str()).await.status, 400);
    give(&node, &anna, bert.did.as_str()).await.check(201);

    assert!(node.node.is_claimed());
    assert!(node.node.is_owner(&bert.did).unwrap() && !node.node.is_owner(&anna.did).unwrap());
    send(&node, Ask::get("/auth/api/owner").bearer(&token)).await.check(403);
    let theirs = bert.sign_in(&node).await;
    let session = send(&node, Ask::get("/auth/api/session").bearer(&theirs)).await;
    assert_members!(session.json(), "owner": true, "role": "owner");
}

#[tokio::test]
async fn an_owner_is_not_deleted_before_the_node_has_another_owner_or_is_released() {
    let (node, anna, _) = household().await;
    delete(&node, &anna).await.check_member(409, "reason", "owns-node");
    give(&node, &anna, node.node.did().as_str()).await.check(201);
    delete(&node, &anna).await.check(201);
}

#[tokio::test]
async fn a_released_node_is_claimed_with_a_new_code_and_takes_nobody_in_without_one() {
    let (node, anna, bert) = household().await;
    give(&node, &anna, node.node.did().as_str()).await.check(201);
    assert!(!node.node.is_claimed() && node.node.claim_code().is_none());
    // The household's node does not become open while it waits for a claim.
    Person::new(3).create(&node, None).await.check(403);
    assert_eq!(take(&node, &bert, CLAIM).await.status, 403);

    node.node.set_claim_code(NEW.to_owned());
    assert_eq!(take(&node, &bert, CLAIM).await.status, 403);
    take(&node, &bert, NEW).await.check(201);
    assert!(node.node.is_claimed() && node.node.is_owner(&bert.did).unwrap());
    assert_eq!(take(&node, &anna, NEW).await.status, 409);
}

#[tokio::test]
async fn a_released_node_may_be_claimed_by_somebody_new() {
    let (node, anna, _) = household().await;
    give(&node, &anna, node.node.did().as_str()).await.check(201);
    node.node.set_claim_code(NEW.to_owned());
    let mut carla = Person::new(4);
    carla.create(&node, Some(NEW)).await.check(201);
    assert!(node.node.is_owner(&carla.did).unwrap());
}
