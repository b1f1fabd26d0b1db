//! The signing mailbox.

use imajin_dfos::ContentId;
use imajin_dfos::credit::CreditClaim;
use imajin_dfos::sign_request::{self, SignRequest, Target};
use serde_json::{Value as Json, json};

use crate::support::{Person, Server, at, cid_of};

async fn server() -> Server {
    Server::start_with(|config| {
        config.capabilities.signing = true;
        config.limits.mailbox_max = 3;
    })
    .await
}

fn target(subject: &Person, role: &str) -> Target {
    Target::CreditClaim(CreditClaim {
        content_id: ContentId::parse("cv7n8vkvr64cctf3294h9k4eanhff8z").unwrap(),
        did: subject.did().clone(),
        role: role.to_owned(),
        created_at: at(0),
        as_of_document: None,
    })
}

fn request(from: &Person, subject: &Person, role: &str, secs: i64) -> String {
    let target = target(subject, role);
    let request = SignRequest {
        did: from.did().clone(),
        subject: subject.did().clone(),
        payload_typ: target.typ().to_owned(),
        payload: target.to_text().into_bytes(),
        created_at: at(0),
        expires_at: at(secs * 1000),
    };
    sign_request::sign(&request, &from.key_id, &from.key).unwrap().token
}

/// The answer that `by` gives in the place of `subject`.
fn answer(subject: &Person, role: &str, by: &Person) -> String {
    let target = target(subject, role);
    let kid = subject.did().key_url(&by.key_id);
    let header = [("typ", target.typ()), ("kid", kid.as_str())];
    imajin_dfos::jws::sign(&header, target.to_text().as_bytes(), &by.key)
}

async fn post(server: &Server, path: &str, body: &Json) -> (u16, Json) {
    let url = format!("{}/signing/v0/requests{path}", server.url);
    let response = server.client.post(url).body(body.to_string()).send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Json::Null))
}

async fn mailbox(server: &Server, person: &Person, query: &str) -> (u16, Json) {
    let url = format!("{}/signing/v0/requests{query}", server.url);
    let token = format!("Bearer {}", server.token_of(person));
    let response = server.client.get(url).header("authorization", token).send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

fn deposit_right(subject: &Person, to: Option<&Person>) -> String {
    subject.grant(to, &format!("mailbox:{}", subject.did().id()), "deposit")
}

#[tokio::test]
async fn there_and_back() {
    let server = server().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let sign_request = request(&ada, &bob, "editor", 600);
    let body = json!({ "request": sign_request, "credential": deposit_right(&bob, Some(&ada)) });
    let (status, kept) = post(&server, "", &body).await;
    assert_eq!(status, 201, "{kept}");
    let expected = (&json!(cid_of(&sign_request)), &json!(at(600_000).to_string()));
    assert_eq!((&kept["cid"], &kept["expiresAt"]), expected);
    assert_eq!(post(&server, "", &body).await.0, 200);
    let path = format!("/{}/response", cid_of(&sign_request));
    let state = async || server.ok(&format!("/signing/v0/requests{path}")).await["status"].clone();
    assert_eq!(state().await, "pending");
    let (status, list) = mailbox(&server, &bob, "").await;
    assert_eq!(status, 200);
    assert_eq!(list["requests"][0]["request"], sign_request);
    assert_eq!((&list["requests"][0]["declined"], &list["next"]), (&json!(false), &json!(null)));
    // Nobody else sees it there.
    assert_eq!(mailbox(&server, &ada, "").await.1["requests"], json!([]));
    // A decline is not the last word, an answer is.
    assert_eq!(
        post(&server, &format!("/{}/decline", cid_of(&sign_request)), &json!("x")).await.0,
        400
    );
    let url = format!("{}/signing/v0/requests/{}/decline", server.url, cid_of(&sign_request));
    assert_eq!(server.client.post(&url).body(" \n").send().await.unwrap().status(), 204);
    assert_eq!(state().await, "declined");
    let good = answer(&bob, "editor", &bob);
    for wrong in [answer(&bob, "author", &bob), answer(&bob, "editor", &ada), "x".to_owned()] {
        assert_eq!(post(&server, &path, &json!({ "response": wrong })).await.0, 400);
    }
    assert_eq!(post(&server, &path, &json!({})).await.0, 400);
    let long = "x".repeat(9_000);
    assert_eq!(post(&server, &path, &json!({ "response": long })).await.0, 413);
    assert_eq!(post(&server, &path, &json!({ "response": good })).await.0, 201);
    assert_eq!(post(&server, &path, &json!({ "response": good })).await.0, 200);
    assert_eq!(state().await, "responded");
    assert_eq!(server.client.post(&url).send().await.unwrap().status(), 409);
    assert_eq!(mailbox(&server, &bob, "").await.1["requests"], json!([]));
}

#[tokio::test]
async fn who_may_ask() {
    let server = server().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let sign_request = request(&ada, &bob, "editor", 600);
    let send = async |request: &str, credential: &str| {
        post(&server, "", &json!({ "request": request, "credential": credential })).await.0
    };
    let eve = Person::on(&server).await;
    for wrong in [
        deposit_right(&bob, Some(&eve)),
        deposit_right(&ada, Some(&ada)),
        bob.grant(Some(&ada), "chain:*", "deposit"),
        bob.grant(Some(&ada), "mailbox:*", "deposit"),
        bob.grant(Some(&ada), &format!("mailbox:{}", bob.did().id()), "read"),
        "x".to_owned(),
    ] {
        assert_eq!(send(&sign_request, &wrong).await, 403);
    }
    let right = deposit_right(&bob, None);
    assert_eq!(send("x", &right).await, 400);
    assert_eq!(send(&request(&ada, &bob, "x", 1).replace('A', "B"), &right).await, 400);
    let nobody = Person::new();
    let to_nobody = request(&ada, &nobody, "editor", 600);
    assert_eq!(send(&to_nobody, &deposit_right(&nobody, None)).await, 404);
    // An unknown person sends their chain with the request, and the relay does not keep it.
    let from_nobody = request(&nobody, &bob, "editor", 600);
    assert_eq!(send(&from_nobody, &right).await, 400);
    let body = json!({ "request": from_nobody, "credential": right, "chain": [nobody.genesis] });
    assert_eq!(post(&server, "", &body).await.0, 201);
    assert_eq!(server.status(&format!("/proof/v1/identities/{}", nobody.did())).await, 404);
    let body = json!({ "request": from_nobody, "credential": right, "chain": ["x"] });
    assert_eq!(post(&server, "", &body).await.0, 400);
    server.accept(&[&bob.revoke(&right, 0)]).await;
    assert_eq!(send(&sign_request, &right).await, 403);
    assert_eq!(post(&server, "", &json!({ "request": " ".repeat(600_000) })).await.0, 413);
}

#[tokio::test]
async fn full_and_over() {
    let server = server().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let right = deposit_right(&bob, Some(&ada));
    let send = async |role: &str, secs: i64| {
        let request = request(&ada, &bob, role, secs);
        post(&server, "", &json!({ "request": request, "credential": right })).await.0
    };
    assert_eq!(send("a", 100).await, 201);
    server.clock.add_secs(1);
    assert_eq!(send("b", 200).await, 201);
    assert_eq!(send("c", 200).await, 201);
    assert_eq!(send("d", 200).await, 429);
    let (_, first) = mailbox(&server, &bob, "?limit=2").await;
    let next = first["next"].as_str().unwrap();
    let (_, rest) = mailbox(&server, &bob, &format!("?limit=2&after={next}")).await;
    assert_eq!(rest["requests"].as_array().unwrap().len(), 1);
    // A cursor is for whom it was made.
    assert_eq!(mailbox(&server, &ada, &format!("?after={next}")).await.0, 400);
    assert_eq!(mailbox(&server, &bob, "?after=x").await.0, 400);
    assert_eq!(server.status("/signing/v0/requests").await, 401);
    server.clock.add_secs(99);
    assert_eq!(send("d", 200).await, 201);
    let (_, list) = mailbox(&server, &bob, "").await;
    assert_eq!(list["requests"].as_array().unwrap().len(), 3);
    let gone = cid_of(&request(&ada, &bob, "a", 100));
    assert_eq!(server.status(&format!("/signing/v0/requests/{gone}/response")).await, 404);
    server.clock.add_secs(200);
    assert_eq!(send("late", 200).await, 400);
    assert_eq!(mailbox(&server, &bob, "").await.1["requests"], json!([]));
}
