//! Collections, versions, visibility and schedules.

use std::time::Duration;

use imajin_edge::testing::{Ask, Person, Reply, TestNode, populated};
use serde_json::{Value as Json, json};

use crate::{ONE, TWO, node, put, somebody, titles, write};

const BREAD: &str = "itm_0000000000000000000000b0";
const PAGE: &str = "itm_0000000000000000000000a0";

async fn collection(node: &TestNode, person: &Person, fact: Json) -> Reply {
    let body = Some(json!({ "title": "Bread", "slug": "bread" }));
    let mut all = json!({ "kind": "collection" });
    all.as_object_mut().unwrap().extend(fact.as_object().unwrap().clone());
    write(node, person, "links.put", Some(BREAD), body, Some(all)).await
}

async fn page(node: &TestNode, path: &str) -> Reply {
    node.get(path).await
}

#[tokio::test]
async fn a_collection_has_an_address_of_its_own_and_goes_with_all_in_it() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    let body = Some(json!({ "title": "rye", "url": "https://rye.example/" }));
    let refused = write(&node, &ada, "links.put", Some(ONE), body, Some(json!({ "in": BREAD })));
    refused.await.check_member(404, "field", "in");
    assert_eq!(collection(&node, &ada, json!({})).await.status, 201);
    put(&node, &ada, ONE, "rye", Some(json!({ "in": BREAD }))).await;
    put(&node, &ada, TWO, "cheese", None).await;

    let inside = page(&node, &format!("/links/api/items?owner={}&in=bread", ada.did)).await.json();
    assert_eq!(inside["items"][0]["title"], "rye");
    assert_eq!((inside["items"].as_array().unwrap().len(), &inside["hasMore"]), (1, &json!(false)));
    let by_id = page(&node, &format!("/links/{}/{BREAD}", ada.did)).await.check(308);
    let to = by_id.header("location").unwrap().to_owned();
    assert!(to.ends_with("/bread"), "{to}");
    let shown = page(&node, &to).await;
    assert!(shown.text().contains("rye") && !shown.text().contains("cheese"));

    // The page's own order does not affect the items of a collection.
    let order = Some(json!({ "order": [ONE] }));
    let sorted = write(&node, &ada, "links.sort", None, order.clone(), None).await;
    sorted.check_member(404, "field", "order");
    write(&node, &ada, "links.sort", Some(BREAD), order, None).await.check(201);

    write(&node, &ada, "links.remove", Some(BREAD), None, None).await.check(201);
    assert_eq!(titles(&node, &ada, Some(&token)).await, ["cheese"]);
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused_with_the_newest() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    put(&node, &ada, ONE, "rye", Some(json!({ "rev": 0 }))).await;
    let get_item = || Ask::get(format!("/links/api/items/{ONE}?owner={}", ada.did)).bearer(&token);
    let rev = node.send(get_item()).await.json()["rev"].clone();
    put(&node, &ada, ONE, "spelt", Some(json!({ "rev": rev }))).await;
    let body = Some(json!({ "title": "oats", "url": "https://oats.example/" }));
    let stale = write(&node, &ada, "links.put", Some(ONE), body, Some(json!({ "rev": rev }))).await;
    let conflict = stale.json();
    assert_eq!((stale.status, &conflict["reason"]), (409, &json!("stale")));
    assert_eq!(conflict["newest"]["title"], "spelt");
    assert_eq!(titles(&node, &ada, None).await, ["spelt"]);
    // A change that doesn't state a version overwrites the newest.
    put(&node, &ada, ONE, "barley", None).await;
    assert_eq!(titles(&node, &ada, None).await, ["barley"]);
}

#[tokio::test]
async fn an_id_is_its_owners_alone_and_a_slug_is_one_items() {
    let (node, [(ada, _), (eve, _)]) = populated(node(), [1, 2], somebody).await;
    put(&node, &ada, ONE, "rye", None).await;
    // Eve uses the id of Ada's link.
    put(&node, &eve, ONE, "trap", None).await;
    let go = page(&node, &format!("/links/go/{}/{ONE}", ada.did)).await;
    assert_eq!(go.header("location"), Some("https://rye.example/"));

    assert_eq!(collection(&node, &ada, json!({})).await.status, 201);
    let body = Some(json!({ "title": "b", "url": "https://b.example/", "slug": "bread" }));
    let taken = write(&node, &ada, "links.put", Some(TWO), body, None).await;
    taken.check_member(409, "reason", "slug");
    let fact = Some(json!({ "kind": "collection" }));
    let other = write(&node, &ada, "links.put", Some(ONE), Some(json!({ "title": "c" })), fact);
    assert_eq!(other.await.json()["reason"], "kind");
}

#[tokio::test]
async fn an_item_is_shown_to_whom_and_when_its_owner_says() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    put(&node, &ada, ONE, "rye", None).await;
    let set = async |fact: Json| {
        write(&node, &ada, "links.set", Some(ONE), None, Some(fact)).await.check(201);
    };
    let status = async || page(&node, &format!("/links/go/{}/{ONE}", ada.did)).await.status;
    set(json!({ "on": 0 })).await;
    assert_eq!((titles(&node, &ada, None).await.len(), status().await), (0, 404));
    assert_eq!(titles(&node, &ada, Some(&token)).await, ["rye"]);
    set(json!({ "visibility": "link" })).await;
    assert_eq!((titles(&node, &ada, None).await.len(), status().await), (0, 303));
    set(json!({ "visibility": "private" })).await;
    assert_eq!(status().await, 404);

    let now = node.node.now().as_millis();
    let hour = 3_600_000;
    set(json!({ "from": now + hour, "until": now + 2 * hour })).await;
    assert_eq!((titles(&node, &ada, None).await.len(), status().await), (0, 404));
    node.clock.pass(Duration::from_secs(3_600));
    assert_eq!((titles(&node, &ada, None).await.len(), status().await), (1, 303));
    node.clock.pass(Duration::from_secs(3_600));
    assert_eq!((titles(&node, &ada, None).await.len(), status().await), (0, 404));
    let unknown = write(&node, &ada, "links.set", Some(TWO), None, Some(json!({ "on": 0 })));
    assert_eq!(unknown.await.status, 404);
}

#[tokio::test]
async fn what_is_in_a_hidden_collection_is_hidden() {
    let (node, [(ada, token)]) = populated(node(), [1], somebody).await;
    collection(&node, &ada, json!({ "visibility": "private" })).await.check(201);
    put(&node, &ada, ONE, "rye", Some(json!({ "in": BREAD }))).await;
    let go = format!("/links/go/{}/{ONE}", ada.did);
    assert_eq!((titles(&node, &ada, None).await.len(), page(&node, &go).await.status), (0, 404));
    assert_eq!(titles(&node, &ada, Some(&token)).await.len(), 2);

    // Everyone who has the address of the collection sees all of it; its slug could be guessed.
    let fact = Some(json!({ "visibility": "link" }));
    write(&node, &ada, "links.set", Some(BREAD), None, fact).await.check(201);
    let at = async |name: &str| page(&node, &format!("/links/{}/{name}", ada.did)).await;
    assert_eq!((at("bread").await.status, at(BREAD).await.status), (404, 200));
    assert!(at(BREAD).await.text().contains("rye"));
    assert_eq!((titles(&node, &ada, None).await.len(), page(&node, &go).await.status), (0, 303));
}

#[tokio::test]
async fn a_person_has_one_page_with_words_and_a_colour() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    let words = |title: &str| Some(json!({ "title": title, "note": "Hello" }));
    let fact = Some(json!({ "kind": "page", "accent": "moss", "count": 0 }));
    write(&node, &ada, "links.put", Some(PAGE), words("My links"), fact.clone()).await.check(201);
    let again = write(&node, &ada, "links.put", Some(TWO), words("Two"), fact).await;
    again.check_member(409, "reason", "page");
    let shown = page(&node, &format!("/links/{}", ada.did)).await.text();
    assert_has!(shown, "My links", "accent-moss");
}

#[tokio::test]
async fn a_link_has_files_for_those_who_see_the_link() {
    let (node, [(ada, token)]) = populated(node(), [41], somebody).await;
    put(&node, &ada, ONE, "rye", None).await;
    put(&node, &ada, TWO, "diary", Some(json!({ "visibility": "private" }))).await;
    let cid = node.node.ledger().media().put(&ada.did, &b"a recipe"[..]).unwrap().cid.to_string();
    for (link, alt) in [(ONE, "The recipe"), (TWO, "Mine")] {
        let (words, files) = (json!({ "alts": [alt] }), json!({ "media": [cid] }));
        let response =
            write(&node, &ada, "links.attach", Some(link), Some(words), Some(files)).await;
        assert_eq!(response.status, 201, "{}", response.text());
    }

    let item = node.send(Ask::get(format!("/links/api/items/{ONE}?owner={}", ada.did)));
    assert_eq!(item.await.json()["files"], json!([{ "cid": cid, "alt": "The recipe" }]));
    let page = format!("/links/{}", ada.did);
    let seen = node.get(page.clone()).await.text();
    assert_has!(seen, ">The recipe</a>");
    assert_lacks!(seen, "Mine");
    assert_has!(node.send(Ask::get(page).bearer(&token)).await.text(), ">Mine</a>");
    // Without the app of people's files, no one can get the bytes.
    for link in [ONE, TWO] {
        let path = format!("/links/api/items/{link}/files/{cid}?owner={}", ada.did);
        assert_eq!(node.get(path).await.status, 404);
    }
}

#[tokio::test]
async fn a_link_on_its_owners_page_leads_on() {
    let (node, [(ada, _)]) = populated(node(), [1], somebody).await;
    put(&node, &ada, ONE, "rye", None).await;
    assert_eq!(collection(&node, &ada, json!({})).await.status, 201);
    let body = Some(json!({ "featureToggles": { "page.01.links": true } }));
    write(&node, &ada, "profile.update", None, body, None).await.check(201);
    let text = page(&node, &format!("/profile/{}", ada.did)).await.text();
    let link = format!("href=\"/links/go/{}/{ONE}\"", ada.did);
    let bread = format!("href=\"/links/{}/bread\"", ada.did);
    assert!(text.contains(&link) && text.contains(&bread), "{text}");
}
