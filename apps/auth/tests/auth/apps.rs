//! Apps outside this repository.

use crate::prelude::*;

fn app_description() -> Json {
    json!({ "name": "Ticket shop", "url": "https://shop.example", "returns": ["http://localhost:1/back"], "scope": ["profile.update"] })
}

/// Registers and signs in an app with its own key.
async fn app(node: &TestNode, seed: u8) -> (Person, String) {
    let app = Person::new(seed);
    assert_eq!(app.register(node).await.status, 201);
    let token = app.sign_in(node).await;
    post(node, "/auth/api/apps", &app_description(), &token).await.check(201);
    (app, token)
}

async fn allow(node: &TestNode, person: &Person, app: &Person, scope: &str) -> String {
    let key = imajin_dfos::PublicKey::from(&app.key).to_multikey();
    let body = Value::map([
        ("key", Value::from(key)),
        ("scope", Value::List(vec![Value::from(scope)])),
        ("until", Value::from("2026-12-20T10:00:00.000Z")),
    ]);
    let reply =
        person.write(node, &Write::new(&person.did, "auth.delegation.create").body(body)).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["cid"].as_str().unwrap().to_owned()
}

async fn token(node: &TestNode, session: &str, person: &Person, scope: Option<&str>) -> Reply {
    let mut ask = json!({ "did": person.did });
    if let Some(scope) = scope {
        ask["scope"] = json!([scope]);
    }
    post(node, "/auth/api/apps/token", &ask, session).await
}

async fn worth(node: &TestNode, token: &str) -> Json {
    node.post("/auth/api/apps/token/verify", &json!({ "token": token })).await.json()
}

#[tokio::test]
async fn a_token_says_app_person_and_scope_and_ends_with_the_delegation() {
    let node = node_that_is(Registration::Open).await;
    let (anna, (shop, session)) = (person(&node, 1).await, app(&node, 9).await);
    let refused = token(&node, &session, &anna, None).await.status;
    assert_eq!(refused, 403, "nobody has allowed anything yet");
    let cid = allow(&node, &anna, &shop, "profile.*").await;
    let reply = token(&node, &session, &anna, Some("profile.update")).await.check(200);
    let text = reply.json()["token"].as_str().unwrap().to_owned();
    let view = worth(&node, &text).await;
    assert_members!(view, "valid": true, "did": anna.did, "app": shop.did);
    assert_members!(view, "scope": ["profile.update"]);
    // The app's token is not a session of the person.
    get(&node, "/auth/api/session", &text).await.check(401);
    // Not more than was allowed, and not for another app.
    token(&node, &session, &anna, Some("pay.settle")).await.check(403);
    let (_, others) = app(&node, 10).await;
    assert_eq!(token(&node, &others, &anna, None).await.status, 403);
    // Ten minutes.
    node.clock.pass(Duration::from_secs(599));
    assert_eq!(worth(&node, &text).await["valid"], true);
    node.clock.pass(Duration::from_secs(1));
    assert_eq!(worth(&node, &text).await["valid"], false);
    // Taken back: at once, for tokens that are out as well.
    let text =
        token(&node, &session, &anna, None).await.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(worth(&node, &text).await["valid"], true);
    let mine = anna.sign_in(&node).await;
    let list = get(&node, "/auth/api/apps", &mine).await.json();
    assert_members!(list, "total": 1);
    assert_members!(list["apps"][0], "cid": cid);
    assert_eq!(list["apps"][0]["app"]["name"], "Ticket shop");
    let end = Write::new(&anna.did, "auth.delegation.end").reference(cid);
    assert_eq!(anna.write(&node, &end).await.status, 201);
    assert_eq!(worth(&node, &text).await["valid"], false);
    assert_eq!(token(&node, &session, &anna, None).await.status, 403);
}

#[tokio::test]
async fn what_an_app_says_of_itself_is_checked_and_read_by_everybody() {
    let node = node_that_is(Registration::Open).await;
    let (shop, session) = app(&node, 9).await;
    node.get(format!("/auth/api/apps/{}", shop.did)).await.check_member(200, "name", "Ticket shop");
    for (field, value) in [
        ("name", json!("")),
        ("url", json!("http://shop.example")),
        ("url", json!("https://user@shop.example")),
        ("returns", json!(["javascript:alert(1)"])),
        ("scope", json!([])),
        ("scope", json!(["auth.delete"])),
    ] {
        let mut bad = app_description();
        bad[field] = value;
        let reply = post(&node, "/auth/api/apps", &bad, &session).await;
        reply.check_member(400, "field", json!(field));
    }
    let anna = person(&node, 1).await;
    assert_eq!(send(&node, Ask::post("/auth/api/apps", &app_description())).await.status, 401);
    node.get(format!("/auth/api/apps/{}", anna.did)).await.check(404);
    assert_eq!(worth(&node, "eyJhbGciOiJFZERTQSJ9.e30.AA").await["valid"], false);
}

/// A key that is signed in, and what the node says to its description.
async fn asks(node: &TestNode, seed: u8, name: &str) -> (Person, String, Reply) {
    let app = Person::new(seed);
    assert!(app.register(node).await.status < 300);
    let token = app.sign_in(node).await;
    let mut about = app_description();
    about["name"] = json!(name);
    let reply = post(node, "/auth/api/apps", &about, &token).await;
    (app, token, reply)
}

#[tokio::test]
async fn an_app_waits_for_the_owners_yes_on_a_box_that_has_one() {
    let (node, [anna]) = populated(node(), [1], owner).await;
    let owners = anna.sign_in(&node).await;
    let (shop, token, reply) = asks(&node, 20, "Ticket shop").await;
    assert_eq!((reply.status, &reply.json()["waiting"]), (202, &json!(true)), "{}", reply.text());
    let path = format!("/auth/api/apps/{}", shop.did);
    assert_eq!(node.get(&path).await.status, 404);
    // A bad description is refused, and a later one doesn't change the request that waits.
    let wrong = Ask::post("/auth/api/apps", &json!({ "name": "", "url": "x", "scope": [] }));
    assert_eq!(send(&node, wrong.bearer(&token)).await.status, 400);
    let (.., again) = asks(&node, 20, "Anna’s bank").await;
    assert_eq!(again.status, 202);
    let requests = "/auth/api/app-requests";
    let list = async || get(&node, requests, &owners).await.check(200).json();
    let waiting = list().await;
    assert_members!(waiting, "total": 1);
    assert_eq!(waiting["requests"][0]["app"]["name"], "Ticket shop");
    // The app itself neither reads nor answers.
    get(&node, requests, &token).await.check(403);
    let answer = async |app: &Person, allow: bool| {
        let path = format!("{requests}/{}", app.did);
        let ask = Ask::post(path, &json!({ "allow": allow })).bearer(&owners);
        send(&node, ask).await.status
    };
    assert_eq!(answer(&Person::new(99), true).await, 404);
    assert_eq!(answer(&shop, true).await, 204);
    let (_, token, reply) = asks(&node, 20, "Ticket shop").await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(node.get(&path).await.status, 200);
    let session = Ask::get("/auth/api/session").bearer(&token);
    assert_eq!(send(&node, session).await.json()["role"], "guest");
    assert_eq!(list().await["requests"][0]["app"]["waiting"], false);
    // Taken back: it is a stranger again, and was told.
    assert_eq!(answer(&shop, false).await, 204);
    let (_, _, reply) = asks(&node, 20, "Ticket shop").await;
    reply.check_member(403, "type", "urn:imajin:problem:app-declined");
    assert_eq!(list().await["total"], 0);
    // A few of one address wait; an answer frees the place, and in the end they lapse.
    for seed in 21..24 {
        assert_eq!(asks(&node, seed, "One of many").await.2.status, 202);
    }
    assert_eq!(asks(&node, 24, "One too many").await.2.status, 429);
    assert_eq!(answer(&Person::new(21), false).await, 204);
    assert_eq!(asks(&node, 24, "Not too many").await.2.status, 202);
    node.clock.pass(Duration::from_secs(31 * 24 * 3_600));
    let owners = anna.sign_in(&node).await;
    assert_eq!(get(&node, requests, &owners).await.json()["total"], 0);
    assert_eq!(asks(&node, 20, "Ticket shop").await.2.status, 202);
}
