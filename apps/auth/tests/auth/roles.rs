//! Tests of the roles on a node and their permissions.

use imajin_app::Role;

use crate::prelude::*;

/// Signs in with nothing but a key.
async fn bare(node: &TestNode, seed: u8) -> (Person, String) {
    let person = Person::new(seed);
    assert_eq!(person.register(node).await.status, 201);
    let token = person.sign_in(node).await;
    (person, token)
}

fn update(token: &str) -> Ask {
    Ask::post("/profile/api/commands/profile.update", &json!({"bio": "x"})).bearer(token)
}

async fn status(node: &TestNode, ask: Ask) -> (u16, String) {
    let reply = send(node, ask).await;
    let problem = reply.json()["type"].as_str().unwrap_or_default().to_owned();
    (reply.status, problem.replace("urn:imajin:problem:", ""))
}

async fn entries(node: &TestNode, did: &Did) -> u64 {
    node.node.status(did).unwrap().unwrap().seq
}

#[tokio::test]
async fn a_stranger_with_a_key_may_only_look_at_themselves_and_leave() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    let (mallory, token) = bare(&node, 2).await;
    assert_eq!(node.node.role(&mallory.did).unwrap(), Role::Stranger);
    let before = (entries(&node, &anna.did).await, entries(&node, node.node.did()).await);
    let refused = [
        Ask::get("/auth/api/usb"),
        Ask::new("DELETE", "/auth/api/usb/sda1"),
        Ask::post("/auth/api/usb/sda1/verify", &json!({"copy": "x"})),
        Ask::post("/auth/api/exports", &json!({})),
        Ask::get("/auth/api/export"),
        Ask::post("/auth/api/anchors", &json!({})),
        Ask::post("/auth/api/attestations/root", &json!({})),
        Ask::post("/auth/api/delegations", &json!({})),
        Ask::post("/profile/api/follow", &json!({"did": anna.did})),
        Ask::post("/profile/api/upload", &json!({})),
        Ask::post("/profile/api/commands/profile.handle.claim", &json!({"handle": "mallory"})),
        update(&token),
    ];
    for ask in refused {
        let what = format!("{ask:?}");
        let refused = status(&node, ask.bearer(&token)).await;
        assert_eq!(refused, (403, "admission".to_owned()), "{what}");
    }
    let brought = Ask::post("/auth/api/imports", &json!({})).bearer(&token);
    assert_eq!(status(&node, brought).await, (403, "registration".to_owned()));
    let after = (entries(&node, &anna.did).await, entries(&node, node.node.did()).await);
    assert_eq!(before, after, "nothing in the owner's log or the node's");
    for path in ["session", "sessions", "count", "services", "delete"] {
        let ask = Ask::get(format!("/auth/api/{path}")).bearer(&token);
        assert_eq!(send(&node, ask).await.status, 200, "{path}");
    }
    let log = Ask::get(format!("/auth/api/log/{}", mallory.did)).bearer(&token);
    assert_eq!(send(&node, log).await.status, 200);
}

#[tokio::test]
async fn an_invite_makes_a_stranger_a_member_at_once() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    assert_eq!(node.node.role(&anna.did).unwrap(), Role::Owner);
    let theirs = anna.sign_in(&node).await;
    let invite = Ask::post("/auth/api/invites", &json!({})).bearer(&theirs);
    let code = send(&node, invite).await.json()["code"].clone();
    let (bert, token) = bare(&node, 2).await;
    assert_eq!(send(&node, update(&token)).await.status, 403);
    let used = Ask::post("/auth/api/invites/use", &json!({"code": code})).bearer(&token);
    assert_eq!(send(&node, used).await.status, 200);
    assert_eq!(node.node.role(&bert.did).unwrap(), Role::Member);
    assert_eq!(send(&node, update(&token)).await.status, 201);
    assert_eq!(send(&node, Ask::get("/auth/api/usb").bearer(&token)).await.status, 200);
}

#[tokio::test]
async fn a_key_that_registered_before_stays_a_member() {
    let node = node().await;
    // Both register while the node has no owner.
    let (bert, token) = bare(&node, 2).await;
    let carla = person(&node, 3).await;
    owner(&node, 1).await;
    for did in [&bert.did, &carla.did] {
        node.node.forget_role(did);
        assert_eq!(node.node.role(did).unwrap(), Role::Member);
    }
    assert_eq!(send(&node, update(&token)).await.status, 201);
}

#[tokio::test]
async fn on_a_node_that_takes_everybody_in_a_key_is_a_member() {
    let node = node_that_is(Registration::Open).await;
    owner(&node, 1).await;
    let (bert, token) = bare(&node, 2).await;
    assert_eq!(node.node.role(&bert.did).unwrap(), Role::Member);
    assert_eq!(send(&node, update(&token)).await.status, 201);
}

#[tokio::test]
async fn a_deleted_record_leaves_a_stranger() {
    let (node, [bert]) = populated(node(), [2], person).await;
    assert_eq!(node.node.role(&bert.did).unwrap(), Role::Member);
    let body = Value::map([("counts", Value::map::<String>([]))]);
    let write = Write::new(&bert.did, "auth.delete").body(body);
    assert_eq!(bert.write(&node, &write).await.status, 201);
    assert_eq!(node.node.role(&bert.did).unwrap(), Role::Stranger);
}

#[tokio::test]
async fn an_erasure_of_nothing_is_refused_in_anothers_log() {
    let (node, [anna, bert]) = populated(node(), [1, 2], person).await;
    let before = entries(&node, &anna.did).await;
    let nothing = Value::map([("bodies", Value::List(Vec::new()))]);
    let erase = Write::new(&anna.did, "auth.body.erased").body(nothing.clone());
    let refused = bert.write(&node, &erase).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text());
    let theirs = Write::new(&anna.did, "profile.update")
        .body(Value::map([("bio", Value::from("I was here."))]));
    let refused = bert.write(&node, &theirs).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text());
    assert_eq!(entries(&node, &anna.did).await, before);
}
