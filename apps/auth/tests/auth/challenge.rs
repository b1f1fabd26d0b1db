use imajin_service::testing::{Ask, Person};
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{node, person, send};

async fn challenge(node: &imajin_service::testing::TestNode, person: &Person) -> Value {
    let reply = send(
        node,
        Ask::post("/auth/api/challenge", &json!({"id": person.did})),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn answer(person: &Person, challenge: &Value) -> Value {
    let signature = person.sign_text(challenge["challenge"].as_str().unwrap());
    json!({"id": person.did, "challengeId": challenge["challengeId"], "signature": signature})
}

#[tokio::test]
async fn a_signature_over_the_text_is_a_session() {
    let node = node().await;
    let anna = person(&node, 1).await;
    let challenge = challenge(&node, &anna).await;
    assert!(
        challenge["challengeId"]
            .as_str()
            .unwrap()
            .starts_with("ch_")
    );
    assert_eq!(challenge["challenge"].as_str().unwrap().len(), 64);
    assert_eq!(challenge["expiresAt"], "2026-11-20T10:05:00.000Z");
    let reply = send(
        &node,
        Ask::post("/auth/api/authenticate", &answer(&anna, &challenge)),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["expiresAt"], "2026-11-21T10:00:00.000Z");
    assert_eq!(
        (&body["identity"]["id"], &body["identity"]["tier"]),
        (&json!(anna.did), &json!("preliminary"))
    );
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("imajin_session=")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
            && !cookie.contains("Secure")
    );
}

#[tokio::test]
async fn a_challenge_is_used_once_and_not_late_and_not_by_others() {
    let node = node().await;
    let (anna, bert) = (person(&node, 1).await, person(&node, 2).await);
    let first = challenge(&node, &anna).await;
    let right = Ask::post("/auth/api/authenticate", &answer(&anna, &first));
    assert_eq!(send(&node, right.clone()).await.status, 200);
    let reused = send(&node, right).await;
    assert_eq!(
        (reused.status, &reused.json()["field"]),
        (400, &json!("challengeId"))
    );

    let second = challenge(&node, &anna).await;
    let forged = answer(&bert, &second);
    assert_eq!(
        send(&node, Ask::post("/auth/api/authenticate", &forged))
            .await
            .status,
        401
    );
    let third = challenge(&node, &anna).await;
    let mut wrong = answer(&anna, &third);
    wrong["signature"] = json!(bert.sign_text(third["challenge"].as_str().unwrap()));
    assert_eq!(
        send(&node, Ask::post("/auth/api/authenticate", &wrong))
            .await
            .status,
        401
    );
    let burnt = send(
        &node,
        Ask::post("/auth/api/authenticate", &answer(&anna, &third)),
    )
    .await;
    assert_eq!(burnt.status, 400, "a wrong answer uses it up");

    let late = challenge(&node, &anna).await;
    node.clock.pass(Duration::from_secs(300));
    assert_eq!(
        send(
            &node,
            Ask::post("/auth/api/authenticate", &answer(&anna, &late))
        )
        .await
        .status,
        400
    );
}

#[tokio::test]
async fn the_wall_clock_does_not_end_a_challenge() {
    let node = node().await;
    let anna = person(&node, 1).await;
    let challenge = challenge(&node, &anna).await;
    node.clock.jump(3_600_000);
    assert_eq!(
        send(
            &node,
            Ask::post("/auth/api/authenticate", &answer(&anna, &challenge))
        )
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn by_handle_in_two_steps() {
    let node = node().await;
    let anna = person(&node, 1).await;
    let write = imajin_service::testing::Write::new(&anna.did, "profile.handle.claim").body(
        imajin_dfos::Value::map([("handle", imajin_dfos::Value::from("anna"))]),
    );
    assert_eq!(anna.write(&node, &write).await.unwrap().status, 201);
    let reply = send(
        &node,
        Ask::post("/auth/api/login/challenge", &json!({"handle": "anna"})),
    )
    .await;
    assert_eq!(
        (reply.status, &reply.json()["did"]),
        (200, &json!(anna.did))
    );
    let mut verify = answer(&anna, &reply.json());
    verify.as_object_mut().unwrap().remove("id");
    let reply = send(&node, Ask::post("/auth/api/login/verify", &verify)).await;
    assert_eq!(
        (reply.status, &reply.json()["identity"]["handle"]),
        (200, &json!("anna"))
    );
    assert_eq!(
        send(
            &node,
            Ask::post("/auth/api/login/challenge", &json!({"handle": "nobody"}))
        )
        .await
        .status,
        404
    );
    assert_eq!(
        send(&node, Ask::post("/auth/api/login/challenge", &json!({})))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn other_forms_of_the_did_are_the_same_person() {
    let node = node().await;
    let anna = person(&node, 1).await;
    let dfos = anna.chain.as_ref().unwrap().did().to_string();
    let mjn = format!(
        "did:mjn:{}",
        imajin_dfos::PublicKey::from_hex(&anna.public_key())
            .unwrap()
            .to_multikey()
    );
    for id in [dfos, mjn] {
        let reply = send(&node, Ask::post("/auth/api/challenge", &json!({"id": id}))).await;
        assert_eq!(
            (reply.status, &reply.json()["did"]),
            (200, &json!(anna.did)),
            "{id}"
        );
    }
}
