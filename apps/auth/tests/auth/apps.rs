//! Apps outside this repository.

use std::time::Duration;

use imajin_dfos::Value;
use imajin_service::Registration;
use imajin_service::testing::{Ask, Person, Reply, TestNode, Write};
use serde_json::{Value as Json, json};

use crate::support::{node_that_is, person, send};

fn about() -> Json {
    json!({ "name": "Ticket shop", "url": "https://shop.example", "returns": ["http://localhost:1/back"], "scope": ["profile.update"] })
}

/// An app with a key of its own that is signed in.
async fn app(node: &TestNode, seed: u8) -> (Person, String) {
    let app = Person::new(seed);
    assert_eq!(app.register(node).await.unwrap().status, 201);
    let token = app.sign_in(node).await.unwrap();
    let reply = send(node, Ask::post("/auth/api/apps", &about()).bearer(&token)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    (app, token)
}

async fn allow(node: &TestNode, person: &Person, app: &Person, scope: &str) -> String {
    let key = imajin_dfos::PublicKey::from(&app.key).to_multikey();
    let body = Value::map([
        ("key", Value::from(key)),
        ("scope", Value::List(vec![Value::from(scope)])),
        ("until", Value::from("2026-12-20T10:00:00.000Z")),
    ]);
    let reply = person
        .write(
            node,
            &Write::new(&person.did, "auth.delegation.create").body(body),
        )
        .await
        .unwrap();
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["cid"].as_str().unwrap().to_owned()
}

async fn token(node: &TestNode, session: &str, person: &Person, scope: Option<&str>) -> Reply {
    let mut ask = json!({ "did": person.did });
    if let Some(scope) = scope {
        ask["scope"] = json!([scope]);
    }
    send(
        node,
        Ask::post("/auth/api/apps/token", &ask).bearer(session),
    )
    .await
}

async fn worth(node: &TestNode, token: &str) -> Json {
    send(
        node,
        Ask::post("/auth/api/apps/token/verify", &json!({ "token": token })),
    )
    .await
    .json()
}

#[tokio::test]
async fn a_token_says_app_person_and_scope_and_ends_with_the_delegation() {
    let node = node_that_is(Registration::Open).await;
    let (anna, (shop, session)) = (person(&node, 1).await, app(&node, 9).await);
    assert_eq!(
        token(&node, &session, &anna, None).await.status,
        403,
        "nobody has allowed anything yet"
    );
    let cid = allow(&node, &anna, &shop, "profile.*").await;
    let reply = token(&node, &session, &anna, Some("profile.update")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let text = reply.json()["token"].as_str().unwrap().to_owned();
    let seen = worth(&node, &text).await;
    assert_eq!(
        (&seen["valid"], &seen["did"], &seen["app"], &seen["scope"]),
        (
            &json!(true),
            &json!(anna.did),
            &json!(shop.did),
            &json!(["profile.update"])
        )
    );
    // It is no session of the person's.
    assert_eq!(
        send(&node, Ask::get("/auth/api/session").bearer(&text))
            .await
            .status,
        401
    );
    // Not more than was allowed, and not for another app.
    assert_eq!(
        token(&node, &session, &anna, Some("pay.settle"))
            .await
            .status,
        403
    );
    let (_, others) = app(&node, 10).await;
    assert_eq!(token(&node, &others, &anna, None).await.status, 403);
    // Ten minutes.
    node.clock.pass(Duration::from_secs(599));
    assert_eq!(worth(&node, &text).await["valid"], true);
    node.clock.pass(Duration::from_secs(1));
    assert_eq!(worth(&node, &text).await["valid"], false);
    // Taken back: at once, for tokens that are out as well.
    let text = token(&node, &session, &anna, None).await.json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(worth(&node, &text).await["valid"], true);
    let mine = anna.sign_in(&node).await.unwrap();
    let list = send(&node, Ask::get("/auth/api/apps").bearer(&mine))
        .await
        .json();
    assert_eq!(
        (
            &list["total"],
            &list["apps"][0]["app"]["name"],
            &list["apps"][0]["cid"]
        ),
        (&json!(1), &json!("Ticket shop"), &json!(cid))
    );
    let end = Write::new(&anna.did, "auth.delegation.end").reference(cid);
    assert_eq!(anna.write(&node, &end).await.unwrap().status, 201);
    assert_eq!(worth(&node, &text).await["valid"], false);
    assert_eq!(token(&node, &session, &anna, None).await.status, 403);
}

#[tokio::test]
async fn what_an_app_says_of_itself_is_checked_and_read_by_everybody() {
    let node = node_that_is(Registration::Open).await;
    let (shop, session) = app(&node, 9).await;
    let seen = send(&node, Ask::get(format!("/auth/api/apps/{}", shop.did))).await;
    assert_eq!(
        (seen.status, &seen.json()["name"]),
        (200, &json!("Ticket shop"))
    );
    for (field, value) in [
        ("name", json!("")),
        ("url", json!("http://shop.example")),
        ("url", json!("https://user@shop.example")),
        ("returns", json!(["javascript:alert(1)"])),
        ("scope", json!([])),
        ("scope", json!(["auth.delete"])),
    ] {
        let mut bad = about();
        bad[field] = value;
        let reply = send(&node, Ask::post("/auth/api/apps", &bad).bearer(&session)).await;
        assert_eq!(
            (reply.status, &reply.json()["field"]),
            (400, &json!(field)),
            "{}",
            reply.text()
        );
    }
    let (anna, nobody) = (
        person(&node, 1).await,
        Ask::post("/auth/api/apps", &about()),
    );
    assert_eq!(send(&node, nobody).await.status, 401);
    assert_eq!(
        send(&node, Ask::get(format!("/auth/api/apps/{}", anna.did)))
            .await
            .status,
        404
    );
    let forged = "eyJhbGciOiJFZERTQSJ9.e30.AA";
    assert_eq!(worth(&node, forged).await["valid"], false);
}
