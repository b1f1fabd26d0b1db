use imajin_dfos::PublicKey;

use crate::prelude::*;

fn grant(owner: &Person, delegate: &Person, scope: &[&str]) -> Write {
    let scope = scope.iter().map(|text| Value::from(*text)).collect();
    Write::new(&owner.did, "auth.delegation.create").body(Value::map([
        ("key", Value::from(PublicKey::from(&delegate.key).to_multikey())),
        ("scope", Value::List(scope)),
        ("until", Value::from("2026-11-21T10:00:00.000Z")),
    ]))
}

/// The delegate's own signature in the owner's log.
async fn act(
    node: &TestNode,
    owner: &Person,
    delegate: &Person,
    op: &'static str,
) -> imajin_edge::testing::Reply {
    let member = if op == "profile.update" { "bio" } else { "handle" };
    let write =
        Write::new(&owner.did, op).body(Value::map([(member, Value::from("agent_of_anna"))]));
    let mut payload = delegate.payload(node, &write).await.unwrap();
    payload.chain = None;
    let (_, body) = delegate.sign(node, &write).await.unwrap();
    let proof = imajin_protocol::Proof::sign(&delegate.key, delegate.kid.clone(), payload).unwrap();
    let ask = Ask::new("POST", format!("/profile/api/commands/{op}"))
        .header("mjn-proof", proof.to_compact())
        .header("x-acting-for", owner.did.as_str())
        .body(imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap().to_string());
    node.send(ask).await
}

#[tokio::test]
async fn a_delegate_acts_within_the_scope_until_it_ends() {
    let (node, [anna]) = populated(node(), [1], person).await;
    let agent = Person::new(50);
    let early = act(&node, &anna, &agent, "profile.update").await.status;
    assert_ne!(early, 201, "no delegation allowed it yet");
    let reply = anna.write(&node, &grant(&anna, &agent, &["profile.update"])).await.check(201);
    let cid = reply.json()["cid"].as_str().unwrap().to_owned();
    let seq = async || {
        let ask = Ask::get(format!("/auth/api/head/{}", anna.did));
        send(&node, ask.signed_by(&node, &agent)).await.json()["seq"].clone()
    };
    act(&node, &anna, &agent, "profile.update").await.check(201);
    assert_eq!(seq().await, json!(2), "where the next proof goes");
    let refused = act(&node, &anna, &agent, "profile.handle.claim").await;
    assert!(matches!(refused.status, 401 | 403), "{}", refused.text());

    let token = anna.sign_in(&node).await;
    let list = get(&node, "/auth/api/delegations", &token).await.json();
    assert_members!(list["delegations"][0], "cid": cid, "ended": false, "signer": anna.kid.key_id());
    assert_eq!(list["delegations"][0]["delegate"], json!(agent.did));

    let (proof, _) = anna
        .sign(&node, &Write::new(&anna.did, "auth.delegation.end").reference(cid.clone()))
        .await
        .unwrap();
    let end = Ask::new("DELETE", format!("/auth/api/delegations/{cid}"))
        .header("mjn-proof", proof.to_compact());
    assert_eq!(send(&node, end).await.status, 201);
    assert_eq!(seq().await, json!(null));
    assert_ne!(act(&node, &anna, &agent, "profile.update").await.status, 201);
    let list = get(&node, "/auth/api/delegations", &token).await.json();
    assert_eq!(list["delegations"][0]["ended"], true);
}

#[tokio::test]
async fn what_is_never_delegated_is_refused_when_it_is_asked_for() {
    let node = node().await;
    let (anna, agent) = (person(&node, 1).await, Person::new(50));
    for scope in [&["auth.delete"][..], &["auth.identity.update"], &["nonsense"], &[]] {
        let reply = anna.write(&node, &grant(&anna, &agent, scope)).await;
        assert_eq!(reply.status, 400, "{scope:?} {}", reply.text());
    }
    let token = anna.sign_in(&node).await;
    let body = json!({"key": PublicKey::from(&agent.key).to_multikey(), "scope": ["profile.*"], "until": "2026-11-21T10:00:00.000Z"});
    let refused = post(&node, "/auth/api/delegations", &body, &token).await;
    refused.check_member(403, "type", "urn:imajin:problem:signature-required");
}

#[tokio::test]
async fn an_expired_delegation_is_none() {
    let node = node().await;
    let (anna, agent) = (person(&node, 1).await, Person::new(50));
    anna.write(&node, &grant(&anna, &agent, &["profile.*"])).await.check(201);
    node.clock.pass(Duration::from_secs(25 * 3600));
    assert_ne!(act(&node, &anna, &agent, "profile.update").await.status, 201);
}

#[tokio::test]
async fn a_session_alone_does_not_act_for_others_but_may_read_if_it_was_let() {
    let (node, [anna, agent]) = populated(node(), [1, 50], person).await;
    let token = agent.sign_in(&node).await;
    let read = || {
        Ask::get(format!("/auth/api/log/{}", anna.did))
            .bearer(&token)
            .header("x-acting-for", anna.did.as_str())
    };
    assert_eq!(send(&node, read()).await.status, 403);
    anna.write(&node, &grant(&anna, &agent, &["auth.log", "profile.*"])).await.check(201);
    send(&node, read()).await.check(200);
    let write = Ask::post("/profile/api/commands/profile.update", &json!({"bio": "x"}))
        .bearer(&token)
        .header("x-acting-for", anna.did.as_str());
    assert_eq!(send(&node, write).await.status, 403);
}
