use std::time::Duration;

use imajin_edge::testing::{Ask, Person, Reply, TestNode, populated};
use imajin_host::Registration;
use imajin_host::prelude::*;
use serde_json::{Value as Json, json};

use crate::support::{Somebody, close, connect, node, node_that_is, owner, somebody};

/// A week and a second: simultaneous entries follow each other by a millisecond.
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600 + 1);

#[tokio::test]
async fn a_quota_by_tier_and_a_week() {
    let node = node().await;
    let (olga, ada) = (owner(&node, 1).await, somebody(&node, 2).await);
    let invites = "/connections/api/invites";
    let over = |uses| ada.ask(&node, "POST", invites, uses);
    let first = ada.invites(&node, 3).await;
    assert_eq!((&first["uses"], &first["open"]), (&json!(0), &json!(true)));
    over(json!({ "maxUses": 3 })).await.check_member(409, "reason", "quota");
    ada.invites(&node, 2).await;
    assert_eq!(over(json!({ "maxUses": 1 })).await.status, 409);
    assert_members!(ada.get(&node, invites).await.json(), "quota": 5, "invited": 5, "total": 2);
    // A withdrawn, unused invitation frees its quota.
    let path = format!("{invites}/{}", first["code"].as_str().unwrap().to_lowercase());
    olga.ask(&node, "DELETE", &path, json!({})).await.check(404);
    assert_eq!(ada.ask(&node, "DELETE", &path, json!({})).await.status, 204);
    assert_eq!(node.get(&path).await.status, 410);
    ada.invites(&node, 3).await;
    // The owner has no quota; one invitation is for at most a big party.
    olga.invites(&node, 500).await;
    olga.invites(&node, 500).await;
    assert!(olga.get(&node, invites).await.json()["quota"].is_null());
    olga.ask(&node, "POST", invites, json!({ "maxUses": 1001 })).await.check(400);
    olga.ask(&node, "POST", invites, json!({ "maxUses": 0 })).await.check(400);
    // Only established people vouch.
    let vouches = json!({ "maxUses": 1, "vouch": true });
    olga.ask(&node, "POST", invites, vouches.clone()).await.check(201);
    node.clock.pass(WEEK);
    let ada = ada.again(&node).await;
    ada.ask(&node, "POST", invites, vouches.clone()).await.check(403);
    ada.invites(&node, 5).await;
    close(node).await;
}

#[tokio::test]
async fn who_has_no_key_of_their_own_cannot_invite() {
    let (node, [_olga]) = populated(node(), [1], owner).await;
    let bare = Person::new(9);
    bare.register(&node).await;
    let token = bare.sign_in(&node).await;
    let ask = Ask::post("/connections/api/invites", &json!({})).bearer(&token);
    node.send(ask).await.check_member(403, "type", "urn:imajin:problem:tier");
    node.get("/connections/api/invites").await.check(401);
}

#[tokio::test]
async fn an_ended_invitation_is_gone() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let invite = ada.invites(&node, 1).await;
    let code = invite["code"].as_str().unwrap();
    let path = format!("/connections/api/invites/{}", code.replace('-', "").to_lowercase());
    let reply = node.get(&path).await.check(200);
    assert_members!(reply.json(), "id": invite["id"]);
    assert_members!(reply.json()["inviter"], "did": ada.did());
    node.clock.pass(WEEK);
    assert_eq!(node.get(&path).await.status, 410);
    assert_eq!(bob.accepts(&node, &ada, &invite).await.status, 410);
    node.get("/connections/api/invites/0000").await.check(404);
}

async fn begin(node: &TestNode, seed: u8, code: &str) -> (Reply, Person) {
    let mut person = Person::new(seed);
    let write = person.creation(node, false).unwrap();
    let ask = person.ask(node, &write).await.unwrap();
    let ask = ask.header("x-imajin-invite", code.to_owned());
    (node.send(ask).await, person)
}

/// A member who came by an invitation of the owner's, and is connected with them.
async fn member(node: &TestNode, olga: &Somebody, seed: u8) -> Somebody {
    let invite = olga.invites(node, 1).await;
    let (reply, person) = begin(node, seed, invite["code"].as_str().unwrap()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let token = person.sign_in(node).await;
    let member = Somebody { person, token };
    assert_eq!(member.accepts(node, olga, &invite).await.status, 201);
    member
}

/// The one mechanism: who may invite people lets them in with the invitation to connect.
#[tokio::test]
async fn lets_a_newcomer_in_if_the_inviter_may() {
    let (node, [olga]) = populated(node_that_is(Registration::Invite), [1], owner).await;
    let invite = olga.invites(&node, 1).await;
    let code = invite["code"].as_str().unwrap();
    let (reply, bob) = begin(&node, 2, &code.to_lowercase()).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    // The invitation admits as many people as may accept it, accepted or not.
    let (reply, _) = begin(&node, 3, code).await;
    reply.check_member(403, "type", "urn:imajin:problem:invite");
    let bob = Somebody { token: bob.sign_in(&node).await, person: bob };
    assert_eq!(bob.accepts(&node, &olga, &invite).await.status, 201);
    // A withdrawn invitation admits no one.
    let third = olga.invites(&node, 1).await;
    let path = format!("/connections/api/invites/{}", third["id"].as_str().unwrap());
    olga.ask(&node, "DELETE", &path, json!({})).await.check(204);
    let (reply, _) = begin(&node, 5, third["code"].as_str().unwrap()).await;
    assert_eq!(reply.status, 403);
    close(node).await;
}

/// A member's invitation brings people in, three at a time, and says so; the owner can switch that off.
#[tokio::test]
async fn members_bring_people_in_with_three_open_invitations_unless_the_owner_forbids_it() {
    let (node, [olga]) = populated(node_that_is(Registration::Invite), [1], owner).await;
    let bob = member(&node, &olga, 2).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(bob.invites(&node, 1).await);
    }
    assert!(open.iter().all(|invite| invite["admits"] == "granted"));
    // The fourth says when it is made that it connects only, and so does its page to a newcomer.
    let fourth = bob.invites(&node, 1).await;
    assert_eq!(fourth["admits"], "allowance");
    let code = |invite: &Json| invite["code"].as_str().unwrap().to_owned();
    let page = async |invite: &Json| {
        let path = format!("/connections/invite/{}", code(invite));
        node.get(path).await.text()
    };
    let begins = "href=\"/create?invite=";
    assert!(page(&open[0]).await.contains(begins));
    let answer = page(&fourth).await;
    assert!(!answer.contains(begins) && answer.contains("withdraw another one"), "{answer}");
    let check = async |invite: &Json| {
        let ask = Ask::post("/auth/api/invites/check", &json!({ "invite": code(invite) }));
        let reply = node.send(ask).await;
        (reply.status, reply.json())
    };
    let (status, refused) = check(&fourth).await;
    assert_eq!((status, refused["type"].as_str()), (403, Some("urn:imajin:problem:inviter")));
    assert_eq!(begin(&node, 3, &code(&fourth)).await.0.status, 403);
    let (status, good) = check(&open[0]).await;
    assert_eq!((status, &good["inviter"]["did"]), (200, &json!(bob.did())));
    assert_members!(good, "connects": true);
    // Withdrawing one frees its place, and so does accepting one.
    let path = format!("/connections/api/invites/{}", code(&open[1]));
    assert_eq!(bob.ask(&node, "DELETE", &path, json!({})).await.status, 204);
    let list = bob.get(&node, "/connections/api/invites").await.json();
    assert_eq!(list["invites"][0]["admits"], "granted", "{list}");
    assert_eq!(list["next"], "allowance", "{list}");
    let (reply, person) = begin(&node, 3, &code(&open[0])).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let token = person.sign_in(&node).await;
    let carla = Somebody { person, token };
    assert_eq!(carla.accepts(&node, &bob, &open[0]).await.status, 201);
    assert_eq!(carla.link(&node, &bob).await["did"], json!(bob.did()));
    let list = bob.get(&node, "/connections/api/invites").await.json();
    assert_eq!(list["next"], "granted", "{list}");
    // The owner says no: those that are open tell whom to ask, and still connect.
    node.node.let_members_invite(false).unwrap();
    let answer = page(&open[2]).await;
    assert!(!answer.contains(begins) && answer.contains("Ask the owner of this box"), "{answer}");
    assert_eq!(check(&open[2]).await.0, 403);
    assert_eq!(begin(&node, 4, &code(&open[2])).await.0.status, 403);
    assert_eq!(carla.invites(&node, 1).await["admits"], "members");
    // The owner's invitations still work.
    let theirs = olga.invites(&node, 1).await;
    assert_eq!(theirs["admits"], "granted");
    assert_eq!(begin(&node, 5, &code(&theirs)).await.0.status, 201);
    node.node.let_members_invite(true).unwrap();
    assert_eq!(begin(&node, 4, &code(&open[2])).await.0.status, 201);
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
    node.post("/auth/api/register", &ask).await.check(201);
    let other = json!({ "publicKey": Person::new(3).public_key(), "inviteCode": invite["code"] });
    node.post("/auth/api/register", &other).await.check(403);
    let bob = somebody(&node, 2).await;
    connect(&node, &olga, &bob).await;
    close(node).await;
}

#[tokio::test]
async fn a_registration_that_came_to_nothing_gives_the_invitation_back() {
    let (node, [olga]) = populated(node_that_is(Registration::Invite), [1], owner).await;
    let invite = olga.invites(&node, 1).await;
    let register = async |seed, code: &Json| {
        let key = Person::new(seed).public_key();
        let ask = json!({ "publicKey": key, "inviteCode": code });
        node.post("/auth/api/register", &ask).await
    };
    register(2, &invite["code"]).await.check(201);
    register(3, &invite["code"]).await.check(403);
    let check = json!({ "invite": invite["code"] });
    node.post("/auth/api/invites/check", &check).await.check(403);
    node.clock.pass(Duration::from_secs(24 * 3600 + 1));
    node.post("/auth/api/invites/check", &check).await.check(200);
    // A person who registered and never proved their key comes again, too.
    register(2, &invite["code"]).await.check(201);
    register(3, &invite["code"]).await.check(403);
    close(node).await;
}
