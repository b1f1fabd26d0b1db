//! The routes of this service through a real socket, with real identities.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Lang, News, Service};
use imajin_dfos::{PublicKey, Value};
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, open_config, populated, until};
use imajin_host::Config;
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;
use serde_json::{Value as Json, json};
use tokio::net::{TcpListener, TcpStream};

const ENDPOINT: &str = "https://push.example.org/abc";
const POINT: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_notify::Notify::new()),
    ]
}

async fn node() -> TestNode {
    let node = TestNode::start(services(), open_config(), 214).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node
}

async fn somebody(node: &TestNode, seed: u8) -> (Person, String) {
    Person::enter(node, seed, None).await
}

/// Causes a notice about security.
async fn happens(node: &TestNode, person: &Person, delegate: u8) {
    let key = PublicKey::from(&Person::new(delegate).key).to_multikey();
    let write = Write::new(&person.did, "auth.delegation.create").body(Value::map([
        ("key", Value::from(key)),
        ("scope", Value::List(vec![Value::from("profile.update")])),
        ("until", Value::from("2026-11-21T10:00:00.000Z")),
    ]));
    person.write(node, &write).await.check(201);
}

async fn get(node: &TestNode, token: &str, path: &str) -> Json {
    node.send(Ask::get(path).bearer(token)).await.check(200).json()
}

async fn count(node: &TestNode, token: &str) -> Json {
    get(node, token, "/notify/api/badges").await["count"].clone()
}

async fn put(node: &TestNode, person: &Person, op: &'static str, fact: Json) -> Reply {
    let write = Write::new(&person.did, op).fact(fact);
    person.write(node, &write).await
}

async fn allow(node: &TestNode, token: &str, endpoint: &str, keys: &Json) -> Reply {
    let body = json!({ "endpoint": endpoint, "expirationTime": null, "keys": keys });
    let ask = Ask::post("/notify/api/subscriptions", &body).bearer(token);
    node.send(ask).await
}

#[tokio::test]
async fn what_entries_tell_is_listed_the_newest_first_until_it_was_seen() {
    let (node, [(ada, token), (_, other)]) = populated(node(), [1, 2], somebody).await;
    assert_eq!(count(&node, &token).await, 0);
    for delegate in [11, 12, 13] {
        node.clock.pass(Duration::from_secs(1));
        happens(&node, &ada, delegate).await;
    }
    let feed = get(&node, &token, "/notify/api/feed?limit=2").await;
    let notices = feed["notices"].as_array().unwrap();
    assert_eq!((notices.len(), &feed["hasMore"]), (2, &json!(true)));
    let first = &notices[0];
    assert_members!(first, "kind": "security", "op": "auth.delegation.create", "unseen": true);
    assert_members!(first, "log": ada.did);
    assert!(first["at"].as_str() > notices[1]["at"].as_str());
    let next = format!("/notify/api/feed?before={}", feed["before"].as_str().unwrap());
    let rest = get(&node, &token, &next).await;
    assert_eq!((rest["notices"].as_array().unwrap().len(), &rest["hasMore"]), (1, &json!(false)));
    assert_eq!(count(&node, &token).await, 3);
    // Other people get no notice.
    assert_eq!(count(&node, &other).await, 0);

    // The second was seen, and the third is new.
    let upto = imajin_dfos::Timestamp::parse(notices[1]["at"].as_str().unwrap()).unwrap();
    let seen = json!({ "upto": upto.as_millis() });
    put(&node, &ada, "notify.seen", seen.clone()).await.check(201);
    assert_eq!(count(&node, &token).await, 1);
    // Once in ten minutes.
    let now = node.node.now().as_millis();
    put(&node, &ada, "notify.seen", json!({ "upto": now })).await.check(429);
    node.clock.pass(Duration::from_secs(601));
    put(&node, &ada, "notify.seen", seen).await.check(409);
    put(&node, &ada, "notify.seen", json!({ "upto": now + 86_400_000 })).await.check(400);
    put(&node, &ada, "notify.seen", json!({ "upto": now })).await.check(201);
    assert_eq!(count(&node, &token).await, 0);
}

#[tokio::test]
async fn looking_marks_at_once_and_writes_once_in_ten_minutes() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let session = node.node.session(&token).unwrap().unwrap();
    let news: Vec<_> = node.node.services().offers().all::<dyn News>().collect();
    let [("notify", news)] = news[..] else { panic!("one app has news") };
    for (delegate, entries) in [(11, 1), (12, 1), (13, 1)] {
        node.clock.pass(Duration::from_secs(60));
        happens(&node, &ada, delegate).await;
        let lines = news.lines(&node.node, &ada.did, Lang::De, 9).unwrap();
        assert!(lines[0].is_new && lines[0].kind == "Sicherheit");
        assert_eq!(news.unseen(&node.node, &ada.did).unwrap(), [("auth", 1)]);
        news.see(&node.node, &session, None).await.unwrap();
        assert_eq!(news.unseen(&node.node, &ada.did).unwrap(), []);
        let marks = node.node.read("notify", |db| {
            let sql = "SELECT count(*) FROM entries WHERE op = 'notify.seen'";
            db.query_row(sql, [], |row| row.get::<_, i64>(0))
        });
        assert_eq!(marks.unwrap(), entries);
    }
}

#[tokio::test]
async fn a_look_at_the_page_of_an_app_is_one_at_its_news_alone() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let session = node.node.session(&token).unwrap().unwrap();
    let mut all = node.node.services().offers().all::<dyn News>();
    let (_, news) = all.next().unwrap();
    node.clock.pass(Duration::from_secs(1));
    happens(&node, &ada, 11).await;
    let unseen = || news.unseen(&node.node, &ada.did).unwrap();
    let see = async |app| news.see(&node.node, &session, Some(app)).await.unwrap();
    see("connections").await;
    assert_eq!(unseen(), [("auth", 1)]);
    see("auth").await;
    assert_eq!(unseen(), []);
    let lines = news.lines(&node.node, &ada.did, Lang::En, 9).unwrap();
    assert!(lines.len() == 1 && !lines[0].is_new);
    // Later news are new again, and a record has no looks.
    node.clock.pass(Duration::from_secs(1));
    happens(&node, &ada, 12).await;
    assert_eq!(unseen(), [("auth", 1)]);
    let marks = node.node.read("notify", |db| {
        let sql = "SELECT count(*) FROM entries WHERE op = 'notify.seen'";
        db.query_row(sql, [], |row| row.get::<_, i64>(0))
    });
    assert_eq!(marks.unwrap(), 0);
    node.node.services().get("notify").unwrap().forget(&node.node, &ada.did);
    assert_eq!(unseen(), [("auth", 2)]);
}

#[tokio::test]
async fn what_is_chosen_of_a_kind_holds_and_is_in_the_copy() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    happens(&node, &ada, 11).await;
    let hide = json!({ "kind": "security", "page": 0, "push": 0, "mail": "off" });
    assert_eq!(put(&node, &ada, "notify.settings", hide).await.status, 201);
    let all =
        json!({ "mail": "hourly", "quiet_from": 1320, "quiet_to": 420, "zone": "Europe/Zurich" });
    assert_eq!(put(&node, &ada, "notify.settings", all).await.status, 201);
    for (fact, field) in [
        (json!({ "zone": "Europe/Atlantis" }), "zone"),
        (json!({ "kind": "gossip" }), "kind"),
        (json!({ "quiet_from": 1440 }), "quiet_from"),
    ] {
        put(&node, &ada, "notify.settings", fact).await.check_member(400, "field", json!(field));
    }
    let settings = get(&node, &token, "/notify/api/settings").await;
    let quiet = json!({ "from": 1320, "to": 420 });
    assert_members!(settings, "mail": "hourly", "quiet": quiet, "zone": "Europe/Zurich");
    let of = |kind: &str| {
        let mut kinds = settings["kinds"].as_array().unwrap().iter();
        kinds.find(|one| one["kind"] == kind).unwrap().clone()
    };
    let security = of("security");
    assert_members!(security, "kind": "security", "page": false, "push": false, "mail": "off");
    assert_members!(of("event"), "kind": "event", "page": true, "push": true, "mail": "hourly");
    assert_eq!(count(&node, &token).await, 0, "it is not shown");
    let page = node.send(Ask::get("/notify/settings").bearer(&token)).await;
    let text = page.text();
    assert!(page.status == 200 && text.contains(r#"value="Europe/Zurich""#), "{text}");

    // The form of the page enters what differs.
    let form = "mail=daily&zone=&from=22%3A00&to=07%3A00&page-security=1&push-security=1&mail-security=1&\
        page-event=1&push-event=1&mail-event=1";
    let ask = Ask::new("POST", "/notify/settings/choose").bearer(&token).body(form);
    node.send(ask.header("content-type", "application/x-www-form-urlencoded")).await.check(303);
    let settings = get(&node, &token, "/notify/api/settings").await;
    assert_members!(settings, "mail": "daily", "quiet": null, "zone": null);
    let all = settings["kinds"].as_array().unwrap();
    let (on, off): (Vec<_>, Vec<_>) = all.iter().partition(|one| one["push"] == true);
    assert_eq!((on.len(), off.len()), (2, 8), "{settings}");
    assert!(
        on.iter().all(|one| one["mail"] == "daily") && off.iter().all(|one| one["mail"] == "off")
    );
    assert_eq!(count(&node, &token).await, 1, "it is shown again");
}

#[tokio::test]
async fn a_browser_is_kept_counted_and_forgotten_with_its_person() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let keys = json!({ "p256dh": POINT, "auth": AUTH });
    for (endpoint, keys) in [
        ("http://push.example.org/abc", &keys),
        ("https://127.0.0.1/abc", &keys),
        ("https://box.local/abc", &keys),
        (ENDPOINT, &json!({ "p256dh": POINT, "auth": "x" })),
        (ENDPOINT, &json!({ "p256dh": AUTH, "auth": AUTH })),
    ] {
        let refused = allow(&node, &token, endpoint, keys).await;
        assert_eq!(refused.status, 400, "{endpoint}: {}", refused.text());
    }
    for n in 0..10 {
        assert_eq!(allow(&node, &token, &format!("{ENDPOINT}{n}"), &keys).await.status, 201);
    }
    assert_eq!(allow(&node, &token, ENDPOINT, &keys).await.status, 409);
    let again = format!("{ENDPOINT}9");
    assert_eq!(allow(&node, &token, &again, &keys).await.status, 201);
    let counts = get(&node, &token, "/auth/api/count").await;
    assert!(counts.to_string().contains(r#""devices for push messages":10"#), "{counts}");

    // A person cannot remove another person's browser. A browser that changes hands is its new owner's.
    let (_, other) = somebody(&node, 2).await;
    let end = |endpoint: &str| {
        let mut ask = Ask::new("DELETE", "/notify/api/subscriptions");
        ask = ask.header("content-type", "application/json");
        ask.body(json!({ "endpoint": endpoint }).to_string())
    };
    node.send(end(&again).bearer(&other)).await.check(404);
    assert_eq!(allow(&node, &other, &again, &keys).await.status, 201);
    node.send(end(&again).bearer(&token)).await.check(404);

    let service = node.node.services().get("notify").unwrap();
    service.forget(&node.node, &ada.did);
    let counts = get(&node, &token, "/auth/api/count").await;
    assert!(!counts.to_string().contains("devices for push"), "{counts}");
    let folder = node.node.data().to_owned();
    for file in ["secrets.sqlite", "secrets.sqlite-wal"] {
        let bytes = std::fs::read(folder.join(file)).unwrap_or_default();
        let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!has(&format!("{ENDPOINT}0")), "{file}");
    }
    node.send(end(&again).bearer(&other)).await.check(204);
}

/// A push service that accepts and says nothing; its endpoint.
async fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}/", listener.local_addr().unwrap());
    (listener, endpoint)
}

/// The next connection.
async fn connection(listener: &TcpListener) -> TcpStream {
    let accepted = tokio::time::timeout(Duration::from_secs(60), listener.accept()).await;
    accepted.expect("nobody connects").unwrap().0
}

/// Whether the node still holds a connection: there are bytes of it, and no end.
fn is_open(stream: &TcpStream) -> bool {
    let mut bytes = [0; 4_096];
    loop {
        match stream.try_read(&mut bytes) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

#[tokio::test]
async fn ten_dead_devices_of_one_person_delay_nobody_and_what_waits_outlives_a_restart() {
    let config = Config { private_addresses: true, ..open_config() };
    let node = TestNode::start(services(), config.clone(), 214).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let keys = json!({ "p256dh": POINT, "auth": AUTH });
    let (mallory, token) = somebody(&node, 1).await;
    let (accepted, mut held) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..10 {
        let (listener, endpoint) = silent().await;
        assert_eq!(allow(&node, &token, &endpoint, &keys).await.status, 201);
        let accepted = accepted.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.send(stream).unwrap();
            }
        });
    }
    let (ada, token) = somebody(&node, 2).await;
    let (listener, endpoint) = silent().await;
    assert_eq!(allow(&node, &token, &endpoint, &keys).await.status, 201);

    for delegate in [11, 12, 13] {
        happens(&node, &mallory, delegate).await;
    }
    let mut hanging = vec![held.recv().await.unwrap(), held.recv().await.unwrap()];
    happens(&node, &ada, 14).await;
    let stream = connection(&listener).await;
    while let Ok(stream) = held.try_recv() {
        hanging.push(stream);
    }
    let open = hanging.iter().filter(|stream| is_open(stream)).count();
    assert_eq!((open, hanging.len()), (2, 2), "Ada waited for others");

    // Ada's has failed, and waits a minute.
    drop(stream);
    let tried = |node: &TestNode| {
        let sql = "SELECT count(*) FROM notify_given WHERE did = ?1 AND tries = 1 AND due > 0";
        let count = |db: &rusqlite::Connection| {
            db.query_row(sql, [ada.did.as_str()], |row| row.get::<_, i64>(0))
        };
        node.node.secrets().read(count).unwrap() == 1
    };
    until("the failure on the disk", async || tried(&node)).await;
    let clock = Arc::clone(&node.clock);
    let folder = node.stop().await.unwrap();
    clock.pass(Duration::from_secs(61));
    let node = TestNode::start_in(folder, services(), config, 214, clock).await.unwrap();
    connection(&listener).await;
    node.stop().await.unwrap();
}
