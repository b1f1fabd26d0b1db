//! Following a collection, and copying one.

use imajin_edge::testing::{Ask, populated};
use serde_json::{Value as Json, json};

use crate::{ONE, node, put, somebody, write};

const BREAD: &str = "itm_0000000000000000000000b0";

#[tokio::test]
async fn a_collection_is_followed_by_whoever_sees_it() {
    let (node, [(ada, own), (bob, _)]) = populated(node(), [1, 2], somebody).await;
    let collection = async |fact: Json| {
        let body = Some(json!({ "title": "Bread" }));
        write(&node, &ada, "links.put", Some(BREAD), body, Some(fact)).await.check(201);
    };
    collection(json!({ "kind": "collection", "visibility": "private" })).await;
    put(&node, &ada, ONE, "rye", None).await;
    let of_ada = Some(json!({ "dids": [ada.did.as_str()] }));
    let follow = async |item: &str| {
        write(&node, &bob, "links.follow", Some(item), None, of_ada.clone()).await
    };
    assert_eq!(follow(BREAD).await.status, 404, "it is not shown to Bob");
    collection(json!({ "kind": "collection" })).await;
    assert_eq!(follow(ONE).await.status, 404, "a link is no collection");
    follow(BREAD).await.check(201);
    write(&node, &ada, "links.follow", Some(BREAD), None, of_ada.clone())
        .await
        .check_member(400, "field", "dids");

    let get_item = async || {
        let ask = Ask::get(format!("/links/api/items/{BREAD}?owner={}", ada.did));
        node.send(ask.bearer(&own)).await.json()
    };
    assert_eq!(get_item().await["followers"], 1);
    let stranger = Ask::get(format!("/links/api/items/{BREAD}?owner={}", ada.did));
    let stranger = node.send(stranger).await.json();
    assert!(stranger.get("followers").is_none() && stranger.get("days").is_none());

    let end = || write(&node, &bob, "links.unfollow", Some(BREAD), None, of_ada.clone());
    assert_eq!(end().await.status, 201);
    assert_eq!(end().await.status, 404, "it is not followed any more");
    assert_eq!(get_item().await["followers"], 0);
}

#[tokio::test]
async fn a_copy_says_whose_it_is_a_copy_of() {
    let (node, [(ada, _), (bob, _)]) = populated(node(), [1, 2], somebody).await;
    put(&node, &ada, ONE, "rye", None).await;
    let origin = format!("{}/{ONE}", ada.did);
    put(&node, &bob, ONE, "rye", Some(json!({ "copied": origin }))).await;
    let items = node.send(Ask::get(format!("/links/api/items?owner={}", bob.did))).await.json();
    assert_eq!(items["items"][0]["copied"], json!(origin));
    let body = Some(json!({ "title": "x", "url": "https://x.example/" }));
    let fact = Some(json!({ "copied": "ada" }));
    let refused = write(&node, &bob, "links.put", Some(BREAD), body, fact).await;
    refused.check_member(400, "field", "copied");
}
