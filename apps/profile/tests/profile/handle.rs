use std::time::Duration;

use imajin_edge::testing::{TestNode, each, populated};
use serde_json::json;

use crate::support::{Somebody, node, seen, send, somebody};

async fn claim(node: &TestNode, who: &Somebody, handle: &str) -> u16 {
    who.sign(node, "profile.handle.claim", Some(json!({ "handle": handle }))).await.status
}

async fn reason(node: &TestNode, handle: &str) -> String {
    let answer = node.get(format!("/profile/api/handle-check?handle={handle}")).await.json();
    answer["reason"].as_str().unwrap_or("free").to_owned()
}

#[tokio::test]
async fn claimed_changed_and_given_back() {
    let (node, [ada, eve]) = populated(node(), [1, 2], somebody).await;
    assert_eq!(claim(&node, &ada, "ada").await, 201);
    assert_eq!(claim(&node, &ada, "ada").await, 409, "already theirs");
    assert_eq!(claim(&node, &eve, "ada").await, 409);
    assert_eq!(claim(&node, &eve, "Eve").await, 400, "what is signed is the one form");
    let reasons = each(["ADA", "admin", "a%20b"], |name| reason(&node, name)).await;
    assert_eq!(reasons, ["taken", "reserved", "invalid"]);
    assert_eq!(seen(&node, "Ada").await.json()["did"], json!(ada.did()));

    let request = eve.ask("POST", "/profile/api/profile/claim-handle", &json!({"handle": "@ADA"}));
    let taken = send(&node, request).await.check_member(409, "reason", "taken");
    assert_eq!(taken.json().get("after"), None);
    assert_eq!(claim(&node, &ada, "m1lo").await, 201);
    for alike in ["rn1lo", "mllo", "m1l0", "rnll0"] {
        assert_eq!(claim(&node, &eve, alike).await, 409, "{alike}");
        assert_eq!(reason(&node, alike).await, "taken", "{alike}");
    }
    assert_eq!(claim(&node, &ada, "mllo").await, 201, "her own");
    assert_eq!(claim(&node, &ada, "countess").await, 201);
    assert_eq!(reason(&node, "ada").await, "free", "the one before is free at once");
    let back =
        send(&node, ada.ask("POST", "/profile/api/profile/release-handle", &json!({}))).await;
    assert_eq!(back.status, 200, "{}", back.text());
    assert_eq!(claim(&node, &eve, "countess").await, 201);
}

#[tokio::test]
async fn kept_for_ninety_days_after_a_deletion() {
    let (node, [ada, eve]) = populated(node(), [1, 2], somebody).await;
    assert_eq!(claim(&node, &ada, "ada").await, 201);
    let plan = send(&node, ada.get("/auth/api/delete")).await.json();
    ada.sign(&node, "auth.delete", Some(plan["body"].clone())).await.check(201);
    assert_eq!(seen(&node, ada.did()).await.status, 410);
    assert_eq!(seen(&node, "ada").await.status, 404, "the handle leads nowhere");
    assert_eq!(reason(&node, "ada").await, "taken");
    assert_eq!(claim(&node, &eve, "ada").await, 409);
    node.clock.pass(Duration::from_secs(91 * 24 * 3600));
    assert_eq!(reason(&node, "ada").await, "free");
    assert_eq!(claim(&node, &eve, "ada").await, 201);
}
