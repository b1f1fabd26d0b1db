use imajin_edge::testing::{Ask, Write, populated};
use serde_json::json;

use crate::support::{node, seen, send, somebody};

#[tokio::test]
async fn an_entry_in_each_log_or_in_none() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let write = Write::new(&ada.person.did, "profile.follow")
        .fact(json!({"dids": [bob.did(), eve.did()]}))
        .to(&[&bob.person.did, &eve.person.did]);
    let reply = ada.person.write(&node, &write).await.check(201);
    assert_eq!(json!(reply.logs()), json!([ada.did(), bob.did(), eve.did()]));
    let followers = node.get(format!("/profile/api/profile/{}/followers", bob.did())).await.json();
    assert_members!(followers, "total": 1);
    assert_members!(followers["people"][0], "did": ada.did());

    // One of them is unknown here, so no log changes.
    let stranger = imajin_protocol::Did::from_key(&[77; 32]);
    let write = Write::new(&bob.person.did, "profile.follow")
        .fact(json!({"dids": [ada.did(), stranger.as_str()]}))
        .to(&[&ada.person.did, &stranger]);
    assert_eq!(bob.person.write(&node, &write).await.status, 404);
    let counts = node.get(format!("/profile/api/profile/{}/counts", ada.did())).await.json();
    assert_eq!(counts, json!({"followers": 0, "following": 2}));
}

#[tokio::test]
async fn asked_for_with_a_session() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    bob.sign(&node, "profile.handle.claim", Some(json!({"handle": "bob"}))).await;
    let follow = |method| ada.ask(method, "/profile/api/follow", &json!({"did": "bob"}));
    for _ in 0..2 {
        let reply = send(&node, follow("POST")).await;
        assert_eq!((reply.status, reply.json()), (200, json!({"followed": true})), "twice is once");
    }
    let status =
        send(&node, ada.get(&format!("/profile/api/follow/status?did={}", bob.did()))).await;
    assert_eq!(status.json(), json!({"following": true}));
    assert_eq!(send(&node, follow("DELETE")).await.json(), json!({"unfollowed": true}));
    assert_eq!(node.get("/profile/api/profile/bob/counts").await.json()["followers"], json!(0));
    let themselves =
        send(&node, bob.ask("POST", "/profile/api/follow", &json!({"did": bob.did()}))).await;
    assert_eq!(themselves.status, 400, "{}", themselves.text());
    assert_eq!(seen(&node, "bob").await.status, 200);
}

#[tokio::test]
async fn presence_is_not_remembered_of_who_hides() {
    let (node, [ada]) = populated(node(), [1], somebody).await;
    ada.sign(&node, "profile.update", Some(json!({"displayName": "Ada"}))).await;
    let nothing = json!({"online": false, "lastSeen": null});
    let path = format!("/profile/api/presence/{}", ada.did());
    let own = || send(&node, ada.get(&path));
    assert_eq!(own().await.json(), nothing);
    let report = ada.ask("POST", "/profile/api/presence/update", &json!({}));
    assert_eq!(send(&node, report).await.status, 200);
    assert_eq!(own().await.json()["online"], json!(true));
    // Others get the same answer as for an unknown person, with a session or without.
    let bob = somebody(&node, 2).await;
    for ask in [Ask::get(path.as_str()), bob.get(&path)] {
        assert_eq!(send(&node, ask).await.json(), nothing);
    }
    node.clock.pass(std::time::Duration::from_secs(61));
    assert_eq!(own().await.json()["online"], json!(false));
    ada.sign(&node, "profile.update", Some(json!({"visibility": "incognito"}))).await;
    assert_eq!(own().await.json(), nothing);
}

#[tokio::test]
async fn following_to_and_fro_leaves_one_entry() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let seq = || node.node.status(&bob.person.did).unwrap().unwrap().seq;
    let before = seq();
    for n in 0..4 {
        for op in ["profile.follow", "profile.unfollow"] {
            let write = Write::new(&ada.person.did, op)
                .fact(json!({"dids": [bob.did()]}))
                .to(&[&bob.person.did]);
            ada.person.write(&node, &write).await.check(201);
            let path = format!("/profile/api/profile/{}/counts", bob.did());
            let counts = node.get(path).await.json();
            let followers = i32::from(op == "profile.follow");
            assert_eq!(counts["followers"], followers, "{n} {op}");
        }
    }
    assert_eq!(seq(), before + 1);
}

/// A request that leaves no entry with the other person counts against no budget.
#[tokio::test]
async fn following_again_counts_only_where_it_leaves_an_entry() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let follow = |method| ada.ask(method, "/profile/api/follow", &json!({"did": bob.did()}));
    for n in 0..12 {
        assert_eq!(send(&node, follow("POST")).await.status, 200, "{n}");
        assert_eq!(send(&node, follow("DELETE")).await.status, 200, "{n}");
    }
}
