//! Moving to another node, and moves that come to nothing.

use imajin_host::prelude::*;
use imajin_protocol::Head;

use super::help::{json, kid, other_node, sign_home, writer};
use crate::prelude::*;
use crate::support::{among_neighbours, is_empty};

async fn asked(from: &TestNode, to: &TestNode, token: &str, who: &Person) -> Json {
    get(from, format!("/auth/api/transfer?to={}&kid={}", to.url(""), kid(who)), token)
        .await
        .check(200)
        .json()
}

fn transfer(to: &TestNode, signed: &(String, Json)) -> Ask {
    Ask::post("/auth/api/transfer", &json!({"to": to.url(""), "proof": signed.0, "body": signed.1}))
}

#[tokio::test]
async fn a_record_moves_and_whoever_asks_here_is_sent_on() {
    let old = node_with(among_neighbours()).await;
    let new = other_node(201, Config::default()).await;
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let claim = Write::new(&anna.did, "profile.handle.claim")
        .body(Value::map([("handle", Value::from("anna"))]));
    assert_eq!(anna.write(&old, &claim).await.status, 201);
    let plan = asked(&old, &new, &token, &anna).await;
    assert_members!(plan["toSign"], "node": new.node.did(), "url": new.node.url(), "epoch": 2);
    assert!(plan["plan"]["profile"]["moves"].is_array(), "{plan}");
    let signed = sign_home(&anna, &plan["toSign"]);
    let reply = json(&old, transfer(&new, &signed), 200).await;
    let head = Head::parse(reply["head"].as_str().unwrap()).unwrap();
    assert_eq!((head.node(), head.payload.seq, head.payload.epoch), (new.node.did(), 3, 2));
    assert_eq!(json(&old, transfer(&new, &signed), 200).await, reply, "the same again");

    let status = old.node.status(&anna.did).unwrap().unwrap();
    assert!(status.read_only.is_some());
    assert_eq!((status.newer.as_deref(), status.seq), (reply["head"].as_str(), 2));
    let log = old.get(format!("/auth/api/count?did={}", anna.did)).await.check(308);
    let there = format!("{}/auth/api/count?did={}", new.node.url(), anna.did);
    assert_eq!(log.header("location"), Some(&*there));
    let page = old.get("/@anna").await.text();
    let way = format!("href=\"{}/profile/{}\"", new.node.url(), anna.did);
    assert!(page.contains(&way) && !page.contains("I live here."), "{page}");
    let profile = new.get(format!("/profile/api/profile/{}", anna.did)).await.check(200).json();
    assert_eq!(profile["bio"], "I live here.");
    anna.write(&new, &bio(&anna, "I moved.")).await.check(201);
    assert!(is_empty(&old, "export"), "nothing is left");
}

#[tokio::test]
async fn a_move_that_the_other_node_does_not_take_in_changes_nothing() {
    let (old, new) = (
        node_with(among_neighbours()).await,
        other_node(201, Config { registration: Some(Registration::Closed), ..Config::default() })
            .await,
    );
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let signed = sign_home(&anna, &asked(&old, &new, &token, &anna).await["toSign"]);
    send(&old, transfer(&new, &signed)).await.check(409);
    assert!(old.node.status(&anna.did).unwrap().unwrap().read_only.is_none());
    anna.write(&old, &bio(&anna, "Still here.")).await.check(201);
}

#[tokio::test]
async fn a_home_entry_that_the_other_node_refuses_lets_the_record_go_on() {
    let old = node_with(among_neighbours()).await;
    let new = other_node(201, Config::default()).await;
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let signed = sign_home(&anna, &asked(&old, &new, &token, &anna).await["toSign"]);
    // There the word is too old to be entered.
    new.clock.pass(Duration::from_secs(3600));
    let refused = send(&old, transfer(&new, &signed)).await;
    refused.check_member(409, "type", "urn:imajin:problem:refused");
    assert!(new.node.status(&anna.did).unwrap().is_none());
    anna.write(&old, &bio(&anna, "Still here.")).await.check(201);
}

#[tokio::test]
async fn what_was_written_since_stops_a_move_and_strangers_move_nobody() {
    let old = node_with(among_neighbours()).await;
    let new = other_node(201, Config::default()).await;
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let (bert, _) = writer(&old, 2, "So do I.").await;
    let plan = asked(&old, &new, &token, &anna).await;
    let signed = sign_home(&anna, &plan["toSign"]);
    let mut forged = bert.clone();
    (forged.did, forged.kid) = (anna.did.clone(), anna.kid.clone());
    send(&old, transfer(&new, &sign_home(&forged, &plan["toSign"]))).await.check(401);
    assert_eq!(anna.write(&old, &bio(&anna, "Wait.")).await.status, 201);
    let refused = send(&old, transfer(&new, &signed)).await;
    assert!(matches!(refused.status, 401 | 409), "{}", refused.text());
    assert!(old.node.status(&anna.did).unwrap().unwrap().read_only.is_none());
    get(&old, "/auth/api/transfer?to=file:///etc", &token).await.check(400);
}

#[tokio::test]
async fn nobody_writes_to_a_record_that_is_being_moved() {
    let old = node_with(among_neighbours()).await;
    let new = other_node(201, Config::default()).await;
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let (bert, _) = writer(&old, 2, "So do I.").await;
    let signed = sign_home(&anna, &asked(&old, &new, &token, &anna).await["toSign"]);
    let late = anna.ask(&old, &bio(&anna, "Here again.")).await.unwrap();
    json(&old, transfer(&new, &signed), 200).await;
    let reply = send(&old, late).await;
    assert_eq!((reply.status, reply.header("location").is_some()), (308, true), "{}", reply.text());
    let follow =
        Write::new(&bert.did, "profile.follow").fact(json!({"dids": [anna.did]})).to(&[&anna.did]);
    assert!(bert.write(&old, &follow).await.status >= 300, "not by way of somebody else either");
    assert_eq!(old.node.status(&anna.did).unwrap().unwrap().seq, 1);
}
