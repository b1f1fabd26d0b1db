//! The routes of this service through a real socket, with real identities.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

#[macro_use]
extern crate imajin_edge;

mod follows;
mod items;
mod strangers;

use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, open_config, populated};
use imajin_identity::begin_node_identity;
use serde_json::{Value as Json, json};

const ONE: &str = "itm_000000000000000000000001";
const TWO: &str = "itm_000000000000000000000002";

async fn node() -> TestNode {
    let services: Vec<Arc<dyn Service>> = vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_links::Links),
    ];
    let node = TestNode::start(services, open_config(), 210).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node
}

async fn somebody(node: &TestNode, seed: u8) -> (Person, String) {
    Person::enter(node, seed, None).await
}

async fn write(
    node: &TestNode,
    person: &Person,
    op: &'static str,
    link: Option<&str>,
    body: Option<Json>,
    fact: Option<Json>,
) -> Reply {
    let mut write = Write::new(&person.did, op);
    write.reference = link.map(str::to_owned);
    write.body = body.map(|body| from_dag_json(&body).unwrap());
    write.fact = fact;
    person.write(node, &write).await
}

async fn put(node: &TestNode, person: &Person, link: &str, title: &str, fact: Option<Json>) {
    let body = json!({ "title": title, "url": format!("https://{title}.example/") });
    write(node, person, "links.put", Some(link), Some(body), fact).await.check(201);
}

async fn titles(node: &TestNode, person: &Person, token: Option<&str>) -> Vec<String> {
    let ask = Ask::get(format!("/links/api/items?owner={}", person.did)).bearer_if(token);
    let answer = node.send(ask).await.json();
    let links = answer["items"].as_array().unwrap();
    let title = |link: &Json| link["title"].as_str().unwrap().to_owned();
    links.iter().map(title).collect()
}

#[tokio::test]
async fn links_are_put_changed_sorted_and_removed_with_their_words() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    put(&node, &ada, ONE, "bread", None).await;
    put(&node, &ada, TWO, "cheese", None).await;
    put(&node, &ada, ONE, "rye", None).await;
    assert_eq!(titles(&node, &ada, None).await, ["rye", "cheese"]);
    write(&node, &ada, "links.sort", None, Some(json!({ "order": [TWO] })), None).await.check(201);
    assert_eq!(titles(&node, &ada, None).await, ["cheese", "rye"]);

    let removed = write(&node, &ada, "links.remove", Some(ONE), None, None).await.check(201);
    let entries = removed.json()["entries"].as_array().unwrap().len();
    assert_eq!(entries, 2, "the removal, and the erasure of both versions");
    assert_eq!(titles(&node, &ada, Some(&token)).await, ["cheese"]);
    let again = write(&node, &ada, "links.remove", Some(ONE), None, None).await;
    again.check_member(404, "field", "ref");
    let page = node.send(Ask::get(format!("/links/{}", ada.did))).await;
    assert!(page.text().contains("cheese") && !page.text().contains("rye"));
}

/// Links that are refused: the reference, the body, the fact, and the field that the refusal names.
const WRONG_LINKS: &str = r#"
x | {"title": "a", "url": "https://a.example"} | - | ref
- | {"title": "a", "url": "https://a.example"} | - | ref
itm_000000000000000000000001 | {"url": "https://a.example"} | - | title
itm_000000000000000000000001 | {"title": "a", "url": "javascript:alert(1)"} | - | url
itm_000000000000000000000001 | {"title": "a", "url": "https://a.example", "x": 1} | - | x
itm_000000000000000000000001 | {"title": "a", "url": "https://a.example"} | {"visibility": "some"} | visibility
itm_000000000000000000000001 | {"title": " ", "url": "https://a.example"} | - | title
itm_000000000000000000000001 | {"title": "a"} | - | url
itm_000000000000000000000001 | {"title": "a", "url": "https://a.example", "slug": "A b"} | - | slug
itm_000000000000000000000001 | {"title": "a", "url": "https://a.example"} | {"kind": "collection"} | url
itm_000000000000000000000001 | {"title": "a", "url": "https://a.example"} | {"from": 2, "until": 2} | until
itm_000000000000000000000001 | {"title": "a", "url": "https://a.example"} | {"on": 2} | on
itm_000000000000000000000001 | {"title": "a"} | {"kind": "page", "visibility": "private"} | visibility
"#;

#[tokio::test]
async fn every_refusal_names_its_field() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    for row in WRONG_LINKS.trim().lines() {
        let [link, body, fact, field] = row.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("a row has four cells: {row}");
        };
        let present = |cell: &str| Some(cell).filter(|cell| *cell != "-").map(str::to_owned);
        let json = |text: String| serde_json::from_str(&text).unwrap();
        let (link, body, fact) = (present(link), present(body).map(json), present(fact).map(json));
        let reply = write(&node, &ada, "links.put", link.as_deref(), body, fact).await;
        reply.check_member(400, "field", json!(field));
    }
    let unknown = Some(json!({ "order": [ONE] }));
    write(&node, &ada, "links.sort", None, unknown, None).await.check_member(404, "field", "order");
}

#[tokio::test]
async fn a_link_leads_on_for_those_who_may_see_it() {
    let (node, [(ada, token), (_, eve)]) = populated(node(), [1, 2], somebody).await;
    put(&node, &ada, ONE, "open", None).await;
    put(&node, &ada, TWO, "own", Some(json!({ "visibility": "private" }))).await;
    let go = |link: &str| Ask::get(format!("/links/go/{}/{link}", ada.did));
    let open = node.send(go(ONE)).await.check(303);
    assert_eq!(open.header("location"), Some("https://open.example/"));
    assert_eq!(open.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(node.send(go(TWO)).await.status, 404);
    assert_eq!(node.send(go(TWO).bearer(&eve)).await.status, 404);
    assert_eq!(node.send(go(TWO).bearer(&token)).await.status, 303);
    assert_eq!(titles(&node, &ada, Some(&eve)).await, ["open"]);
}
