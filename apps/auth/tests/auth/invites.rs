use imajin_protocol::tier::Capability;

use crate::prelude::*;
use crate::support::CLAIM;

#[tokio::test]
async fn after_the_claim_people_come_by_invite() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    let mut bert = Person::new(2);
    bert.create(&node, None).await.check(403);

    let token = anna.sign_in(&node).await;
    let invite = post(&node, "/auth/api/invites", &json!({"maxUses": 1}), &token).await.check(201);
    assert_members!(invite.json(), "uses": 0, "expiresAt": "2026-11-27T10:00:00.000Z");
    let code = invite.json()["code"].as_str().unwrap().to_owned();

    let register = json!({"publicKey": bert.public_key(), "inviteCode": code.to_lowercase().replace('-', " ")});
    node.post("/auth/api/register", &register).await.check(201);
    assert_eq!(bert.create(&node, None).await.status, 201);
    let list = get(&node, "/auth/api/invites", &token).await.json();
    assert_eq!((&list["invites"][0]["uses"], &list["total"]), (&json!(1), &json!(1)));

    let third = json!({"publicKey": Person::new(3).public_key(), "inviteCode": code});
    let used_up = node.post("/auth/api/register", &third).await;
    used_up.check_member(403, "type", "urn:imajin:problem:invite");

    let theirs = bert.sign_in(&node).await;
    post(&node, "/auth/api/invites", &json!({}), &theirs).await.check(403);
    send(&node, Ask::new("DELETE", format!("/auth/api/invites/{code}")).bearer(&token))
        .await
        .check(204);
    send(&node, Ask::new("DELETE", format!("/auth/api/invites/{code}")).bearer(&token))
        .await
        .check(404);
}

#[tokio::test]
async fn an_invite_that_came_to_nothing_can_be_used_again() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    let token = anna.sign_in(&node).await;
    let invite = post(&node, "/auth/api/invites", &json!({}), &token).await.json();
    let code = invite["code"].as_str().unwrap().to_owned();
    let uses = async || {
        get(&node, "/auth/api/invites", &anna.sign_in(&node).await)
            .await
            .json()["invites"][0]["uses"]
            .clone()
    };

    // A create whose proof does not hold returns the invite.
    let mut bert = Person::new(2);
    let write = bert.creation(&node, false).unwrap();
    let ask =
        bert.ask(&node, &write).await.unwrap().header("x-imajin-invite", code.clone()).body("{}");
    assert_eq!(send(&node, ask).await.status, 400);
    assert_eq!(uses().await, 0);

    // So does a registration that never proves its key.
    let register = |seed| json!({"publicKey": Person::new(seed).public_key(), "inviteCode": code});
    node.post("/auth/api/register", &register(3)).await.check(201);
    assert_eq!(uses().await, 1);
    node.clock.pass(Duration::from_secs(24 * 3600 + 1));
    node.post("/auth/api/register", &json!({"publicKey": Person::new(4).public_key()}))
        .await
        .check(201);
    assert_eq!(uses().await, 0);
    let ask = bert.ask(&node, &write).await.unwrap().header("x-imajin-invite", code.clone());
    send(&node, ask).await.check(201);
    assert_eq!(uses().await, 1);
}

#[tokio::test]
async fn a_bare_key_with_an_invite_is_preliminary_and_no_more() {
    let node = node().await;
    let anna = owner(&node, 1).await.sign_in(&node).await;
    let invite = || async {
        let ask = Ask::post("/auth/api/invites", &json!({"maxUses": 1})).bearer(&anna);
        send(&node, ask).await.json()["code"].clone()
    };
    let (bert, cleo) = (Person::new(2), Person::new(3));
    let register = json!({"publicKey": bert.public_key(), "inviteCode": invite().await});
    node.post("/auth/api/register", &register).await.check(201);
    // One who came without an invitation uses one later.
    assert_eq!(cleo.register(&node).await.status, 201);
    let token = cleo.sign_in(&node).await;
    let tier = || async {
        let ask = Ask::get("/auth/api/session").bearer(&token);
        send(&node, ask).await.json()["tier"].clone()
    };
    assert_eq!(tier().await, "soft");
    let used = Ask::post("/auth/api/invites/use", &json!({"code": invite().await}));
    let used = send(&node, used.bearer(&token)).await;
    assert!(used.status < 300, "{}", used.text());
    assert_eq!(tier().await, "preliminary");
    for person in [bert, cleo] {
        let token = person.sign_in(&node).await;
        let session = get(&node, "/auth/api/session", &token).await;
        assert_eq!(session.json()["tier"], "preliminary", "{}", session.text());
        let may = |capability| node.node.require(&person.did, capability);
        assert!(may(Capability::CreateEvent).is_ok() && may(Capability::Connect).is_ok());
        for capability in [Capability::Vouch, Capability::Attest, Capability::Invite] {
            let refused = may(capability).unwrap_err();
            assert!(refused.detail().contains("chain"), "{}", refused.detail());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_that_is_sent_many_times_at_once_is_used_once() {
    let node = node().await;
    let anna = owner(&node, 1).await.sign_in(&node).await;
    let invite = post(&node, "/auth/api/invites", &json!({"maxUses": 100}), &anna).await.json();
    let uses =
        async || get(&node, "/auth/api/invites", &anna).await.json()["invites"][0]["uses"].clone();
    let at_once = async |ask: Ask, statuses: [u16; 2]| {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (ask, address) = (ask.clone(), node.address);
            all.spawn(async move { ask.send(address).await.unwrap().status });
        }
        let answers = all.join_all().await;
        assert!(answers.iter().all(|status| statuses.contains(status)), "{answers:?}");
    };
    let register = json!({"publicKey": Person::new(2).public_key(), "inviteCode": invite["code"]});
    at_once(Ask::post("/auth/api/register", &register), [200, 201]).await;
    assert_eq!(uses().await, 1);
    let cleo = Person::new(3);
    cleo.register(&node).await.check(201);
    let token = cleo.sign_in(&node).await;
    let used = Ask::post("/auth/api/invites/use", &json!({"code": invite["code"]})).bearer(&token);
    at_once(used, [200, 200]).await;
    assert_eq!(uses().await, 2);
}

#[tokio::test]
async fn without_an_invite_there_are_soft_rights() {
    let node = node().await;
    owner(&node, 1).await;
    let mut bert = Person::new(2);
    assert_eq!(bert.register(&node).await.status, 201);
    let token = bert.sign_in(&node).await;
    assert_eq!(get(&node, "/auth/api/session", &token).await.json()["tier"], "soft");
    assert_eq!(bert.create(&node, None).await.status, 403, "a chain needs an invite");
}

#[tokio::test]
async fn a_code_is_checked_before_anybody_makes_a_key_and_is_not_used_up() {
    let node = node().await;
    let check = async |what: serde_json::Value| {
        let reply = node.post("/auth/api/invites/check", &what).await;
        (reply.status, reply.json()["type"].clone())
    };
    let slug = |slug: &str| json!(format!("urn:imajin:problem:{slug}"));
    assert_eq!(check(json!({"claim": "0000-0000-0000-0000"})).await, (403, slug("claim-code")));
    assert_eq!(check(json!({"claim": CLAIM.to_lowercase()})).await.0, 200);
    assert_eq!(check(json!({"claim": CLAIM})).await.0, 200);
    assert_eq!(check(json!({})).await.0, 400);

    let anna = owner(&node, 1).await;
    assert_eq!(check(json!({"claim": CLAIM})).await, (409, slug("claimed")));
    let token = anna.sign_in(&node).await;
    let ask = Ask::post("/auth/api/invites", &json!({"maxUses": 1})).bearer(&token);
    let code = send(&node, ask).await.json()["code"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        assert_eq!(check(json!({"invite": code})).await.0, 200);
    }
    assert_eq!(check(json!({"claim": CLAIM, "invite": code})).await.0, 400);
    let register = json!({"publicKey": Person::new(2).public_key(), "inviteCode": code});
    node.post("/auth/api/register", &register).await.check(201);
    assert_eq!(check(json!({"invite": code})).await, (403, slug("invite")));
}
