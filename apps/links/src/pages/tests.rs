use std::sync::Arc;

use imajin_app::{HomeCards, SearchWords, Searchable, Service};
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write, open_config, populated};
use imajin_identity::begin_node_identity;
use serde_json::{Value as Json, json};

use super::*;

const PAGE: &str = "itm_000000000000000000000001";
const BREAD: &str = "itm_000000000000000000000002";
const RYE: &str = "itm_000000000000000000000003";
const DIARY: &str = "itm_000000000000000000000004";
const SECRET: &str = "itm_000000000000000000000005";
const LATER: &str = "itm_000000000000000000000006";

async fn node() -> TestNode {
    let services: Vec<Arc<dyn Service>> = vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(crate::Links),
    ];
    let node = TestNode::start(services, open_config(), 214).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node
}

async fn somebody(node: &TestNode, seed: u8) -> (Person, String) {
    Person::enter(node, seed, None).await
}

async fn put(node: &TestNode, person: &Person, item: &str, body: Json, fact: Json) {
    let write = Write::new(&person.did, "links.put")
        .reference(item)
        .body(from_dag_json(&body).unwrap())
        .fact(fact);
    person.write(node, &write).await.check(201);
}

async fn link(node: &TestNode, person: &Person, item: &str, title: &str, fact: Json) {
    let body =
        json!({ "title": title, "url": format!("https://{}.example/", title.to_lowercase()) });
    put(node, person, item, body, fact).await;
}

/// Puts a page with one of everything.
async fn page(node: &TestNode, person: &Person) {
    let words =
        json!({ "title": "<b>Ada’s</b> links", "note": "One *line*\n\n<script>alert(1)</script>" });
    put(node, person, PAGE, words, json!({ "kind": "page", "accent": "moss" })).await;
    let bread = json!({ "title": "Bread", "slug": "bread" });
    put(node, person, BREAD, bread, json!({ "kind": "collection" })).await;
    link(node, person, RYE, "Rye", json!({ "in": BREAD })).await;
    link(node, person, DIARY, "Diary", json!({ "visibility": "private" })).await;
    link(node, person, SECRET, "Secret", json!({ "visibility": "link" })).await;
    link(node, person, LATER, "Later", json!({ "from": 4_000_000_000_000_i64 })).await;
}

async fn get(node: &TestNode, path: &str, token: Option<&str>) -> Reply {
    let ask = Ask::get(path).bearer_if(token);
    node.send(ask).await
}

#[tokio::test]
async fn a_page_shows_each_viewer_what_is_for_them_and_escapes_what_a_person_wrote() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let path = format!("/links/{}", ada.did);
    let empty = get(&node, &path, None).await.text();
    assert!(empty.contains("No links here yet"), "{empty}");
    page(&node, &ada).await;

    let seen = get(&node, &path, None).await.text();
    for words in [
        "accent-moss",
        "&lt;b&gt;Ada’s&lt;/b&gt; links",
        "&lt;script&gt;",
        ">Rye</a>",
        "rel=\"nofollow ugc noopener\"",
        "/assets/links/links.css",
    ] {
        assert!(seen.contains(words), "{words} is not in {seen}");
    }
    for words in ["Diary", "Secret", "Later", "until yesterday", "/links/edit", "noindex"] {
        assert!(!seen.contains(words), "{words} is in {seen}");
    }
    let own = get(&node, &path, Some(&token)).await.text();
    for words in [
        "Diary",
        "only you",
        "anyone with the address",
        "from <time",
        "0 clicks until yesterday",
        "href=\"/links/edit\"",
    ] {
        assert!(own.contains(words), "{words} is not in {own}");
    }

    let written = get(&node, &format!("{path}.json"), None).await.json();
    let items = written["items"].as_array().unwrap();
    let titles: Vec<_> = items.iter().map(|item| &item["title"]).collect();
    assert_eq!(titles, ["<b>Ada’s</b> links", "Bread", "Rye"]);
    assert_eq!(written["owner"], ada.did.as_str());
    let markdown = get(&node, &format!("{path}.md"), None).await;
    assert_eq!(markdown.header("content-type"), Some("text/markdown; charset=utf-8"));
    let expected = "# \\<b\\>Ada’s\\</b\\> links\n\nOne \\*line\\*\n\n\\<script\\>alert\\(1\\)\\</script\\>\n\n## Bread\n\n- [Rye](<https\\://rye\\.example/>)\n";
    assert_eq!(markdown.text(), expected);
}

#[tokio::test]
async fn an_address_is_a_collection_s_page_or_leads_where_its_link_leads() {
    let (node, [(ada, token)]) = populated(node(), [2], somebody).await;
    page(&node, &ada).await;
    let path = |name: &str| format!("/links/{}/{name}", ada.did);

    let bread = get(&node, &path("bread"), None).await;
    // A collection without its own colour has the page's.
    for words in ["noindex", "/signin?next=", "accent-moss"] {
        assert!(bread.text().contains(words), "{words}");
    }
    let moved = get(&node, &path(BREAD), None).await;
    assert_eq!((moved.status, moved.header("location")), (308, Some(path("bread").as_str())));
    let moved = get(&node, &path(&format!("{BREAD}.json")), None).await;
    assert_eq!(moved.header("location"), Some(path("bread.json").as_str()));
    assert_eq!(get(&node, &path("bread.json"), None).await.json()["items"][1]["title"], "Rye");

    for (item, to) in [(RYE, "https://rye.example/"), (SECRET, "https://secret.example/")] {
        let led = get(&node, &path(item), None).await;
        assert_eq!((led.status, led.header("location")), (303, Some(to)));
    }
    for name in [DIARY, LATER, "cake", "cake.md"] {
        assert_eq!(get(&node, &path(name), None).await.status, 404, "{name}");
    }
    assert_eq!(get(&node, &path(DIARY), Some(&token)).await.status, 303);
    let own = get(&node, &path("bread"), Some(&token)).await.text();
    assert!(own.contains("Nobody on this box follows"), "{own}");
}

#[tokio::test]
async fn what_is_new_in_a_followed_collection_is_a_card_for_two_weeks() {
    let (node, [(ada, _), (grace, token)]) = populated(node(), [3, 4], somebody).await;
    page(&node, &ada).await;
    let cards = || crate::Links.home_cards(&node.node, &grace.did, Lang::En).unwrap();
    node.clock.pass(std::time::Duration::from_secs(60));
    let follow =
        Write::new(&grace.did, "links.follow").reference(BREAD).fact(json!({ "dids": [ada.did] }));
    assert_eq!(grace.write(&node, &follow).await.status, 201);
    let bread = format!("/links/{}/bread", ada.did);
    let seen = get(&node, &bread, Some(&token)).await.text();
    assert!(seen.contains("data-follows=\"yes\""), "{seen}");
    assert!(cards().is_empty(), "nothing is new");

    node.clock.pass(std::time::Duration::from_secs(60));
    link(&node, &ada, "itm_000000000000000000000007", "Spelt", json!({ "in": BREAD })).await;
    let hidden = json!({ "in": BREAD, "visibility": "private" });
    link(&node, &ada, "itm_000000000000000000000008", "Hidden", hidden).await;
    let text = cards().remove(0).content.into_string();
    assert!(text.contains("Somebody added a link to Bread") && text.contains(&bread), "{text}");
    node.clock.pass(std::time::Duration::from_secs(15 * 24 * 3600));
    assert!(cards().is_empty(), "it is old by now");
}

#[tokio::test]
async fn a_search_finds_what_is_for_the_searcher_with_its_page() {
    let (node, [(ada, _), (grace, _)]) = populated(node(), [3, 4], somebody).await;
    page(&node, &ada).await;
    let find = |by: &Person, words: &str| {
        let hits =
            crate::Links.search(&node.node, &by.did, &SearchWords::parse(words), 9, Lang::En);
        let hits = hits.unwrap().into_iter();
        hits.map(|hit| (hit.title, hit.href)).collect::<Vec<_>>()
    };
    let at = |rest: &str| format!("/links/{}{rest}", ada.did);
    assert_eq!(find(&grace, "BREAD"), [("Bread".to_owned(), at("/bread"))]);
    assert_eq!(find(&grace, "*line"), [("<b>Ada’s</b> links".to_owned(), at(""))]);
    for hidden in ["diary", "secret", "later"] {
        assert_eq!(find(&grace, hidden), []);
        assert_eq!(find(&ada, hidden).len(), 1, "{hidden}");
    }
    assert_eq!(find(&ada, "%").len(), 0, "no word is a pattern");
}

#[test]
fn an_address_shows_its_host_and_no_host_that_it_pretends() {
    for (url, shown) in [
        ("https://www.bread.example/rye?a#b", "bread.example"),
        ("http://bank.example@evil.example/", "evil.example"),
        ("https://evil.example\\@bank.example", "evil.example"),
        ("mailto:ada@box.example?subject=a", "ada@box.example"),
        ("tel:+41321234567", "+41321234567"),
    ] {
        assert_eq!(host(url), shown, "{url}");
    }
}
