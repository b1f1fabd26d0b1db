//! Who gets a tunnel, when it ends, and what people read of it.

use imajin_relay::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{NAME, World, ask, config, register, request, request_at, rest, within};
use crate::program::Process;
use crate::support::Node;

#[tokio::test]
async fn only_an_active_node_gets_a_tunnel_for_its_own_name_and_once_for_a_request() {
    let world = World::new("").await;
    let node = &world.node;
    let other = Node::new("beta");
    register(&world.process, &other).await;
    let refused = async |document: Value| ask(&world.process, &document).await.err().unwrap();
    let now_ms = SystemClock.now().as_millis();
    let mut forged = request(node, &[NAME]);
    forged["names"] = json!(["beta.nodes.example"]);
    let stranger = Node::new("stranger");
    for (what, document, status, slug) in [
        ("no list", request(node, &[]), 400, ""),
        ("another's", request(node, &["beta.nodes.example"]), 403, "name-not-held"),
        ("the registry's", request(node, &["registry.example"]), 403, "name-not-held"),
        ("old", request_at(node, &[NAME], now_ms - 600_000), 400, ""),
        ("forged", forged, 401, ""),
        ("unknown", request(&stranger, &[NAME]), 404, ""),
        ("no document", json!([]), 400, ""),
    ] {
        let (seen, answer) = refused(document).await;
        assert_eq!(seen, status, "{what}: {answer}");
        let kind = answer["type"].as_str().unwrap_or_default();
        assert!(kind.ends_with(slug), "{what}: {answer}");
        assert!(answer["detail"].is_string(), "{what}: {answer}");
    }
    // Without `Upgrade` it is a request like any other.
    let (status, _) = world.process.get("/api/node/tunnel").await;
    assert_eq!(status, 400);
    let first = request(node, &[NAME]);
    let _tunnel = ask(&world.process, &first).await.unwrap();
    assert_eq!(refused(first).await.0, 409, "it was used");
    world.suspend().await;
    let (status, answer) = refused(request(node, &[NAME])).await;
    assert_eq!(status, 403, "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("floods"));
}

#[tokio::test]
async fn a_newer_tunnel_replaces_the_older_and_a_suspension_ends_it() {
    let world = World::new("").await;
    let mut older = world.dial().await;
    let visitor = world.visit(NAME).await;
    let _seen = older.next().await;
    let mut newer = world.dial().await;
    assert_eq!(older.end().await, None, "GOAWAY, without an error");
    assert!(rest(visitor).await.is_empty(), "its visitors are gone");
    let visitor = world.visit(NAME).await;
    let _seen = newer.next().await;
    assert_eq!(world.reach().await["connected"], true);
    world.suspend().await;
    assert_eq!(newer.end().await, None);
    assert!(rest(visitor).await.is_empty());
    assert!(rest(world.visit(NAME).await).await.is_empty());
    let reach = world.reach().await;
    assert_eq!(reach["connected"], false, "{reach}");
}

#[tokio::test]
async fn a_registry_says_goaway_before_it_stops_and_knows_afterwards_since_when_a_box_is_gone() {
    let mut world = World::new("").await;
    let mut boxed = world.dial().await;
    // Both ends have said everything of a beginning.
    let visitor = world.visit(NAME).await;
    boxed.next().await;
    world.process.terminate();
    assert_eq!(boxed.end().await, None);
    assert!(rest(visitor).await.is_empty());
    assert!(world.process.0.wait().unwrap().success());
    world.process = Process::start(world.folder.path(), &config(""));
    let reach = world.reach().await;
    assert_eq!(reach["connected"], false, "{reach}");
    assert!(reach["since"].as_str().unwrap().starts_with("20"), "{reach}");
    let mut boxed = world.dial().await;
    // The registry dies, and the box dials the next one.
    world.process.0.kill().unwrap();
    world.process.0.wait().unwrap();
    while within("the end", boxed.visitors.recv()).await.is_some() {}
    world.process = Process::start(world.folder.path(), &config(""));
    let mut boxed = world.dial().await;
    let _visitor = world.visit(NAME).await;
    boxed.next().await;
}

#[tokio::test]
async fn people_read_since_when_in_their_language() {
    let world = World::new("").await;
    let page = async |name: &str, lang: &str| {
        let request = reqwest::Client::new().get(format!("{}/reach/{name}", world.process.1));
        let response = request.header("accept-language", lang).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(world.process.get("/api/node/reach/alpha").await.0, 404);
    assert_eq!(page("alpha", "en").await.0, 404);
    let boxed = world.dial().await;
    let (status, text) = page(NAME, "en").await;
    assert!(status == 200 && text.contains("connected since"), "{text}");
    boxed.ended.abort();
    drop(boxed);
    let gone = async {
        loop {
            let (_, text) = page("alpha", "de-CH,en").await;
            if text.contains("nicht verbunden") {
                return text;
            }
        }
    };
    assert_has!(within("a page that says so", gone).await, "lang=\"de\"");
}
