use imajin_edge::testing::populated;
use serde_json::json;

use crate::support::{close, connect, node, somebody};

/// Either side, at once, in both records; and together again by another invitation.
#[tokio::test]
async fn either_side_ends_it() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    connect(&node, &ada, &bob).await;
    connect(&node, &bob, &eve).await;
    assert_eq!(ada.distance(&node, &eve).await, 2);
    let path =
        |other: &crate::support::Somebody| format!("/connections/api/connections/{}", other.did());
    ada.ask(&node, "DELETE", &path(&eve), json!({})).await.check(409);
    ada.ask(&node, "DELETE", &path(&bob), json!({})).await.check(204);
    for (one, other) in [(&ada, &bob), (&bob, &ada), (&ada, &eve)] {
        assert!(one.distance(&node, other).await.is_null());
    }
    assert!(bob.link(&node, &ada).await.is_null());
    bob.ask(&node, "DELETE", &path(&ada), json!({})).await.check(409);
    connect(&node, &bob, &ada).await;
    assert_eq!(eve.distance(&node, &ada).await, 2);
    let status = ada.get(&node, &format!("/connections/api/status/{}", bob.did())).await.json();
    assert_members!(status, "status": "connected", "distance": 1);
    close(node).await;
}

/// Neither the invitation that was used, nor another from before, connects again whom either side left.
#[tokio::test]
async fn an_invitation_from_before_a_parting_does_not_bring_the_two_together_again() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let (old, used) = (ada.invites(&node, 1).await, ada.invites(&node, 2).await);
    let path =
        |other: &crate::support::Somebody| format!("/connections/api/connections/{}", other.did());
    for (other, leaver, left) in [(&bob, &ada, &bob), (&eve, &eve, &ada)] {
        other.accepts(&node, &ada, &used).await.check(201);
        leaver.ask(&node, "DELETE", &path(left), json!({})).await.check(204);
        for invite in [&used, &old] {
            other.accepts(&node, &ada, invite).await.check(410);
        }
        assert!(ada.link(&node, other).await.is_null());
        connect(&node, &ada, other).await;
    }
    close(node).await;
}

#[tokio::test]
async fn nicknames_are_ones_own() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    connect(&node, &ada, &bob).await;
    let path = format!("/connections/api/connections/{}/nickname", bob.did());
    let put = |body| ada.ask(&node, "PUT", &path, body);
    assert_eq!(put(json!({ "nickname": "Bobby" })).await.status, 204);
    assert_eq!(ada.link(&node, &bob).await["nickname"], "Bobby");
    assert_lacks!(bob.get(&node, "/connections/api/connections").await.text(), "Bobby");
    for wrong in [json!(""), json!("a\nb"), json!("x".repeat(101))] {
        assert_eq!(put(json!({ "nickname": wrong })).await.status, 400, "{wrong}");
    }
    assert_eq!(put(json!({ "nickname": null })).await.status, 204);
    assert!(ada.link(&node, &bob).await["nickname"].is_null());
    close(node).await;
}
