use imajin_edge::testing::{Reply, TestNode, Write, populated};
use serde_json::{Value as Json, json};

use crate::support::{Somebody, close, connect, node, somebody};

async fn block(node: &TestNode, one: &Somebody, other: &Somebody) {
    one.blocks(node, "connections.block", other.did()).await.check(201);
}

async fn unblock(node: &TestNode, one: &Somebody, other: &Somebody) -> u16 {
    let end = "connections.block.end";
    one.blocks(node, end, other.did()).await.status
}

async fn blocked(node: &TestNode, one: &Somebody) -> Vec<Json> {
    let list = one.get(node, "/connections/api/blocks").await.json();
    list["blocked"].as_array().unwrap().clone()
}

async fn follow(node: &TestNode, one: &Somebody, other: &Somebody) -> Reply {
    let write = Write::new(one.did(), "profile.follow")
        .fact(json!({ "dids": [other.did()] }))
        .to(&[other.did()]);
    one.person.write(node, &write).await
}

fn entries(node: &TestNode, of: &Somebody) -> u64 {
    node.node.status(of.did()).unwrap().unwrap().seq
}

fn assert_not_accepted(reply: &Reply) {
    assert_eq!(reply.status, 403, "{}", reply.text());
    assert_eq!(reply.json()["type"], "urn:imajin:problem:not-accepted");
    assert!(!reply.text().contains("block"), "{}", reply.text());
}

/// No entry of a blocked person reaches the record of the person who blocked them, and the answer does not say why.
#[tokio::test]
async fn a_blocked_author_is_refused_before_the_log_and_not_told() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let invite = ada.invites(&node, 1).await;
    block(&node, &ada, &bob).await;
    let before = (entries(&node, &ada), entries(&node, &bob));
    assert_not_accepted(&follow(&node, &bob, &ada).await);
    assert_not_accepted(&bob.attests(&node, &ada, "inv_x").await);
    assert_not_accepted(&bob.accepts(&node, &ada, &invite).await);
    let body = json!({ "did": ada.did() });
    let by_session = bob.ask(&node, "POST", "/profile/api/follow", body).await;
    assert_not_accepted(&by_session);
    assert_eq!((entries(&node, &ada), entries(&node, &bob)), before);
    // The other way round the answer says it plainly: people know whom they blocked.
    let reply = follow(&node, &ada, &bob).await.check(409);
    assert_eq!(reply.json()["type"], "urn:imajin:problem:blocked");
    // A block does not affect other people.
    let eve = somebody(&node, 3).await;
    assert_eq!(follow(&node, &bob, &eve).await.status, 201);
    assert_eq!(follow(&node, &eve, &ada).await.status, 201);
    close(node).await;
}

/// A connection and following end on both sides in the record of the one who blocks; what was said stays.
#[tokio::test]
async fn blocking_ends_a_connection_and_following_of_both_sides() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    connect(&node, &ada, &bob).await;
    assert_eq!(follow(&node, &bob, &ada).await.status, 201);
    assert_eq!(follow(&node, &ada, &bob).await.status, 201);
    let counts = |of: &Somebody| format!("/profile/api/profile/{}/counts", of.did());
    let before = entries(&node, &bob);
    block(&node, &ada, &bob).await;
    assert_eq!(entries(&node, &bob), before, "they are not told");
    for (one, other) in [(&ada, &bob), (&bob, &ada)] {
        assert!(one.link(&node, other).await.is_null());
        assert!(one.distance(&node, other).await.is_null());
    }
    assert_members!(ada.get(&node, &counts(&ada)).await.json(), "followers": 0, "following": 0);
    // The one who is blocked takes back what is theirs: their own record changes, the other's does not.
    let before = entries(&node, &ada);
    let path = format!("/connections/api/connections/{}", ada.did());
    assert_eq!(bob.ask(&node, "DELETE", &path, json!({})).await.status, 204);
    bob.ask(&node, "DELETE", "/profile/api/follow", json!({ "did": ada.did() })).await.check(200);
    assert_eq!(entries(&node, &ada), before);
    close(node).await;
}

/// The list, its end, and what a record says of it.
#[tokio::test]
async fn a_block_is_ones_own_and_ends() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    assert_eq!(unblock(&node, &ada, &bob).await, 409);
    block(&node, &ada, &bob).await;
    for (who, status) in [(&bob, 409), (&ada, 400)] {
        let reply = ada.blocks(&node, "connections.block", who.did()).await;
        reply.check(status);
    }
    let list = blocked(&node, &ada).await;
    assert_eq!((list.len(), &list[0]["did"]), (1, &json!(bob.did())));
    assert!(blocked(&node, &bob).await.is_empty());
    let exported = |of: &Somebody| {
        let service = imajin_connections::Connections;
        let export =
            |db: &rusqlite::Connection| imajin_app::DataRights::export(&service, db, of.did());
        node.node.read("connections", export).unwrap()
    };
    assert_eq!(exported(&ada).unwrap()["blocked"][0]["did"], json!(bob.did()));
    assert!(exported(&bob).is_none());
    assert_eq!(unblock(&node, &ada, &bob).await, 201);
    assert!(blocked(&node, &ada).await.is_empty());
    assert_eq!(follow(&node, &bob, &ada).await.status, 201);
    close(node).await;
}

/// The time of a person's last visit is for their connections, to a quarter of an hour, and not for people whom they blocked.
#[tokio::test]
async fn presence_is_told_to_connections_and_not_to_the_blocked() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let profile = json!({ "displayName": "Ada" });
    assert_eq!(ada.sign(&node, "profile.update", profile).await.status, 201);
    assert_eq!(ada.ask(&node, "POST", "/profile/api/presence/update", json!({})).await.status, 200);
    let path = format!("/profile/api/presence/{}", ada.did());
    let reply = async |who: &Somebody| who.get(&node, &path).await.json();
    let nothing = json!({ "online": false, "lastSeen": null });
    assert_eq!(reply(&bob).await, nothing);
    connect(&node, &ada, &bob).await;
    let shown = reply(&bob).await;
    let at = shown["lastSeen"].as_str().unwrap();
    assert_eq!(shown["online"], true);
    let minutes = at.get(14..16).unwrap();
    assert!(matches!(minutes, "00" | "15" | "30" | "45"), "{at}");
    assert!(at.ends_with(":00.000Z"), "{at}");
    assert_eq!(reply(&eve).await, nothing, "not connected");
    block(&node, &ada, &bob).await;
    assert_eq!(reply(&bob).await, nothing);
    close(node).await;
}
