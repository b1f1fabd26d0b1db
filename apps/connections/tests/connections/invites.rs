use std::time::Duration;

use imajin_service::Registration;
use imajin_service::testing::{Ask, Person};
use serde_json::json;

use crate::support::{close, connect, node, node_that_is, owner, somebody};

/// And a second: entries of one moment follow each other by a millisecond.
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600 + 1);

#[tokio::test]
async fn a_quota_by_tier_and_a_week() {
    let node = node().await;
    let (olga, ada) = (owner(&node, 1).await, somebody(&node, 2).await);
    let invites = "/connections/api/invites";
    let over = |uses| ada.ask(&node, "POST", invites, uses);
    let first = ada.invites(&node, 3).await;
    assert_eq!((&first["uses"], &first["open"]), (&json!(0), &json!(true)));
    let reply = over(json!({ "maxUses": 3 })).await;
    assert_eq!(
        (reply.status, reply.json()["reason"].as_str()),
        (409, Some("quota")),
        "{}",
        reply.text()
    );
    ada.invites(&node, 2).await;
    assert_eq!(over(json!({ "maxUses": 1 })).await.status, 409);
    let list = ada.get(&node, invites).await.json();
    assert_eq!(
        (&list["quota"], &list["invited"], &list["total"]),
        (&json!(5), &json!(5), &json!(2))
    );
    // Taken back before anybody came: room again.
    let path = format!(
        "{invites}/{}",
        first["code"].as_str().unwrap().to_lowercase()
    );
    assert_eq!(
        olga.ask(&node, "DELETE", &path, json!({})).await.status,
        404
    );
    assert_eq!(ada.ask(&node, "DELETE", &path, json!({})).await.status, 204);
    assert_eq!(node.send(Ask::get(&path)).await.unwrap().status, 410);
    ada.invites(&node, 3).await;
    // The owner as many as they like; nobody more at once than a big party.
    olga.invites(&node, 500).await;
    olga.invites(&node, 500).await;
    assert!(olga.get(&node, invites).await.json()["quota"].is_null());
    assert_eq!(
        olga.ask(&node, "POST", invites, json!({ "maxUses": 1001 }))
            .await
            .status,
        400
    );
    assert_eq!(
        olga.ask(&node, "POST", invites, json!({ "maxUses": 0 }))
            .await
            .status,
        400
    );
    // Only established people vouch.
    let vouches = json!({ "maxUses": 1, "vouch": true });
    assert_eq!(
        olga.ask(&node, "POST", invites, vouches.clone())
            .await
            .status,
        201
    );
    node.clock.pass(WEEK);
    let ada_again = ada.person.sign_in(&node).await.unwrap();
    let ada = crate::support::Somebody {
        token: ada_again,
        ..ada
    };
    assert_eq!(
        ada.ask(&node, "POST", invites, vouches.clone())
            .await
            .status,
        403
    );
    ada.invites(&node, 5).await;
    close(node).await;
}

#[tokio::test]
async fn who_has_no_key_of_their_own_cannot_invite() {
    let node = node().await;
    let _olga = owner(&node, 1).await;
    let bare = Person::new(9);
    bare.register(&node).await.unwrap();
    let token = bare.sign_in(&node).await.unwrap();
    let ask = Ask::post("/connections/api/invites", &json!({})).bearer(&token);
    let reply = node.send(ask).await.unwrap();
    assert_eq!(
        (reply.status, reply.json()["type"].as_str()),
        (403, Some("urn:imajin:problem:tier"))
    );
    assert_eq!(
        node.send(Ask::get("/connections/api/invites"))
            .await
            .unwrap()
            .status,
        401
    );
}

#[tokio::test]
async fn an_ended_invitation_is_gone() {
    let node = node().await;
    let (ada, bob) = (somebody(&node, 1).await, somebody(&node, 2).await);
    let invite = ada.invites(&node, 1).await;
    let code = invite["code"].as_str().unwrap();
    let path = format!(
        "/connections/api/invites/{}",
        code.replace('-', "").to_lowercase()
    );
    let seen = node.send(Ask::get(&path)).await.unwrap();
    assert_eq!(seen.status, 200, "{}", seen.text());
    assert_eq!(
        (&seen.json()["id"], &seen.json()["inviter"]["did"]),
        (&invite["id"], &json!(ada.did()))
    );
    node.clock.pass(WEEK);
    assert_eq!(node.send(Ask::get(&path)).await.unwrap().status, 410);
    assert_eq!(bob.accepts(&node, &ada, &invite).await.status, 410);
    assert_eq!(
        node.send(Ask::get("/connections/api/invites/0000"))
            .await
            .unwrap()
            .status,
        404
    );
}

/// The one mechanism: who may invite people lets them in with the invitation to connect.
#[tokio::test]
async fn lets_a_newcomer_in_if_the_inviter_may() {
    let node = node_that_is(Registration::Invite).await;
    let olga = owner(&node, 1).await;
    let invite = olga.invites(&node, 1).await;
    let code = invite["code"].as_str().unwrap();
    let begin = |seed, code: String| {
        let node = &node;
        async move {
            let mut person = Person::new(seed);
            let write = person.creation(node, false).unwrap();
            let ask = person.ask(node, &write).await.unwrap();
            let reply = node
                .send(ask.header("x-imajin-invite", code))
                .await
                .unwrap();
            (reply, person)
        }
    };
    let (reply, bob) = begin(2, code.to_lowercase()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    // It lets in as many as may accept it, accepted or not.
    let (reply, _) = begin(3, code.to_owned()).await;
    assert_eq!(
        (reply.status, reply.json()["type"].as_str()),
        (403, Some("urn:imajin:problem:invite"))
    );
    let bob = crate::support::Somebody {
        token: bob.sign_in(&node).await.unwrap(),
        person: bob,
    };
    assert_eq!(bob.accepts(&node, &olga, &invite).await.status, 201);
    // One who may connect but not invite people.
    let his = bob.invites(&node, 1).await;
    let (reply, _) = begin(4, his["code"].as_str().unwrap().to_owned()).await;
    assert_eq!(
        (reply.status, reply.json()["type"].as_str()),
        (403, Some("urn:imajin:problem:invite"))
    );
    // And one that was taken back lets nobody in.
    let third = olga.invites(&node, 1).await;
    let path = format!("/connections/api/invites/{}", third["id"].as_str().unwrap());
    assert_eq!(
        olga.ask(&node, "DELETE", &path, json!({})).await.status,
        204
    );
    let (reply, _) = begin(5, third["code"].as_str().unwrap().to_owned()).await;
    assert_eq!(reply.status, 403);
    close(node).await;
}

/// Registering names it as inviteCode.
#[tokio::test]
async fn is_an_invite_code_for_registering() {
    let node = node_that_is(Registration::Invite).await;
    let (olga, _) = (owner(&node, 1).await, ());
    let invite = olga.invites(&node, 1).await;
    let bob = Person::new(2);
    let ask = json!({ "publicKey": bob.public_key(), "inviteCode": invite["code"] });
    let reply = node
        .send(Ask::post("/auth/api/register", &ask))
        .await
        .unwrap();
    assert_eq!(reply.status, 201, "{}", reply.text());
    let other = json!({ "publicKey": Person::new(3).public_key(), "inviteCode": invite["code"] });
    let reply = node
        .send(Ask::post("/auth/api/register", &other))
        .await
        .unwrap();
    assert_eq!(reply.status, 403, "{}", reply.text());
    let bob = somebody(&node, 2).await;
    connect(&node, &olga, &bob).await;
    close(node).await;
}
