use std::time::Duration;

use imajin_edge::testing::{TestNode, each, open_config, populated};
use imajin_host::Config;
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;
use imajin_protocol::tier::Thresholds;
use serde_json::json;

use crate::support::{close, connect, node, owner, services, somebody};

/// Only connections see fields for connections, until they disconnect.
#[tokio::test]
async fn what_is_for_connections_is_seen_by_them() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let profile = json!({ "displayName": "Ada", "bio": "for friends", "fieldVisibility": { "bio": "connections" } });
    ada.sign(&node, "profile.update", profile).await.check(201);
    connect(&node, &ada, &bob).await;
    connect(&node, &bob, &eve).await;
    let path = format!("/profile/api/profile/{}", ada.did());
    let page = format!("/profile/{}", ada.did());
    assert_eq!(bob.get(&node, &path).await.json()["bio"], "for friends");
    assert!(bob.get(&node, &page).await.text().contains("for friends"));
    assert!(eve.get(&node, &path).await.json()["bio"].is_null());
    assert!(!eve.get(&node, &page).await.text().contains("for friends"));
    assert!(node.get(&path).await.json()["bio"].is_null());
    let end = format!("/connections/api/connections/{}", bob.did());
    assert_eq!(ada.ask(&node, "DELETE", &end, json!({})).await.status, 204);
    assert!(bob.get(&node, &path).await.json()["bio"].is_null());
    close(node).await;
}

/// "Active connections": a person who disconnected no longer counts for the other's tier.
#[tokio::test]
async fn a_tier_is_made_of_those_who_are_still_connected() {
    let config = Config {
        tiers: Thresholds { connections: 1, occasions: 0, history_days: 1, warnings: 0 },
        ..open_config()
    };
    let node = TestNode::start(services(), config, 200).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code("TEST-CLAI-MC0D".to_owned());
    let _olga = owner(&node, 1).await;
    let [ada, bob] = each([2, 3], |n| somebody(&node, n)).await;
    let tier = |who: &crate::support::Somebody| node.node.tier(who.did()).unwrap().as_str();
    connect(&node, &ada, &bob).await;
    node.clock.pass(Duration::from_secs(20 * 3600));
    assert_eq!(tier(&ada), "preliminary");
    let write = ada.confirmation(&node, &bob, &["connection.invited"]).await;
    assert_eq!(ada.person.write(&node, &write).await.status, 201);
    node.clock.pass(Duration::from_secs(20 * 3600));
    assert_eq!((tier(&ada), tier(&bob)), ("established", "established"));
    let token = bob.person.sign_in(&node).await;
    let bob = crate::support::Somebody { token, ..bob };
    let end = format!("/connections/api/connections/{}", ada.did());
    assert_eq!(bob.ask(&node, "DELETE", &end, json!({})).await.status, 204);
    assert_eq!((tier(&ada), tier(&bob)), ("preliminary", "preliminary"));
    close(node).await;
}
