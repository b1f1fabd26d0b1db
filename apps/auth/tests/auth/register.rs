use crate::prelude::*;

#[tokio::test]
async fn a_key_is_registered_once_and_gets_no_session_from_that() {
    let node = node().await;
    let anna = Person::new(1);
    let reply = anna.register(&node).await.check(201);
    assert_eq!(
        reply.json(),
        json!({"id": anna.did, "did": anna.did, "type": "actor", "scope": "actor", "subtype": null, "handle": null, "created": true})
    );
    assert_eq!(reply.header("set-cookie"), None);
    let again = anna.register(&node).await;
    assert_eq!((again.status, again.json()["created"].as_bool()), (200, Some(false)));
    let lookup = node.get(format!("/auth/api/lookup/{}", anna.did)).await;
    assert_eq!(lookup.status, 404, "nothing begins before the key is proved");
    assert!(node.node.status(&anna.did).unwrap().is_none());
}

#[tokio::test]
async fn the_first_proof_begins_the_log_with_handle_and_name() {
    let node = node().await;
    let anna = Person::new(1);
    let signed = json!({"publicKey": anna.public_key(), "handle": "anna", "name": "Anna B", "scope": "actor", "subtype": "human"});
    let mut ask = signed.clone();
    ask["signature"] = json!(anna.sign_text(&signed.to_string()));
    node.post("/auth/api/register", &ask).await.check_member(201, "type", "human");
    let token = anna.sign_in(&node).await;
    let session = get(&node, "/auth/api/session", &token).await.json();
    assert_members!(session, "handle": "anna", "name": "Anna B", "tier": "soft");
    let status = node.node.status(&anna.did).unwrap().unwrap();
    assert_eq!((status.seq, status.bare_key), (2, true));
    // The same key again is known by its log now.
    assert_eq!(anna.register(&node).await.json()["handle"], "anna");
}

#[tokio::test]
async fn a_handle_needs_the_right_signature_and_to_be_free() {
    let node = node().await;
    let (anna, bert) = (Person::new(1), Person::new(2));
    let ask = |person: &Person, signer: &Person| {
        let mut ask = json!({"publicKey": person.public_key(), "handle": "anna"});
        ask["signature"] = json!(signer.sign_text(&ask.to_string()));
        Ask::post("/auth/api/register", &ask)
    };
    node.post("/auth/api/register", &json!({"publicKey": anna.public_key(), "handle": "anna"}))
        .await
        .check_member(400, "field", "signature");
    assert_eq!(send(&node, ask(&anna, &bert)).await.status, 401);
    assert_eq!(send(&node, ask(&anna, &anna)).await.status, 201);
    send(&node, ask(&bert, &bert)).await.check_member(409, "type", "urn:imajin:problem:handle");
    // Who waits keeps it for a day.
    node.clock.pass(Duration::from_secs(24 * 3600 + 1));
    assert_eq!(send(&node, ask(&bert, &bert)).await.status, 201);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let node = node().await;
    for (ask, status, field) in [
        (json!({"publicKey": "00"}), 400, json!("publicKey")),
        (json!({"publicKey": Person::new(1).public_key(), "type": "wizard"}), 400, json!("type")),
        (json!({"publicKey": Person::new(1).public_key(), "scope": "galaxy"}), 400, json!("scope")),
        (json!({"publicKey": Person::new(1).public_key(), "name": "a\nb"}), 400, json!("name")),
        (
            json!({"publicKey": Person::new(1).public_key(), "dfosChain": {"log": ["x"]}}),
            422,
            json!(null),
        ),
        (json!({}), 400, json!(null)),
    ] {
        let reply = node.post("/auth/api/register", &ask).await;
        let text = reply.text();
        assert_eq!((reply.status, &reply.json()["field"]), (status, &field), "{ask} {text}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        assert_eq!(reply.json()["error"], reply.json()["detail"]);
    }
}

#[tokio::test]
async fn a_registration_that_proves_nothing_ends() {
    let node = node().await;
    let anna = Person::new(1);
    anna.register(&node).await;
    node.clock.pass(Duration::from_secs(24 * 3600 + 1));
    node.post("/auth/api/challenge", &json!({"id": anna.did})).await.check(404);
}

#[tokio::test]
async fn a_closed_node_takes_nobody_in() {
    let node = node_that_is(Registration::Closed).await;
    assert_eq!(Person::new(1).register(&node).await.status, 403);
    Person::new(1).create(&node, None).await.check(403);
}
