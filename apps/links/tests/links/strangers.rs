//! Visitors who aren't signed in, and the answers that the node keeps in memory for them.

use std::time::Duration;

use imajin_app::front::Front;
use imajin_dfos::cbor::{from_dag_json, to_dag_json};
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, populated};
use serde_json::json;

use super::{ONE, TWO, node, put, somebody};

async fn get(node: &TestNode, path: &str) -> Reply {
    node.get(path).await
}

async fn delete(node: &TestNode, person: &Person, token: &str) {
    let plan = node.send(Ask::get("/auth/api/delete").bearer(token)).await.json();
    let body = from_dag_json(&json!({ "counts": plan["counts"] })).unwrap();
    let write = Write::new(&person.did, "auth.delete").body(body);
    let (proof, body) = person.sign(node, &write).await.unwrap();
    let ask = Ask::post("/auth/api/delete", &to_dag_json(&body.unwrap()).unwrap());
    assert_eq!(node.send(ask.header("mjn-proof", proof.to_compact())).await.status, 201);
}

#[tokio::test]
async fn each_change_is_seen_at_once() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let path = format!("/links/{}", ada.did);
    let go = |link: &str| format!("/links/go/{}/{link}", ada.did);
    let soon = node.node.now().as_millis() + 60_000;
    put(&node, &ada, ONE, "rye", None).await;
    put(&node, &ada, TWO, "oats", Some(json!({ "from": soon }))).await;
    let first = get(&node, &path).await;
    assert!(first.text().contains(">rye</a>") && !first.text().contains("oats"));
    assert_eq!(get(&node, &path).await.text(), first.text());
    assert_eq!(get(&node, &go(ONE)).await.header("location"), Some("https://rye.example/"));
    assert_eq!(get(&node, &go(TWO)).await.status, 404);

    // Ada's name is in another service's log.
    let name = from_dag_json(&json!({ "displayName": "Ada Lovelace" })).unwrap();
    let name = Write::new(&ada.did, "profile.update").body(name);
    assert_eq!(ada.write(&node, &name).await.status, 201);
    assert!(get(&node, &path).await.text().contains("Ada Lovelace"));
    let front = Front { name: "The attic".to_owned(), ..Front::default() };
    node.node.set_front(front).unwrap();
    assert!(get(&node, &path).await.text().contains("The attic"));
    put(&node, &ada, ONE, "spelt", None).await;
    assert!(get(&node, &path).await.text().contains(">spelt</a>"));
    assert_eq!(get(&node, &go(ONE)).await.header("location"), Some("https://spelt.example/"));
    put(&node, &ada, ONE, "spelt", Some(json!({ "visibility": "private" }))).await;
    assert!(!get(&node, &path).await.text().contains("spelt"));
    assert_eq!(get(&node, &go(ONE)).await.status, 404);

    // No one changes anything, but the second link becomes visible over time. If the clock is set back, the link is
    // hidden again.
    node.clock.pass(Duration::from_secs(61));
    assert!(get(&node, &path).await.text().contains(">oats</a>"));
    assert_eq!(get(&node, &go(TWO)).await.status, 303);
    node.clock.jump(-30_000);
    assert!(!get(&node, &path).await.text().contains("oats"));
    assert_eq!(get(&node, &go(TWO)).await.status, 404);

    node.clock.jump(30_000);
    assert_eq!(get(&node, &go(TWO)).await.status, 303);
    delete(&node, &ada, &token).await;
    assert_eq!(get(&node, &path).await.status, 410);
    assert_eq!(get(&node, &go(TWO)).await.status, 410);
}

#[tokio::test]
async fn each_language_has_a_page_of_its_own() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    for language in ["en", "de", "en"] {
        let page = Ask::get(format!("/links/{}", ada.did)).header("accept-language", language);
        assert_has!(node.send(page).await.text(), &format!("lang=\"{language}\""));
    }
}
