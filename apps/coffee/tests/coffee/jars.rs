//! Jars: their pages, and their errors.

use imajin_dfos::Value;
use imajin_edge::testing::Write;
use serde_json::json;

use crate::support::{JAR, world};

#[tokio::test]
async fn a_field_of_a_jar_that_is_wrong_is_named() {
    let world = world().await;
    let put = async |title: &str, fact: serde_json::Value| {
        let write = Write::new(world.bea.did(), "coffee.put").reference(JAR).fact(fact);
        let write = write.body(Value::map([("title", title.into())]));
        let reply = world.bea.enters(&world.node, &write).await;
        (reply.status, reply.json()["field"].as_str().map(str::to_owned))
    };
    let named = |field: &str| (400, Some(field.to_owned()));
    assert_eq!(put(" ", json!({"on": 1})).await, named("title"));
    assert_eq!(put("Jar", json!({"goal": 0})).await, named("goal"));
    assert_eq!(put("Jar", json!({"amounts": [1, 2, 3, 4]})).await, named("amounts"));
    assert_eq!(put("Jar", json!({"amounts": [0]})).await, named("amounts"));
    assert_eq!(put("Jar", json!({"in": "itm_000000000000000000000002"})).await, named("in"));
    assert_eq!(put("Jar", json!({"accent": "mud"})).await, named("accent"));
    assert_eq!(put("Jar", json!({"from": 2, "until": 1})).await, named("until"));
    assert_eq!(put("Jar", json!({"rev": 0})).await.0, 409, "somebody edited it meanwhile");

    let fair = format!("sha256:{}", "0".repeat(64));
    let fact = |price: i64| json!({"price": price, "currency": "CHF", "fair": fair});
    for (fact, field) in [(fact(0), "price"), (fact(100), "fair")] {
        let reply = world.bea.asks(&world.node, "coffee.offer", JAR, fact, &[]).await;
        assert_eq!((reply.status, &reply.json()["field"]), (400, &json!(field)));
    }
    world.close().await;
}

#[tokio::test]
async fn a_page_shows_the_one_jar_or_the_list_of_them_in_every_form() {
    let world = world().await;
    let node = &world.node;
    let page = async |path: &str| {
        let reply = node.get(format!("/coffee/{}{path}", world.bea.did())).await;
        (reply.status, reply.text())
    };
    let (status, one) = page("").await;
    assert!(status == 200 && one.contains("id=\"tip\"") && one.contains("Who gets what"));
    let second = "itm_000000000000000000000002";
    world.put_jar(second, json!({"visibility": "private"})).await;
    assert!(page("").await.1.contains("id=\"tip\""), "the other is hers alone");
    world.put_jar(second, json!({})).await;
    let (_, list) = page("").await;
    assert!(!list.contains("id=\"tip\"") && list.matches("<strong>Coffee for").count() == 2);
    assert_eq!(page(&format!("/{second}")).await.0, 200);
    let (_, text) = page(".md").await;
    assert!(text.starts_with("# Somebody"), "{text}");
    let (_, items) = page(".json").await;
    let items: serde_json::Value = serde_json::from_str(&items).unwrap();
    assert_eq!(items["items"].as_array().unwrap().len(), 2);
    let (_, feed) = page("/feed.atom").await;
    assert_eq!(feed.matches("<entry>").count(), 2);
    assert_eq!(page("/none").await.0, 404);
    node.get("/coffee/nobody").await.check(404);

    world.bea.asks(node, "coffee.remove", second, json!(null), &[]).await.check(201);
    let (_, one) = page("").await;
    assert!(one.contains("id=\"tip\""), "{one}");
    world.close().await;
}

#[tokio::test]
async fn a_jar_shows_its_files_to_those_who_see_it() {
    let world = world().await;
    let media = world.node.node.ledger().media();
    let media = media.put(world.bea.did(), &b"a menu"[..]);
    let cid = media.unwrap().cid.to_string();
    let alts = Value::List(vec!["The menu".into()]);
    let write = Write::new(world.bea.did(), "coffee.attach")
        .reference(JAR)
        .fact(json!({ "media": [cid] }))
        .body(Value::map([("alts", alts)]));
    world.bea.enters(&world.node, &write).await.check(201);
    let path = format!("/coffee/api/items/{JAR}?owner={}", world.bea.did());
    let jar = world.node.get(path).await.json();
    assert_eq!(jar["files"], json!([{ "cid": cid, "alt": "The menu" }]));
    let page = world.page().await;
    let link = format!(
        "href=\"/coffee/api/items/{JAR}/files/{cid}?owner={}&amp;download=1\"",
        world.bea.did()
    );
    assert!(page.contains(&link), "{page}");
    world.close().await;
}
